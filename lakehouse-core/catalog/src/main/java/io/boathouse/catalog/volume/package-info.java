/** Governed folders of files, and the Files API over them. */
@NullMarked
package io.boathouse.catalog.volume;

import org.jspecify.annotations.NullMarked;

/** Tags on governed things and their columns, and which values a tag may have. */
@NullMarked
package io.boathouse.catalog.tag;

import org.jspecify.annotations.NullMarked;

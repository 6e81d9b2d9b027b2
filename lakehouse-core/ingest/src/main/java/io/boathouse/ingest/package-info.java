/** Getting outside data into tables exactly once. */
@NullMarked
package io.boathouse.ingest;

import org.jspecify.annotations.NullMarked;

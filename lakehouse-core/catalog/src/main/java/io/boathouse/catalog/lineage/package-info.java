/** Edges between versions of governed things, and the walk along them. */
@NullMarked
package io.boathouse.catalog.lineage;

import org.jspecify.annotations.NullMarked;

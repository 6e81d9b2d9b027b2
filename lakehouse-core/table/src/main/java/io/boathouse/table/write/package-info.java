/** Create, append, overwrite: what changes a governed table, checked and committed. */
@NullMarked
package io.boathouse.table.write;

import org.jspecify.annotations.NullMarked;

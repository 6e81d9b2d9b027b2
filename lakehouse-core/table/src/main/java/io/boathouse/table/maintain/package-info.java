/** Optimize, vacuum, restore: what keeps a table fast, small and recoverable. */
@NullMarked
package io.boathouse.table.maintain;

import org.jspecify.annotations.NullMarked;

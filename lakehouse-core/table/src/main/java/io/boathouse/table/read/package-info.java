/** Versions of governed tables, their files, history and statistics. */
@NullMarked
package io.boathouse.table.read;

import org.jspecify.annotations.NullMarked;

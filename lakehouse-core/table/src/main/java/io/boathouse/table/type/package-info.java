/** One type system and its mapping to Delta, Arrow, Parquet, SQL. */
@NullMarked
package io.boathouse.table.type;

import org.jspecify.annotations.NullMarked;

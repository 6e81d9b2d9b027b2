/** DuckDB evaluates what a table gets and writes it as Parquet with statistics. */
@NullMarked
package io.boathouse.table.compute;

import org.jspecify.annotations.NullMarked;

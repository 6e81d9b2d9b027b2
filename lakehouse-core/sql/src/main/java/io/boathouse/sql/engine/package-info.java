/** {@code QueryEngine}: embedded DuckDB, and later a cluster. */
@NullMarked
package io.boathouse.sql.engine;

import org.jspecify.annotations.NullMarked;

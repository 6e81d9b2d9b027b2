/** The one factory of locked-down DuckDB instances. */
@NullMarked
package io.boathouse.platform.duckdb;

import org.jspecify.annotations.NullMarked;

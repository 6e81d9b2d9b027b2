/** Delta Kernel over our {@code FileStore}, parquet-java handlers. */
@NullMarked
package io.boathouse.table.delta;

import org.jspecify.annotations.NullMarked;

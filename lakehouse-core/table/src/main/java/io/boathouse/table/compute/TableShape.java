package io.boathouse.table.compute;

import io.boathouse.table.delta.DeltaSnapshot;
import io.boathouse.table.type.TableSchema;
import java.util.List;
import java.util.Map;

/**
 * What rows must be like to become rows of a table.
 *
 * @param constraints expressions that must be true of every row, by name
 */
public record TableShape(
    TableSchema schema, List<String> partitionColumns, Map<String, String> constraints) {
  public TableShape {
    partitionColumns = List.copyOf(partitionColumns);
    constraints = Map.copyOf(constraints);
  }

  /** Of a version. */
  public static TableShape of(DeltaSnapshot snapshot) {
    return new TableShape(snapshot.schema(), snapshot.partitionColumns(), snapshot.constraints());
  }

  /** Without constraints. */
  public static TableShape of(TableSchema schema, List<String> partitionColumns) {
    return new TableShape(schema, partitionColumns, Map.of());
  }
}

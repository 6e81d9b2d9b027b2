package io.boathouse.table.delta;

import io.boathouse.table.type.TableSchema;
import java.util.List;
import java.util.Map;

/** What a table starts with. */
public record NewDeltaTable(
    TableSchema schema, List<String> partitionColumns, Map<String, String> properties) {
  public NewDeltaTable {
    partitionColumns = List.copyOf(partitionColumns);
    properties = Map.copyOf(properties);
  }
}

package io.boathouse.table.write;

import io.boathouse.catalog.securable.FullName;
import io.boathouse.table.type.TableSchema;
import java.util.List;
import java.util.UUID;

/** A managed table as it was created. */
public record Table(UUID id, FullName name, TableSchema schema, List<String> partitionColumns) {
  public Table {
    partitionColumns = List.copyOf(partitionColumns);
  }
}

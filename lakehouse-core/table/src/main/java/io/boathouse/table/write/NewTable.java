package io.boathouse.table.write;

import io.boathouse.catalog.securable.FullName;
import io.boathouse.table.type.TableSchema;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A table to be created.
 *
 * @param schema without columns for a table that takes them from its first rows
 * @param properties Delta's, and the user's own
 * @param location of an external table; a managed one has none
 */
public record NewTable(
    FullName name,
    TableSchema schema,
    List<String> partitionColumns,
    Map<String, String> properties,
    Optional<String> comment,
    Optional<String> location) {
  /** A managed table. */
  public NewTable(
      FullName name,
      TableSchema schema,
      List<String> partitionColumns,
      Map<String, String> properties,
      Optional<String> comment) {
    this(name, schema, partitionColumns, properties, comment, Optional.empty());
  }

  public NewTable {
    partitionColumns = List.copyOf(partitionColumns);
    properties = Map.copyOf(properties);
    for (String column : partitionColumns) {
      if (!schema.columns().isEmpty() && !schema.names().contains(column)) {
        throw TableErrors.unknownPartitionColumn(column, schema.names());
      }
    }
  }

  /** A table without partitions, properties and comment. */
  public static NewTable of(FullName name, TableSchema schema) {
    return new NewTable(name, schema, List.of(), Map.of(), Optional.empty());
  }

  /** Whether what rows must be like is known only when the table is there. */
  boolean comesBeforeRows() {
    return !"none".equals(properties.getOrDefault("delta.columnMapping.mode", "none"))
        || schema.columns().stream().anyMatch(column -> column.filling().isPresent());
  }

  NewTable withSchema(TableSchema found) {
    return new NewTable(name, found, partitionColumns, properties, comment, location);
  }
}

package io.boathouse.table.compute;

import io.boathouse.platform.duckdb.SqlText;
import io.boathouse.table.type.Column;
import io.boathouse.table.type.DataType;
import io.boathouse.table.type.FieldNumbers;
import io.boathouse.table.type.TableSchema;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** {@link FieldNumbers} as DuckDB's COPY takes them. */
final class FieldIds {
  private FieldIds() {}

  /** The members of the option, those of the columns that are written. */
  static String of(TableSchema schema, List<String> partitionColumns) {
    return schema.columns().stream()
        .filter(column -> !partitionColumns.contains(column.name()))
        .map(column -> member(column.name(), FieldNumbers.of(column.name()), column.type()))
        .collect(Collectors.joining(", "));
  }

  private static String member(String name, int number, DataType type) {
    List<String> inside = new ArrayList<>();
    switch (type) {
      case DataType.StructType(List<Column> fields) ->
          fields.forEach(field -> inside.add(inside(number, field.name(), field.type())));
      case DataType.ArrayType(DataType element, boolean nulls) ->
          inside.add(inside(number, "element", element));
      case DataType.MapType(DataType key, DataType value, boolean nulls) -> {
        inside.add(inside(number, "key", key));
        inside.add(inside(number, "value", value));
      }
      default -> {
        return SqlText.identifier(name) + ": " + number;
      }
    }
    return "%s: {__duckdb_field_id: %d, %s}"
        .formatted(SqlText.identifier(name), number, String.join(", ", inside));
  }

  private static String inside(int number, String name, DataType type) {
    return member(name, FieldNumbers.inside(number, name), type);
  }
}

package io.boathouse.table.type;

import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** The columns of a table in order; names are unique whatever their case. */
public record TableSchema(List<Column> columns) {
  public TableSchema {
    columns = List.copyOf(columns);
    Set<String> seen = new HashSet<>();
    for (Column column : columns) {
      if (!seen.add(column.name().toLowerCase(Locale.ROOT))) {
        throw TypeErrors.duplicateColumn(column.name());
      }
    }
  }

  /** A schema of the given columns. */
  public static TableSchema of(Column... columns) {
    return new TableSchema(List.of(columns));
  }

  /** The column of the name, whatever its case. */
  public Optional<Column> column(String name) {
    return columns.stream().filter(column -> column.name().equalsIgnoreCase(name)).findFirst();
  }

  /** The schema without what fills its columns. */
  public TableSchema unfilled() {
    return new TableSchema(
        columns.stream()
            .map(
                column ->
                    new Column(column.name(), column.type(), column.nullable(), column.comment()))
            .toList());
  }

  public List<String> names() {
    return columns.stream().map(Column::name).toList();
  }
}

package io.boathouse.table.write;

import io.boathouse.table.delta.Alteration;
import io.boathouse.table.delta.DeltaSnapshot;
import io.boathouse.table.type.Column;
import io.boathouse.table.type.DataType;
import io.boathouse.table.type.Growth;
import io.boathouse.table.type.TableSchema;
import java.util.List;
import java.util.Optional;

/** Makes room in a table for what rows have and it lacks. */
final class SchemaMerge {
  private SchemaMerge() {}

  /** The version with the columns of the rows, and with wider types where the table allows them. */
  static DeltaSnapshot of(DeltaSnapshot base, TableSchema rows) {
    DeltaSnapshot grown = with(base, rows.columns());
    if (!"true".equals(base.properties().get("delta.enableTypeWidening"))) {
      return grown;
    }
    for (Column found : rows.columns()) {
      Optional<Column> column = base.schema().column(found.name());
      if (column.isPresent() && Alteration.canWiden(column.get().type(), found.type())) {
        List<String> path = List.of(column.get().name());
        ColumnUses.of(base).requireNoExpression(path);
        grown = grown.altered(Alteration.widened(path, found.type()));
      }
    }
    return grown;
  }

  /**
   * The version with those of the columns, and of the fields inside them, that it does not have
   * yet, null in its rows.
   */
  static DeltaSnapshot with(DeltaSnapshot base, List<Column> columns) {
    List<Column> added =
        columns.stream()
            .filter(column -> base.schema().column(column.name()).isEmpty())
            .map(column -> Column.of(column.name(), column.type()))
            .toList();
    DeltaSnapshot grown = added.isEmpty() ? base : base.altered(Alteration.columns(added));
    for (Column found : columns) {
      Column column = grown.schema().column(found.name()).orElseThrow();
      DataType type = Growth.of(column.type(), found.type());
      if (!type.equals(column.type())) {
        grown = grown.altered(Alteration.grown(column.name(), type));
      }
    }
    return grown;
  }
}

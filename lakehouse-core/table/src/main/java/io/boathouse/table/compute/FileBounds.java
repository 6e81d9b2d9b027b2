package io.boathouse.table.compute;

import io.boathouse.platform.duckdb.SqlText;
import io.boathouse.table.delta.DataFile;
import io.boathouse.table.delta.DeltaSnapshot;
import io.boathouse.table.delta.FileStatistics;
import io.boathouse.table.delta.FileStatistics.ColumnStatistics;
import io.boathouse.table.type.Column;
import io.boathouse.table.type.DuckTypes;
import java.util.Collection;
import java.util.Optional;
import java.util.StringJoiner;
import org.jspecify.annotations.Nullable;

/** What the log says about the values of a file, as SQL; NULL for what it does not say. */
final class FileBounds {
  private FileBounds() {}

  /** Rows of the file, then smallest and greatest value and nulls of each column. */
  static String of(DeltaSnapshot snapshot, DataFile file, Collection<Column> columns) {
    Optional<Long> rows = file.statistics().map(FileStatistics::rows);
    StringJoiner values = new StringJoiner(", ");
    values.add(count(rows));
    for (Column column : columns) {
      if (snapshot.partitionColumns().contains(column.name())) {
        String value = file.partitionValues().get(column.name());
        boolean absent = value == null || value.isEmpty();
        values.add(typed(absent ? null : value, column)).add(typed(absent ? null : value, column));
        values.add(absent ? count(rows) : "CAST(0 AS BIGINT)");
      } else {
        Optional<ColumnStatistics> known =
            file.statistics().flatMap(all -> Optional.ofNullable(all.columns().get(column.name())));
        values.add(typed(known.flatMap(ColumnStatistics::min).orElse(null), column));
        values.add(typed(known.flatMap(ColumnStatistics::max).orElse(null), column));
        values.add(count(known.flatMap(ColumnStatistics::nulls)));
      }
    }
    return values.toString();
  }

  private static String typed(@Nullable Object value, Column column) {
    return "CAST(%s AS %s)".formatted(SqlText.literal(value), DuckTypes.of(column.type()));
  }

  private static String count(Optional<Long> count) {
    return "CAST(%s AS BIGINT)".formatted(count.map(Object::toString).orElse("NULL"));
  }
}

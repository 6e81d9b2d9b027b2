package io.boathouse.featurestore.join;

import static io.boathouse.platform.duckdb.SqlText.identifier;

import io.boathouse.platform.duckdb.DuckAccess;
import io.boathouse.platform.duckdb.DuckDb;
import io.boathouse.platform.duckdb.DuckSession;
import io.boathouse.platform.duckdb.SqlText;
import java.nio.file.Path;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.OffsetDateTime;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Reads single rows of a training set's file, in its order. */
final class TrainingSetRows {
  private final DuckDb duckDb;

  TrainingSetRows(DuckDb duckDb) {
    this.duckDb = duckDb;
  }

  /**
   * What to read.
   *
   * @param where values by column, of which a row must have one
   * @param columns empty for all
   */
  record Selection(Map<String, List<String>> where, List<String> columns, int limit) {}

  /** Rows with their columns; a null stands for a null, a time is ISO-8601 text. */
  record Found(List<TrainingSet.Column> columns, List<List<@Nullable Object>> rows) {}

  Found read(TrainingSet set, Path parquet, Selection selection) {
    List<TrainingSet.Column> columns =
        selection.columns().isEmpty()
            ? set.columns()
            : selection.columns().stream().map(name -> set.column("columns", name)).toList();
    String selected =
        columns.stream().map(column -> identifier(column.name())).collect(Collectors.joining(", "));
    List<Object> binds = new ArrayList<>();
    String sql =
        "SELECT %s FROM read_parquet(%s)%s LIMIT %s"
            .formatted(
                selected,
                SqlText.literal(parquet.toString()),
                where(set, selection, binds),
                SqlText.literal((long) selection.limit()));
    try (DuckSession session = duckDb.open(DuckAccess.reading(parquet))) {
      return new Found(
          columns, session.query(sql, row -> values(row, columns.size()), binds.toArray()));
    }
  }

  private static String where(TrainingSet set, Selection selection, List<Object> binds) {
    List<String> conditions = new ArrayList<>();
    new TreeMap<>(selection.where())
        .forEach(
            (name, values) -> {
              String column = identifier(set.column("where", name).name());
              String marks = String.join(", ", values.stream().map(value -> "?").toList());
              conditions.add(
                  values.isEmpty()
                      ? "false"
                      : "CAST(%s AS VARCHAR) IN (%s)".formatted(column, marks));
              binds.addAll(values);
            });
    return conditions.isEmpty() ? "" : " WHERE " + String.join(" AND ", conditions);
  }

  private static List<@Nullable Object> values(ResultSet row, int width) throws SQLException {
    List<@Nullable Object> values = new ArrayList<>(width);
    for (int i = 1; i <= width; i++) {
      values.add(
          switch (row.getObject(i)) {
            case null -> null;
            case Number number -> number;
            case Boolean flag -> flag;
            case OffsetDateTime time -> DateTimeFormatter.ISO_INSTANT.format(time.toInstant());
            case Object other -> other.toString();
          });
    }
    return values;
  }
}

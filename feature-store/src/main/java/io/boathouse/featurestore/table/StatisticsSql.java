package io.boathouse.featurestore.table;

import static io.boathouse.platform.duckdb.SqlText.identifier;

import io.boathouse.featurestore.online.ValueType;
import io.boathouse.featurestore.table.FeatureStatistics.ColumnStatistics;
import io.boathouse.platform.duckdb.SqlText;
import io.boathouse.sql.engine.QueryEngine.OpenQuery;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Statistics of a feature table in one scan. */
final class StatisticsSql {
  private static final int PER_FEATURE = 5;

  private StatisticsSql() {}

  static FeatureStatistics compute(FeatureTable table, OpenQuery open, long version) {
    String keys =
        table.keys().stream().map(key -> identifier(key.name())).collect(Collectors.joining(", "));
    List<String> columns = new ArrayList<>();
    columns.add("count(*)");
    columns.add("approx_count_distinct(row(" + keys + "))");
    for (FeatureColumn feature : table.features()) {
      columns.addAll(expressions(feature));
    }
    String sql =
        "SELECT %s FROM %s"
            .formatted(String.join(", ", columns), identifier(GovernedReads.view(0)));
    return open.session().query(sql, row -> statistics(table, version, row)).getFirst();
  }

  private static List<String> expressions(FeatureColumn feature) {
    String column = identifier(feature.name());
    String text =
        feature.type() == ValueType.TIMESTAMP
            ? "strftime(%s(" + column + "), " + SqlText.literal("%Y-%m-%dT%H:%M:%S.%fZ") + ")"
            : "CAST(%s(" + column + ") AS VARCHAR)";
    String mean =
        switch (feature.type()) {
          case LONG, DOUBLE -> "avg(CAST(" + column + " AS DOUBLE))";
          case BOOLEAN -> "avg(CAST(CAST(" + column + " AS TINYINT) AS DOUBLE))";
          case STRING, TIMESTAMP -> "CAST(NULL AS DOUBLE)";
        };
    return List.of(
        "count(" + column + ")",
        text.replaceFirst("%s", "min"),
        text.replaceFirst("%s", "max"),
        mean,
        "approx_count_distinct(" + column + ")");
  }

  private static FeatureStatistics statistics(FeatureTable table, long version, ResultSet row)
      throws SQLException {
    long rows = row.getLong(1);
    List<ColumnStatistics> features = new ArrayList<>();
    for (int i = 0; i < table.features().size(); i++) {
      int at = 3 + i * PER_FEATURE;
      double mean = row.getDouble(at + 3);
      boolean hasMean = !row.wasNull();
      @Nullable String min = row.getString(at + 1);
      @Nullable String max = row.getString(at + 2);
      features.add(
          new ColumnStatistics(
              table.features().get(i),
              rows == 0 ? 0 : (rows - row.getLong(at)) / (double) rows,
              Optional.ofNullable(min),
              Optional.ofNullable(max),
              hasMean ? Optional.of(mean) : Optional.empty(),
              row.getLong(at + 4)));
    }
    return new FeatureStatistics(version, rows, row.getLong(2), features);
  }
}

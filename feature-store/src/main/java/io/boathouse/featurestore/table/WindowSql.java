package io.boathouse.featurestore.table;

import io.boathouse.platform.duckdb.DuckSession;
import io.boathouse.platform.duckdb.SqlText;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Computes aggregates over sliding windows for every distinct (key, time) of a relation. A window
 * is the difference of two running sums: the one at the row, and the one at the newest row at or
 * before {@code t - length}. Sums are of whole numbers held in doubles, exact below 2^53, so the
 * answer does not depend on order and is the same bits wherever it is computed.
 *
 * <p>Key and time are packed into one number, {@code key · stride + t} with a stride longer than
 * the whole span and the longest window: one sort, one running sum without partitions, and an as-of
 * join on a single column per window. A prefix found in an earlier key is the right subtrahend.
 * Where the packed number would overflow, sums and joins go by key.
 */
final class WindowSql {
  private static final long EXACT = 1L << 53;

  private final DuckSession session;
  private final String source;
  private final List<String> keys;
  private final String time;
  private final List<Window> windows;
  private final List<Aggregate> aggregates;
  private final List<String> columns;

  /**
   * @param source a relation of the session, as SQL
   * @param keys its key columns; rows with a null in one are left out
   * @param time its time column, TIMESTAMPTZ; rows without a time are left out
   */
  WindowSql(
      DuckSession session,
      String source,
      List<String> keys,
      String time,
      List<Window> windows,
      List<Aggregate> aggregates) {
    this.session = session;
    this.source = source;
    this.keys = keys;
    this.time = time;
    this.windows = windows;
    this.aggregates = aggregates;
    Set<String> distinct = new LinkedHashSet<>();
    aggregates.forEach(aggregate -> aggregate.column().ifPresent(distinct::add));
    this.columns = List.copyOf(distinct);
  }

  /** Makes the temporary tables. @return a SELECT of keys, time and features, in that order */
  String prepare() {
    refuseInexact();
    Optional<Long> stride = stride();
    makeKeys(stride);
    makeEvents();
    makeRunning(stride.isPresent());
    return select(stride.isPresent());
  }

  /** Drops what {@link #prepare} made. */
  void cleanUp() {
    session.execute("DROP TABLE window_running; DROP TABLE window_events; DROP TABLE window_keys");
  }

  private void refuseInexact() {
    for (String column : columns) {
      String type =
          session
              .query(
                  "SELECT typeof(%s) FROM %s LIMIT 1".formatted(SqlText.identifier(column), source),
                  row -> row.getString(1))
              .stream()
              .findFirst()
              .orElse("BIGINT");
      if (!Set.of("BOOLEAN", "TINYINT", "SMALLINT", "INTEGER", "BIGINT").contains(type)) {
        throw FeatureTableErrors.invalid(
            "aggregates.column",
            column + " " + type.toLowerCase(Locale.ROOT),
            "a boolean or whole number; cast it in the definition's SELECT");
      }
      List<Boolean> exact =
          session.query(
              "SELECT coalesce(sum(abs(CAST(%s AS HUGEINT))) < %d, true) FROM %s"
                  .formatted(SqlText.identifier(column), EXACT, source),
              row -> row.getBoolean(1));
      if (!exact.getFirst()) {
        throw FeatureTableErrors.tooLarge(column);
      }
    }
  }

  /** Empty if key and time do not fit one number. */
  private Optional<Long> stride() {
    long longest = windows.stream().mapToLong(Window::micros).max().orElse(0);
    String sql =
        """
        SELECT CASE WHEN count(*) = 0 THEN 1
          WHEN CAST(max(t) AS HUGEINT) - min(t) + %d < 9000000000000000000 // count(DISTINCT k)
          THEN max(t) - min(t) + %d END
        FROM (SELECT epoch_us(%s) AS t, row(%s) AS k FROM %s WHERE %s)
        """
            .formatted(
                longest + 1, longest + 1, SqlText.identifier(time), names(""), source, usable());
    return session
        .query(sql, row -> Optional.ofNullable(row.getObject(1)).map(v -> ((Number) v).longValue()))
        .getFirst();
  }

  private void makeKeys(Optional<Long> stride) {
    session.execute(
        """
        CREATE TEMP TABLE window_keys AS
        SELECT %1$s, (row_number() OVER (ORDER BY %1$s) - 1) * %2$s
          - (SELECT coalesce(min(epoch_us(%3$s)), 0) FROM %4$s WHERE %5$s) AS base,
          row_number() OVER (ORDER BY %1$s) AS key_number
        FROM (SELECT DISTINCT %1$s FROM %4$s WHERE %5$s)
        """
            .formatted(
                names(""),
                SqlText.literal(stride.orElse(0L)),
                SqlText.identifier(time),
                source,
                usable()));
  }

  private void makeEvents() {
    String sums =
        columns.stream()
            .map(
                column ->
                    ", count(%1$s) AS %2$s, coalesce(sum(CAST(%1$s AS BIGINT)), 0) AS %3$s"
                        .formatted(SqlText.identifier(column), counted(column), summed(column)))
            .collect(Collectors.joining());
    session.execute(
        """
        CREATE TEMP TABLE window_events AS
        SELECT key_number, base + epoch_us(%s) AS kt, count(*) AS n%s
        FROM %s JOIN window_keys USING (%s) WHERE %s
        GROUP BY key_number, kt ORDER BY key_number, kt
        """
            .formatted(SqlText.identifier(time), sums, source, names(""), usable()));
  }

  private void makeRunning(boolean packed) {
    String over =
        packed
            ? "OVER (ROWS UNBOUNDED PRECEDING)"
            : "OVER (PARTITION BY key_number ORDER BY kt ROWS UNBOUNDED PRECEDING)";
    String sums =
        measures().stream()
            .map(m -> ", sum(CAST(%1$s AS DOUBLE)) %2$s AS %1$s".formatted(m, over))
            .collect(Collectors.joining());
    session.execute(
        "CREATE TEMP TABLE window_running AS SELECT key_number, kt%s FROM window_events"
            .formatted(sums));
  }

  private String select(boolean packed) {
    List<String> differences = new ArrayList<>();
    StringBuilder joins = new StringBuilder();
    for (int w = 0; w < windows.size(); w++) {
      String prefix = "p" + w;
      joins.append(
          "\nASOF LEFT JOIN window_running %1$s ON %2$s r.kt - %3$s >= %1$s.kt"
              .formatted(
                  prefix,
                  packed ? "" : "r.key_number = " + prefix + ".key_number AND",
                  SqlText.literal(windows.get(w).micros())));
      for (String measure : measures()) {
        differences.add("r.%1$s - coalesce(%2$s.%1$s, 0) AS %2$s_%1$s".formatted(measure, prefix));
      }
    }
    return """
    SELECT %s, make_timestamptz(d.kt - k.base) AS %s, %s
    FROM (SELECT r.key_number, r.kt, %s FROM window_running r%s) d
    JOIN window_keys k USING (key_number)
    """
        .formatted(
            names("k."),
            SqlText.identifier(time),
            String.join(", ", features()),
            String.join(", ", differences),
            joins);
  }

  private List<String> features() {
    List<String> features = new ArrayList<>();
    for (int w = 0; w < windows.size(); w++) {
      for (Aggregate aggregate : aggregates) {
        features.add(
            value(aggregate, "p" + w + "_")
                + " AS "
                + SqlText.identifier(aggregate.feature(windows.get(w))));
      }
    }
    return features;
  }

  private String value(Aggregate aggregate, String prefix) {
    String count = prefix + aggregate.column().map(this::counted).orElse("n");
    return switch (aggregate.function()) {
      case COUNT -> "CAST(" + count + " AS BIGINT)";
      case SUM -> {
        String sum = prefix + summed(aggregate.column().orElseThrow());
        yield "CASE WHEN %s > 0 THEN CAST(%s AS BIGINT) END".formatted(count, sum);
      }
      case AVG -> {
        String sum = prefix + summed(aggregate.column().orElseThrow());
        yield "CASE WHEN %1$s > 0 THEN %2$s / %1$s END".formatted(count, sum);
      }
    };
  }

  private List<String> measures() {
    List<String> measures = new ArrayList<>(List.of("n"));
    for (String column : columns) {
      measures.add(counted(column));
      measures.add(summed(column));
    }
    return measures;
  }

  private String counted(String column) {
    return "c" + columns.indexOf(column);
  }

  private String summed(String column) {
    return "s" + columns.indexOf(column);
  }

  private String names(String prefix) {
    return keys.stream()
        .map(key -> prefix + SqlText.identifier(key))
        .collect(Collectors.joining(", "));
  }

  private String usable() {
    return keys.stream()
        .map(key -> SqlText.identifier(key) + " IS NOT NULL AND ")
        .collect(Collectors.joining("", "", SqlText.identifier(time) + " IS NOT NULL"));
  }
}

package io.boathouse.featurestore.table;

import static io.boathouse.platform.duckdb.SqlText.identifier;
import static io.boathouse.platform.duckdb.SqlText.literal;

import io.boathouse.platform.duckdb.DuckSession;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.IntFunction;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Computes aggregates over windows for every distinct (key, time) of a relation, which is evaluated
 * once. Counts, sums and means of a window are the difference of two running sums: the one at the
 * row, and the one at the newest row before the window. Sums are of whole numbers held in doubles,
 * exact below 2^53, so the answer does not depend on order and is the same bits wherever it is
 * computed. All else is computed over the window's frame ({@link FrameSql}).
 *
 * <p>Key and time are packed into one number, {@code key · stride + t} with a stride longer than
 * the whole span and the longest window: one sort, one running sum without partitions, of which the
 * last row of every number is kept, and an as-of join on a single column per window. A prefix found
 * in an earlier key is the right subtrahend. Where the packed number would overflow, sums and joins
 * go by key.
 */
final class WindowSql {
  private static final double EXACT = 1L << 53;
  private static final long PACKED_END = 9_000_000_000_000_000_000L;
  private static final Set<String> WHOLE =
      Set.of("BOOLEAN", "TINYINT", "SMALLINT", "INTEGER", "BIGINT");

  private final DuckSession session;
  private final String source;
  private final List<String> keys;
  private final String time;
  private final List<Window> windows;
  private final List<Aggregate> aggregates;
  private final List<String> columns;
  private final Set<Integer> counted;
  private final Set<Integer> summed;
  private final FrameSql frames;

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
    this.counted = places(Aggregate.Function::summed);
    this.summed = places(f -> f.summed() && f != Aggregate.Function.COUNT);
    this.frames = new FrameSql(windows, aggregates, columns);
  }

  /** The columns, by place, that are aggregated by such a function. */
  private Set<Integer> places(Predicate<Aggregate.Function> wanted) {
    return aggregates.stream()
        .filter(aggregate -> wanted.test(aggregate.function()))
        .flatMap(aggregate -> aggregate.column().stream())
        .map(columns::indexOf)
        .collect(Collectors.toUnmodifiableSet());
  }

  /**
   * What the rows are like.
   *
   * @param first the smallest time
   * @param stride what one key takes of the packed number; 0 if key and time do not fit one
   * @param incomplete the counted columns, by place, with nulls
   */
  private record Layout(long first, long stride, Set<Integer> incomplete) {
    boolean packed() {
      return stride > 0;
    }
  }

  /** Makes the temporary tables. @return a SELECT of keys, time and features, in that order */
  String prepare() {
    refuseTypes();
    takeSource();
    session.execute(
        """
        CREATE TEMP TABLE window_keys AS
        SELECT %1$s, row_number() OVER (ORDER BY %1$s) - 1 AS key_number
        FROM (SELECT DISTINCT %1$s FROM window_source)
        """
            .formatted(list(keys, i -> "k" + i)));
    Layout layout = layout();
    if (frames.needed()) {
      session.execute(
          "CREATE TEMP TABLE window_framed AS "
              + frames.select(
                  "window_source JOIN window_keys USING (%s)".formatted(list(keys, i -> "k" + i)),
                  layout.first()));
    }
    sort(layout);
    run(layout);
    return select(layout);
  }

  /** Drops what {@link #prepare} made. */
  void cleanUp() {
    session.execute(
        "DROP TABLE window_running; DROP TABLE window_keys; DROP TABLE IF EXISTS window_framed");
  }

  private void refuseTypes() {
    if (columns.isEmpty()) {
      return;
    }
    String described =
        "DESCRIBE SELECT %s FROM %s"
            .formatted(list(columns, i -> identifier(columns.get(i))), source);
    List<String> types = session.query(described, row -> row.getString("column_type"));
    for (int i : summed) {
      if (!WHOLE.contains(types.get(i))) {
        throw FeatureTableErrors.invalid(
            "aggregates.column",
            columns.get(i) + " " + types.get(i).toLowerCase(Locale.ROOT),
            "a boolean or whole number; cast it in the definition's SELECT");
      }
    }
  }

  private void takeSource() {
    List<String> taken = new ArrayList<>();
    taken.add(list(keys, i -> identifier(keys.get(i)) + " AS k" + i));
    taken.add("epoch_us(" + identifier(time) + ") AS t");
    if (!columns.isEmpty()) {
      taken.add(list(columns, i -> identifier(columns.get(i)) + " AS v" + i));
    }
    session.execute(
        "CREATE TEMP TABLE window_source AS SELECT %s FROM %s WHERE %s"
            .formatted(String.join(", ", taken), source, usable()));
  }

  /** All that must be known of the rows, in one pass. */
  private Layout layout() {
    String about =
        columns.isEmpty()
            ? ""
            : ", "
                + list(
                    columns,
                    i ->
                        "count(v%1$d), %2$s"
                            .formatted(
                                i,
                                summed.contains(i)
                                    ? "sum(abs(CAST(v%d AS DOUBLE)))".formatted(i)
                                    : "0.0"));
    return session
        .query(
            """
            SELECT count(*), (SELECT count(*) FROM window_keys), min(t), max(t)%s
            FROM window_source
            """
                .formatted(about),
            this::layout)
        .getFirst();
  }

  private Layout layout(ResultSet row) throws SQLException {
    long rows = row.getLong(1);
    Set<Integer> incomplete = new HashSet<>();
    for (int i = 0; i < columns.size(); i++) {
      if (counted.contains(i) && row.getLong(5 + 2 * i) < rows) {
        incomplete.add(i);
      }
      // A sum of doubles that are whole reaches 2^53 just when the true sum does.
      if (row.getDouble(6 + 2 * i) >= EXACT) {
        throw FeatureTableErrors.tooLarge(columns.get(i));
      }
    }
    long keyCount = Math.max(1, row.getLong(2));
    long first = row.getLong(3);
    long longest = windows.stream().mapToLong(Window::micros).max().orElse(0);
    long span = row.getLong(4) - first;
    boolean fits = span >= 0 && span < PACKED_END / keyCount - longest - 1;
    return new Layout(first, fits ? span + longest + 1 : 0, incomplete);
  }

  private void sort(Layout layout) {
    String sorted =
        layout.packed()
            ? "key_number * %s + (t - %s) AS kt"
                .formatted(literal(layout.stride()), literal(layout.first()))
            : "key_number, t AS kt";
    List<String> values = new ArrayList<>();
    for (int i = 0; i < columns.size(); i++) {
      if (summed.contains(i)) {
        values.add(", coalesce(CAST(v%1$d AS DOUBLE), 0) AS s%1$d".formatted(i));
      }
      if (layout.incomplete().contains(i)) {
        values.add(", CAST(v%1$d IS NOT NULL AS DOUBLE) AS c%1$d".formatted(i));
      }
    }
    session.execute(
        """
        CREATE TEMP TABLE window_sorted AS
        SELECT %s%s FROM window_source JOIN window_keys USING (%s) ORDER BY %s
        """
            .formatted(
                sorted,
                String.join("", values),
                list(keys, i -> "k" + i),
                layout.packed() ? "kt" : "key_number, kt"));
    session.execute("DROP TABLE window_source");
  }

  private void run(Layout layout) {
    String order = layout.packed() ? "" : "PARTITION BY key_number ORDER BY kt";
    String sums =
        measures(layout).stream()
            .skip(1)
            .map(
                m -> ", sum(%1$s) OVER (%2$s ROWS UNBOUNDED PRECEDING) AS %1$s".formatted(m, order))
            .collect(Collectors.joining());
    session.execute(
        """
        CREATE TEMP TABLE window_running AS SELECT * EXCLUDE (next) FROM (
          SELECT %1$s, lead(kt) OVER (%2$s) AS next,
            CAST(row_number() OVER (%2$s) AS DOUBLE) AS n%3$s
          FROM window_sorted)
        WHERE next IS DISTINCT FROM kt
        """
            .formatted(layout.packed() ? "kt" : "key_number, kt", order, sums));
    session.execute("DROP TABLE window_sorted");
  }

  private String select(Layout layout) {
    List<String> differences = new ArrayList<>();
    StringBuilder joins = new StringBuilder();
    for (int w = 0; w < windows.size(); w++) {
      String prefix = "p" + w;
      joins.append(
          "\nASOF LEFT JOIN window_running %1$s ON %2$s r.kt - (%3$s) - 1 >= %1$s.kt"
              .formatted(
                  prefix,
                  layout.packed() ? "" : "r.key_number = " + prefix + ".key_number AND",
                  windows.get(w).reach(time(layout), literal(layout.first()))));
      for (String measure : measures(layout)) {
        differences.add("r.%1$s - coalesce(%2$s.%1$s, 0) AS %2$s_%1$s".formatted(measure, prefix));
      }
    }
    String key = "r.key_number, r.kt";
    String micros = "d.kt";
    if (layout.packed()) {
      String stride = literal(layout.stride());
      key = "r.kt // %s AS key_number, r.kt".formatted(stride);
      micros = "d.kt - k.key_number * %s + %s".formatted(stride, literal(layout.first()));
    }
    return """
    SELECT %s, make_timestamptz(%s) AS %s, %s
    FROM (SELECT %s, %s FROM window_running r%s) d
    JOIN window_keys k USING (key_number)%s
    """
        .formatted(
            list(keys, i -> "k.k" + i + " AS " + identifier(keys.get(i))),
            micros,
            identifier(time),
            String.join(", ", features(layout)),
            key,
            String.join(", ", differences),
            joins,
            frames.needed()
                ? "\nJOIN window_framed f ON f.key_number = k.key_number AND f.t = " + micros
                : "");
  }

  /** The time of a running row in microseconds, as SQL. */
  private static String time(Layout layout) {
    return layout.packed()
        ? "r.kt %% %s + %s".formatted(literal(layout.stride()), literal(layout.first()))
        : "r.kt";
  }

  private List<String> features(Layout layout) {
    List<String> features = new ArrayList<>();
    for (int w = 0; w < windows.size(); w++) {
      for (int a = 0; a < aggregates.size(); a++) {
        Aggregate aggregate = aggregates.get(a);
        String value =
            aggregate.function().summed()
                ? difference(aggregate, layout, "p" + w + "_")
                : "f." + FrameSql.column(w, a);
        features.add(value + " AS " + identifier(aggregate.feature(windows.get(w))));
      }
    }
    return features;
  }

  private String difference(Aggregate aggregate, Layout layout, String prefix) {
    int column = aggregate.column().map(columns::indexOf).orElse(-1);
    boolean gaps = layout.incomplete().contains(column);
    String count = prefix + (gaps ? "c" + column : "n");
    String sum = prefix + "s" + column;
    String value =
        switch (aggregate.function()) {
          case COUNT -> "CAST(" + count + " AS BIGINT)";
          case SUM -> "CAST(" + sum + " AS BIGINT)";
          case AVG -> sum + " / " + count;
          case MIN, MAX, LAST, DISTINCT, PERCENTILE ->
              throw new IllegalArgumentException(aggregate.words());
        };
    return gaps && aggregate.function() != Aggregate.Function.COUNT
        ? "CASE WHEN %s > 0 THEN %s END".formatted(count, value)
        : value;
  }

  /** The running sums: of rows, and per column of its values and of how many they are. */
  private List<String> measures(Layout layout) {
    List<String> measures = new ArrayList<>(List.of("n"));
    for (int i = 0; i < columns.size(); i++) {
      if (summed.contains(i)) {
        measures.add("s" + i);
      }
      if (layout.incomplete().contains(i)) {
        measures.add("c" + i);
      }
    }
    return measures;
  }

  private static String list(List<String> names, IntFunction<String> item) {
    return IntStream.range(0, names.size()).mapToObj(item).collect(Collectors.joining(", "));
  }

  private String usable() {
    return keys.stream()
        .map(key -> identifier(key) + " IS NOT NULL AND ")
        .collect(Collectors.joining("", "", identifier(time) + " IS NOT NULL"));
  }
}

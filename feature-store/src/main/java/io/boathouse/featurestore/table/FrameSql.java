package io.boathouse.featurestore.table;

import static io.boathouse.platform.duckdb.SqlText.literal;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * The aggregates that no difference of running sums gives, each over the frame of its window. Rows
 * of one time are in each other's frames, and no answer depends on their order.
 */
final class FrameSql {
  private final List<Window> windows;
  private final List<Aggregate> aggregates;
  private final List<String> columns;

  /**
   * @param columns of the source, in the order of its {@code v0, v1, …}
   */
  FrameSql(List<Window> windows, List<Aggregate> aggregates, List<String> columns) {
    this.windows = windows;
    this.aggregates = aggregates;
    this.columns = columns;
  }

  boolean needed() {
    return aggregates.stream().anyMatch(aggregate -> !aggregate.function().summed());
  }

  /**
   * One row for every key number and time, with what {@link #column} names.
   *
   * @param source a relation of key_number, t and v0, v1, …
   * @param first the smallest t
   */
  String select(String source, long first) {
    List<String> values = new ArrayList<>();
    for (int w = 0; w < windows.size(); w++) {
      for (int a = 0; a < aggregates.size(); a++) {
        if (!aggregates.get(a).function().summed()) {
          values.add(value(aggregates.get(a), w) + " AS " + column(w, a));
        }
      }
    }
    String frames =
        IntStream.range(0, windows.size())
            .mapToObj(
                w ->
                    "w%d AS (PARTITION BY key_number ORDER BY t RANGE BETWEEN %s PRECEDING AND CURRENT ROW)"
                        .formatted(w, windows.get(w).reach("t", literal(first))))
            .collect(Collectors.joining(",\n  "));
    return """
    SELECT * EXCLUDE (peer) FROM (
      SELECT key_number, t, row_number() OVER (PARTITION BY key_number, t) AS peer, %s
      FROM %s
      WINDOW %s)
    WHERE peer = 1
    """
        .formatted(String.join(", ", values), source, frames);
  }

  /** The column of a window's aggregate, by their places. */
  static String column(int window, int aggregate) {
    return "f" + window + "_" + aggregate;
  }

  private String value(Aggregate aggregate, int window) {
    String over = call(aggregate) + " OVER w" + window;
    return aggregate.function() == Aggregate.Function.LAST ? "(" + over + ").v" : over;
  }

  private String call(Aggregate aggregate) {
    String value = "v" + columns.indexOf(aggregate.column().orElseThrow());
    return switch (aggregate.function()) {
      case MIN -> "min(" + value + ")";
      case MAX -> "max(" + value + ")";
      case DISTINCT -> "count(DISTINCT " + value + ")";
      case PERCENTILE ->
          "quantile_disc(%s, %s)"
              .formatted(value, BigDecimal.valueOf(aggregate.percent().orElseThrow(), 2));
      case LAST -> "max(CASE WHEN %1$s IS NOT NULL THEN {'t': t, 'v': %1$s} END)".formatted(value);
      case COUNT, SUM, AVG -> throw new IllegalArgumentException(aggregate.words());
    };
  }
}

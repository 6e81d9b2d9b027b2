package io.boathouse.featurestore.browse;

import static io.boathouse.platform.duckdb.SqlText.identifier;
import static io.boathouse.platform.duckdb.SqlText.literal;

import io.boathouse.featurestore.browse.FeatureDrift.Bin;
import io.boathouse.featurestore.browse.FeatureProfile.Frequent;
import io.boathouse.featurestore.online.ValueType;
import io.boathouse.featurestore.table.FeatureColumn;
import io.boathouse.featurestore.table.FeatureTable;
import io.boathouse.featurestore.table.GovernedReads;
import io.boathouse.platform.duckdb.DuckSession;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Bins of a feature's values, cut by the first version: tenths of numbers, the most frequent texts
 * and the rest. The last bin has the rows without a value.
 */
final class DriftSql {
  private static final int BINS = 10;

  private final DuckSession session;
  private final FeatureColumn feature;
  private final ProfileSql first;

  /** Over a session whose first two views are the table's versions. */
  DriftSql(DuckSession session, FeatureTable table, FeatureColumn feature) {
    this.session = session;
    this.feature = feature;
    this.first = new ProfileSql(session, table, feature, GovernedReads.view(0));
  }

  List<Bin> bins() {
    List<String> labels = new ArrayList<>();
    String place = feature.type() == ValueType.STRING ? texts(labels) : tenths(labels);
    labels.add("no value");
    long[] from = counts(place, labels.size(), GovernedReads.view(0));
    long[] to = counts(place, labels.size(), GovernedReads.view(1));
    return IntStream.range(0, labels.size())
        .mapToObj(i -> new Bin(labels.get(i), from[i], to[i]))
        .toList();
  }

  private String texts(List<String> labels) {
    List<String> values = first.common().stream().map(Frequent::value).toList();
    labels.addAll(values);
    labels.add("others");
    String cases =
        IntStream.range(0, values.size())
            .mapToObj(i -> "WHEN x = %s THEN %d".formatted(literal(values.get(i)), i))
            .collect(Collectors.joining(" "));
    return cases.isEmpty()
        ? "CASE WHEN x IS NULL THEN 1 ELSE 0 END"
        : "CASE WHEN x IS NULL THEN %d %s ELSE %d END"
            .formatted(values.size() + 1, cases, values.size());
  }

  private String tenths(List<String> labels) {
    List<Double> edges = edges();
    for (int i = 0; i <= edges.size(); i++) {
      String below = i < edges.size() ? "to " + edges.get(i) : "above";
      labels.add(
          i == 0 ? below : "above " + edges.get(i - 1) + (i < edges.size() ? " " + below : ""));
    }
    String cases =
        IntStream.range(0, edges.size())
            .mapToObj(i -> "WHEN x <= %s THEN %d".formatted(literal(edges.get(i)), i))
            .collect(Collectors.joining(" "));
    return "CASE WHEN x IS NULL THEN %d %s ELSE %d END"
        .formatted(edges.size() + 1, cases, edges.size());
  }

  private List<Double> edges() {
    String quantiles =
        IntStream.range(1, BINS)
            .mapToObj(i -> "quantile_cont(x, 0." + i + ")")
            .collect(Collectors.joining(", "));
    String sql =
        "SELECT %s FROM (SELECT %s AS x FROM %s)"
            .formatted(quantiles, first.number(), identifier(GovernedReads.view(0)));
    return session
        .query(
            sql,
            row -> {
              List<Double> edges = new ArrayList<>();
              for (int i = 1; i < BINS; i++) {
                double edge = row.getDouble(i);
                if (!row.wasNull() && (edges.isEmpty() || edge > edges.getLast())) {
                  edges.add(edge);
                }
              }
              return edges;
            })
        .getFirst();
  }

  private long[] counts(String place, int bins, String view) {
    String value = feature.type() == ValueType.STRING ? identifier(feature.name()) : first.number();
    String sql =
        "SELECT %s AS bin, count(*) FROM (SELECT %s AS x FROM %s) GROUP BY bin"
            .formatted(place, value, identifier(view));
    long[] counts = new long[bins];
    List<Long> unused =
        session.query(sql, row -> counts[Math.clamp(row.getInt(1), 0, bins - 1)] = row.getLong(2));
    return counts;
  }
}

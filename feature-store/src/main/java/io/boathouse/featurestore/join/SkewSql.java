package io.boathouse.featurestore.join;

import static io.boathouse.platform.duckdb.SqlText.identifier;
import static io.boathouse.platform.duckdb.SqlText.literal;

import io.boathouse.featurestore.join.SkewReport.FeatureSkew;
import io.boathouse.featurestore.join.SkewReport.Side;
import io.boathouse.platform.duckdb.DuckSession;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Compares distributions: the deciles of training cut both sides into bins. Values are compared as
 * the single-precision numbers that a model sees. The population stability index is {@code sum((s -
 * t) ln(s / t))} over the bins' shares.
 */
final class SkewSql {
  private static final double LEAST_SHARE = 1e-4;
  private static final String JSON = "{\"columns\": [\"VARCHAR\"], \"data\": [[\"DOUBLE\"]]}";

  private final List<Feature> features;

  /** A feature that is compared. @param defaultValue as the number that a model sees */
  record Feature(String name, boolean timestamp, Optional<Double> defaultValue) {}

  /** Where the deciles of each feature are; fewer where some are equal. */
  record Edges(List<List<Double>> of) {}

  /** The counts of one side, with those of the bins. */
  record Counted(Side side, long[] bins) {}

  /** Requests, vectors, and vectors in which a feature is missing. */
  record Served(long requests, long vectors, long incomplete) {}

  SkewSql(List<Feature> features) {
    this.features = List.copyOf(features);
  }

  /** The deciles of training. @param source a relation as SQL, with a column per feature */
  Edges edges(DuckSession session, String source) {
    String selected =
        each(
            i ->
                "list_sort(list_distinct(quantile_disc(%s, [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9])))"
                    .formatted(training(i)));
    return session
        .query(
            "SELECT " + selected + " FROM " + source,
            row -> {
              List<List<Double>> edges = new ArrayList<>();
              for (int i = 1; i <= features.size(); i++) {
                edges.add(doubles(row, i));
              }
              return new Edges(edges);
            })
        .getFirst();
  }

  List<Counted> training(DuckSession session, String source, Edges edges) {
    return counted(session, source, edges, this::training);
  }

  /** Takes requests apart. @param select of a column {@code features} with the log's JSON */
  Served take(DuckSession session, String select) {
    session.execute(
        "CREATE TEMP TABLE logged AS SELECT from_json(features, %s) AS j FROM (%s) WHERE features IS NOT NULL"
            .formatted(literal(JSON), select));
    String values =
        each(
            i ->
                "CAST(CAST(v[list_position(columns, %s)] AS FLOAT) AS DOUBLE) AS %s, list_contains(columns, %s) AS %s"
                    .formatted(
                        literal(features.get(i).name()),
                        "x" + i,
                        literal(features.get(i).name()),
                        "h" + i));
    session.execute(
        "CREATE TEMP TABLE served AS SELECT %s FROM (SELECT j.columns AS columns, unnest(j.data) AS v FROM logged)"
            .formatted(values));
    String missing =
        IntStream.range(0, features.size())
            .mapToObj(i -> "(h%1$d AND x%1$d IS NULL)".formatted(i))
            .collect(Collectors.joining(" OR "));
    return session
        .query(
            "SELECT (SELECT count(*) FROM logged), count(*), count(*) FILTER (%s) FROM served"
                .formatted(missing),
            row -> new Served(row.getLong(1), row.getLong(2), row.getLong(3)))
        .getFirst();
  }

  List<Counted> served(DuckSession session, Edges edges) {
    List<Counted> all = new ArrayList<>();
    for (int i = 0; i < features.size(); i++) {
      String source = "(SELECT x%1$d FROM served WHERE h%1$d)".formatted(i);
      all.add(one(session, source, edges, i, "x" + i));
    }
    return all;
  }

  List<FeatureSkew> compared(List<Counted> training, List<Counted> served) {
    List<FeatureSkew> compared = new ArrayList<>();
    for (int i = 0; i < features.size(); i++) {
      compared.add(
          new FeatureSkew(
              features.get(i).name(),
              training.get(i).side(),
              served.get(i).side(),
              index(training.get(i).bins(), served.get(i).bins())));
    }
    return compared;
  }

  private static Optional<Double> index(long[] training, long[] served) {
    double trained = Arrays.stream(training).sum();
    double asked = Arrays.stream(served).sum();
    if (trained == 0 || asked == 0) {
      return Optional.empty();
    }
    double sum = 0;
    for (int i = 0; i < training.length; i++) {
      double t = Math.max(LEAST_SHARE, training[i] / trained);
      double s = Math.max(LEAST_SHARE, served[i] / asked);
      sum += (s - t) * StrictMath.log(s / t);
    }
    return Optional.of(sum);
  }

  private interface Value {
    String of(int feature);
  }

  private List<Counted> counted(DuckSession session, String source, Edges edges, Value value) {
    List<Counted> all = new ArrayList<>();
    for (int i = 0; i < features.size(); i++) {
      all.add(one(session, source, edges, i, value.of(i)));
    }
    return all;
  }

  private Counted one(DuckSession session, String source, Edges edges, int i, String value) {
    List<Double> bounds = edges.of().get(i);
    List<String> columns = new ArrayList<>();
    columns.add("count(*)");
    columns.add("count(" + value + ")");
    columns.add("avg(" + value + ")");
    columns.add(
        features
            .get(i)
            .defaultValue()
            .map(standard -> "count(*) FILTER (%s = %s)".formatted(value, literal(standard)))
            .orElse("CAST(NULL AS BIGINT)"));
    bounds.forEach(
        bound -> columns.add("count(*) FILTER (%s <= %s)".formatted(value, literal(bound))));
    return session
        .query(
            "SELECT " + String.join(", ", columns) + " FROM " + source,
            row -> counted(row, bounds.size()))
        .getFirst();
  }

  private static Counted counted(ResultSet row, int bounds) throws SQLException {
    long count = row.getLong(1);
    long values = row.getLong(2);
    double mean = row.getDouble(3);
    Optional<Double> found = row.wasNull() ? Optional.empty() : Optional.of(mean);
    long defaulted = row.getLong(4);
    Optional<Long> standard = row.wasNull() ? Optional.empty() : Optional.of(defaulted);
    long[] bins = new long[bounds + 1];
    long below = 0;
    for (int b = 0; b < bounds; b++) {
      long upTo = row.getLong(5 + b);
      bins[b] = upTo - below;
      below = upTo;
    }
    bins[bounds] = values - below;
    return new Counted(new Side(count, count - values, standard, found), bins);
  }

  /** A column of a training set as the number that a model sees; NaN is none. */
  private String training(int i) {
    String column = identifier(features.get(i).name());
    String number = features.get(i).timestamp() ? "epoch_us(" + column + ")" : column;
    return "nullif(CAST(CAST(CAST(%s AS DOUBLE) AS FLOAT) AS DOUBLE), CAST('NaN' AS DOUBLE))"
        .formatted(number);
  }

  private String each(Value of) {
    return IntStream.range(0, features.size()).mapToObj(of::of).collect(Collectors.joining(", "));
  }

  private static List<Double> doubles(ResultSet row, int column) throws SQLException {
    java.sql.Array array = row.getArray(column);
    if (array == null) {
      return List.of();
    }
    return Arrays.stream((Object[]) array.getArray())
        .map(value -> ((Number) value).doubleValue())
        .toList();
  }
}

package io.boathouse.featurestore.browse;

import static io.boathouse.platform.duckdb.SqlText.identifier;
import static io.boathouse.platform.duckdb.SqlText.literal;

import io.boathouse.featurestore.browse.FeatureProfile.Frequent;
import io.boathouse.featurestore.browse.FeatureProfile.Numbers;
import io.boathouse.featurestore.browse.FeatureProfile.Period;
import io.boathouse.featurestore.online.ValueType;
import io.boathouse.featurestore.table.FeatureColumn;
import io.boathouse.featurestore.table.FeatureTable;
import io.boathouse.platform.duckdb.DuckSession;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Questions about the values of one feature, to a session that shows its table. */
final class ProfileSql {
  private static final int BINS = 20;
  private static final int TOP = 20;
  private static final int PERIODS = 60;
  private static final List<Duration> STEPS =
      List.of(
          Duration.ofHours(1),
          Duration.ofDays(1),
          Duration.ofDays(7),
          Duration.ofDays(30),
          Duration.ofDays(365));

  private final DuckSession session;
  private final FeatureTable table;
  private final FeatureColumn feature;
  private final String view;

  /**
   * @param view that shows the table
   */
  ProfileSql(DuckSession session, FeatureTable table, FeatureColumn feature, String view) {
    this.session = session;
    this.table = table;
    this.feature = feature;
    this.view = identifier(view);
  }

  private record Totals(
      long rows, long nulls, long distinct, Optional<Instant> first, Optional<Instant> last) {}

  FeatureProfile profile(long version, FeatureNote note) {
    Totals totals = totals();
    return new FeatureProfile(
        version,
        totals.rows(),
        totals.nulls(),
        totals.distinct(),
        feature.type() == ValueType.STRING ? Optional.empty() : numbers(),
        feature.type() == ValueType.STRING ? common() : List.of(),
        overTime(totals),
        note.hasRange() && feature.type() != ValueType.STRING
            ? Optional.of(outOfRange(note))
            : Optional.empty(),
        totals.last());
  }

  private long outOfRange(FeatureNote note) {
    String outside =
        Stream.concat(
                note.least().stream().map(least -> "x < " + literal(least)),
                note.greatest().stream().map(greatest -> "x > " + literal(greatest)))
            .collect(Collectors.joining(" OR "));
    return session
        .query(
            "SELECT count(*) FROM (SELECT %s AS x FROM %s) WHERE %s"
                .formatted(number(), view, outside),
            row -> row.getLong(1))
        .getFirst();
  }

  /** The feature as a finite number, null for others. */
  String number() {
    String column = identifier(feature.name());
    String number =
        switch (feature.type()) {
          case TIMESTAMP -> "epoch_us(" + column + ") / 1000000.0";
          case BOOLEAN -> "CAST(CAST(" + column + " AS TINYINT) AS DOUBLE)";
          case LONG, DOUBLE, STRING -> "CAST(" + column + " AS DOUBLE)";
        };
    return "CASE WHEN isfinite(%1$s) THEN %1$s END".formatted(number);
  }

  private Totals totals() {
    String sql =
        """
        SELECT count(*), count(*) - count(%1$s), approx_count_distinct(%1$s),
          min(epoch_us(%2$s)), max(epoch_us(%2$s)) FROM %3$s
        """
            .formatted(identifier(feature.name()), event(), view);
    return session
        .query(
            sql,
            row -> {
              long first = row.getLong(4);
              boolean any = !row.wasNull();
              long last = row.getLong(5);
              return new Totals(
                  row.getLong(1),
                  row.getLong(2),
                  row.getLong(3),
                  any ? Optional.of(instant(first)) : Optional.empty(),
                  any ? Optional.of(instant(last)) : Optional.empty());
            })
        .getFirst();
  }

  private Optional<Numbers> numbers() {
    String quantiles =
        Numbers.QUANTILES.stream()
            .map(share -> "quantile_cont(x, " + share + ")")
            .collect(Collectors.joining(", "));
    String sql =
        "SELECT count(x), min(x), max(x), avg(x), %s FROM (SELECT %s AS x FROM %s)"
            .formatted(quantiles, number(), view);
    return session
        .query(
            sql,
            row -> {
              if (row.getLong(1) == 0) {
                return Optional.<Numbers>empty();
              }
              List<Double> found = new ArrayList<>();
              for (int i = 0; i < Numbers.QUANTILES.size(); i++) {
                found.add(row.getDouble(5 + i));
              }
              double min = row.getDouble(2);
              double max = row.getDouble(3);
              return Optional.of(new Numbers(min, max, row.getDouble(4), found, List.of()));
            })
        .getFirst()
        .map(
            numbers ->
                new Numbers(
                    numbers.min(),
                    numbers.max(),
                    numbers.mean(),
                    numbers.quantiles(),
                    bins(numbers.min(), numbers.max())));
  }

  private List<Long> bins(double min, double max) {
    double width = (max - min) / BINS;
    List<Long> bins = new ArrayList<>(Collections.nCopies(BINS, 0L));
    String place =
        width > 0
            ? "CAST(least(floor((x - %s) / %s), %d) AS INTEGER)"
                .formatted(literal(min), literal(width), BINS - 1)
            : "0";
    String sql =
        "SELECT %s AS bin, count(*) FROM (SELECT %s AS x FROM %s) WHERE x IS NOT NULL GROUP BY bin"
            .formatted(place, number(), view);
    List<Long> unused =
        session.query(sql, row -> bins.set(Math.clamp(row.getInt(1), 0, BINS - 1), row.getLong(2)));
    return bins;
  }

  /** The most frequent values of a text. */
  List<Frequent> common() {
    String sql =
        "SELECT %1$s AS v, count(*) AS n FROM %2$s WHERE %1$s IS NOT NULL GROUP BY v ORDER BY n DESC, v LIMIT %3$d"
            .formatted(identifier(feature.name()), view, TOP);
    return session.query(sql, row -> new Frequent(row.getString(1), row.getLong(2)));
  }

  /** In steps of which there are not too many, the newest last. */
  private List<Period> overTime(Totals totals) {
    if (totals.first().isEmpty() || totals.last().isEmpty()) {
      return List.of();
    }
    Duration span = Duration.between(totals.first().get(), totals.last().get());
    Duration step =
        STEPS.stream()
            .filter(one -> span.dividedBy(one) < PERIODS)
            .findFirst()
            .orElse(STEPS.getLast());
    String mean = feature.type() == ValueType.STRING ? "CAST(NULL AS DOUBLE)" : number();
    String sql =
        """
        SELECT * FROM (
          SELECT CAST(floor(epoch_us(%1$s) / %2$d) AS BIGINT) AS p, count(*), count(*) - count(%3$s),
            avg(%4$s) FROM %5$s WHERE %1$s IS NOT NULL GROUP BY p ORDER BY p DESC LIMIT %6$d)
        ORDER BY p
        """
            .formatted(
                event(), step.toNanos() / 1000, identifier(feature.name()), mean, view, PERIODS);
    return session.query(
        sql,
        row -> {
          double average = row.getDouble(4);
          Optional<Double> numbers = row.wasNull() ? Optional.empty() : Optional.of(average);
          return new Period(
              instant(row.getLong(1) * (step.toNanos() / 1000)),
              row.getLong(2),
              row.getLong(3),
              numbers);
        });
  }

  private String event() {
    return identifier(table.shape().eventTime());
  }

  private static Instant instant(long micros) {
    return Instant.EPOCH.plus(micros, ChronoUnit.MICROS);
  }
}

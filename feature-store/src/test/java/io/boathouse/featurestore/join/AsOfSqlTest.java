package io.boathouse.featurestore.join;

import static org.assertj.core.api.Assertions.assertThat;

import io.boathouse.platform.duckdb.DuckAccess;
import io.boathouse.platform.duckdb.DuckDb;
import io.boathouse.platform.duckdb.DuckDbConfig;
import io.boathouse.platform.duckdb.DuckSession;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Case 84: equal timestamps, nulls, tolerance edges, late corrections, duplicate keys. */
class AsOfSqlTest {
  @TempDir Path folder;
  private DuckSession session;

  @BeforeEach
  void open() {
    session = new DuckDb(new DuckDbConfig("256MB", 2, folder)).open(DuckAccess.scratchOnly());
  }

  @AfterEach
  void close() {
    session.close();
  }

  private record Label(int id, @Nullable String key, long t) {}

  private record Row(@Nullable String key, long event, long known, @Nullable Integer value) {}

  @Test
  void case84_twoTimeAxesEqualTheOracleOnRandomData() {
    for (long seed = 1; seed <= 12; seed++) {
      Random random = new Random(seed);
      List<Label> labels = labels(random, 200);
      List<Row> rows = rows(random, 300);
      load(labels, rows);
      for (Optional<Duration> tolerance :
          List.of(Optional.<Duration>empty(), Optional.of(Duration.ofSeconds(7)))) {
        AsOfLookup lookup = lookup(Optional.of("known"), Duration.ZERO, tolerance);
        assertThat(join(lookup))
            .as("seed %d tolerance %s", seed, tolerance)
            .isEqualTo(oracle(labels, rows, tolerance, Row::known));
      }
    }
  }

  @Test
  void case84_eventTimeWithADeclaredDelayEqualsTheOracle() {
    for (long seed = 21; seed <= 28; seed++) {
      Random random = new Random(seed);
      List<Label> labels = labels(random, 200);
      List<Row> rows = rows(random, 300);
      load(labels, rows);
      AsOfLookup lookup = lookup(Optional.empty(), Duration.ofSeconds(3), Optional.empty());
      assertThat(join(lookup))
          .as("seed %d", seed)
          .isEqualTo(oracle(labels, rows, Optional.empty(), row -> row.event() + 3));
    }
  }

  @Test
  void correctionThatBecomesKnownLaterIsNotSeenBefore() {
    load(
        List.of(new Label(0, "a", 10), new Label(1, "a", 20)),
        List.of(new Row("a", 5, 5, 1), new Row("a", 5, 15, 2)));
    assertThat(join(lookup(Optional.of("known"), Duration.ZERO, Optional.empty())))
        .containsExactly("0=1 true", "1=2 true");
  }

  @Test
  void backfilledOldRowNeverDisplacesANewerOne() {
    load(List.of(new Label(0, "a", 30)), List.of(new Row("a", 20, 20, 7), new Row("a", 10, 25, 1)));
    assertThat(join(lookup(Optional.of("known"), Duration.ZERO, Optional.empty())))
        .containsExactly("0=7 true");
  }

  @Test
  void defaultStandsWhereNothingMatchesAndFoundSaysSo() {
    load(List.of(new Label(0, "nobody", 30)), List.of(new Row("a", 20, 20, 7)));
    AsOfLookup lookup =
        new AsOfLookup(
            "feat",
            List.of("label_key"),
            List.of("k"),
            "event",
            Optional.empty(),
            Duration.ZERO,
            true,
            Optional.empty(),
            List.of(new AsOfLookup.Output("v", "feature", Optional.of(99))));
    assertThat(join(lookup)).containsExactly("0=99 false");
  }

  private static AsOfLookup lookup(
      Optional<String> known, Duration delay, Optional<Duration> tolerance) {
    return new AsOfLookup(
        "feat",
        List.of("label_key"),
        List.of("k"),
        "event",
        known,
        delay,
        false,
        tolerance,
        List.of(new AsOfLookup.Output("v", "feature", Optional.empty())));
  }

  private List<String> join(AsOfLookup lookup) {
    AsOfSql join = new AsOfSql(session, "labels", "t", List.of("id"), List.of(lookup));
    join.takeLabels();
    join.match();
    List<String> rows =
        session.query(
            "SELECT id, feature, __found_0 FROM (" + join.select() + ")",
            row -> row.getInt(1) + "=" + row.getObject(2) + " " + row.getBoolean(3));
    session.execute("DROP TABLE asof_labels; DROP TABLE asof_found_0");
    return rows;
  }

  private void load(List<Label> labels, List<Row> rows) {
    session.execute(
        "CREATE OR REPLACE TABLE labels (id INTEGER, label_key VARCHAR, t TIMESTAMPTZ)");
    session.execute(
        "CREATE OR REPLACE TABLE feat (k VARCHAR, event TIMESTAMPTZ, known TIMESTAMPTZ, v"
            + " INTEGER)");
    for (Label label : labels) {
      session.execute(
          "INSERT INTO labels VALUES (%d, %s, make_timestamptz(%d))"
              .formatted(label.id(), quoted(label.key()), label.t() * 1_000_000));
    }
    for (Row row : rows) {
      session.execute(
          "INSERT INTO feat VALUES (%s, make_timestamptz(%d), make_timestamptz(%d), %s)"
              .formatted(
                  quoted(row.key()),
                  row.event() * 1_000_000,
                  row.known() * 1_000_000,
                  row.value()));
    }
  }

  private static String quoted(@Nullable String key) {
    return key == null ? "NULL" : "'" + key + "'";
  }

  private interface Known {
    long of(Row row);
  }

  private static List<String> oracle(
      List<Label> labels, List<Row> rows, Optional<Duration> tolerance, Known known) {
    List<String> expected = new ArrayList<>();
    Comparator<Row> order =
        Comparator.comparingLong(Row::event)
            .thenComparingLong(known::of)
            .thenComparing(Row::value, Comparator.nullsFirst(Comparator.naturalOrder()));
    for (Label label : labels) {
      Optional<Row> best =
          rows.stream()
              .filter(row -> row.key() != null && row.key().equals(label.key()))
              .filter(row -> row.event() <= label.t() && known.of(row) <= label.t())
              .max(order)
              .filter(
                  row ->
                      tolerance.isEmpty()
                          || label.t() - row.event() <= tolerance.get().toSeconds());
      expected.add(label.id() + "=" + best.map(Row::value).orElse(null) + " " + best.isPresent());
    }
    return expected;
  }

  private static List<Label> labels(Random random, int count) {
    List<Label> labels = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      labels.add(new Label(i, key(random), random.nextInt(60)));
    }
    return labels;
  }

  private static List<Row> rows(Random random, int count) {
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      long event = random.nextInt(60);
      rows.add(
          new Row(
              key(random),
              event,
              event + random.nextInt(20) - 3,
              random.nextInt(8) == 0 ? null : random.nextInt(1000)));
    }
    return rows;
  }

  private static @Nullable String key(Random random) {
    return random.nextInt(20) == 0 ? null : "k" + random.nextInt(12);
  }
}

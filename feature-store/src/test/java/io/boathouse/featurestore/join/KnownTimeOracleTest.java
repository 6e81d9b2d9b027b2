package io.boathouse.featurestore.join;

import static io.boathouse.featurestore.TestFeatureStore.name;
import static org.assertj.core.api.Assertions.assertThat;

import io.boathouse.featurestore.TestFeatureStore;
import io.boathouse.featurestore.spec.FeatureLookup;
import io.boathouse.featurestore.spec.SpecDefinition;
import io.boathouse.featurestore.table.KnownAt;
import io.boathouse.featurestore.table.NewFeatureTable;
import io.boathouse.platform.duckdb.DuckAccess;
import io.boathouse.platform.duckdb.DuckSession;
import io.boathouse.platform.duckdb.SqlText;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Case 84: whole training sets and their naive twins against a recount by the rules, row by row.
 */
class KnownTimeOracleTest {
  private static final long SEEDS = Long.getLong("boathouse.oracle.seeds", 1);
  private static final Instant BASE = Instant.parse("2020-01-01T00:00:00Z");

  @TempDir static Path folder;
  private static TestFeatureStore store;

  @BeforeAll
  static void open() {
    store = new TestFeatureStore(folder);
  }

  @AfterAll
  static void close() {
    store.close();
  }

  private record Label(@Nullable String key, Instant time) {}

  private record Row(
      @Nullable String key,
      @Nullable Instant event,
      @Nullable Instant loaded,
      @Nullable Long hours,
      @Nullable Long value) {}

  private record Rule(String word, KnownAt knownAt, Function<Row, @Nullable Instant> known) {}

  private static final List<Rule> RULES =
      List.of(
          new Rule("column", new KnownAt.Column("loaded"), Row::loaded),
          new Rule(
              "delay",
              new KnownAt.Delay(Duration.ofMinutes(5)),
              row -> row.event() == null ? null : row.event().plus(Duration.ofMinutes(5))),
          new Rule(
              "expression",
              new KnownAt.Expression(
                  "CASE WHEN hours > 6 THEN CAST(NULL AS TIMESTAMP) ELSE coalesce(loaded, event)"
                      + " END"),
              row ->
                  row.hours() != null && row.hours() > 6
                      ? null
                      : row.loaded() != null ? row.loaded() : row.event()));

  @Test
  void case84_everyKnownAtRuleAndItsNaiveTwinEqualTheOracleOnRandomData() {
    for (long seed = 1; seed <= SEEDS; seed++) {
      Random random = new Random(seed);
      for (Rule rule : RULES) {
        String table = rule.word() + seed;
        List<Row> rows = IntStream.range(0, 250).mapToObj(i -> row(random)).toList();
        List<Label> labels =
            IntStream.range(0, 150)
                .mapToObj(i -> new Label(key(random), minute(random.nextInt(70))))
                .toList();
        Optional<Duration> tolerance =
            random.nextBoolean() ? Optional.of(Duration.ofMinutes(9)) : Optional.empty();
        store.table(table, select(rows));
        store.table(table + "_labels", labels(labels));
        TrainingSet set = set(table, rule.knownAt(), tolerance);
        assertThat(values(set))
            .as("seed %d, %s, tolerance %s", seed, rule.word(), tolerance)
            .isEqualTo(oracle(labels, rows, tolerance, rule.known(), false));
        assertThat(values(store.module.trainingSets().naive(store.admin, set.id())))
            .as("seed %d, naive twin of %s, tolerance %s", seed, rule.word(), tolerance)
            .isEqualTo(oracle(labels, rows, tolerance, rule.known(), true));
      }
    }
  }

  @Test
  void case84_commitTimeAndItsNaiveTwinEqualTheOracleOnRandomChanges() {
    long seed = 7;
    Random random = new Random(seed);
    store.change(
        "CREATE TABLE main.default.fed (k STRING, event TIMESTAMP, loaded TIMESTAMP, hours BIGINT,"
            + " v BIGINT) TBLPROPERTIES ('delta.enableChangeDataFeed' = 'true')");
    List<List<Row>> commits = new ArrayList<>();
    List<Row> live = new ArrayList<>();
    for (int commit = 0; commit < 6; commit++) {
      String key = "k" + random.nextInt(6);
      if (commit % 3 == 1) {
        store.change("UPDATE main.default.fed SET v = v + 1000 WHERE k = '" + key + "'");
        List<Row> changed = live.stream().filter(row -> key.equals(row.key())).toList();
        List<Row> after =
            changed.stream()
                .map(
                    row ->
                        new Row(
                            row.key(),
                            row.event(),
                            row.loaded(),
                            row.hours(),
                            row.value() == null ? null : row.value() + 1000))
                .toList();
        live.removeAll(changed);
        live.addAll(after);
        commits.add(after);
      } else if (commit % 3 == 2) {
        store.change("DELETE FROM main.default.fed WHERE k = '" + key + "'");
        live.removeIf(row -> key.equals(row.key()));
        commits.add(List.of());
      } else {
        List<Row> rows = IntStream.range(0, 60).mapToObj(i -> row(random)).toList();
        store.change("INSERT INTO main.default.fed " + select(rows));
        live.addAll(rows);
        commits.add(rows);
      }
    }
    List<Instant> times =
        store
            .query(
                store.admin,
                "SELECT DISTINCT strftime(_commit_timestamp, '%Y-%m-%dT%H:%M:%S.%fZ') AS t FROM"
                    + " table_changes('fed', 0) ORDER BY t")
            .stream()
            .map(Instant::parse)
            .toList();
    assertThat(times).as("one time a commit").hasSize(commits.size());
    List<Row> history = new ArrayList<>();
    for (int commit = 0; commit < commits.size(); commit++) {
      for (Row row : commits.get(commit)) {
        history.add(new Row(row.key(), row.event(), times.get(commit), null, row.value()));
      }
    }
    List<Label> labels =
        IntStream.range(0, 120)
            .mapToObj(
                i ->
                    new Label(
                        key(random),
                        times.get(random.nextInt(times.size())).plusMillis(random.nextInt(3) - 1)))
            .toList();
    store.table("fed_labels", labels(labels));
    TrainingSet set = set("fed", new KnownAt.CommitTime(), Optional.empty());
    assertThat(values(set))
        .as("seed %d", seed)
        .isEqualTo(oracle(labels, history, Optional.empty(), Row::loaded, false));
    assertThat(values(store.module.trainingSets().naive(store.admin, set.id())))
        .as("seed %d, naive twin", seed)
        .isEqualTo(oracle(labels, history, Optional.empty(), Row::loaded, true));
  }

  /** What each label gets, in the order of labels, by the rules of the README. */
  private static List<String> oracle(
      List<Label> labels,
      List<Row> rows,
      Optional<Duration> tolerance,
      Function<Row, @Nullable Instant> known,
      boolean naive) {
    Comparator<Row> order =
        Comparator.comparing((Row row) -> Objects.requireNonNull(row.event()))
            .thenComparing(row -> Objects.requireNonNull(known.apply(row)))
            .thenComparing(Row::value, Comparator.nullsFirst(Comparator.naturalOrder()));
    return labels.stream()
        .map(
            label ->
                rows.stream()
                    .filter(row -> row.key() != null && row.key().equals(label.key()))
                    .filter(row -> row.event() != null && !row.event().isAfter(label.time()))
                    .filter(row -> known.apply(row) != null)
                    .filter(
                        row ->
                            naive
                                || !Objects.requireNonNull(known.apply(row)).isAfter(label.time()))
                    .max(order)
                    .filter(
                        row ->
                            tolerance.isEmpty()
                                || !Objects.requireNonNull(row.event())
                                    .plus(tolerance.get())
                                    .isBefore(label.time()))
                    .map(row -> String.valueOf(row.value()))
                    .orElse("null"))
        .toList();
  }

  private static TrainingSet set(String table, KnownAt knownAt, Optional<Duration> tolerance) {
    var unusedTable =
        store
            .module
            .featureTables()
            .register(
                store.admin,
                new NewFeatureTable(name(table), List.of("k"), "event", knownAt, Map.of()));
    FeatureLookup lookup =
        new FeatureLookup(
            name(table), List.of("v"), List.of("k"), tolerance, Map.of(), Map.of(), "");
    var unusedSpec =
        store
            .module
            .specs()
            .create(
                store.admin,
                name(table + "_spec"),
                new SpecDefinition(List.of(), List.of(lookup), Optional.of("at_time"), List.of()),
                Optional.empty());
    return store
        .module
        .trainingSets()
        .create(
            store.admin,
            new TrainingSetRequest(
                name(table + "_spec"),
                1,
                "SELECT * FROM " + table + "_labels",
                "at_time",
                "late",
                List.of("id")));
  }

  private static List<String> values(TrainingSet set) {
    Path file = store.storage.localCopy(set.data());
    try (DuckSession session = store.duckDb.open(DuckAccess.reading(file))) {
      return session.query(
          "SELECT v FROM read_parquet(%s) ORDER BY id".formatted(SqlText.literal(file.toString())),
          row -> String.valueOf(row.getObject(1)));
    }
  }

  private static Row row(Random random) {
    @Nullable Instant event = random.nextInt(25) == 0 ? null : minute(random.nextInt(60));
    return new Row(
        key(random),
        event,
        event == null || random.nextInt(10) == 0
            ? null
            : event.plus(Duration.ofMinutes(random.nextInt(25) - 4)),
        random.nextInt(10) == 0 ? null : (long) random.nextInt(9),
        random.nextInt(8) == 0 ? null : (long) random.nextInt(1000));
  }

  private static @Nullable String key(Random random) {
    return random.nextInt(20) == 0 ? null : "k" + random.nextInt(6);
  }

  private static Instant minute(int number) {
    return BASE.plus(Duration.ofMinutes(number));
  }

  private static String select(List<Row> rows) {
    return rows.stream()
        .map(
            row ->
                "(%s, %s, %s, %s, %s)"
                    .formatted(
                        text(row.key()),
                        time(row.event()),
                        time(row.loaded()),
                        number(row.hours()),
                        number(row.value())))
        .collect(
            Collectors.joining(
                ", ", "SELECT * FROM (VALUES ", ") AS v(k, event, loaded, hours, v)"));
  }

  private static String labels(List<Label> labels) {
    return IntStream.range(0, labels.size())
        .mapToObj(
            i ->
                "(%d, %s, %s, %s)"
                    .formatted(
                        i, text(labels.get(i).key()), time(labels.get(i).time()), i % 2 == 0))
        .collect(
            Collectors.joining(", ", "SELECT * FROM (VALUES ", ") AS v(id, k, at_time, late)"));
  }

  private static String text(@Nullable String value) {
    return value == null ? "CAST(NULL AS VARCHAR)" : SqlText.literal(value);
  }

  private static String time(@Nullable Instant value) {
    return value == null
        ? "CAST(NULL AS TIMESTAMPTZ)"
        : "timestamptz " + SqlText.literal(value.toString());
  }

  private static String number(@Nullable Long value) {
    return "CAST(" + value + " AS BIGINT)";
  }
}

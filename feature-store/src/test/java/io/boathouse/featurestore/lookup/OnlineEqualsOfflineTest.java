package io.boathouse.featurestore.lookup;

import static io.boathouse.featurestore.TestFeatureStore.name;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.boathouse.featurestore.TestFeatureStore;
import io.boathouse.featurestore.join.MatrixExport;
import io.boathouse.featurestore.join.TrainingMatrix;
import io.boathouse.featurestore.join.TrainingSet;
import io.boathouse.featurestore.join.TrainingSetRequest;
import io.boathouse.featurestore.online.CellStatus;
import io.boathouse.featurestore.online.ValueType;
import io.boathouse.featurestore.spec.FeatureFunction;
import io.boathouse.featurestore.spec.FeatureLookup;
import io.boathouse.featurestore.spec.FeatureSpec;
import io.boathouse.featurestore.spec.OutputColumn;
import io.boathouse.featurestore.spec.RequestColumn;
import io.boathouse.featurestore.spec.SpecDefinition;
import io.boathouse.featurestore.table.Aggregate;
import io.boathouse.featurestore.table.KnownAt;
import io.boathouse.featurestore.table.NewFeatureTable;
import io.boathouse.featurestore.table.Window;
import io.boathouse.featurestore.table.WindowedDefinition;
import io.boathouse.platform.duckdb.DuckAccess;
import io.boathouse.platform.duckdb.DuckSession;
import io.boathouse.platform.duckdb.SqlText;
import io.boathouse.platform.error.ErrorCode;
import io.boathouse.platform.error.LakeException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Case 85. Seen to fail with {@code <} for {@code >=} in AsOfSql's label time, without the widening
 * in FeatureRelation, and without the tolerance check in AssembledRows. That functions get their
 * operands in the order of ComputedColumns has not been broken to see it.
 */
class OnlineEqualsOfflineTest {
  private static final long START = 1_000_000_000L;

  @TempDir static Path folder;
  private static TestFeatureStore store;
  private static FeatureSpec spec;
  private static final List<Rating> ratings = new ArrayList<>();
  private static final List<Label> labels = new ArrayList<>();

  /** Of a hidden feature, of text, of times, and of other functions. */
  private static final List<FeatureFunction> FUNCTIONS =
      List.of(
          new FeatureFunction("per_amount", "rating / amount"),
          new FeatureFunction("busy", "w_n_10s > 1 AND (r_good OR amount < 0.5)"),
          new FeatureFunction("tag", "upper(r_word) || '-' || coalesce(k, '')"),
          new FeatureFunction("hour", "date_trunc('hour', at_time)"),
          new FeatureFunction("age", "date_diff('second', r_seen, at_time) * n"),
          new FeatureFunction(
              "chained", "CASE WHEN busy THEN per_amount ELSE sin(rating + w_mean_1m) END"));

  private record Rating(
      String k,
      int n,
      long event,
      long known,
      float score,
      @Nullable Integer level,
      @Nullable String word,
      @Nullable Long seen,
      boolean good) {}

  private record Label(int id, long at, @Nullable String k, int n, double amount) {}

  @BeforeAll
  static void open() {
    store = new TestFeatureStore(folder);
    Random random = new Random(85);
    store.table("events85", events(random));
    store.table("ratings85", ratings(random));
    store.table("labels85", labels(random));
    var windowed =
        new WindowedDefinition(
            "SELECT k, at_time, late, size FROM events85",
            List.of("k"),
            "at_time",
            List.of(Window.parse("10s"), Window.parse("1m")),
            List.of(
                new Aggregate("share", Aggregate.Function.AVG, Optional.of("late")),
                new Aggregate("mean", Aggregate.Function.AVG, Optional.of("size")),
                new Aggregate("n", Aggregate.Function.COUNT, Optional.empty())));
    var tables = store.module.featureTables();
    tables.create(store.admin, name("windows85"), windowed, Optional.empty());
    tables.register(
        store.admin,
        new NewFeatureTable(
            name("ratings85"), List.of("k", "n"), "event", new KnownAt.Column("known"), Map.of()));
    spec =
        store
            .module
            .specs()
            .create(
                store.admin,
                name("spec85"),
                new SpecDefinition(
                    List.of(new RequestColumn("amount", ValueType.DOUBLE)),
                    List.of(
                        FeatureLookup.all(name("windows85"), List.of("k"), "w_"),
                        new FeatureLookup(
                            name("ratings85"),
                            List.of(),
                            List.of("k", "n"),
                            Optional.of(Duration.ofSeconds(30)),
                            Map.of("level", 7, "word", "none"),
                            Map.of("score", "rating"),
                            "r_")),
                    FUNCTIONS,
                    Optional.of("at_time"),
                    List.of("w_n_10s", "per_amount")),
                Optional.empty());
  }

  @AfterAll
  static void close() {
    store.close();
  }

  private static String time(@Nullable Long second) {
    return second == null
        ? "CAST(NULL AS TIMESTAMPTZ)"
        : SqlText.literal(Instant.ofEpochSecond(START + second));
  }

  private static String values(List<String> rows, String columns) {
    return "SELECT * FROM (VALUES " + String.join(",", rows) + ") AS v(" + columns + ")";
  }

  private static String events(Random random) {
    List<String> rows = new ArrayList<>();
    for (int i = 0; i < 300; i++) {
      rows.add(
          "(%s, %s, %s, %d)"
              .formatted(
                  SqlText.literal(random.nextInt(20) == 0 ? null : "k" + random.nextInt(4)),
                  time((long) random.nextInt(120)),
                  random.nextInt(5) == 0 ? "NULL" : random.nextBoolean(),
                  random.nextInt(1000) - 500));
    }
    return values(rows, "k, at_time, late, size");
  }

  private static String ratings(Random random) {
    List<String> rows = new ArrayList<>();
    for (int i = 0; i < 200; i++) {
      long event = random.nextInt(120);
      Rating rating =
          new Rating(
              "k" + random.nextInt(4),
              random.nextInt(3),
              event,
              event + random.nextInt(15),
              random.nextFloat(),
              random.nextInt(4) == 0 ? null : random.nextInt(100),
              random.nextInt(4) == 0 ? null : "wört'" + random.nextInt(9),
              random.nextInt(4) == 0 ? null : (long) random.nextInt(100),
              random.nextBoolean());
      ratings.add(rating);
      rows.add(
          "(%s, %d, %s, %s, %s, CAST(%s AS SMALLINT), %s, %s, %s)"
              .formatted(
                  SqlText.literal(rating.k),
                  rating.n,
                  time(rating.event),
                  time(rating.known),
                  SqlText.literal(rating.score),
                  rating.level,
                  SqlText.literal(rating.word),
                  time(rating.seen),
                  rating.good));
    }
    return values(rows, "k, n, event, known, score, level, word, seen, good");
  }

  private static String labels(Random random) {
    List<String> rows = new ArrayList<>();
    for (int i = 0; i < 160; i++) {
      int who = random.nextInt(12);
      Label label =
          new Label(
              i,
              5 + 13L * random.nextInt(10),
              who == 0 ? null : who == 1 ? "nobody" : "k" + random.nextInt(4),
              random.nextInt(4),
              random.nextDouble());
      labels.add(label);
      rows.add(
          "(%d, %s, %s, %d, %s, %s)"
              .formatted(
                  label.id,
                  time(label.at),
                  SqlText.literal(label.k),
                  label.n,
                  SqlText.literal(label.amount),
                  random.nextBoolean()));
    }
    return values(rows, "id, at_time, k, n, amount, late");
  }

  private static TrainingSetRequest request() {
    return new TrainingSetRequest(
        name("spec85"), spec.version(), "SELECT * FROM labels85", "at_time", "late", List.of("id"));
  }

  @Test
  void case85_everyVectorAssembledOnlineEqualsThePointInTimeJoinBitForBit() {
    TrainingSet set = store.module.trainingSets().create(store.admin, request());
    Map<Integer, List<Object>> offline = offline(set);
    assertThat(offline).hasSize(labels.size());
    LookupPlan plan = null;
    long pushedUntil = Long.MIN_VALUE;
    int found = 0;
    for (long at : labels.stream().map(Label::at).collect(Collectors.toCollection(TreeSet::new))) {
      Instant now = Instant.ofEpochSecond(START + at);
      var publishing = store.module.publishing();
      publishing.publish(store.admin, name("windows85"), Optional.of(now.plusNanos(1000)));
      push(pushedUntil, at);
      pushedUntil = at;
      plan = plan == null ? store.module.lookups().plan(store.admin, name("spec85"), 1) : plan;
      List<Label> asked = labels.stream().filter(label -> label.at == at).toList();
      AssembledRows rows =
          plan.assemble(asked.stream().map(OnlineEqualsOfflineTest::question).toList());
      for (int row = 0; row < asked.size(); row++) {
        assertThat(online(rows, row))
            .as("label %s", asked.get(row))
            .isEqualTo(offline.get(asked.get(row).id));
        found += rows.status(row, plan.column("rating")) == CellStatus.PRESENT ? 1 : 0;
      }
    }
    assertThat(found).isBetween(labels.size() / 5, labels.size() - 5);
    long without = offline.values().stream().filter(row -> row.contains("NaN")).count();
    assertThat(without).isPositive();
  }

  private static void push(long after, long until) {
    List<Map<String, Object>> rows = new ArrayList<>();
    for (Rating rating : ratings) {
      if (rating.known > after && rating.known <= until) {
        Map<String, Object> row = new HashMap<>();
        row.put("k", rating.k);
        row.put("n", rating.n);
        row.put("event", Instant.ofEpochSecond(START + rating.event));
        row.put("known", Instant.ofEpochSecond(START + rating.known).toString());
        row.put("score", rating.score);
        row.put("level", rating.level);
        row.put("word", rating.word);
        row.put("seen", rating.seen == null ? null : Instant.ofEpochSecond(START + rating.seen));
        row.put("good", rating.good);
        rows.add(row);
      }
    }
    store.module.publishing().push(store.admin, name("ratings85"), rows);
  }

  private static Map<String, Object> question(Label label) {
    Map<String, Object> row = new HashMap<>();
    row.put("amount", label.amount);
    row.put("k", label.k);
    row.put("n", label.n);
    row.put("at_time", Instant.ofEpochSecond(START + label.at).toString());
    return row;
  }

  /** The bits of numbers, the text of texts. */
  private static List<Object> online(AssembledRows rows, int row) {
    List<Object> cells = new ArrayList<>();
    for (int i = 0; i < rows.columns().size(); i++) {
      OutputColumn column = rows.columns().get(i);
      cells.add(
          column.type() == ValueType.STRING
              ? String.valueOf(rows.value(row, i))
              : bits(rows.doubleValue(row, i)));
    }
    return cells;
  }

  private static Object bits(double value) {
    return Double.isNaN(value) ? "NaN" : Double.doubleToRawLongBits(value);
  }

  private static Map<Integer, List<Object>> offline(TrainingSet set) {
    Path file = store.storage.localCopy(set.data());
    String columns =
        spec.outputs().stream()
            .map(
                output -> {
                  String name = SqlText.identifier(output.name());
                  return switch (output.type()) {
                    case TIMESTAMP -> "epoch_us(" + name + ")";
                    case STRING -> name;
                    case LONG, DOUBLE, BOOLEAN -> "CAST(" + name + " AS DOUBLE)";
                  };
                })
            .collect(Collectors.joining(", "));
    Map<Integer, List<Object>> rows = new HashMap<>();
    try (DuckSession session = store.duckDb.open(DuckAccess.reading(file))) {
      var unused =
          session.query(
              "SELECT id, %s FROM read_parquet(%s)"
                  .formatted(columns, SqlText.literal(file.toString())),
              row -> {
                List<Object> cells = new ArrayList<>();
                for (int i = 0; i < spec.outputs().size(); i++) {
                  if (spec.outputs().get(i).type() == ValueType.STRING) {
                    cells.add(String.valueOf(row.getString(i + 2)));
                  } else {
                    double value = row.getDouble(i + 2);
                    cells.add(row.wasNull() ? "NaN" : bits(value));
                  }
                }
                return rows.put(row.getInt(1), cells);
              });
    }
    return rows;
  }

  @Test
  void trainingSetMadeAgainFromItsVersionsHasTheSameDigestThoughTheTablesMovedOn() {
    store.table(
        "labels_moving",
        "SELECT * FROM (VALUES (1, now(), 'k1', 1, 0.5::DOUBLE, true))"
            + " AS v(id, at_time, k, n, amount, late)");
    var request =
        new TrainingSetRequest(
            name("spec85"), 1, "SELECT * FROM labels_moving", "at_time", "late", List.of("id"));
    TrainingSet set = store.module.trainingSets().create(store.admin, request);
    assertThat(set.rows()).isEqualTo(1);
    assertThat(set.labelVersions()).containsOnlyKeys("main.default.labels_moving");
    assertThat(set.featureVersions())
        .containsOnlyKeys("main.default.ratings85", "main.default.windows85");
    store.overwrite(
        "labels_moving",
        "SELECT * FROM (VALUES (2, now(), 'k1', 1, 0.25::DOUBLE, true))"
            + " AS v(id, at_time, k, n, amount, late)");
    assertThat(store.module.trainingSets().recreate(store.admin, set.id())).isEqualTo(set);
    assertThat(store.module.trainingSets().create(store.admin, request).sha256())
        .isNotEqualTo(set.sha256());
  }

  @Test
  void matrixHasTheNumbersOfTheSpecInItsOrderAndNaNForNull() {
    TrainingSet set = store.module.trainingSets().create(store.admin, request());
    Path file = folder.resolve("train.bhm");
    MatrixExport export =
        new MatrixExport(
            List.of(),
            "late",
            Optional.of("id"),
            Optional.of("at_time"),
            Optional.of("n"),
            Map.of("n", "1"));
    long rows = store.module.trainingSets().exportMatrix(store.admin, set.id(), file, export);
    assertThat(rows).isEqualTo(labels.stream().filter(label -> label.n == 1).count());
    Map<Integer, List<Object>> offline = offline(set);
    try (TrainingMatrix matrix = TrainingMatrix.open(file)) {
      List<OutputColumn> numbers =
          spec.outputs().stream().filter(output -> output.type() != ValueType.STRING).toList();
      assertThat(matrix.columns().subList(0, numbers.size()))
          .extracting(column -> column.name())
          .isEqualTo(numbers.stream().map(OutputColumn::name).toList());
      for (long row = 0; row < matrix.rows(); row++) {
        List<Object> wanted = offline.get((int) matrix.value("id", row));
        for (OutputColumn output : numbers) {
          assertThat(bits(matrix.value(output.name(), row)))
              .isEqualTo(wanted.get(spec.outputs().indexOf(output)));
        }
      }
    }
  }

  @Test
  void labelsWithoutAnInputAreRefusedByName() {
    LakeException failure =
        catchThrowableOfType(
            LakeException.class,
            () ->
                store
                    .module
                    .trainingSets()
                    .create(
                        store.admin,
                        new TrainingSetRequest(
                            name("spec85"),
                            1,
                            "SELECT id, at_time, k, amount, late FROM labels85",
                            "at_time",
                            "late",
                            List.of("id"))));
    assertThat(failure.code()).isEqualTo(ErrorCode.INVALID_ARGUMENT);
    assertThat(failure.details()).containsEntry("value", "n");
  }

  @Test
  void rowsWithoutALookupKeyAreRefusedByName() {
    LookupPlan plan = store.module.lookups().plan(store.admin, name("spec85"), 1);
    Map<String, Object> row = new HashMap<>(question(labels.getFirst()));
    row.remove("n");
    LakeException failure =
        catchThrowableOfType(LakeException.class, () -> plan.assemble(List.of(row)));
    assertThat(failure.code()).isEqualTo(ErrorCode.INVALID_ARGUMENT);
    assertThat(failure.details()).containsEntry("field", "n");
  }

  @Test
  void orderThatIsNotCompleteIsRefused() {
    LakeException failure =
        catchThrowableOfType(
            LakeException.class,
            () ->
                store
                    .module
                    .trainingSets()
                    .create(
                        store.admin,
                        new TrainingSetRequest(
                            name("spec85"),
                            1,
                            "SELECT * FROM labels85",
                            "at_time",
                            "late",
                            List.of("n"))));
    assertThat(failure.details()).containsEntry("field", "order_by");
  }
}

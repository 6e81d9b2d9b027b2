package io.boathouse.featurestore.join;

import static io.boathouse.featurestore.TestFeatureStore.name;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.boathouse.featurestore.TestFeatureStore;
import io.boathouse.featurestore.spec.FeatureLookup;
import io.boathouse.featurestore.spec.SpecDefinition;
import io.boathouse.featurestore.table.KnownAt;
import io.boathouse.featurestore.table.NewFeatureTable;
import io.boathouse.platform.duckdb.DuckAccess;
import io.boathouse.platform.duckdb.DuckSession;
import io.boathouse.platform.duckdb.SqlText;
import io.boathouse.platform.error.LakeException;
import io.boathouse.table.type.TableSchema;
import io.boathouse.table.write.NewTable;
import io.boathouse.table.write.Rows;
import io.boathouse.table.write.WriteOptions;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What counts for a label by each known-at rule, and what a naive join would have counted. */
class KnownTimeTest {
  private static final String ROWS =
      "SELECT * FROM (VALUES ('a', timestamptz '2026-01-01 00:00:00Z', timestamptz '2026-01-01"
          + " 05:00:00Z', 1, 10), ('a', timestamptz '2026-01-01 00:00:00Z', timestamptz '2026-01-01"
          + " 09:00:00Z', 4, 11), ('b', timestamptz '2026-01-01 01:00:00Z', timestamptz '2026-01-01"
          + " 02:00:00Z', 30, 20)) AS v(k, event, loaded, hours, v)";

  @TempDir static Path folder;
  private static TestFeatureStore store;

  @BeforeAll
  static void open() {
    store = new TestFeatureStore(folder);
    store.table(
        "labels",
        "SELECT i AS id, chr((97 + i // 4)::INTEGER) AS k,"
            + " timestamptz '2026-01-01 00:00:00Z' + to_hours((i % 4) * 4) AS at_time, true AS late"
            + " FROM range(0, 8) r(i)");
  }

  @AfterAll
  static void close() {
    store.close();
  }

  private static TrainingSet set(String table, KnownAt knownAt, Optional<Duration> tolerance) {
    var unusedTable =
        store
            .module
            .featureTables()
            .register(
                store.admin,
                new NewFeatureTable(name(table), List.of("k"), "event", knownAt, Map.of()));
    var unusedSpec =
        store
            .module
            .specs()
            .create(
                store.admin,
                name(table + "_spec"),
                new SpecDefinition(
                    List.of(),
                    List.of(
                        new FeatureLookup(
                            name(table),
                            List.of("v"),
                            List.of("k"),
                            tolerance,
                            Map.of(),
                            Map.of(),
                            "")),
                    Optional.of("at_time"),
                    List.of()),
                Optional.empty());
    return store
        .module
        .trainingSets()
        .create(
            store.admin,
            new TrainingSetRequest(
                name(table + "_spec"),
                1,
                "SELECT * FROM labels",
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

  @Test
  void aNaiveTwinCountsRowsBeforeTheyWereKnownAndIsMadeOnce() {
    store.table("ratings", ROWS);
    TrainingSet set = set("ratings", new KnownAt.Column("loaded"), Optional.empty());
    assertThat(values(set)).containsExactly("null", "null", "10", "11", "null", "20", "20", "20");
    assertThat(set.notFound()).containsEntry("00 main.default.ratings", 3L);
    assertThat(set.notKnown()).containsEntry("00 main.default.ratings", 2L);
    assertThat(set.warnings()).isEmpty();
    TrainingSet naive = store.module.trainingSets().naive(store.admin, set.id());
    assertThat(values(naive)).containsExactly("11", "11", "11", "11", "null", "20", "20", "20");
    assertThat(naive.request().join()).isEqualTo(TrainingSetRequest.Join.NAIVE);
    assertThat(naive.featureVersions()).isEqualTo(set.featureVersions());
    assertThat(store.module.trainingSets().naive(store.admin, set.id())).isEqualTo(naive);
    assertThat(store.module.trainingSets().recreate(store.admin, naive.id())).isEqualTo(naive);
    assertThat(
            catchThrowableOfType(
                    LakeException.class,
                    () -> store.module.trainingSets().naive(store.admin, naive.id()))
                .details())
        .containsEntry("field", "id");
  }

  @Test
  void aSetWhoseRowsWereMostlyUnknownSaysSoWithItsShare() {
    store.table("slow", ROWS);
    TrainingSet set =
        set("slow", new KnownAt.Delay(Duration.ofHours(10)), Optional.of(Duration.ofHours(11)));
    assertThat(values(set))
        .containsExactly("null", "null", "null", "null", "null", "null", "null", "20");
    assertThat(set.notKnown()).as("older than 11 hours is none in either").hasSize(1);
    assertThat(set.notKnown()).containsEntry("00 main.default.slow", 5L);
    assertThat(set.warnings()).singleElement().asString().contains("5 of 8", "63 %", "slow");
    assertThat(store.module.trainingSets().get(store.admin, set.id())).isEqualTo(set);
  }

  @Test
  void aKnownTimeCanBeAnExpressionOfTheRow() {
    store.table("computed", ROWS);
    TrainingSet set =
        set(
            "computed",
            new KnownAt.Expression(
                "CASE WHEN hours > 24 THEN CAST(NULL AS TIMESTAMP) ELSE greatest(event, loaded)"
                    + " END"),
            Optional.empty());
    assertThat(values(set))
        .as("a row without a known time is never known")
        .containsExactly("null", "null", "10", "11", "null", "null", "null", "null");
    for (String bad : List.of("hours + 1", "now()", "nobody")) {
      LakeException failure =
          catchThrowableOfType(
              LakeException.class,
              () -> set("computed", new KnownAt.Expression(bad), Optional.empty()));
      assertThat(failure.details().get("value")).isEqualTo(bad);
    }
  }

  @Test
  void aRowIsKnownFromItsCommitOnAndACorrectionFromItsOwn() {
    FeedTable table = new FeedTable("fed");
    table.write(ROWS + " WHERE v <> 11", false);
    String before = table.lastCommit();
    table.write(ROWS + " WHERE v = 11", true);
    store.table(
        "around",
        "SELECT * FROM (VALUES (0, 'a', timestamptz '2026-01-01 06:00:00Z', true), (1, 'a',"
            + " timestamptz "
            + SqlText.literal(before)
            + " + to_milliseconds(1), true), (2, 'a', timestamptz '2999-01-01 00:00:00Z', true))"
            + " AS v(id, k, at_time, late)");
    TrainingSet set = set("fed", new KnownAt.CommitTime(), Optional.empty());
    assertThat(values(set)).containsOnly("null");
    TrainingSet around =
        store
            .module
            .trainingSets()
            .create(
                store.admin,
                new TrainingSetRequest(
                    name("fed_spec"), 1, "SELECT * FROM around", "at_time", "late", List.of("id")));
    assertThat(values(around)).containsExactly("null", "10", "11");
    assertThat(around.featureVersions()).containsEntry("main.default.fed", table.version);
    assertThat(store.module.trainingSets().recreate(store.admin, around.id())).isEqualTo(around);
  }

  @Test
  void aTableWithoutChangeFeedIsNotKnownByCommitTime() {
    store.table("silent", ROWS);
    LakeException failure =
        catchThrowableOfType(
            LakeException.class, () -> set("silent", new KnownAt.CommitTime(), Optional.empty()));
    assertThat(failure).hasMessageContaining("delta.enableChangeDataFeed");
  }

  /** A table whose changes are recorded. */
  private static final class FeedTable {
    private final String table;
    private long version;

    FeedTable(String table) {
      this.table = table;
    }

    void write(String select, boolean more) {
      try (DuckSession session = store.duckDb.open(DuckAccess.scratchOnly())) {
        Rows rows = new Rows.Query(session, select);
        if (more) {
          version =
              store
                  .tables
                  .tables()
                  .append(store.admin, name(table), rows, WriteOptions.of("WRITE"))
                  .version();
        } else {
          NewTable wanted =
              new NewTable(
                  name(table),
                  new TableSchema(List.of()),
                  List.of(),
                  Map.of("delta.enableChangeDataFeed", "true"),
                  Optional.empty());
          version = store.tables.tables().createAs(store.admin, wanted, rows).version();
        }
      }
    }

    String lastCommit() {
      return store
          .query(
              store.admin,
              "SELECT strftime(max(_commit_timestamp), '%Y-%m-%d %H:%M:%S.%f+00') FROM"
                  + " table_changes('"
                  + table
                  + "', 0)")
          .getFirst();
    }
  }
}

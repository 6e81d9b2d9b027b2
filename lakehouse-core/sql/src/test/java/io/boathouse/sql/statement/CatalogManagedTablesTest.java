package io.boathouse.sql.statement;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.boathouse.catalog.commit.RatifiedCommits;
import io.boathouse.catalog.commit.StagedCommit;
import io.boathouse.catalog.relation.Relation;
import io.boathouse.catalog.securable.FullName;
import io.boathouse.platform.json.Json;
import io.boathouse.platform.storage.FileStore;
import io.boathouse.platform.storage.StoragePath;
import io.boathouse.sql.TestLakehouse;
import io.boathouse.table.delta.DeltaLogs;
import io.boathouse.table.read.At;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Tables whose versions the catalog ratifies, through SQL, as all others. The clock stands still.
 */
class CatalogManagedTablesTest {
  private static final String MANAGED =
      " TBLPROPERTIES ('delta.feature.catalogManaged' = 'supported')";

  @TempDir static Path folder;
  private static TestLakehouse house;

  @BeforeAll
  static void open() {
    house = new TestLakehouse(folder);
  }

  @AfterAll
  static void close() {
    house.close();
  }

  private static UUID id(String table) {
    Relation relation =
        house.catalog.relations().get(house.admin, FullName.of("main", "default", table));
    return relation.securable().id();
  }

  private static FileStore files(String table) {
    return house.storage.scoped(StoragePath.of("tables/" + id(table)));
  }

  private static RatifiedCommits.Window window(String table) {
    return house.catalog.commits().window(id(table)).orElseThrow();
  }

  private static String text(FileStore files, String path) throws IOException {
    try (var in = files.open(StoragePath.of(path))) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  private static String published(long version) {
    return String.format(Locale.ROOT, "_delta_log/%020d.json", version);
  }

  private static String count(String table) {
    return house.query("SELECT count(*) FROM " + table);
  }

  private static long rowsAt(String table, long version) {
    return house
        .tables
        .reader()
        .snapshot(house.admin, FullName.of("main", "default", table), At.version(version))
        .rows();
  }

  @Test
  void everyStatementWorksAndEveryVersionIsRatifiedAndPublished() throws IOException {
    house.query("CREATE TABLE all_of_it (id BIGINT, name STRING)" + MANAGED);
    house.query("INSERT INTO all_of_it VALUES (1, 'a'), (2, 'b'), (3, 'c')");
    house.query("INSERT INTO all_of_it VALUES (4, 'd')");
    house.query("UPDATE all_of_it SET name = 'z' WHERE id = 2");
    house.query("DELETE FROM all_of_it WHERE id = 1");
    house.query(
        "MERGE INTO all_of_it t USING (SELECT 3 AS id, 'm' AS name UNION ALL SELECT 9, 'n') s"
            + " ON t.id = s.id WHEN MATCHED THEN UPDATE SET name = s.name"
            + " WHEN NOT MATCHED THEN INSERT (id, name) VALUES (s.id, s.name)");
    assertThat(house.query("SELECT id, name FROM all_of_it ORDER BY id"))
        .isEqualTo("[[\"2\",\"z\"],[\"3\",\"m\"],[\"4\",\"d\"],[\"9\",\"n\"]]");
    house.query("OPTIMIZE all_of_it");
    house.query("ALTER TABLE all_of_it ADD COLUMNS (price DOUBLE)");
    house.query("ALTER TABLE all_of_it SET TBLPROPERTIES ('team' = 'sales')");
    house.query("INSERT OVERWRITE all_of_it SELECT 7, 'only', 1.5");
    assertThat(count("all_of_it")).isEqualTo("[[\"1\"]]");
    assertThat(rowsAt("all_of_it", 2)).isEqualTo(4);
    RatifiedCommits.Window window = window("all_of_it");
    assertThat(window.published()).isEqualTo(window.latest());
    assertThat(window.latest()).isGreaterThanOrEqualTo(9);
    FileStore files = files("all_of_it");
    long before = Long.MIN_VALUE;
    for (long version = 0; version <= window.latest(); version++) {
      String first = text(files, published(version)).lines().findFirst().orElseThrow();
      long at = Json.parse(first).at("/commitInfo/inCommitTimestamp").asLong();
      assertThat(at).isGreaterThan(before);
      before = at;
    }
    var loaded = house.catalog.commits().load(id("all_of_it")).orElseThrow().table();
    assertThat(loaded.description().columns()).contains("price");
    assertThat(loaded.description().properties()).containsEntry("team", "sales");
    assertThat(loaded.description().protocol().writerFeatures())
        .contains(
            "catalogManaged",
            "deletionVectors",
            "inCommitTimestamp",
            "v2Checkpoint",
            "vacuumProtocolCheck");
  }

  @Test
  void manyVersionsAreCheckpointedAndReadFromTheStart() throws IOException {
    house.query("CREATE TABLE checkpointed (id BIGINT)" + MANAGED);
    for (int i = 0; i < 12; i++) {
      house.query("INSERT INTO checkpointed VALUES (" + i + ")");
    }
    awaitCheckpoint("checkpointed");
    assertThat(
            new DeltaLogs(house.storage, () -> Instant.EPOCH, house.catalog.commits())
                .of(id("checkpointed"))
                .latest()
                .files())
        .hasSize(12);
    house.query("RESTORE TABLE checkpointed TO VERSION AS OF 3");
    assertThat(count("checkpointed")).isEqualTo("[[\"3\"]]");
    house.query("VACUUM checkpointed DRY RUN");
  }

  /** Checkpoints are written behind the commits. */
  private static void awaitCheckpoint(String table) {
    long end = System.nanoTime() + Duration.ofSeconds(30).toNanos();
    while (files(table).list(StoragePath.of("_delta_log"), Optional.empty(), 1000).stream()
        .noneMatch(file -> file.path().name().contains(".checkpoint."))) {
      assertThat(System.nanoTime()).as("a checkpoint comes").isLessThan(end);
      LockSupport.parkNanos(20_000_000);
    }
  }

  @Test
  void readersSeeWhatAnotherWriterHadRatifiedBeforeItIsPublished() throws IOException {
    house.query("CREATE TABLE tail (id INT)" + MANAGED);
    house.query("INSERT INTO tail VALUES (1)");
    StagedCommit foreign = foreignCommit("tail", 2, "INSERT");
    assertThat(count("tail")).isEqualTo("[[\"1\"]]");
    house.catalog.commits().ratify(id("tail"), foreign, before -> before);
    assertThat(files("tail").find(StoragePath.of(published(2)))).isEmpty();
    assertThat(rowsAt("tail", 2)).isEqualTo(1);
    assertThat(house.query("DESCRIBE HISTORY tail")).contains("FOREIGN");
    house.query("INSERT INTO tail VALUES (2)");
    assertThat(window("tail").published()).isEqualTo(3);
    assertThat(text(files("tail"), published(2)))
        .isEqualTo(text(files("tail"), "_delta_log/_staged_commits/" + foreign.fileName()));
    assertThat(count("tail")).isEqualTo("[[\"2\"]]");
  }

  /** Stages a commit of no rows, as another engine would. */
  private static StagedCommit foreignCommit(String table, long version, String txn)
      throws IOException {
    String last = text(files(table), published(version - 1)).lines().findFirst().orElseThrow();
    long at = Json.parse(last).at("/commitInfo/inCommitTimestamp").asLong() + 5;
    String content =
        "{\"commitInfo\":{\"inCommitTimestamp\":%d,\"timestamp\":%d,\"operation\":\"FOREIGN %s\","
                .formatted(at, at, txn)
            + "\"operationParameters\":{},\"txnId\":\"x\"}}\n";
    String name = "%020d.%s.json".formatted(version, UUID.randomUUID());
    byte[] bytes = content.getBytes(StandardCharsets.UTF_8);
    files(table).putIfAbsent(StoragePath.of("_delta_log/_staged_commits/" + name), bytes);
    return new StagedCommit(version, at, name, bytes.length, at);
  }

  /** Fails when the folder's own version files are believed (RatifiedFolder.place passes all). */
  @Test
  void case78_aVersionThatNobodyRatifiedIsNotRead() throws IOException {
    house.query("CREATE TABLE forged (id INT)" + MANAGED);
    house.query("INSERT INTO forged VALUES (1)");
    String ours = text(files("forged"), published(1));
    files("forged")
        .putIfAbsent(StoragePath.of(published(2)), ours.getBytes(StandardCharsets.UTF_8));
    assertThat(count("forged")).isEqualTo("[[\"1\"]]");
    house.query("INSERT INTO forged VALUES (2)");
    assertThat(count("forged")).isEqualTo("[[\"2\"]]");
    assertThat(window("forged").published()).isEqualTo(1);
    assertThat(house.query("SELECT id FROM forged ORDER BY id")).isEqualTo("[[\"1\"],[\"2\"]]");
  }

  @Test
  void writersAtTheSameTimeAllWin() throws Exception {
    house.query("CREATE TABLE contended (id INT)" + MANAGED);
    try (var threads = Executors.newFixedThreadPool(4)) {
      List<Callable<String>> writers = new ArrayList<>();
      for (int i = 0; i < 12; i++) {
        String insert = "INSERT INTO contended VALUES (" + i + ")";
        writers.add(() -> house.query(insert));
      }
      for (Future<String> done : threads.invokeAll(writers)) {
        done.get();
      }
    }
    assertThat(count("contended")).isEqualTo("[[\"12\"]]");
    assertThat(window("contended").latest()).isEqualTo(12);
  }

  @Test
  void whatTheContractNeedsCannotBeTakenAway() {
    house.query("CREATE TABLE kept (id INT)" + MANAGED);
    for (String statement :
        List.of(
            "ALTER TABLE kept UNSET TBLPROPERTIES ('delta.checkpointPolicy')",
            "ALTER TABLE kept SET TBLPROPERTIES ('delta.enableDeletionVectors' = 'false')",
            "ALTER TABLE kept SET TBLPROPERTIES ('delta.feature.catalogManaged' = 'supported')",
            "CREATE TABLE wrong (id INT) TBLPROPERTIES ('delta.feature.catalogManaged' ="
                + " 'supported', 'delta.checkpointPolicy' = 'classic')")) {
      assertThatThrownBy(() -> house.query(statement)).hasMessageContaining("delta.");
    }
    house.query("CREATE TABLE plain (id INT)");
    assertThat(house.catalog.commits().window(id("plain"))).isEmpty();
  }

  @Test
  void aTableMadeOfRowsIsCatalogManagedToo() {
    house.query("CREATE TABLE made_of" + MANAGED + " AS SELECT 1 AS id UNION ALL SELECT 2");
    assertThat(count("made_of")).isEqualTo("[[\"2\"]]");
    assertThat(window("made_of").latest()).isZero();
    house.query("DROP TABLE made_of");
  }
}

package io.boathouse.table.delta;

import static org.assertj.core.api.Assertions.assertThat;

import io.boathouse.platform.storage.FileStore;
import io.boathouse.platform.storage.LocalFileStore;
import io.boathouse.platform.storage.ObjectStore;
import io.boathouse.table.type.Column;
import io.boathouse.table.type.DataType;
import io.boathouse.table.type.TableSchema;
import io.boathouse.table.write.LooseTable;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The newest version is opened from the one before, and is what a look at the whole log gives. */
class SnapshotCacheTest {
  private static final TableSchema NUMBERS =
      TableSchema.of(Column.of("id", new DataType.LongType()));

  @TempDir Path temp;

  @Test
  void theNextVersionCostsOneFileOfTheLogOnLocalDisk() {
    theNextVersionCostsOneFileOfTheLog(new LocalFileStore(temp.resolve("table")));
  }

  @Test
  void theNextVersionCostsOneFileOfTheLogInAnObjectStore() throws Exception {
    try (ObjectStore server = ObjectStore.start();
        FileStore folder = server.open("tables/one", temp.resolve("cache"))) {
      theNextVersionCostsOneFileOfTheLog(folder);
    }
  }

  private void theNextVersionCostsOneFileOfTheLog(FileStore folder) {
    LooseTable writer = new LooseTable(folder, temp);
    Commit unused = writer.create(NUMBERS);
    for (int i = 0; i < 12; i++) {
      unused = writer.append("SELECT 1 AS id");
    }
    NotedStore noted = new NotedStore(folder);
    DeltaLog reader = new DeltaLog(noted, InstantSource.system());
    assertThat(reader.latest().files()).hasSize(12);
    assertThat(noted.takeCalls()).hasSizeGreaterThan(5);
    for (int version = 13; version <= 15; version++) {
      unused = writer.append("SELECT 1 AS id");
      assertThat(reader.latest().files()).hasSize(version);
      String next = "%020d.json".formatted(version);
      String beyond = "%020d.json".formatted(version + 1);
      assertThat(noted.takeCalls())
          .containsExactly("find " + next, "find " + next, "open " + next, "find " + beyond);
      assertThat(reader.latest().files()).hasSize(version);
      assertThat(noted.takeCalls()).containsExactly("find " + beyond);
    }
  }

  /** Seen to fail with a removed file kept in FileSet.after. */
  @Test
  void aVersionReadStepByStepIsTheOneReadAnew() {
    long seed = new Random().nextLong();
    Random random = new Random(seed);
    FileStore folder = new LocalFileStore(temp.resolve("random"));
    RandomLog log = new RandomLog(folder, random);
    log.commit();
    DeltaLog reader = new DeltaLog(folder, InstantSource.system());
    int compared = 0;
    while (log.version() < 150) {
      int commits = 1 + random.nextInt(random.nextInt(10) == 0 ? 60 : 4);
      for (int i = 0; i < commits; i++) {
        log.commit();
      }
      DeltaSnapshot anew = new DeltaLog(folder, InstantSource.system()).latest();
      if (random.nextInt(3) > 0) {
        assertThat(told(reader.latest()))
            .as("seed " + seed)
            .containsExactlyInAnyOrderElementsOf(told(anew));
        compared++;
      } else {
        assertThat(reader.latest().version()).as("seed " + seed).isEqualTo(log.version());
      }
      if (random.nextInt(6) == 0) {
        anew.writeCheckpoint();
      }
    }
    assertThat(compared).isPositive();
  }

  @Test
  void manyReadersReadANewVersionOnce() throws Exception {
    LocalFileStore folder = new LocalFileStore(temp.resolve("table"));
    LooseTable writer = new LooseTable(folder, temp);
    Commit unused = writer.create(NUMBERS);
    NotedStore noted = new NotedStore(folder);
    DeltaLog reader = new DeltaLog(noted, InstantSource.system());
    try (ExecutorService threads = Executors.newFixedThreadPool(8)) {
      for (int round = 1; round <= 3; round++) {
        unused = writer.append("SELECT 1 AS id");
        List<Callable<Long>> readers = new ArrayList<>();
        for (int i = 0; i < 24; i++) {
          readers.add(() -> reader.latest().version());
        }
        for (Future<Long> version : threads.invokeAll(readers)) {
          assertThat(version.get()).isEqualTo(round);
        }
        String file = "%020d.json".formatted(round);
        List<String> calls = noted.takeCalls();
        assertThat(calls).filteredOn(("open " + file)::equals).hasSizeLessThanOrEqualTo(1);
        assertThat(calls).filteredOn("list _delta_log"::equals).hasSizeLessThanOrEqualTo(2);
      }
    }
  }

  /** The defence is DeltaLog.isBelieved. */
  @Test
  void aLogThatWasCleanedBeyondTheKeptVersionIsReadAnew() throws Exception {
    Path root = temp.resolve("table");
    LooseTable writer = new LooseTable(new LocalFileStore(root), temp);
    Commit unused = writer.create(NUMBERS);
    AtomicLong seconds = new AtomicLong();
    DeltaLog reader =
        new DeltaLog(new LocalFileStore(root), () -> Instant.EPOCH.plusSeconds(seconds.get()));
    assertThat(reader.latest().version()).isZero();
    for (int i = 0; i < 12; i++) {
      unused = writer.append("SELECT 1 AS id");
    }
    for (int version = 0; version < 10; version++) {
      Files.delete(root.resolve("_delta_log/%020d.json".formatted(version)));
    }
    long unusedSeconds = seconds.addAndGet(61);

    assertThat(reader.latest().version()).isEqualTo(12);
  }

  @Test
  void keptVersionsAreBounded() {
    LocalFileStore storage = new LocalFileStore(temp.resolve("storage"));
    DeltaLogs logs = new DeltaLogs(storage, InstantSource.system(), 4);
    List<UUID> tables = List.of(new UUID(0, 1), new UUID(0, 2), new UUID(0, 3));
    for (UUID table : tables) {
      DeltaLog log = logs.of(table);
      LooseTable writer = new LooseTable(log.folder(), temp);
      Commit unused = writer.create(NUMBERS);
      unused = writer.append("SELECT 1 AS id");
      unused = writer.append("SELECT 1 AS id");
      assertThat(log.latest().files()).hasSize(2);
    }
    DeltaLog last = logs.of(tables.getLast());

    assertThat(tables.stream().mapToInt(table -> logs.of(table).filesHeld()).sum()).isEqualTo(4);
    assertThat(last.filesHeld()).isEqualTo(2);
    assertThat(logs.of(tables.getFirst()).latest().files()).hasSize(2);
  }

  private static List<String> told(DeltaSnapshot snapshot) {
    List<String> told = new ArrayList<>();
    told.add("version " + snapshot.version() + " at " + snapshot.at());
    told.add("schema " + snapshot.schema() + " by " + snapshot.partitionColumns());
    told.add("properties " + new TreeMap<>(snapshot.properties()));
    told.add("protocol " + snapshot.kernel().getProtocol());
    for (String app : List.of("app0", "app1", "app2", "none")) {
      told.add(app + " " + snapshot.lastTransaction(app));
    }
    snapshot.addFiles().forEach(add -> told.add(add.toString()));
    for (DataFile file : snapshot.files()) {
      told.add(
          "%s %d %s %s %s"
              .formatted(
                  file.path(),
                  file.size(),
                  file.rows(),
                  file.partitionValues(),
                  file.deletedRows().map(DataFile.DeletedRows::count)));
    }
    return told;
  }
}

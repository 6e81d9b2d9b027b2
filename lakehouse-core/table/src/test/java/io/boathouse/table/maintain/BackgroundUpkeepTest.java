package io.boathouse.table.maintain;

import static org.assertj.core.api.Assertions.assertThat;

import io.boathouse.platform.storage.LocalFileStore;
import io.boathouse.platform.storage.StoragePath;
import io.boathouse.table.delta.CommitHook;
import io.boathouse.table.delta.DeltaLog;
import io.boathouse.table.delta.NotedStore;
import io.boathouse.table.delta.Upkeep;
import io.boathouse.table.type.Column;
import io.boathouse.table.type.DataType;
import io.boathouse.table.type.TableSchema;
import io.boathouse.table.write.KernelReads;
import io.boathouse.table.write.LooseTable;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is done behind commits, and that none of them waits for it or fails by it. */
class BackgroundUpkeepTest {
  private static final TableSchema NUMBERS =
      TableSchema.of(Column.of("id", new DataType.LongType()));

  @TempDir Path temp;
  private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
  private Path folder;
  private LooseTable table;

  @BeforeEach
  void open() {
    folder = temp.resolve("table");
    table = new LooseTable(new LocalFileStore(folder), temp);
  }

  private DeltaLog log(Upkeep upkeep) {
    return new DeltaLog(
        new LocalFileStore(folder), InstantSource.system(), CommitHook.NONE, upkeep);
  }

  private double counted(String task, String outcome) {
    var counter =
        meters.find(TableMeter.UPKEEP.meterName()).tags("task", task, "outcome", outcome).counter();
    return counter == null ? 0 : counter.count();
  }

  private void append(DeltaLog log, int times) {
    LooseTable writer = table.over(log);
    for (int i = 0; i < times; i++) {
      Object unused = writer.append("SELECT %d AS id".formatted(i));
    }
  }

  private Path checkpoint(long version) {
    return folder.resolve("_delta_log/%020d.checkpoint.parquet".formatted(version));
  }

  @Test
  void checkpointsComeBehindCommitsAndAreCounted() {
    try (BackgroundUpkeep upkeep = new BackgroundUpkeep(table.duckDb(), meters)) {
      Object unused = table.create(NUMBERS);
      append(log(upkeep), 25);
    }

    assertThat(counted("checkpoint", "done")).isBetween(1.0, 2.0);
    assertThat(folder.resolve("_delta_log/_last_checkpoint")).exists();
    assertThat(table.reopened().count()).isEqualTo(25);
  }

  /** As after the end of a process: the next commit makes up for it. */
  @Test
  void aCheckpointThatWasNeverWrittenComesAfterTheNextCommit() {
    Object unused = table.create(NUMBERS);
    append(log(log -> {}), 12);
    assertThat(checkpoint(10)).doesNotExist();
    try (BackgroundUpkeep upkeep = new BackgroundUpkeep(table.duckDb(), meters)) {
      append(log(upkeep), 1);
    }

    assertThat(checkpoint(13)).exists();
    assertThat(table.reopened().count()).isEqualTo(13);
  }

  @Test
  void aCheckpointThatFailsIsCountedAndTheCommitStands() {
    Object unused = table.create(NUMBERS);
    append(log(log -> {}), 9);
    NotedStore store = new NotedStore(new LocalFileStore(folder));
    store.refuse("checkpoint");
    try (BackgroundUpkeep upkeep = new BackgroundUpkeep(table.duckDb(), meters)) {
      append(new DeltaLog(store, InstantSource.system(), CommitHook.NONE, upkeep), 1);
    }

    assertThat(counted("checkpoint", "failed")).isEqualTo(1);
    assertThat(table.count()).isEqualTo(10);
  }

  @Test
  void manySmallFilesOfATableThatAsksForItBecomeOne() {
    Object unused =
        table.create(
            NUMBERS,
            Map.of(
                "delta.autoOptimize.autoCompact", "true", "boathouse.autoCompact.minFiles", "5"));
    append(log(log -> {}), 6);
    try (BackgroundUpkeep upkeep = new BackgroundUpkeep(table.duckDb(), meters)) {
      append(log(upkeep), 1);
    }

    assertThat(counted("compaction", "done")).isEqualTo(1);
    assertThat(table.reopened().log().latest().files()).hasSize(1);
    assertThat(table.reopened().rows("SELECT count(*), sum(id) FROM t")).containsExactly("7|15");
    var newest = table.log().history(1).getFirst();
    assertThat(newest.operation()).isEqualTo("OPTIMIZE");
    assertThat(newest.parameters()).containsEntry("auto", "true");
  }

  @Test
  void aCheckpointDoesNotWaitBehindALongCompaction() throws InterruptedException {
    CountDownLatch compacting = new CountDownLatch(1);
    CountDownLatch goOn = new CountDownLatch(1);
    Object unused =
        table.create(
            NUMBERS,
            Map.of(
                "delta.autoOptimize.autoCompact", "true", "boathouse.autoCompact.minFiles", "5"));
    append(log(log -> {}), 6);
    LocalFileStore otherFolder = new LocalFileStore(temp.resolve("other"));
    LooseTable other = new LooseTable(otherFolder, temp);
    unused = other.create(NUMBERS, Map.of("delta.checkpointInterval", "2"));
    NotedStore slow =
        new NotedStore(new LocalFileStore(folder)) {
          @Override
          protected void before(String what, StoragePath path) {
            if (what.equals("put") && Thread.currentThread().getName().equals("table-compaction")) {
              compacting.countDown();
              await(goOn);
            }
          }
        };
    try (BackgroundUpkeep upkeep = new BackgroundUpkeep(table.duckDb(), meters)) {
      append(new DeltaLog(slow, InstantSource.system(), CommitHook.NONE, upkeep), 1);
      await(compacting);
      LooseTable writer =
          other.over(new DeltaLog(otherFolder, InstantSource.system(), CommitHook.NONE, upkeep));
      unused = writer.append("SELECT 1 AS id");
      unused = writer.append("SELECT 2 AS id");
      for (int i = 0; i < 200 && counted("checkpoint", "done") < 1; i++) {
        Thread.sleep(50);
      }
      assertThat(counted("checkpoint", "done")).isEqualTo(1);
      assertThat(counted("compaction", "done")).isZero();
      goOn.countDown();
    } finally {
      goOn.countDown();
    }
    assertThat(counted("compaction", "done")).isEqualTo(1);
  }

  private static void await(CountDownLatch latch) {
    try {
      assertThat(latch.await(30, TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void aTableThatDoesNotAskKeepsItsFiles() {
    Object unused = table.create(NUMBERS, Map.of("boathouse.autoCompact.minFiles", "2"));
    try (BackgroundUpkeep upkeep = new BackgroundUpkeep(table.duckDb(), meters)) {
      append(log(upkeep), 4);
    }

    assertThat(table.log().latest().files()).hasSize(4);
    assertThat(counted("compaction", "done")).isZero();
  }

  /** Files of the log that are older than the table keeps them go with a checkpoint. */
  @Test
  void oldFilesOfTheLogGoWithACheckpoint() throws IOException {
    Object unused = table.create(NUMBERS, Map.of("delta.logRetentionDuration", "interval 1 days"));
    append(log(Upkeep.AT_ONCE), 20);
    FileTime old = FileTime.from(InstantSource.system().instant().minus(Duration.ofDays(3)));
    try (Stream<Path> files = Files.list(folder.resolve("_delta_log"))) {
      for (Path file : files.toList()) {
        Files.setLastModifiedTime(file, old);
      }
    }
    append(log(Upkeep.AT_ONCE), 10);

    assertThat(folder.resolve("_delta_log/%020d.json".formatted(0))).doesNotExist();
    assertThat(folder.resolve("_delta_log/%020d.json".formatted(9))).doesNotExist();
    assertThat(folder.resolve("_delta_log/%020d.json".formatted(29))).exists();
    assertThat(table.reopened().count()).isEqualTo(30);
  }

  @Test
  void versionsOfTheLogArePutTogetherForATableThatAsksForIt() throws IOException {
    Object unused = table.create(NUMBERS, Map.of("boathouse.logCompactionInterval", "4"));
    append(log(log -> {}), 7);
    unused = table.delete("id = 3");
    try (BackgroundUpkeep upkeep = new BackgroundUpkeep(table.duckDb(), meters)) {
      append(log(upkeep), 1);
    }

    assertThat(counted("log compaction", "done")).isEqualTo(1);
    assertThat(folder.resolve("_delta_log/%020d.%020d.compacted.json".formatted(4, 7))).exists();
    assertThat(table.reopened().rows("SELECT count(*), sum(id) FROM t")).containsExactly("7|18");
    assertThat(KernelReads.rows(folder)).hasSize(7);
  }
}

package io.boathouse.table.write;

import static org.assertj.core.api.Assertions.assertThat;

import io.boathouse.platform.error.ErrorCode;
import io.boathouse.platform.error.LakeException;
import io.boathouse.platform.storage.FaultyLine;
import io.boathouse.platform.storage.FaultyLine.Fault;
import io.boathouse.platform.storage.FileInfo;
import io.boathouse.platform.storage.FileStore;
import io.boathouse.platform.storage.LocalFileStore;
import io.boathouse.platform.storage.ObjectStore;
import io.boathouse.platform.storage.S3FileStore;
import io.boathouse.platform.storage.StoragePath;
import io.boathouse.table.delta.Commit;
import io.boathouse.table.delta.NotedStore;
import io.boathouse.table.delta.TransactionId;
import io.boathouse.table.type.Column;
import io.boathouse.table.type.DataType;
import io.boathouse.table.type.TableSchema;
import java.io.InputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/**
 * Tables in an object store on a bad line; {@code -Dboathouse.faults.changes} makes the random one
 * longer.
 */
class FaultyStoreTest {
  private static final long SEED = Long.getLong("boathouse.faults.seed", System.nanoTime());
  private static final int CHANGES = Integer.getInteger("boathouse.faults.changes", 7);
  private static final int WRITERS = 2;
  private static final double SHARE = 0.06;
  private static final Duration ATTEMPT = Duration.ofMillis(500);
  private static final TableSchema SCHEMA =
      TableSchema.of(Column.of("id", new DataType.LongType()));

  @TempDir(cleanup = CleanupMode.ON_SUCCESS)
  Path temp;

  private ObjectStore server;
  private FaultyLine line;
  private S3FileStore near;
  private S3FileStore far;

  @BeforeEach
  void open() throws Exception {
    server = ObjectStore.start();
    line = new FaultyLine(server.endpoint(), Duration.ofMillis(1200));
    near = server.open("tables/one", temp.resolve("near"));
    far =
        new S3FileStore(
            server.config("tables/one", line.address(), temp.resolve("far"), ATTEMPT),
            InstantSource.system());
    Commit unused =
        new LooseTable(near, temp)
            .create(
                SCHEMA,
                Map.of(
                    "delta.enableDeletionVectors", "true",
                    "boathouse.deletionVectors.maxShare", "0.9",
                    "delta.checkpointInterval", "4"));
  }

  @AfterEach
  void close() throws Exception {
    far.close();
    near.close();
    line.close();
    server.close();
  }

  /** How a row stands: what was acknowledged is sure, what was refused is, the rest is not. */
  private enum Stand {
    THERE,
    NOT_THERE,
    UNKNOWN
  }

  /**
   * Each writer has rows of its own. The defences are the ids in S3FileStore.putIfAbsent, that
   * VersionFile reads back, and that nothing fails after the version is there: with a look at it in
   * LogWriter.commit, whose failure counted as a refusal, files of a version were gone.
   */
  @Test
  void noAcknowledgedCommitIsLostAndNoneHappensTwice() throws Exception {
    System.out.println("FaultyStoreTest: -Dboathouse.faults.seed=" + SEED);
    line.random(SEED, SHARE);
    Map<Long, Stand> stands = new ConcurrentHashMap<>();
    try (ExecutorService threads = Executors.newFixedThreadPool(WRITERS)) {
      List<Callable<String>> writers = new ArrayList<>();
      for (int writer = 0; writer < WRITERS; writer++) {
        Random random = new Random(SEED + writer);
        long first = writer * 1000L;
        writers.add(() -> write(new LooseTable(far, temp), first, random, stands));
      }
      for (Future<String> writer : threads.invokeAll(writers)) {
        assertThat(writer.get()).isEqualTo("ended");
      }
    }
    line.calm();
    System.out.println("FaultyStoreTest: " + line.dealt() + ", " + counted(stands));

    List<String> rows = rows();
    String what = "seed " + SEED + ", " + stands;
    assertThat(rows).as(what).doesNotHaveDuplicates();
    stands.forEach(
        (id, stand) -> {
          switch (stand) {
            case THERE -> assertThat(rows).as(what).contains(id.toString());
            case NOT_THERE -> assertThat(rows).as(what).doesNotContain(id.toString());
            case UNKNOWN -> {}
          }
        });
    assertThat(stands.values()).as(what).contains(Stand.THERE);
    assertThat(new LooseTable(near, temp).rows("SELECT id FROM t"))
        .as(what)
        .containsExactlyInAnyOrderElementsOf(rows);
  }

  private static Map<Stand, Integer> counted(Map<Long, Stand> stands) {
    Map<Stand, Integer> counts = new TreeMap<>();
    stands.values().forEach(stand -> counts.merge(stand, 1, Integer::sum));
    return counts;
  }

  private static String write(
      LooseTable table, long first, Random random, Map<Long, Stand> stands) {
    for (long id = first; id < first + CHANGES; id++) {
      long row = id;
      if (random.nextInt(4) == 0) {
        long gone = first + random.nextInt((int) (id - first) + 1);
        if (stands.getOrDefault(gone, Stand.NOT_THERE) == Stand.THERE) {
          stands.put(gone, after(Stand.THERE, Stand.NOT_THERE, () -> table.delete("id = " + gone)));
        }
      } else if (random.nextBoolean()) {
        Callable<Commit> append = () -> table.append("SELECT " + row + " AS id");
        stands.put(row, after(Stand.NOT_THERE, Stand.THERE, append));
      } else {
        WriteOptions once = WriteOptions.of("LOAD").once(new TransactionId("load " + row, 0));
        Stand stand = Stand.UNKNOWN;
        for (int i = 0; i < 10 && stand != Stand.THERE; i++) {
          stand = after(stand, Stand.THERE, () -> table.append("SELECT " + row + " AS id", once));
        }
        stands.put(row, stand);
      }
    }
    return "ended";
  }

  private static Stand after(Stand before, Stand done, Callable<Commit> change) {
    try {
      Commit unused = change.call();
      return done;
    } catch (LakeException e) {
      assertThat(e.code())
          .as(e.toString())
          .isIn(ErrorCode.OUTCOME_UNKNOWN, ErrorCode.UNAVAILABLE, ErrorCode.CONFLICT);
      return e.code() == ErrorCode.OUTCOME_UNKNOWN ? Stand.UNKNOWN : before;
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  /** Seen to fail when the committed version was read again to tell what it is. */
  @Test
  void aCommitIsAcknowledgedThoughNothingCanBeReadAfterIt() throws Exception {
    LooseTable table = new LooseTable(far, temp);
    Commit first = table.append("SELECT 1 AS id");
    LooseTable hooked = silentAfterVersion();
    Commit second = hooked.append("SELECT 2 AS id");
    line.calm();
    Commit third = silentAfterVersion().delete("id = 1");
    line.calm();

    assertThat(List.of(first.version(), second.version(), third.version()))
        .isEqualTo(List.of(1L, 2L, 3L));
    assertThat(rows()).containsExactly("2");
  }

  /** A table whose line breaks down when the version's file has been put. */
  private LooseTable silentAfterVersion() {
    Fault[] refusals = Collections.nCopies(15, Fault.INTERNAL_ERROR).toArray(Fault[]::new);
    return new LooseTable(
        new NotedStore(far) {
          @Override
          protected void written(StoragePath path) {
            if (path.value().matches("_delta_log/\\d+\\.json")) {
              line.plan("GET", refusals);
              line.plan("HEAD", refusals);
              line.plan("PUT", refusals);
            }
          }
        },
        temp);
  }

  /** What Delta Kernel reads, in no order. */
  private List<String> rows() throws Exception {
    Path folder = temp.resolve("seen");
    try (FileStore seen = new LocalFileStore(folder)) {
      for (FileInfo file : near.list(StoragePath.ROOT, Optional.empty(), 10_000)) {
        FileInfo unused =
            seen.put(
                file.path(),
                out -> {
                  try (InputStream in = near.open(file.path())) {
                    long unusedBytes = in.transferTo(out);
                  }
                });
      }
      return KernelReads.rows(folder);
    }
  }
}

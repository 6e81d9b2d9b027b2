package io.boathouse.table.write;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.boathouse.platform.duckdb.DuckDb;
import io.boathouse.platform.duckdb.DuckDbConfig;
import io.boathouse.platform.error.ErrorCode;
import io.boathouse.platform.error.LakeException;
import io.boathouse.platform.json.Json;
import io.boathouse.platform.storage.LocalFileStore;
import io.boathouse.table.delta.Commit;
import io.boathouse.table.type.Column;
import io.boathouse.table.type.DataType;
import io.boathouse.table.type.TableSchema;
import io.boathouse.table.write.RowOracle.Row;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Writers, readers and a compactor work at one table, each with a view of the log of its own, as
 * processes have. Afterwards the history is checked: the changes, done one after another in the
 * order of their versions, must give every version and every row that a reader saw. That order must
 * agree with the clock: what was acknowledged before a change or a look began comes before it.
 * {@code -Dboathouse.history.operations} makes it longer, {@code -Dboathouse.history.seed} repeats
 * the operations, though not how they met.
 */
class HistoryTest {
  private static final int WRITERS = 4;
  private static final int READERS = 2;
  private static final int OPERATIONS = Integer.getInteger("boathouse.history.operations", 30);
  private static final long SEED = Long.getLong("boathouse.history.seed", System.nanoTime());
  private static final TableSchema SCHEMA =
      TableSchema.of(
          Column.of("id", new DataType.LongType()),
          Column.of("v", new DataType.IntegerType()),
          Column.of("p", new DataType.StringType()));

  /**
   * A change that was acknowledged.
   *
   * @param begin before it was asked for, in the clock's ticks
   * @param end after it was acknowledged
   */
  private record Done(RandomChange change, long begin, long end, Commit commit) {
    boolean changedNothing() {
      return commit.files() == 0
          && commit.metrics().getOrDefault("numRemovedFiles", "0").equals("0")
          && commit.metric("numDeletionVectorsAdded") == 0
          && commit.metric("numTargetDeletionVectorsAdded") == 0
          && commit.metric("numTargetFilesRemoved") == 0;
    }
  }

  /** What a reader saw. */
  private record Look(long begin, long version, List<String> rows) {}

  @TempDir Path temp;

  private final Queue<Done> done = new ConcurrentLinkedQueue<>();
  private final Queue<Look> looks = new ConcurrentLinkedQueue<>();
  private final AtomicInteger left = new AtomicInteger(OPERATIONS);
  private final AtomicInteger refused = new AtomicInteger();
  private final AtomicBoolean stopped = new AtomicBoolean();
  private DuckDb duckDb;

  @ParameterizedTest
  @CsvSource({"Serializable,true", "Serializable,false", "WriteSerializable,true"})
  void everyHistoryIsAsIfTheChangesCameOneAfterAnother(String level, boolean vectors)
      throws Exception {
    System.out.println("HistoryTest: -Dboathouse.history.seed=" + SEED);
    duckDb = new DuckDb(new DuckDbConfig("512MB", 2, temp));
    Path folder = temp.resolve("table");
    LooseTable table = new LooseTable(new LocalFileStore(folder), temp);
    table.create(
        SCHEMA,
        Map.of(
            "delta.isolationLevel",
            level,
            "delta.enableDeletionVectors",
            Boolean.toString(vectors),
            "boathouse.deletionVectors.maxShare",
            "0.5"));
    run(table);
    System.out.printf(
        "%s: %d changes, %d refused, %d looks, version %d%n",
        level, done.size(), refused.get(), looks.size(), table.log().latest().version());
    check(table, folder, level.equals("Serializable"));
  }

  private void run(LooseTable table) throws Exception {
    Random random = new Random(SEED);
    List<Future<?>> work = new ArrayList<>();
    try (ExecutorService threads = Executors.newCachedThreadPool()) {
      List<Future<?>> watching = new ArrayList<>();
      for (int i = 0; i < READERS; i++) {
        watching.add(threads.submit(() -> look(table.reopened())));
      }
      for (int i = 0; i < WRITERS; i++) {
        long seed = random.nextLong();
        work.add(threads.submit(() -> write(table.reopened(), new Random(seed))));
      }
      for (Future<?> writer : work) {
        writer.get();
      }
      stopped.set(true);
      for (Future<?> reader : watching) {
        reader.get();
      }
    }
  }

  private void write(LooseTable table, Random random) {
    while (left.getAndDecrement() > 0) {
      RandomChange change = RandomChange.next(random);
      long begin = System.nanoTime();
      try {
        change
            .apply(table, duckDb)
            .ifPresent(commit -> done.add(new Done(change, begin, System.nanoTime(), commit)));
      } catch (LakeException e) {
        assertThat(e.code()).as(e.toString()).isEqualTo(ErrorCode.CONFLICT);
        refused.incrementAndGet();
      }
    }
  }

  private void look(LooseTable table) {
    while (!stopped.get()) {
      long begin = System.nanoTime();
      var snapshot = table.log().latest();
      looks.add(new Look(begin, snapshot.version(), OurReads.rows(table, snapshot)));
    }
  }

  private void check(LooseTable table, Path folder, boolean serializable) throws IOException {
    Map<Long, Done> versions = new HashMap<>();
    for (Done change : done) {
      if (!change.changedNothing()) {
        assertThat(versions.put(change.commit().version(), change)).as(change.toString()).isNull();
      }
    }
    Map<Long, List<Row>> states = states(table, folder, versions, serializable);
    for (Look look : looks) {
      assertThat(look.rows())
          .as("a look at version %d", look.version())
          .containsExactlyInAnyOrderElementsOf(RandomChange.texts(states.get(look.version())));
    }
    for (Done change : done) {
      if (change.changedNothing()) {
        List<Row> before = states.get(change.commit().version());
        assertThat(change.change().applied(before)).as(change.toString()).isEqualTo(before);
      }
    }
    agreesWithTheClock();
    long last = table.log().latest().version();
    assertThat(KernelReads.rows(folder))
        .containsExactlyInAnyOrderElementsOf(RandomChange.texts(states.get(last)));
  }

  /** Every version's rows, made from the changes and compared with what the table holds. */
  private static Map<Long, List<Row>> states(
      LooseTable table, Path folder, Map<Long, Done> versions, boolean serializable)
      throws IOException {
    Map<Long, List<Row>> states = new HashMap<>();
    Map<Row, Long> appended = new IdentityHashMap<>();
    states.put(0L, List.of());
    for (long version = 1; version <= table.log().latest().version(); version++) {
      List<Row> before = states.get(version - 1);
      Done change = versions.get(version);
      JsonNode info = commitInfo(folder, version);
      List<Row> after = before;
      if (change == null) {
        assertThat(info.path("operation").asText()).as("version %d", version).isEqualTo("OPTIMIZE");
      } else {
        long read = serializable ? version : info.path("readVersion").asLong();
        after = applied(change, before, row -> appended.getOrDefault(row, 0L) > read);
        if (change.change().kind() == RandomChange.Kind.INSERT) {
          for (Row row : after.subList(before.size(), after.size())) {
            appended.put(row, version);
          }
        }
      }
      states.put(version, after);
      assertThat(OurReads.rows(table, table.log().at(version)))
          .as("version %d, %s", version, info)
          .containsExactlyInAnyOrderElementsOf(RandomChange.texts(after));
    }
    return states;
  }

  /**
   * @param unseen rows that were appended after the change had read, which only a table that is
   *     write-serializable may let stay as they are
   */
  private static List<Row> applied(Done change, List<Row> before, Predicate<Row> unseen) {
    List<Row> seen = new ArrayList<>();
    List<Row> after = new ArrayList<>();
    before.forEach(row -> (unseen.test(row) ? after : seen).add(row));
    after.addAll(change.change().applied(seen));
    return after;
  }

  private void agreesWithTheClock() {
    for (Done earlier : done) {
      for (Done later : done) {
        if (earlier.end() < later.begin()) {
          assertThat(later.commit().version())
              .as("%s after %s", later, earlier)
              .isGreaterThanOrEqualTo(earlier.commit().version());
        }
      }
      for (Look look : looks) {
        if (earlier.end() < look.begin()) {
          assertThat(look.version()).isGreaterThanOrEqualTo(earlier.commit().version());
        }
      }
    }
  }

  private static JsonNode commitInfo(Path folder, long version) throws IOException {
    for (String line :
        Files.readAllLines(folder.resolve("_delta_log/%020d.json".formatted(version)))) {
      JsonNode action = Json.parse(line);
      if (action.has("commitInfo")) {
        return action.get("commitInfo");
      }
    }
    throw new AssertionError("version " + version + " tells nothing of itself");
  }
}

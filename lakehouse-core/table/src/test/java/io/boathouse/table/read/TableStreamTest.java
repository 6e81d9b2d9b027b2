package io.boathouse.table.read;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.JsonNode;
import io.boathouse.catalog.grant.Privilege;
import io.boathouse.catalog.securable.FullName;
import io.boathouse.platform.auth.Caller;
import io.boathouse.platform.duckdb.DuckAccess;
import io.boathouse.platform.duckdb.DuckSession;
import io.boathouse.platform.error.ErrorCode;
import io.boathouse.platform.error.LakeException;
import io.boathouse.platform.http.TestServer;
import io.boathouse.table.GovernedTables;
import io.boathouse.table.maintain.OptimizeOptions;
import io.boathouse.table.type.Column;
import io.boathouse.table.type.DataType;
import io.boathouse.table.type.TableSchema;
import io.boathouse.table.write.NewTable;
import io.boathouse.table.write.RowChange;
import io.boathouse.table.write.Rows;
import io.boathouse.table.write.TableAlteration;
import io.boathouse.table.write.TableService;
import io.boathouse.table.write.WriteOptions;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A table as a stream: every row once, wherever its reader stops and goes on. */
class TableStreamTest {
  private static final long SEED = Long.getLong("boathouse.stream.seed", System.nanoTime());
  private static final int WRITES = Integer.getInteger("boathouse.stream.writes", 12);
  private static final TableSchema NUMBERS =
      TableSchema.of(Column.of("id", DataType.parse("bigint")));

  @TempDir static Path folder;
  private static GovernedTables house;
  private static TableService tables;
  private static TableStream stream;
  private static Caller admin;

  @BeforeAll
  static void open() throws IOException {
    house = new GovernedTables(folder);
    tables = house.module().tables();
    stream = house.module().stream();
    admin = house.administrator();
  }

  @AfterAll
  static void close() {
    house.close();
  }

  private static FullName table(String name, String... properties) {
    FullName full = FullName.of("main", "default", name);
    Map<String, String> set = properties.length == 0 ? Map.of() : Map.of(properties[0], "true");
    Object unused =
        tables.create(admin, new NewTable(full, NUMBERS, List.of(), set, Optional.empty()));
    return full;
  }

  private static void append(FullName name, long... ids) {
    List<List<Object>> rows = LongStream.of(ids).mapToObj(id -> List.<Object>of(id)).toList();
    Object unused =
        tables.append(admin, name, new Rows.Values(NUMBERS, List.copyOf(rows)), options("INSERT"));
  }

  private static WriteOptions options(String operation) {
    return WriteOptions.of(operation);
  }

  private static void optimize(FullName name) {
    Object unused = house.module().maintenance().optimize(admin, name, OptimizeOptions.ALL);
  }

  private static void deleteAll(FullName name) {
    Object unused =
        tables.change(
            admin,
            name,
            new RowChange.DeleteAll(),
            new io.boathouse.table.write.Sessions() {
              @Override
              public <T> T open(
                  List<Path> readable, java.util.function.Function<DuckSession, T> work) {
                throw new AssertionError();
              }
            },
            options("DELETE"));
  }

  private static StreamBatch next(FullName name, StreamOffset from, StreamOptions how) {
    return stream.next(admin, name, from, how);
  }

  private static List<String> rows(StreamBatch batch, String select) {
    try (DuckSession session =
        house.duckDb().open(DuckAccess.reading(stream.directories(batch)).withThreads(1))) {
      stream.bind(session, "b", batch);
      return session.query(select, row -> row.getString(1));
    }
  }

  private static List<String> ids(StreamBatch batch) {
    return rows(batch, "SELECT CAST(id AS VARCHAR) FROM b ORDER BY id");
  }

  @Test
  void theStateAtTheBeginningComesFirstAndThenWhatIsAdded() {
    FullName name = table("first");
    append(name, 1);
    append(name, 2);
    StreamOffset start = stream.start(admin, name);
    append(name, 3);
    optimize(name);
    append(name, 4);
    StreamBatch initial = next(name, start, StreamOptions.DEFAULTS);
    StreamBatch rest = next(name, initial.to(), StreamOptions.DEFAULTS);

    assertThat(ids(initial)).containsExactly("1", "2");
    assertThat(ids(rest)).containsExactly("3", "4");
    assertThat(next(name, rest.to(), StreamOptions.DEFAULTS).isUpToDate()).isTrue();
    assertThat(ids(stream.between(admin, name, start, initial.to(), StreamOptions.DEFAULTS)))
        .containsExactly("1", "2");
    assertThat(ids(stream.between(admin, name, initial.to(), rest.to(), StreamOptions.DEFAULTS)))
        .containsExactly("3", "4");
    assertThat(stream.start(admin, name, At.latest()).version()).isEqualTo(6);
    assertThat(ids(next(name, stream.start(admin, name, At.version(3)), StreamOptions.DEFAULTS)))
        .containsExactly("3", "4");
  }

  @Test
  void batchesHaveNoMoreFilesAndBytesThanAllowed() {
    FullName name = table("bounded");
    StreamOffset at = stream.start(admin, name);
    append(name, 1);
    append(name, 2);
    append(name, 3);
    StreamBatch two = next(name, at, StreamOptions.DEFAULTS.withMaxFiles(2));
    StreamBatch one = next(name, at, StreamOptions.DEFAULTS.withMaxBytes(1));

    assertThat(ids(two)).containsExactly("1", "2");
    assertThat(ids(one)).containsExactly("1");
    assertThat(ids(next(name, one.to(), StreamOptions.DEFAULTS))).containsExactly("2", "3");
  }

  @Test
  void aChangeOfRowsStopsTheStreamUnlessItIsSkippedOrTold() {
    FullName name = table("changed", "delta.enableChangeDataFeed");
    append(name, 1, 2);
    StreamOffset at = stream.start(admin, name, At.version(1));
    deleteAll(name);
    append(name, 3);
    LakeException refused =
        catchThrowableOfType(LakeException.class, () -> next(name, at, StreamOptions.DEFAULTS));
    StreamBatch skipped =
        next(name, at, StreamOptions.DEFAULTS.withChanges(StreamOptions.Changes.SKIP));
    StreamBatch told =
        next(name, at, StreamOptions.DEFAULTS.withChanges(StreamOptions.Changes.FEED));

    assertThat(refused.reason()).isEqualTo("DELTA_SOURCE_TABLE_IGNORE_CHANGES");
    assertThat(refused.message()).contains("Version 2 (DELETE)", "changes=skip");
    assertThat(ids(skipped)).containsExactly("1", "2", "3");
    assertThat(rows(told, "SELECT concat(id, _change_type, _commit_version) FROM b ORDER BY ALL"))
        .containsExactly("1delete2", "1insert1", "2delete2", "2insert1", "3insert3");
  }

  @Test
  void newColumnsBeginANewBatchAndOtherColumnsStopTheStream() throws IOException {
    FullName name = table("altered");
    append(name, 1);
    StreamOffset start = stream.start(admin, name, At.version(0));
    tables.alter(
        admin,
        name,
        new TableAlteration.AddColumns(List.of(Column.of("name", DataType.parse("string")))));
    append(name, 2);
    StreamBatch before = next(name, start, StreamOptions.DEFAULTS);
    StreamBatch after = next(name, before.to(), StreamOptions.DEFAULTS);

    assertThat(before.schema().names()).containsExactly("id");
    assertThat(ids(before)).containsExactly("1");
    assertThat(after.schema().names()).containsExactly("id", "name");
    assertThat(ids(after)).containsExactly("2");

    StreamOffset at = after.to();
    OtherWriter.putSchema(house, name, 4, "other");
    LakeException failure =
        catchThrowableOfType(LakeException.class, () -> next(name, at, StreamOptions.DEFAULTS));
    assertThat(failure.reason()).isEqualTo("DELTA_STREAMING_INCOMPATIBLE_SCHEMA_CHANGE");
    assertThat(failure.message()).contains("Version 4", "'id'", "accept_schema_version=4");
    StreamBatch accepted = next(name, at, StreamOptions.DEFAULTS.accepting(4));
    assertThat(accepted.schema().names()).containsExactly("other", "name");
    assertThat(next(name, accepted.to(), StreamOptions.DEFAULTS).isUpToDate()).isTrue();
  }

  @Test
  void aTableMadeAnewIsAnotherOne() {
    FullName name = table("anew");
    StreamOffset at = stream.start(admin, name);
    tables.purge(admin, name);
    Object unused = table("anew");

    assertThat(
            catchThrowableOfType(LakeException.class, () -> next(name, at, StreamOptions.DEFAULTS))
                .message())
        .contains("made anew");
  }

  @Test
  void everyBatchNeedsSelect() {
    FullName name = table("secret");
    StreamOffset at = stream.start(admin, name);
    Caller eve = house.user("eve", Privilege.USE_SCHEMA);

    assertThat(
            catchThrowableOfType(
                    LakeException.class, () -> stream.next(eve, name, at, StreamOptions.DEFAULTS))
                .code())
        .isEqualTo(ErrorCode.NOT_FOUND);
  }

  @Test
  void theRestDoorGivesEveryRowOnceWhereverItIsLeft() {
    FullName name = table("rest");
    append(name, 1, 2, 3);
    append(name, 4, 5);
    TestServer server =
        TestServer.start(house.catalog().authenticator(), house.module().routes())
            .as(house.catalog().bootstrap().administratorToken(""));
    String path = "/api/2.0/boathouse/tables/main.default.rest/stream";
    List<String> seen = new ArrayList<>();
    String more = "?max_results=2";
    for (int i = 0; i < 12; i++) {
      JsonNode page = TestServer.json(server.get(path + more));
      page.path("rows").forEach(row -> seen.add(row.get(0).asText()));
      more = "?max_results=2&offset=" + page.path("next_offset").asText();
      if (i == 3) {
        append(name, 6, 7, 8);
        optimize(name);
      }
    }
    assertThat(seen).containsExactlyInAnyOrder("1", "2", "3", "4", "5", "6", "7", "8");
    assertThat(TestServer.json(server.get(path + more)).path("up_to_date").asBoolean()).isTrue();
    assertThat(server.get(path + "?offset=x").statusCode()).isEqualTo(400);
    assertThat(server.get(path + "?changes=y").statusCode()).isEqualTo(400);
    server.close();
  }

  /**
   * Writers and compactions go on while the reader stops after any batch, with its rows kept or
   * lost; {@code -Dboathouse.stream.seed} repeats it, {@code .writes} makes it longer.
   */
  @Test
  void everyRowComesOnceAcrossStopsWritersAndCompactions() throws Exception {
    System.out.println("TableStreamTest: -Dboathouse.stream.seed=" + SEED);
    Random random = new Random(SEED);
    FullName name = table("busy");
    AtomicLong ids = new AtomicLong();
    append(name, ids.incrementAndGet(), ids.incrementAndGet());
    StreamOffset kept = stream.start(admin, name);
    List<String> seen = new ArrayList<>();
    try (ExecutorService threads = Executors.newFixedThreadPool(3)) {
      List<Future<?>> running = new ArrayList<>();
      for (int writer = 0; writer < 2; writer++) {
        running.add(threads.submit(() -> write(name, ids)));
      }
      running.add(threads.submit(() -> compact(name)));
      boolean quiet = false;
      while (!quiet) {
        boolean done = running.stream().allMatch(Future::isDone);
        StreamOptions how = StreamOptions.DEFAULTS.withMaxFiles(1 + random.nextInt(4));
        StreamBatch batch = next(name, kept, how);
        List<String> found = ids(batch);
        switch (random.nextInt(3)) {
          case 0 -> {} // killed before anything was kept: the same rows come again
          case 1 -> {
            // killed after it was decided what the batch is: it is read again as it was
            seen.addAll(ids(stream.between(admin, name, batch.from(), batch.to(), how)));
            kept = batch.to();
          }
          default -> {
            seen.addAll(found);
            kept = batch.to();
          }
        }
        quiet = done && batch.isUpToDate();
      }
      for (Future<?> one : running) {
        Object unused = one.get(1, TimeUnit.MINUTES);
      }
    }

    assertThat(seen)
        .as("seed " + SEED)
        .containsExactlyInAnyOrderElementsOf(
            LongStream.rangeClosed(1, ids.get()).mapToObj(Long::toString).toList());
  }

  private static void write(FullName name, AtomicLong ids) {
    for (int i = 0; i < WRITES; i++) {
      append(name, ids.incrementAndGet(), ids.incrementAndGet());
    }
  }

  private static void compact(FullName name) {
    for (int i = 0; i < WRITES / 3; i++) {
      optimize(name);
    }
  }
}

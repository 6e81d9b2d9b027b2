package io.boathouse.ingest.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.boathouse.catalog.lineage.LineageEdge;
import io.boathouse.catalog.lineage.LineageNode;
import io.boathouse.catalog.securable.FullName;
import io.boathouse.catalog.securable.SecurableType;
import io.boathouse.ingest.IngestHouse;
import io.boathouse.ingest.file.LoadRequest.GeneratedKey;
import io.boathouse.ingest.file.LoadRequest.Reading;
import io.boathouse.ingest.file.LoadRequest.RejectRule;
import io.boathouse.ingest.file.LoadRequest.Shaping;
import io.boathouse.platform.auth.Caller;
import io.boathouse.platform.error.ErrorCode;
import io.boathouse.platform.error.LakeException;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FileLoaderTest {
  @TempDir static Path temp;
  private static IngestHouse house;
  private static int tables;

  @BeforeAll
  static void start() {
    house = new IngestHouse(temp);
  }

  @AfterAll
  static void stop() {
    house.close();
  }

  private static FullName newTable() {
    return FullName.of("main", "default", "loaded_" + ++tables);
  }

  private static LoadRequest request(
      FullName table, byte[] content, String fileName, Reading reading, Shaping shaping) {
    var upload = house.ingest.uploads().put(house.admin, new ByteArrayInputStream(content));
    return new LoadRequest(
        table,
        new FileSource.Uploaded(upload.id().toString(), fileName),
        Optional.empty(),
        reading,
        shaping);
  }

  private static LoadResult load(FullName table, byte[] content, String fileName, Shaping shaping) {
    return house
        .ingest
        .loader()
        .load(house.admin, request(table, content, fileName, Reading.DEFAULTS, shaping));
  }

  private static LoadResult load(FullName table, String content, String fileName) {
    return load(table, content.getBytes(StandardCharsets.UTF_8), fileName, Shaping.NONE);
  }

  private static LakeException failure(FullName table, byte[] content, String fileName) {
    return catchThrowableOfType(
        LakeException.class, () -> load(table, content, fileName, Shaping.NONE));
  }

  private static Shaping rules(RejectRule... rules) {
    return new Shaping(
        Optional.empty(), List.of(rules), Optional.empty(), Optional.empty(), List.of());
  }

  private static byte[] parquet(String select) throws IOException {
    Path file = temp.resolve("made-" + Integer.toHexString(select.hashCode()) + ".parquet");
    try (Connection connection = DriverManager.getConnection("jdbc:duckdb:");
        Statement statement = connection.createStatement()) {
      statement.execute("COPY (" + select + ") TO '" + file + "' (FORMAT parquet)");
    } catch (SQLException e) {
      throw new IOException(e);
    }
    return Files.readAllBytes(file);
  }

  @Test
  void aCsvFileBecomesATableWithInferredTypes() {
    FullName table = newTable();

    LoadResult result =
        load(
            table,
            "id,name,paid on,amount\n1,tea,2026-01-02,2.5\n2,\"a, b\",2026-01-03,\n",
            "shop.csv");

    assertThat(result.created()).isTrue();
    assertThat(result.read()).isEqualTo(2);
    assertThat(result.written()).isEqualTo(2);
    assertThat(result.rejected()).isEmpty();
    assertThat(house.query("select * from " + table + " order by id"))
        .isEqualTo("[[\"1\",\"tea\",\"2026-01-02\",\"2.5\"],[\"2\",\"a, b\",\"2026-01-03\",null]]");
    assertThat(house.query("describe " + table))
        .isEqualTo(
            "[[\"id\",\"bigint\",\"\"],[\"name\",\"string\",\"\"],[\"paid_on\",\"date\",\"\"],[\"amount\",\"double\",\"\"]]");
  }

  @Test
  void linesThatDoNotFitAreKeptWithTheirLineAndReason() {
    FullName table = newTable();
    var reading =
        new Reading(
            Optional.of(true),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Map.of("id", "bigint"));
    String content = "id,name\n1,a\nx,b\n3,c,surplus\n4,d\n5,e\n";

    LoadResult result =
        house
            .ingest
            .loader()
            .load(
                house.admin,
                request(
                    table,
                    content.getBytes(StandardCharsets.UTF_8),
                    "bad.csv",
                    reading,
                    rules(new RejectRule("four is unlucky", "id = 4"))));

    assertThat(result.read()).isEqualTo(5);
    assertThat(result.written()).isEqualTo(2);
    assertThat(result.rejected())
        .containsEntry("four is unlucky", 1L)
        .containsEntry("CSV cast", 1L)
        .hasSize(3);
    assertThat(house.query("select line, reason, row from " + table + "_rejects order by line"))
        .isEqualTo(
            "[[\"3\",\"CSV cast\",\"x,b\"],[\"4\",\"CSV too many columns\",\"3,c,surplus\"],"
                + "[\"5\",\"four is unlucky\",\"{\\\"id\\\":4,\\\"name\\\":\\\"d\\\"}\"]]");
  }

  @Test
  void jsonLinesKeepNestedValuesAndTellOfBrokenLines() {
    FullName table = newTable();

    LoadResult result =
        load(
            table,
            "\uFEFF{\"a\":1,\"at\":\"2026-01-02 03:04:05\"}\n\n"
                + "not json\n"
                + "[1]\n"
                + "{\"a\":2,\"n\":{\"k\":[1,2]}}\n"
                + "{\"a\"",
            "events.jsonl");

    assertThat(result.read()).isEqualTo(5);
    assertThat(result.written()).isEqualTo(2);
    assertThat(result.rejected()).containsOnly(Map.entry("JSON line is not an object", 3L));
    assertThat(house.query("select a, n.k from " + table + " order by a"))
        .isEqualTo("[[\"1\",null],[\"2\",\"[1,2]\"]]");
    assertThat(house.query("select line from " + table + "_rejects order by line"))
        .isEqualTo("[[\"3\"],[\"4\"],[\"6\"]]");
  }

  @Test
  void parquetValuesThatDoNotFitTheTableAreRejects() throws IOException {
    FullName table = newTable();
    house.query("create table " + table + " (id bigint, day date)");

    LoadResult result =
        load(
            table,
            parquet(
                "select * from (values ('1', '2026-01-02'), ('x', '2026-01-02'), (null, null))"
                    + " t(id, day)"),
            "typed.parquet",
            Shaping.NONE);

    assertThat(result.created()).isFalse();
    assertThat(result.written()).isEqualTo(2);
    assertThat(result.rejected()).containsOnly(Map.entry("value does not fit its type", 1L));
    assertThat(house.query("select line, column_name from " + table + "_rejects"))
        .isEqualTo("[[\"2\",\"id\"]]");
  }

  @Test
  void aTransformReadsTheFileAndGovernedTables() throws IOException {
    house.query(
        "create or replace table zones as select 'AAA' as code, 'America/New_York' as zone");
    FullName table = newTable();
    Shaping shaping =
        new Shaping(
            Optional.of(
                """
                SELECT s.*, s.local AT TIME ZONE z.zone AS departed_at
                FROM source s LEFT JOIN zones z ON z.code = s.origin
                """),
            List.of(
                new RejectRule("unknown airport", "departed_at IS NULL"),
                new RejectRule("delay out of range", "abs(delay) > 720")),
            Optional.of(List.of()),
            Optional.of(new GeneratedKey("flight_id", List.of("local", "origin", "delay"))),
            List.of("local"));

    LoadResult result =
        load(
            table,
            parquet(
                """
                SELECT * FROM (VALUES
                  (timestamp '2001-04-01 01:30:00', 'AAA', 5),
                  (timestamp '2001-04-01 01:30:00', 'AAA', 5),
                  (timestamp '2001-04-01 03:30:00', 'AAA', 7),
                  (timestamp '2001-04-01 03:30:00', 'ZZZ', 7),
                  (timestamp '2001-04-02 03:30:00', 'AAA', -1116)) t(local, origin, delay)
                """),
            "flights.parquet",
            shaping);

    assertThat(result.read()).isEqualTo(5);
    assertThat(result.written()).isEqualTo(2);
    assertThat(result.duplicates()).isEqualTo(1);
    assertThat(result.rejected())
        .containsOnly(Map.entry("unknown airport", 1L), Map.entry("delay out of range", 1L));
    assertThat(house.query("select origin, delay, departed_at from " + table + " order by 3"))
        .isEqualTo(
            "[[\"AAA\",\"5\",\"2001-04-01T06:30:00.000Z\"],[\"AAA\",\"7\",\"2001-04-01T07:30:00.000Z\"]]");
    assertThat(house.query("select count(distinct flight_id), min(flight_id) > 0 from " + table))
        .isEqualTo("[[\"2\",\"true\"]]");
    assertThat(house.query("describe history " + table)).contains("main.default.zones@");
  }

  @Test
  void distinctByColumnsKeepsTheLowestLineWhateverElseDiffers() {
    FullName table = newTable();
    Shaping shaping =
        new Shaping(
            Optional.of("SELECT source_line - 1 AS id, a, b, source_line FROM source"),
            List.of(),
            Optional.of(List.of("a", "B")),
            Optional.empty(),
            List.of());
    LoadResult result =
        load(table, "a,b\n1,x\n2,x\n1,x\n1,y\n".getBytes(StandardCharsets.UTF_8), "d.csv", shaping);
    assertThat(result.duplicates()).isEqualTo(1);
    assertThat(house.query("select a, b, id from " + table + " order by id"))
        .isEqualTo("[[\"1\",\"x\",\"1\"],[\"2\",\"x\",\"2\"],[\"1\",\"y\",\"4\"]]");
    Shaping wrong =
        new Shaping(
            Optional.empty(), List.of(), Optional.of(List.of("nope")), Optional.empty(), List.of());
    assertThat(
            catchThrowableOfType(
                    LakeException.class,
                    () ->
                        load(newTable(), "a\n1\n".getBytes(StandardCharsets.UTF_8), "w.csv", wrong))
                .details())
        .containsEntry("field", "distinct_on");
  }

  @Test
  void tableVersionComesFromTheFileAndFromTheTablesThatTheTransformRead() {
    FullName zones = newTable();
    LoadResult first = load(zones, "code,zone\nATL,x\n", "zones.csv");
    FullName table = newTable();
    Shaping shaping =
        new Shaping(
            Optional.of("SELECT s.*, z.zone FROM source s JOIN %s z USING (code)".formatted(zones)),
            List.of(new RejectRule("none", "n > 1")),
            Optional.empty(),
            Optional.empty(),
            List.of());
    byte[] bytes = "code,n\nATL,1\nATL,2\n".getBytes(StandardCharsets.UTF_8);
    LoadResult loaded = load(table, bytes, "flights.csv", shaping);
    LoadResult unused = load(table, bytes, "flights.csv", shaping);

    LineageNode file = LineageNode.file("flights.csv", loaded.digest());
    LineageNode read = new LineageNode("TABLE", zones.toString(), Optional.of(first.version()));
    List<LineageEdge> edges =
        house
            .catalog
            .lineage()
            .upstream(
                house.admin,
                new LineageNode("TABLE", table.toString(), Optional.of(loaded.version())),
                10);
    assertThat(edges.stream().map(LineageEdge::from))
        .containsExactly(file, read, LineageNode.file("zones.csv", first.digest()));
    assertThat(edges.getFirst().details())
        .containsEntry("sha256", loaded.digest())
        .containsEntry("written", "1")
        .containsEntry("rejected", "1");
    assertThat(
            house
                .catalog
                .lineage()
                .upstream(
                    house.admin, new LineageNode("TABLE", table + "_rejects", Optional.empty()), 1)
                .stream()
                .map(LineageEdge::from))
        .containsExactly(file);
  }

  @Test
  void theSameFileIsLoadedOnceAndTellsTheSame() {
    FullName table = newTable();
    String content = "id,v\n1,a\n2,b\n2,b\nx,c\n";
    Shaping shaping =
        new Shaping(
            Optional.empty(),
            List.of(new RejectRule("no number", "try_cast(id AS int) IS NULL")),
            Optional.of(List.of()),
            Optional.empty(),
            List.of());
    byte[] bytes = content.getBytes(StandardCharsets.UTF_8);

    LoadResult first = load(table, bytes, "once.csv", shaping);
    LoadResult again = load(table, bytes, "renamed.csv", shaping);

    assertThat(first.alreadyLoaded()).isFalse();
    assertThat(again.alreadyLoaded()).isTrue();
    assertThat(again.version()).isEqualTo(first.version());
    assertThat(List.of(again.read(), again.written(), again.duplicates(), again.rejected()))
        .isEqualTo(List.of(4L, 2L, 1L, Map.of("no number", 1L)));
    assertThat(house.query("select count(*) from " + table)).isEqualTo("[[\"2\"]]");
    assertThat(house.query("select count(*) from " + table + "_rejects")).isEqualTo("[[\"1\"]]");
  }

  /**
   * The commit is the only step that counts: a process that dies before it leaves no row, one that
   * dies after it finishes by being asked again. Seen to lose the rejects when they were written
   * only with a first load.
   */
  @Test
  void aLoadThatStoppedBetweenItsCommitsIsCompletedByAskingAgain() {
    FullName table = newTable();
    byte[] bytes = "id\n1\nx\n".getBytes(StandardCharsets.UTF_8);
    Shaping shaping = rules(new RejectRule("no number", "try_cast(id AS int) IS NULL"));
    LoadResult first = load(table, bytes, "stopped.csv", shaping);
    house.query("drop table " + table + "_rejects");

    LoadResult again = load(table, bytes, "stopped.csv", shaping);

    assertThat(again.alreadyLoaded()).isTrue();
    assertThat(again.rejected()).isEqualTo(first.rejected());
    assertThat(house.query("select count(*) from " + table)).isEqualTo("[[\"1\"]]");
    assertThat(house.query("select count(*) from " + table + "_rejects")).isEqualTo("[[\"1\"]]");
  }

  /** Seen to end the process or load half a file when files were read without being probed. */
  @ParameterizedTest
  @ValueSource(
      strings = {"magic only", "truncated", "footer length", "row count", "zeroed page", "text"})
  void case10_parquetThatLiesIsRefusedAndNothingStays(String damage) throws IOException {
    byte[] good = parquet("select r, repeat('x', 100) || r as s from range(5000) t(r)");
    byte[] bad =
        switch (damage) {
          case "magic only" -> "PAR1PAR1".getBytes(StandardCharsets.US_ASCII);
          case "truncated" -> Arrays.copyOf(good, good.length / 2);
          case "footer length" -> {
            byte[] lying = good.clone();
            Arrays.fill(lying, lying.length - 8, lying.length - 4, (byte) 0x7F);
            yield lying;
          }
          case "row count" -> corruptedFooter(good);
          case "zeroed page" -> {
            byte[] lying = good.clone();
            Arrays.fill(lying, 4, Math.min(4000, lying.length / 2), (byte) 0);
            yield lying;
          }
          default -> "this is no parquet at all, only text".getBytes(StandardCharsets.US_ASCII);
        };
    FullName table = newTable();

    LakeException failure = failure(table, bad, "lying.parquet");

    assertThat(failure.code()).isEqualTo(ErrorCode.INVALID_ARGUMENT);
    assertThat(failure.reason()).isEqualTo("UNREADABLE_FILE");
    assertThat(failure.message()).contains("lying.parquet");
    assertThat(house.catalog.relations().find(house.admin, table)).isEmpty();
    assertThat(load(newTable(), good, "good.parquet", Shaping.NONE).written()).isEqualTo(5000);
  }

  private static byte[] corruptedFooter(byte[] good) {
    byte[] lying = good.clone();
    int footer =
        (lying[lying.length - 8] & 0xFF)
            | (lying[lying.length - 7] & 0xFF) << 8
            | (lying[lying.length - 6] & 0xFF) << 16;
    Arrays.fill(
        lying, lying.length - 8 - footer, lying.length - 8 - footer + footer / 2, (byte) 0xFF);
    return lying;
  }

  /** Seen to make empty tables of empty files. */
  @Test
  void case82_filesWithoutContentOrInAnotherEncodingAreRefused() {
    FullName table = newTable();

    assertThat(failure(table, new byte[0], "empty.csv").reason()).isEqualTo("EMPTY_FILE");
    assertThat(
            failure(table, "id,name\n1,a\n".getBytes(StandardCharsets.UTF_16), "wide.csv").reason())
        .isEqualTo("NOT_UTF8");
    assertThat(failure(table, "x".getBytes(StandardCharsets.UTF_8), "what.bin").reason())
        .isEqualTo("UNKNOWN_FILE_FORMAT");
    assertThat(house.catalog.relations().find(house.admin, table)).isEmpty();
  }

  /** A name says nothing: the digest decides. Seen to skip the second when names were compared. */
  @Test
  void case82_aFileRewrittenUnderTheSameNameIsAnotherFile() {
    FullName table = newTable();

    LoadResult first = load(table, "\uFEFFid,name\n1,a\n", "daily.csv");
    LoadResult second = load(table, "id,name\n2,b\n", "daily.csv");

    assertThat(second.alreadyLoaded()).isFalse();
    assertThat(second.version()).isGreaterThan(first.version());
    assertThat(house.query("select id, name from " + table + " order by id"))
        .isEqualTo("[[\"1\",\"a\"],[\"2\",\"b\"]]");
  }

  @Test
  void transformsAndRulesGoThroughTheWall() {
    byte[] bytes = "id\n1\n".getBytes(StandardCharsets.UTF_8);
    Shaping reading =
        new Shaping(
            Optional.of("select * from read_csv('/etc/passwd')"),
            List.of(),
            Optional.empty(),
            Optional.empty(),
            List.of());

    assertThat(
            catchThrowableOfType(
                    LakeException.class, () -> load(newTable(), bytes, "a.csv", reading))
                .reason())
        .isEqualTo("FUNCTION_NOT_ALLOWED");
    assertThat(
            catchThrowableOfType(
                    LakeException.class,
                    () ->
                        load(
                            newTable(),
                            bytes,
                            "a.csv",
                            rules(new RejectRule("x", "current_setting('x') = id"))))
                .reason())
        .isEqualTo("FUNCTION_NOT_ALLOWED");
    assertThat(
            catchThrowableOfType(
                    LakeException.class,
                    () ->
                        load(
                            newTable(),
                            bytes,
                            "a.csv",
                            rules(new RejectRule("x", "id = 1) then 0 end as a, case when (true"))))
                .reason())
        .isEqualTo("NOT_AN_EXPRESSION");
  }

  @Test
  void loadingNeedsRightsOnTheTableAndOnWhatTheTransformReads() {
    FullName table = newTable();
    load(table, "id\n1\n", "first.csv");
    Caller eve = house.user("eve");
    var upload =
        house
            .ingest
            .uploads()
            .put(eve, new ByteArrayInputStream("id\n2\n".getBytes(StandardCharsets.UTF_8)));
    LoadRequest request =
        new LoadRequest(
            table,
            new FileSource.Uploaded(upload.id().toString(), "second.csv"),
            Optional.empty(),
            Reading.DEFAULTS,
            Shaping.NONE);

    LakeException hidden =
        catchThrowableOfType(LakeException.class, () -> house.ingest.loader().load(eve, request));
    house
        .catalog
        .grants()
        .grant(
            house.admin,
            SecurableType.TABLE,
            table,
            "eve",
            io.boathouse.catalog.grant.Privilege.SELECT);
    LakeException denied =
        catchThrowableOfType(LakeException.class, () -> house.ingest.loader().load(eve, request));
    LakeException otherUpload =
        catchThrowableOfType(
            LakeException.class, () -> house.ingest.loader().load(house.admin, request));

    assertThat(hidden.code()).isIn(ErrorCode.NOT_FOUND, ErrorCode.PERMISSION_DENIED);
    assertThat(denied.code()).isEqualTo(ErrorCode.PERMISSION_DENIED);
    assertThat(otherUpload.reason()).isEqualTo("UPLOAD_NOT_FOUND");
    assertThat(house.query("select count(*) from " + table)).isEqualTo("[[\"1\"]]");
  }

  @Test
  void aKeyThatIsNotUniqueIsRefusedBeforeAnythingIsWritten() {
    FullName table = newTable();
    Shaping shaping =
        new Shaping(
            Optional.empty(),
            List.of(),
            Optional.empty(),
            Optional.of(new GeneratedKey("key", List.of("a"))),
            List.of());

    LakeException failure =
        catchThrowableOfType(
            LakeException.class,
            () ->
                load(table, "a,b\n1,1\n1,2\n".getBytes(StandardCharsets.UTF_8), "k.csv", shaping));

    assertThat(failure.reason()).isEqualTo("KEY_NOT_UNIQUE");
    assertThat(house.catalog.relations().find(house.admin, table)).isEmpty();
  }

  @Test
  void wideTextWithManyLinesLoadsWhole() throws IOException {
    ByteArrayOutputStream content = new ByteArrayOutputStream();
    content.write("id,text\n".getBytes(StandardCharsets.UTF_8));
    for (int i = 0; i < 50_000; i++) {
      content.write((i + ",\"line " + i + "\"\n").getBytes(StandardCharsets.UTF_8));
    }
    FullName table = newTable();

    LoadResult result = load(table, content.toByteArray(), "wide.csv", Shaping.NONE);

    assertThat(result.written()).isEqualTo(50_000);
    assertThat(house.query("select max(id) from " + table)).isEqualTo("[[\"49999\"]]");
  }
}

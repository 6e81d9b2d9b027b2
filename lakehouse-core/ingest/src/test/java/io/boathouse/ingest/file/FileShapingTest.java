package io.boathouse.ingest.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.boathouse.catalog.lineage.LineageEdge;
import io.boathouse.catalog.lineage.LineageNode;
import io.boathouse.catalog.securable.FullName;
import io.boathouse.catalog.securable.SecurableType;
import io.boathouse.ingest.file.LoadRequest.GeneratedKey;
import io.boathouse.ingest.file.LoadRequest.Reading;
import io.boathouse.ingest.file.LoadRequest.RejectRule;
import io.boathouse.ingest.file.LoadRequest.Shaping;
import io.boathouse.platform.auth.Caller;
import io.boathouse.platform.error.ErrorCode;
import io.boathouse.platform.error.LakeException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Transforms, rules, copies and keys, and the rights that they need. */
class FileShapingTest {
  @TempDir static Path temp;
  private static TestLoads loads;

  @BeforeAll
  static void start() {
    loads = new TestLoads(temp);
  }

  @AfterAll
  static void stop() {
    loads.close();
  }

  @Test
  void aTransformReadsTheFileAndGovernedTables() throws IOException {
    loads.house.query(
        "create or replace table zones as select 'AAA' as code, 'America/New_York' as zone");
    FullName table = loads.newTable();
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
        loads.load(
            table,
            loads.parquet(
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
    assertThat(loads.house.query("select origin, delay, departed_at from " + table + " order by 3"))
        .isEqualTo(
            "[[\"AAA\",\"5\",\"2001-04-01T06:30:00.000Z\"],[\"AAA\",\"7\",\"2001-04-01T07:30:00.000Z\"]]");
    assertThat(
            loads.house.query("select count(distinct flight_id), min(flight_id) > 0 from " + table))
        .isEqualTo("[[\"2\",\"true\"]]");
    assertThat(loads.house.query("describe history " + table)).contains("main.default.zones@");
  }

  @Test
  void distinctByColumnsKeepsTheLowestLineWhateverElseDiffers() {
    FullName table = loads.newTable();
    Shaping shaping =
        new Shaping(
            Optional.of("SELECT source_line - 1 AS id, a, b, source_line FROM source"),
            List.of(),
            Optional.of(List.of("a", "B")),
            Optional.empty(),
            List.of());
    LoadResult result =
        loads.load(
            table, "a,b\n1,x\n2,x\n1,x\n1,y\n".getBytes(StandardCharsets.UTF_8), "d.csv", shaping);
    assertThat(result.duplicates()).isEqualTo(1);
    assertThat(loads.house.query("select a, b, id from " + table + " order by id"))
        .isEqualTo("[[\"1\",\"x\",\"1\"],[\"2\",\"x\",\"2\"],[\"1\",\"y\",\"4\"]]");
    Shaping wrong =
        new Shaping(
            Optional.empty(), List.of(), Optional.of(List.of("nope")), Optional.empty(), List.of());
    assertThat(
            catchThrowableOfType(
                    LakeException.class,
                    () ->
                        loads.load(
                            loads.newTable(),
                            "a\n1\n".getBytes(StandardCharsets.UTF_8),
                            "w.csv",
                            wrong))
                .details())
        .containsEntry("field", "distinct_on");
  }

  @Test
  void tableVersionComesFromTheFileAndFromTheTablesThatTheTransformRead() {
    FullName zones = loads.newTable();
    LoadResult first = loads.load(zones, "code,zone\nATL,x\n", "zones.csv");
    FullName table = loads.newTable();
    Shaping shaping =
        new Shaping(
            Optional.of("SELECT s.*, z.zone FROM source s JOIN %s z USING (code)".formatted(zones)),
            List.of(new RejectRule("none", "n > 1")),
            Optional.empty(),
            Optional.empty(),
            List.of());
    byte[] bytes = "code,n\nATL,1\nATL,2\n".getBytes(StandardCharsets.UTF_8);
    LoadResult loaded = loads.load(table, bytes, "flights.csv", shaping);
    LoadResult unused = loads.load(table, bytes, "flights.csv", shaping);

    LineageNode file = LineageNode.file("flights.csv", loaded.digest());
    LineageNode read = new LineageNode("TABLE", zones.toString(), Optional.of(first.version()));
    List<LineageEdge> edges =
        loads
            .house
            .lakehouse
            .catalog
            .lineage()
            .upstream(
                loads.house.admin,
                new LineageNode("TABLE", table.toString(), Optional.of(loaded.version())),
                10);
    assertThat(edges.stream().map(LineageEdge::from))
        .containsExactly(file, read, LineageNode.file("zones.csv", first.digest()));
    assertThat(edges.getFirst().details())
        .containsEntry("sha256", loaded.digest())
        .containsEntry("written", "1")
        .containsEntry("rejected", "1");
    assertThat(
            loads
                .house
                .lakehouse
                .catalog
                .lineage()
                .upstream(
                    loads.house.admin,
                    new LineageNode("TABLE", table + "_rejects", Optional.empty()),
                    1)
                .stream()
                .map(LineageEdge::from))
        .containsExactly(file);
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
                    LakeException.class,
                    () -> loads.load(loads.newTable(), bytes, "a.csv", reading))
                .reason())
        .isEqualTo("FUNCTION_NOT_ALLOWED");
    assertThat(
            catchThrowableOfType(
                    LakeException.class,
                    () ->
                        loads.load(
                            loads.newTable(),
                            bytes,
                            "a.csv",
                            loads.rules(new RejectRule("x", "current_setting('x') = id"))))
                .reason())
        .isEqualTo("FUNCTION_NOT_ALLOWED");
    assertThat(
            catchThrowableOfType(
                    LakeException.class,
                    () ->
                        loads.load(
                            loads.newTable(),
                            bytes,
                            "a.csv",
                            loads.rules(
                                new RejectRule("x", "id = 1) then 0 end as a, case when (true"))))
                .reason())
        .isEqualTo("NOT_AN_EXPRESSION");
  }

  @Test
  void loadingNeedsRightsOnTheTableAndOnWhatTheTransformReads() {
    FullName table = loads.newTable();
    loads.load(table, "id\n1\n", "first.csv");
    Caller eve = loads.house.user("eve");
    var upload =
        loads
            .house
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
        catchThrowableOfType(
            LakeException.class, () -> loads.house.ingest.loader().load(eve, request));
    loads
        .house
        .lakehouse
        .catalog
        .grants()
        .grant(
            loads.house.admin,
            SecurableType.TABLE,
            table,
            "eve",
            io.boathouse.catalog.grant.Privilege.SELECT);
    LakeException denied =
        catchThrowableOfType(
            LakeException.class, () -> loads.house.ingest.loader().load(eve, request));
    LakeException otherUpload =
        catchThrowableOfType(
            LakeException.class,
            () -> loads.house.ingest.loader().load(loads.house.admin, request));

    assertThat(hidden.code()).isIn(ErrorCode.NOT_FOUND, ErrorCode.PERMISSION_DENIED);
    assertThat(denied.code()).isEqualTo(ErrorCode.PERMISSION_DENIED);
    assertThat(otherUpload.reason()).isEqualTo("UPLOAD_NOT_FOUND");
    assertThat(loads.house.query("select count(*) from " + table)).isEqualTo("[[\"1\"]]");
  }

  @Test
  void aKeyThatIsNotUniqueIsRefusedBeforeAnythingIsWritten() {
    FullName table = loads.newTable();
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
                loads.load(
                    table, "a,b\n1,1\n1,2\n".getBytes(StandardCharsets.UTF_8), "k.csv", shaping));

    assertThat(failure.reason()).isEqualTo("KEY_NOT_UNIQUE");
    assertThat(loads.house.lakehouse.catalog.relations().find(loads.house.admin, table)).isEmpty();
  }
}

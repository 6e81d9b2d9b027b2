package io.boathouse.ingest.upload;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.boathouse.catalog.grant.Privilege;
import io.boathouse.catalog.securable.FullName;
import io.boathouse.catalog.securable.SecurableType;
import io.boathouse.ingest.IngestHouse;
import io.boathouse.platform.http.HttpConfig;
import io.boathouse.platform.http.HttpLimits;
import io.boathouse.platform.http.TestServer;
import io.boathouse.platform.json.Json;
import java.io.IOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Uploading and loading as clients do it. */
class IngestRoutesTest {
  private static final String UPLOADS = "/api/2.0/boathouse/ingest/uploads";
  private static final String LOAD = "/api/2.0/boathouse/ingest/load";
  private static final int LARGEST = 100_000;
  private static final String CSV = "id,name\n1,a\n2,b\n2,b\n,c\n";

  @TempDir static Path temp;
  private static IngestHouse house;
  private static TestServer server;
  private static TestServer admin;
  private static int tables;

  @BeforeAll
  static void start() {
    house = new IngestHouse(temp);
    HttpLimits usual = HttpLimits.DEFAULTS;
    HttpConfig config = HttpConfig.DEFAULTS;
    server =
        TestServer.start(
            new HttpConfig(
                config.host(),
                0,
                Optional.empty(),
                Optional.empty(),
                List.of(),
                List.of(),
                new HttpLimits(
                    usual.bodyBytes(),
                    LARGEST,
                    usual.headerBytes(),
                    usual.bufferedBytes(),
                    usual.connections(),
                    usual.requests()),
                config.timeouts(),
                false,
                false),
            house.lakehouse.authenticator(),
            house.ingest.routes());
    admin = server.as("admin-token");
  }

  @AfterAll
  static void stop() {
    server.close();
    house.close();
  }

  @Test
  void uploadedFileBecomesATableAndTheReplyCounts() {
    String table = newTable();
    JsonNode upload = TestServer.json(upload(admin, CSV.getBytes(StandardCharsets.UTF_8)));
    assertThat(upload.path("bytes").asInt()).isEqualTo(CSV.length());
    Map<String, Object> wanted =
        Map.of(
            "table",
            table,
            "source",
            source(upload.path("upload_id").asText()),
            "distinct",
            true,
            "rejects",
            List.of(Map.of("reason", "no id", "condition", "id IS NULL")),
            "key",
            Map.of("column", "row_key", "of", List.of("id", "name")));
    JsonNode loaded = ok(load(admin, wanted));
    assertThat(loaded.path("table").asText()).isEqualTo(table);
    assertThat(loaded.path("created").asBoolean()).isTrue();
    assertThat(loaded.path("read").asLong()).isEqualTo(4);
    assertThat(loaded.path("written").asLong()).isEqualTo(2);
    assertThat(loaded.path("duplicates").asLong()).isEqualTo(1);
    assertThat(loaded.path("rejected").toString()).isEqualTo("{\"no id\":1}");
    assertThat(loaded.path("rejects_table").asText()).isEqualTo(table + "_rejects");
    assertThat(loaded.path("digest").asText()).matches("[0-9a-f]{64}");

    JsonNode again = ok(load(admin, wanted));
    assertThat(again.path("already_loaded").asBoolean()).isTrue();
    assertThat(again.path("written")).isEqualTo(loaded.path("written"));
    assertThat(house.query("select count(*) from " + table)).isEqualTo("[[\"2\"]]");
  }

  @Test
  void distinctOnNamesTheColumns() {
    String table = newTable();
    JsonNode loaded = ok(load(admin, with(wanted(table, CSV), "distinct_on", List.of("name"))));
    assertThat(loaded.path("duplicates").asLong()).isEqualTo(1);
    HttpResponse<String> both =
        load(
            admin,
            with(with(wanted(newTable(), CSV), "distinct_on", List.of("name")), "distinct", false));
    assertThat(both.statusCode()).isEqualTo(400);
    assertThat(both.body()).contains("distinct");
  }

  @Test
  void whatIsMissingOrWrongIsNamedAndNothingIsMade() {
    String table = newTable();
    Map<String, Object> wanted = wanted(table, CSV);
    assertThat(refused(400, Map.of("source", source(UUID.randomUUID().toString()))))
        .contains("table");
    assertThat(refused(400, Map.of("table", table))).contains("source");
    assertThat(refused(400, with(wanted, "table", "flights"))).contains("table", "flights");
    assertThat(refused(400, with(wanted, "format", "xls"))).contains("format", "xls");
    assertThat(refused(400, with(wanted, "drop", List.of("nope")))).contains("nope", "name");
    assertThat(refused(400, with(wanted, "options", Map.of("columns", Map.of("nope", "int")))))
        .contains("nope");
    assertThat(refused(400, with(wanted, "transform", "SELECT nope FROM source"))).contains("nope");
    assertThat(refused(400, with(wanted, "key", Map.of("column", "k")))).contains("key.of");
    assertThat(
            refused(
                400, with(wanted, "rejects", List.of(Map.of("reason", "r", "condition", "1 +")))))
        .contains("syntax");
    assertThat(refused(404, with(wanted, "transform", "SELECT * FROM main.default.absent")))
        .contains("absent");
    assertThat(refused(404, with(wanted, "table", "main.nowhere.t"))).contains("main.nowhere");
    assertThat(house.lakehouse.catalog.relations().find(house.admin, FullName.parse(table)))
        .isEmpty();
  }

  @Test
  void missingColumnOfAnExistingTableIsNamed() {
    String table = newTable();
    var unused = ok(load(admin, wanted(table, "id,name\n1,a\n")));
    String refused = refused(400, wanted(table, "id,name,extra\n1,a,x\n"));
    assertThat(refused).contains("extra");
    assertThat(house.query("select count(*) from " + table)).isEqualTo("[[\"1\"]]");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/Volumes/main/default/raw/../../../../etc/passwd",
        "/Volumes/main/default/raw/..\\..\\etc\\passwd",
        "/etc/passwd",
        "file:///etc/passwd",
        "/Volumes/main/default/raw/%2e%2e/x.csv",
        "/Volumes/main/default/raw/a\u0000.csv"
      })
  // The defence: IngestModule opens what VolumePath.parse lets through.
  void case01_aPathThatLeavesTheVolumeIsRefused(String path) {
    HttpResponse<String> reply =
        load(
            admin,
            Map.of("table", newTable(), "source", Map.of("volume_path", path), "format", "csv"));
    assertThat(reply.statusCode()).as(reply.body()).isIn(400, 404);
    assertThat(reply.body()).doesNotContain("root:");
  }

  // The defence: UploadStore.open looks the id up and makes no path of it.
  @ParameterizedTest
  @ValueSource(strings = {"../../storage", "/etc/passwd", "..%2f..%2fetc", "", "\u0000"})
  void case01_anUploadIdIsNoPath(String id) {
    HttpResponse<String> reply = load(admin, Map.of("table", newTable(), "source", source(id)));
    assertThat(reply.statusCode()).as(reply.body()).isEqualTo(404);
    assertThat(reply.body()).contains("UPLOAD_NOT_FOUND");
  }

  // The defence: UploadStore.open compares the principal.
  @Test
  void case48_anUploadOfAnotherUserReadsLikeAnUnknownOne() {
    var unused = house.user("mallory");
    house.lakehouse.grant(SecurableType.SCHEMA, "main.default", "mallory", Privilege.CREATE_TABLE);
    String id =
        TestServer.json(upload(admin, CSV.getBytes(StandardCharsets.UTF_8)))
            .path("upload_id")
            .asText();
    String other = UUID.randomUUID().toString();
    TestServer mallory = server.as("mallory-token");
    HttpResponse<String> foreign = load(mallory, Map.of("table", newTable(), "source", source(id)));
    HttpResponse<String> unknown =
        load(mallory, Map.of("table", newTable(), "source", source(other)));
    assertThat(foreign.statusCode()).isEqualTo(404).isEqualTo(unknown.statusCode());
    assertThat(foreign.body().replace(id, other)).isEqualTo(unknown.body());
  }

  // The defence: FileLoader.requireTarget and the governed transform ask before anything is read.
  @Test
  void case20_loadingNeedsRightsOnTheTargetAndOnWhatTheTransformReads() {
    var unused = house.user("bob");
    TestServer bob = server.as("bob-token");
    String table = newTable();
    JsonNode made = ok(load(admin, wanted(table, CSV)));
    assertThat(made.path("written").asLong()).isEqualTo(4);
    assertThat(load(bob, wanted(bob, newTable(), CSV)).statusCode()).isEqualTo(403);
    assertThat(load(bob, wanted(bob, table, CSV)).statusCode()).isIn(403, 404);
    house.lakehouse.grant(SecurableType.SCHEMA, "main.default", "bob", Privilege.CREATE_TABLE);
    String mine = newTable();
    HttpResponse<String> stolen =
        load(bob, with(wanted(bob, mine, CSV), "transform", "SELECT * FROM " + table));
    assertThat(stolen.statusCode()).isIn(403, 404);
    assertThat(house.lakehouse.catalog.relations().find(house.admin, FullName.parse(mine)))
        .isEmpty();
    assertThat(ok(load(bob, wanted(bob, mine, CSV))).path("written").asLong()).isEqualTo(4);
  }

  @Test
  void case75_oneFileLoadedFromManyConnectionsIsThereOnce() {
    String table = newTable();
    List<HttpResponse<String>> replies =
        Stream.generate(() -> wanted(table, CSV)).limit(4).toList().parallelStream()
            .map(wanted -> load(admin, wanted))
            .toList();
    assertThat(replies).allMatch(reply -> reply.statusCode() == 200);
    assertThat(replies.stream().map(TestServer::json))
        .filteredOn(loaded -> !loaded.path("already_loaded").asBoolean())
        .hasSize(1);
    assertThat(house.query("select count(*) from " + table)).isEqualTo("[[\"4\"]]");
  }

  @Test
  void case60_anUploadOverTheLimitIsRefusedAndNothingIsKept() throws IOException {
    long before = kept();
    HttpResponse<String> reply = upload(admin, new byte[LARGEST + 1]);
    assertThat(reply.statusCode()).isEqualTo(413);
    assertThat(reply.body()).contains(Integer.toString(LARGEST));
    assertThat(kept()).isEqualTo(before);
    assertThat(upload(admin, new byte[LARGEST]).statusCode()).isEqualTo(200);
  }

  @Test
  void case31_aReasonOrConditionIsNoStatement() {
    Map<String, Object> wanted = wanted(newTable(), CSV);
    String refused =
        refused(
            400,
            with(
                wanted,
                "rejects",
                List.of(Map.of("reason", "r", "condition", "true); DROP TABLE x; --"))));
    assertThat(refused).contains("error_code");
    String table = newTable();
    JsonNode loaded =
        ok(
            load(
                admin,
                with(
                    wanted(table, CSV),
                    "rejects",
                    List.of(
                        Map.of("reason", "it's; DROP TABLE x --", "condition", "id IS NULL")))));
    assertThat(loaded.path("rejected").toString()).isEqualTo("{\"it's; DROP TABLE x --\":1}");
  }

  private static long kept() throws IOException {
    try (Stream<Path> files = Files.list(temp.resolve("uploads"))) {
      return files.count();
    }
  }

  private static String newTable() {
    return "main.default.sent_" + ++tables;
  }

  private static Map<String, Object> source(String id) {
    return Map.of("upload_id", id, "name", "sent.csv");
  }

  private static Map<String, Object> wanted(String table, String content) {
    return wanted(admin, table, content);
  }

  private static Map<String, Object> wanted(TestServer as, String table, String content) {
    JsonNode upload = TestServer.json(upload(as, content.getBytes(StandardCharsets.UTF_8)));
    return Map.of("table", table, "source", source(upload.path("upload_id").asText()));
  }

  private static Map<String, Object> with(Map<String, Object> map, String key, Object value) {
    Map<String, Object> copy = new HashMap<>(map);
    copy.put(key, value);
    return copy;
  }

  private static HttpResponse<String> upload(TestServer as, byte[] content) {
    return as.send(
        as.request(UPLOADS)
            .header("Content-Type", "application/octet-stream")
            .POST(BodyPublishers.ofByteArray(content)));
  }

  private static HttpResponse<String> load(TestServer as, Map<String, Object> wanted) {
    return as.post(LOAD, Json.writeText(wanted));
  }

  private static JsonNode ok(HttpResponse<String> reply) {
    assertThat(reply.statusCode()).as(reply.body()).isEqualTo(200);
    return TestServer.json(reply);
  }

  private static String refused(int status, Map<String, Object> wanted) {
    HttpResponse<String> reply = load(admin, wanted);
    assertThat(reply.statusCode()).as(reply.body()).isEqualTo(status);
    return reply.body();
  }
}

package io.boathouse.sql.statement;

import static io.boathouse.sql.statement.StatementCalls.submit;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.boathouse.platform.duckdb.DuckDbConfig;
import io.boathouse.platform.http.TestServer;
import io.boathouse.platform.json.Json;
import io.boathouse.sql.TestLakehouse;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class WarehouseApiTest {
  private static final String PATH = "/api/2.0/sql/warehouses";
  private static final AtomicReference<Instant> now =
      new AtomicReference<>(Instant.parse("2026-01-01T00:00:00Z"));

  @TempDir static Path temp;
  private static TestLakehouse house;
  private static TestServer server;

  @BeforeAll
  static void start() {
    house = new TestLakehouse(temp, new DuckDbConfig("256MB", 1, temp), now::get);
    server = TestServer.start(house.authenticator(), house.sql.routes()).as("admin-token");
  }

  @AfterAll
  static void stop() {
    server.close();
    house.close();
  }

  private static String create(String name, Map<String, String> limits) {
    List<Map<String, String>> tags =
        limits.entrySet().stream()
            .map(limit -> Map.of("key", "boathouse." + limit.getKey(), "value", limit.getValue()))
            .toList();
    JsonNode made =
        TestServer.json(
            server.post(
                PATH,
                Json.writeText(
                    Map.of(
                        "name", name, "auto_stop_mins", 10, "tags", Map.of("custom_tags", tags)))));
    assertThat(made.has("id")).as(made.toString()).isTrue();
    return made.get("id").asText();
  }

  private static JsonNode run(String warehouse, String sql) {
    return submit(server, Map.of("statement", sql, "warehouse_id", warehouse));
  }

  private static String state(String warehouse) {
    return TestServer.json(server.get(PATH + "/" + warehouse)).get("state").asText();
  }

  /** The defence is that WarehouseService.create looks at the name before it inserts. */
  @Test
  void nobodyTakesTheNameOfTheDefaultWarehouse() {
    String before = server.get(PATH).body();
    String standard = TestServer.json(server.get(PATH + "/default")).get("name").asText();
    String named = Json.writeText(Map.of("name", standard, "auto_stop_mins", 10));
    assertThat(server.post(PATH, named).statusCode()).isBetween(400, 409);
    assertThat(server.get(PATH).body()).isEqualTo(before);
  }

  @Test
  void itsLimitsHoldForItsStatements() {
    String id =
        create(
            "limits",
            Map.of(
                "max_result_rows", "2",
                "threads", "1",
                "memory_limit", "64MB",
                "statement_timeout_seconds", "1"));

    JsonNode rows = run(id, "select range from range(10)");
    JsonNode memory =
        run(id, "select count(*) from (select distinct range, random() from range(20000000))");
    JsonNode slow =
        run(
            id,
            "select count(*) from range(10000000) a, range(100000) b"
                + " where a.range % 7 = b.range % 11");

    assertThat(rows.at("/manifest/total_row_count").asInt()).isEqualTo(2);
    assertThat(rows.at("/manifest/truncated").asBoolean()).isTrue();
    assertThat(memory.toString()).containsAnyOf("OUT_OF_MEMORY", "STATEMENT_TIMEOUT");
    assertThat(slow.toString()).contains("STATEMENT_TIMEOUT");
  }

  @Test
  void itStopsWhenNobodyUsesItAndStartsWithTheNextStatement() {
    String id = create("resting", Map.of());
    assertThat(state(id)).isEqualTo("RUNNING");

    now.updateAndGet(time -> time.plus(Duration.ofMinutes(11)));
    assertThat(state(id)).isEqualTo("STOPPED");

    assertThat(run(id, "select 1").at("/status/state").asText()).isEqualTo("SUCCEEDED");
    assertThat(state(id)).isEqualTo("RUNNING");
    assertThat(server.post(PATH + "/" + id + "/stop", "{}").statusCode()).isEqualTo(200);
    assertThat(state(id)).isEqualTo("STOPPED");
    assertThat(server.post(PATH + "/" + id + "/start", "{}").statusCode()).isEqualTo(200);
    assertThat(state(id)).isEqualTo("RUNNING");
    assertThat(server.delete(PATH + "/" + id).statusCode()).isEqualTo(200);
    assertThat(server.get(PATH + "/" + id).statusCode()).isEqualTo(404);
  }

  @Test
  void onlyAdministratorsChangeThemAndTheDefaultOneStays() {
    String id = create("guarded", Map.of());
    Object eve = house.user("eve");
    assertThat(eve).isNotNull();
    TestServer asEve = server.as("eve-token");

    assertThat(asEve.post(PATH, "{\"name\": \"hers\"}").statusCode()).isEqualTo(403);
    assertThat(asEve.post(PATH + "/" + id + "/stop", "{}").statusCode()).isEqualTo(403);
    assertThat(asEve.delete(PATH + "/" + id).statusCode()).isEqualTo(403);
    assertThat(server.delete(PATH + "/default").statusCode()).isEqualTo(400);
    assertThat(server.post(PATH, "{\"name\": \"Guarded\"}").statusCode()).isEqualTo(400);
    assertThat(server.post(PATH + "/" + id + "/edit", "{\"cluster_size\": \"Huge\"}").statusCode())
        .isEqualTo(400);
    assertThat(server.post(PATH + "/" + id + "/edit", "{\"name\": \"other\"}").statusCode())
        .isEqualTo(200);
    assertThat(TestServer.json(server.get(PATH + "/" + id)).get("name").asText())
        .isEqualTo("other");
  }

  private static HttpResponse<String> allow(
      TestServer as, String method, String id, String... each) {
    List<Map<String, String>> entries = new ArrayList<>();
    for (int i = 0; i < each.length; i += 3) {
      entries.add(Map.of(each[i], each[i + 1], "permission_level", each[i + 2]));
    }
    return as.send(
        method,
        "/api/2.0/permissions/warehouses/" + id,
        Json.writeText(Map.of("access_control_list", entries)));
  }

  // Fails without WarehouseRights.require in WarehouseService.get: eve runs statements and sees it.
  @Test
  void case19_whoMayNotUseAWarehouseDoesNotFindItAndLosesItAtOnce() {
    Object unused = List.of(house.user("eva"), house.user("mia"));
    TestServer eve = server.as("eva-token");
    TestServer mia = server.as("mia-token");
    String id = create("kept-back", Map.of());
    Map<String, Object> one = Map.of("statement", "select 1", "warehouse_id", id);
    assertThat(submit(eve, one).at("/status/state").asText()).isEqualTo("SUCCEEDED");
    JsonNode session =
        TestServer.json(
            eve.post("/api/2.0/sql/sessions", Json.writeText(Map.of("warehouse_id", id))));
    assertThat(allow(eve, "PUT", id, "user_name", "eva", "CAN_MANAGE").statusCode()).isEqualTo(403);
    HttpResponse<String> set = allow(server, "PUT", id, "user_name", "mia", "CAN_MANAGE");
    assertThat(set.statusCode()).as(set.body()).isEqualTo(200);
    assertThat(TestServer.json(set).at("/access_control_list/0/user_name").asText())
        .isEqualTo("mia");

    Map<String, String> inSession =
        Map.of("statement", "select 1", "session_id", session.path("session_id").asText());
    String body = eve.post(StatementCalls.PATH, Json.writeText(one)).body();
    assertThat(body).contains("does not exist");
    assertThat(eve.post(StatementCalls.PATH, Json.writeText(inSession)).statusCode())
        .isEqualTo(404);
    assertThat(eve.get(PATH + "/" + id).statusCode()).isEqualTo(404);
    assertThat(eve.get(PATH).body()).doesNotContain(id);
    assertThat(eve.get("/api/2.0/permissions/sql/warehouses/" + id).statusCode()).isEqualTo(404);

    assertThat(mia.get(PATH).body()).contains(id);
    assertThat(mia.post(PATH + "/" + id + "/edit", "{\"name\":\"hers\"}").statusCode())
        .isEqualTo(200);
    assertThat(allow(mia, "PATCH", id, "user_name", "eva", "CAN_USE").statusCode()).isEqualTo(200);
    assertThat(submit(eve, one).at("/status/state").asText()).isEqualTo("SUCCEEDED");
    assertThat(eve.post(PATH + "/" + id + "/stop", "{}").statusCode()).isEqualTo(403);
    assertThat(mia.get("/api/2.0/permissions/sql/warehouses/" + id + "/permissionLevels").body())
        .contains("CAN_USE", "CAN_MANAGE");
    assertThat(allow(mia, "PUT", id, "user_name", "nobody", "CAN_USE").statusCode()).isEqualTo(404);
    assertThat(allow(mia, "PUT", id, "user_name", "eva", "IS_OWNER").statusCode()).isEqualTo(501);
    assertThat(allow(mia, "PUT", id, "user_name", "eva", "CAN_FLY").statusCode()).isEqualTo(400);
    assertThat(mia.get(PATH).body()).as("nothing of it was done").contains(id);
    assertThat(mia.delete(PATH + "/" + id).statusCode()).isEqualTo(200);
  }
}

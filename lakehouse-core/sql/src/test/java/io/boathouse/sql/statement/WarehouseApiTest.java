package io.boathouse.sql.statement;

import static io.boathouse.sql.statement.StatementCalls.submit;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.boathouse.platform.duckdb.DuckDbConfig;
import io.boathouse.platform.http.TestServer;
import io.boathouse.platform.json.Json;
import io.boathouse.sql.TestLakehouse;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
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
}

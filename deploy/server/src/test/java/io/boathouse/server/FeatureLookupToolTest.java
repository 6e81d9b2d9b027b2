package io.boathouse.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.boathouse.platform.backup.DataDirectory;
import io.boathouse.platform.config.ConfigSources;
import io.boathouse.platform.json.Json;
import io.modelcontextprotocol.client.McpClient;
import io.modelcontextprotocol.client.McpSyncClient;
import io.modelcontextprotocol.client.transport.HttpClientStreamableHttpTransport;
import io.modelcontextprotocol.spec.McpSchema;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Features as a tool of the whole server, for users with and without the right to the table. */
class FeatureLookupToolTest {
  private static final HttpClient CLIENT = HttpClient.newHttpClient();
  private static final Map<String, Object> AIRPORTS =
      Map.of(
          "table",
          "main.default.airports",
          "keys",
          List.of(Map.of("origin", "ATL"), Map.of("origin", "ORD"), Map.of("origin", "XYZ")));

  @TempDir static Path folder;
  private static DataDirectory directory;
  private static Boathouse boathouse;
  private static String administrator;
  private static String bob;
  private static String carl;

  @BeforeAll
  static void start() throws Exception {
    directory = DataDirectory.open(folder.resolve("data"));
    ServerConfig config =
        ServerConfig.load(
            new ConfigSources(Optional.empty(), Map.of(), Map.of("server.port", "0")));
    boathouse = new Boathouse(directory, config, InstantSource.system());
    administrator = boathouse.administratorToken("");
    sql(
        "CREATE TABLE main.default.airports AS SELECT * FROM (VALUES"
            + " ('ATL', TIMESTAMPTZ '2001-06-30 10:00:00Z', 0.25::DOUBLE),"
            + " ('ORD', TIMESTAMPTZ '2001-06-30 11:00:00Z', NULL)) t(origin, landing, late)");
    post(
        "/api/2.0/boathouse/feature-tables",
        Map.of(
            "name", "main.default.airports",
            "primary_keys", List.of("origin"),
            "timestamp_column", "landing"));
    post("/api/2.0/boathouse/feature-tables/main.default.airports/publish", Map.of());
    post(
        "/api/2.0/boathouse/feature-specs",
        Map.of(
            "name",
            "main.default.departures",
            "request_columns",
            List.of(Map.of("name", "distance", "type", "double")),
            "lookups",
            List.of(Map.of("table", "main.default.airports", "lookup_keys", List.of("origin")))));
    bob = user("bob");
    carl = user("carl");
    for (String grant :
        List.of(
            "USE_CATALOG ON CATALOG main",
            "USE_SCHEMA ON SCHEMA main.default",
            "SELECT ON TABLE main.default.airports")) {
      sql("GRANT " + grant + " TO `bob`");
    }
  }

  @AfterAll
  static void stop() throws Exception {
    boathouse.close();
    directory.close();
    CLIENT.close();
  }

  private static JsonNode post(String path, Object body) throws Exception {
    HttpResponse<String> reply =
        CLIENT.send(
            HttpRequest.newBuilder(boathouse.uri().resolve(path))
                .header("Authorization", "Bearer " + administrator)
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofByteArray(Json.write(body)))
                .build(),
            BodyHandlers.ofString());
    assertThat(reply.statusCode() / 100).as(path + " " + reply.body()).isEqualTo(2);
    return Json.parse(reply.body());
  }

  private static JsonNode sql(String statement) throws Exception {
    JsonNode reply =
        post(
            "/api/2.0/sql/statements",
            Map.of("statement", statement, "warehouse_id", "default", "wait_timeout", "30s"));
    assertThat(reply.at("/status/state").asText()).as("%s", reply).isEqualTo("SUCCEEDED");
    return reply;
  }

  private static String user(String name) throws Exception {
    JsonNode unused = post("/api/2.0/preview/scim/v2/Users", Map.of("userName", name));
    return post(
            "/api/2.0/token-management/on-behalf-of/tokens",
            Map.of("application_id", name, "lifetime_seconds", 3600))
        .path("token_value")
        .asText();
  }

  private static McpSyncClient client(String token) {
    var transport =
        HttpClientStreamableHttpTransport.builder(boathouse.uri().toString())
            .endpoint("/mcp")
            .requestBuilder(HttpRequest.newBuilder().header("Authorization", "Bearer " + token))
            .build();
    McpSyncClient client = McpClient.sync(transport).build();
    client.initialize();
    return client;
  }

  private static McpSchema.CallToolResult call(
      McpSyncClient client, Map<String, Object> arguments) {
    return client.callTool(
        McpSchema.CallToolRequest.builder("feature_lookup").arguments(arguments).build());
  }

  private static JsonNode rows(McpSchema.CallToolResult result) {
    assertThat(result.isError()).as("%s", result.content()).isFalse();
    return Json.mapper().valueToTree(result.structuredContent()).path("rows");
  }

  @Test
  void aUserWithTheGrantGetsValuesAndTheirStatus() {
    try (McpSyncClient client = client(bob)) {
      JsonNode rows = rows(call(client, AIRPORTS));
      assertThat(rows.get(0).path("late").toString())
          .isEqualTo("{\"value\":0.25,\"status\":\"PRESENT\"}");
      assertThat(rows.get(1).path("late").toString())
          .isEqualTo("{\"value\":null,\"status\":\"NULL\"}");
      assertThat(rows.get(2).path("late").toString())
          .isEqualTo("{\"value\":null,\"status\":\"NOT_FOUND\"}");
    }
  }

  @Test
  void aSpecTakesItsInputsAndGivesItsOutputs() {
    try (McpSyncClient client = client(administrator)) {
      JsonNode rows =
          rows(
              call(
                  client,
                  Map.of(
                      "spec",
                      "main.default.departures",
                      "keys",
                      List.of(Map.of("origin", "ATL", "distance", 8.5)))));
      assertThat(rows.get(0).at("/distance/value").doubleValue()).isEqualTo(8.5);
      assertThat(rows.get(0).at("/late/value").doubleValue()).isEqualTo(0.25);
    }
  }

  @Test
  void aUserWithoutTheGrantIsRefusedAndTheDenialIsAudited() throws Exception {
    try (McpSyncClient client = client(carl)) {
      McpSchema.CallToolResult refused = call(client, AIRPORTS);
      assertThat(refused.isError()).isTrue();
      assertThat(refused.content().toString())
          .contains("SELECT on the table 'main.default.airports'");
    }
    HttpResponse<String> audit =
        CLIENT.send(
            HttpRequest.newBuilder(
                    boathouse
                        .uri()
                        .resolve("/api/2.0/boathouse/audit?principal=carl&action=CALL_TOOL"))
                .header("Authorization", "Bearer " + administrator)
                .build(),
            BodyHandlers.ofString());
    assertThat(audit.body())
        .contains("DENIED", "feature_lookup on TABLE main.default.airports", "lacks SELECT");
  }
}

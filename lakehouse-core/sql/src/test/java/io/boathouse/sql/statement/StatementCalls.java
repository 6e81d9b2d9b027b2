package io.boathouse.sql.statement;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.boathouse.platform.http.TestServer;
import io.boathouse.platform.json.Json;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Asks for statements as clients of the Statement Execution API do. */
final class StatementCalls {
  static final String PATH = "/api/2.0/sql/statements";

  private StatementCalls() {}

  static JsonNode submit(TestServer as, Map<String, Object> body) {
    HttpResponse<String> response = as.post(PATH, Json.writeText(body));
    assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
    return TestServer.json(response);
  }

  static JsonNode run(TestServer as, String sql) {
    return submit(as, Map.of("statement", sql, "warehouse_id", "default", "wait_timeout", "50s"));
  }

  static JsonNode ok(TestServer as, String sql) {
    JsonNode reply = run(as, sql);
    assertThat(reply.at("/status/state").asText()).as(reply.toString()).isEqualTo("SUCCEEDED");
    return reply;
  }

  static List<List<String>> rows(JsonNode reply) {
    List<List<String>> rows = new ArrayList<>();
    for (JsonNode row : reply.at("/result/data_array")) {
      List<String> values = new ArrayList<>();
      row.forEach(value -> values.add(value.isNull() ? null : value.textValue()));
      rows.add(values);
    }
    return rows;
  }

  /** What a statement that fails says. */
  static String error(TestServer who, String sql) {
    JsonNode reply = run(who, sql);
    assertThat(reply.at("/status/state").asText()).as(reply.toString()).isEqualTo("FAILED");
    return reply.at("/status/error/message").asText();
  }
}

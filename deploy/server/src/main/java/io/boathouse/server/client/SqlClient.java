package io.boathouse.server.client;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;

/** SQL statements through the Statement Execution API. Thread-safe; every method blocks. */
public final class SqlClient {
  private static final String STATEMENTS = "/api/2.0/sql/statements";
  private static final long PAUSE_NANOS = 100_000_000;

  private final RestClient server;

  public SqlClient(RestClient server) {
    this.server = server;
  }

  /**
   * A result in memory.
   *
   * @param rows every value as text; null for NULL
   */
  public record Rows(List<String> columns, List<JsonNode> rows) {
    /** The value of a row's column as a whole number. */
    public long number(int row, int column) {
      return rows.get(row).path(column).asLong();
    }
  }

  /**
   * Runs a statement to its end and brings all of its rows.
   *
   * @throws IOException with the server's words if the statement fails
   */
  public Rows run(String statement) throws IOException, InterruptedException {
    JsonNode reply =
        server.post(
            STATEMENTS,
            Map.of("statement", statement, "warehouse_id", "default", "wait_timeout", "50s"));
    String id = reply.path("statement_id").asText();
    while (List.of("PENDING", "RUNNING").contains(state(reply))) {
      LockSupport.parkNanos(PAUSE_NANOS);
      reply = server.get(STATEMENTS + "/" + id);
    }
    if (!state(reply).equals("SUCCEEDED")) {
      String message = reply.at("/status/error/message").asText();
      throw new IOException(message.isEmpty() ? "The statement ended " + state(reply) : message);
    }
    List<String> columns = new ArrayList<>();
    reply.at("/manifest/schema/columns").forEach(c -> columns.add(c.path("name").asText()));
    List<JsonNode> rows = new ArrayList<>();
    JsonNode chunk = reply.path("result");
    while (true) {
      chunk.path("data_array").forEach(rows::add);
      JsonNode next = chunk.path("next_chunk_index");
      if (!next.isNumber()) {
        return new Rows(columns, rows);
      }
      chunk = server.get("%s/%s/result/chunks/%d".formatted(STATEMENTS, id, next.asLong()));
    }
  }

  private static String state(JsonNode reply) {
    return reply.at("/status/state").asText();
  }
}

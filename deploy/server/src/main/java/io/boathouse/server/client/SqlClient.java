package io.boathouse.server.client;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
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

  /** Takes a result as it comes. */
  public interface Sink {
    /** Called once and first. */
    void columns(List<String> names);

    /**
     * @param row every value as text; null for NULL
     */
    void row(JsonNode row);
  }

  /**
   * Runs a statement to its end and brings all of its rows.
   *
   * @throws IOException with the server's words if the statement fails
   */
  public Rows run(String statement) throws IOException, InterruptedException {
    List<String> columns = new ArrayList<>();
    List<JsonNode> rows = new ArrayList<>();
    run(
        Map.of("statement", statement),
        new Sink() {
          @Override
          public void columns(List<String> names) {
            columns.addAll(names);
          }

          @Override
          public void row(JsonNode row) {
            rows.add(row);
          }
        });
    return new Rows(columns, rows);
  }

  /**
   * Runs a statement to its end and hands its rows on, one chunk in memory at a time.
   *
   * @param statement the request of the API with at least the text
   * @throws IOException with the server's words if the statement fails
   */
  public void run(Map<String, Object> statement, Sink sink)
      throws IOException, InterruptedException {
    Map<String, Object> request = new HashMap<>(statement);
    request.put("warehouse_id", "default");
    request.put("wait_timeout", "50s");
    JsonNode reply = server.post(STATEMENTS, request);
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
    sink.columns(columns);
    JsonNode chunk = reply.path("result");
    while (true) {
      chunk.path("data_array").forEach(sink::row);
      JsonNode next = chunk.path("next_chunk_index");
      if (!next.isNumber()) {
        return;
      }
      chunk = server.get("%s/%s/result/chunks/%d".formatted(STATEMENTS, id, next.asLong()));
    }
  }

  private static String state(JsonNode reply) {
    return reply.at("/status/state").asText();
  }
}

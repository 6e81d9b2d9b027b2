package io.boathouse.server.client;

import com.fasterxml.jackson.databind.JsonNode;
import io.boathouse.platform.json.Json;
import java.io.IOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;

/** SQL statements through the Statement Execution API. Thread-safe; every method blocks. */
public final class SqlClient {
  private static final String STATEMENTS = "/api/2.0/sql/statements";
  private static final long PAUSE_NANOS = 100_000_000;
  private static final long SHORTEST_PAUSE_NANOS = 2_000_000;

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
   * A column of a result.
   *
   * @param type in the words of Spark SQL, such as {@code DECIMAL(10,2)}
   */
  public record Column(String name, String type) {}

  /** Takes a result as it comes. */
  public interface Sink {
    /** Called once and first. */
    void columns(List<Column> columns);

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
          public void columns(List<Column> found) {
            found.forEach(column -> columns.add(column.name()));
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
    request.put("wait_timeout", "50s");
    String unused = run(request, sink, StatementProgress.SILENT);
  }

  /**
   * As {@link #run(Map, Sink)}, and tells what can be done meanwhile. Large results come by their
   * addresses.
   *
   * @return the statement's id
   */
  public String run(Map<String, Object> statement, Sink sink, StatementProgress progress)
      throws IOException, InterruptedException {
    Map<String, Object> request = new HashMap<>(statement);
    var unusedWarehouse = request.putIfAbsent("warehouse_id", "default");
    var unusedWait = request.putIfAbsent("wait_timeout", "0s");
    JsonNode reply = server.post(STATEMENTS, request);
    String id = reply.path("statement_id").asText();
    progress.started(id);
    long pause = SHORTEST_PAUSE_NANOS;
    while (List.of("PENDING", "RUNNING").contains(state(reply))) {
      progress.waiting();
      LockSupport.parkNanos(pause);
      pause = Math.min(PAUSE_NANOS, pause + pause / 2);
      reply = server.get(STATEMENTS + "/" + id);
    }
    if (!state(reply).equals("SUCCEEDED")) {
      String message = reply.at("/status/error/message").asText();
      throw new IOException(message.isEmpty() ? "The statement ended " + state(reply) : message);
    }
    List<Column> columns = new ArrayList<>();
    reply
        .at("/manifest/schema/columns")
        .forEach(
            c -> columns.add(new Column(c.path("name").asText(), c.path("type_text").asText())));
    sink.columns(columns);
    hand(id, reply.path("result"), sink);
    return id;
  }

  private void hand(String id, JsonNode first, Sink sink) throws IOException, InterruptedException {
    JsonNode chunk = first;
    while (true) {
      JsonNode link = chunk.at("/external_links/0");
      JsonNode place = link.isMissingNode() ? chunk : link;
      JsonNode rows =
          link.isMissingNode()
              ? chunk.path("data_array")
              : Json.parse(server.download(path(link.path("external_link").asText())));
      rows.forEach(sink::row);
      JsonNode next = place.path("next_chunk_index");
      if (!next.isNumber()) {
        return;
      }
      chunk = server.get("%s/%s/result/chunks/%d".formatted(STATEMENTS, id, next.asLong()));
    }
  }

  /** Asks a running statement to stop. */
  public void cancel(String id) throws IOException, InterruptedException {
    JsonNode unused = server.post("%s/%s/cancel".formatted(STATEMENTS, id), Map.of());
  }

  /** Lets the server forget a statement's result. */
  public void close(String id) throws IOException, InterruptedException {
    JsonNode unused = server.send("DELETE", STATEMENTS + "/" + id, Map.of());
  }

  /** Of an address on this server, whatever the server calls itself. */
  private static String path(String address) {
    return URI.create(address).getRawPath();
  }

  private static String state(JsonNode reply) {
    return reply.at("/status/state").asText();
  }
}

package io.boathouse.server.shell;

import com.fasterxml.jackson.databind.JsonNode;
import io.boathouse.platform.json.Json;
import io.boathouse.server.client.RestClient;
import io.boathouse.server.client.RestException;
import io.boathouse.server.client.SqlClient;
import io.boathouse.server.client.StatementProgress;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;

/**
 * A session on a warehouse and the statement that runs in it, one at a time; any thread may cancel
 * it.
 */
public final class SqlSession implements AutoCloseable {
  private final RestClient server;
  private final SqlClient client;
  private final String warehouse;
  private final AtomicReference<Optional<String>> running = new AtomicReference<>(Optional.empty());
  private volatile boolean unwanted;
  private Optional<String> id = Optional.empty();
  private String catalog = "main";
  private String schema = "default";

  /**
   * @param place where names without a schema are looked for, as CATALOG.SCHEMA or SCHEMA
   */
  public SqlSession(RestClient server, String warehouse, Optional<String> place) {
    this.server = server;
    this.client = new SqlClient(server);
    this.warehouse = warehouse;
    place.ifPresent(
        name -> {
          int dot = name.indexOf('.');
          catalog = dot > 0 ? name.substring(0, dot) : catalog;
          schema = name.substring(dot + 1);
        });
  }

  String catalog() {
    return catalog;
  }

  String schema() {
    return schema;
  }

  boolean isRunning() {
    return running.get().isPresent();
  }

  RestClient server() {
    return server;
  }

  /**
   * Runs a statement to its end.
   *
   * @param parameters as the statement API takes them
   * @throws IOException with the server's words if it fails or was cancelled
   */
  void run(
      String statement,
      List<Map<String, String>> parameters,
      SqlClient.Sink sink,
      StatementProgress progress)
      throws IOException, InterruptedException {
    unwanted = false;
    try {
      String ended = send(statement, parameters, sink, progress);
      client.close(ended);
    } finally {
      running.set(Optional.empty());
    }
    String first = statement.split("\\s", 2)[0].toUpperCase(Locale.ROOT);
    if (first.equals("USE") || first.equals("SET")) {
      look();
    }
  }

  private String send(
      String statement,
      List<Map<String, String>> parameters,
      SqlClient.Sink sink,
      StatementProgress progress)
      throws IOException, InterruptedException {
    StatementProgress noting =
        new StatementProgress() {
          @Override
          public void started(String started) {
            running.set(Optional.of(started));
            if (unwanted) {
              cancel();
            }
            progress.started(started);
          }

          @Override
          public void waiting() {
            progress.waiting();
          }
        };
    Map<String, Object> request = new HashMap<>();
    request.put("statement", statement);
    request.put("warehouse_id", warehouse);
    request.put("parameters", parameters);
    request.put("disposition", "INLINE_OR_EXTERNAL_LINKS");
    request.put("format", "JSON_ARRAY");
    request.put("session_id", open());
    try {
      return client.run(request, sink, noting);
    } catch (RestException e) {
      if (e.status() != 404
          || !String.valueOf(e.getMessage()).toLowerCase(Locale.ROOT).contains("session")) {
        throw e;
      }
      id = Optional.empty();
      request.put("session_id", open());
      return client.run(request, sink, noting);
    }
  }

  /** Opens the session with the first statement, and again after the server forgot it. */
  private String open() throws IOException, InterruptedException {
    if (id.isEmpty()) {
      JsonNode reply =
          server.post(
              "/api/2.0/sql/sessions",
              Map.of("warehouse_id", warehouse, "catalog", catalog, "schema", schema));
      id = Optional.of(reply.path("session_id").asText());
    }
    return id.get();
  }

  private void look() throws IOException, InterruptedException {
    Rows place = new Rows();
    String ended =
        send(
            "SELECT current_catalog(), current_schema()",
            List.of(),
            place,
            StatementProgress.SILENT);
    client.close(ended);
    running.set(Optional.empty());
    catalog = place.first.path(0).asText(catalog);
    schema = place.first.path(1).asText(schema);
  }

  /** Asks what runs now to stop; its {@link #run} then fails. */
  public void cancel() {
    unwanted = true;
    Optional<String> statement = running.get();
    if (statement.isEmpty()) {
      return;
    }
    try {
      client.cancel(statement.get());
    } catch (IOException notReached) {
      // whoever waits for the statement hears of it
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() throws IOException, InterruptedException {
    if (id.isPresent()) {
      JsonNode unused = server.send("DELETE", "/api/2.0/sql/sessions/" + id.get(), Map.of());
    }
  }

  private static final class Rows implements SqlClient.Sink {
    private JsonNode first = Json.mapper().createArrayNode();

    @Override
    public void columns(List<SqlClient.Column> columns) {}

    @Override
    public void row(JsonNode row) {
      first = row;
    }
  }
}

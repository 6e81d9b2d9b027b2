package io.boathouse.benchmark;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;

/** Calls a server's REST operations and fails on every answer that is no success. */
final class Rest {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private final String uri;
  private final String token;

  Rest(String uri, String token) {
    this.uri = uri;
    this.token = token;
  }

  String token() {
    return token;
  }

  JsonNode get(String path) {
    return json(send("GET", path, BodyPublishers.noBody(), "application/json"));
  }

  /** The words of an operation that answers no JSON. */
  String text(String path) {
    return send("GET", path, BodyPublishers.noBody(), "text/plain");
  }

  JsonNode post(String path, Object body) {
    return json(send("POST", path, BodyPublishers.ofString(write(body)), "application/json"));
  }

  /** The status of an operation that may fail. */
  int status(String method, String path, Object body) {
    return answer(method, path, BodyPublishers.ofString(write(body)), "application/json")
        .statusCode();
  }

  void delete(String path) {
    String unused = send("DELETE", path, BodyPublishers.noBody(), "application/json");
  }

  void put(String path, byte[] body) {
    String unused = send("PUT", path, BodyPublishers.ofByteArray(body), "application/octet-stream");
  }

  /** Uploads a file for ingestion. @return the upload's id */
  String upload(Path file) {
    try {
      String answer =
          send(
              "POST",
              "/api/2.0/boathouse/ingest/uploads?name=" + file.getFileName(),
              BodyPublishers.ofFile(file),
              "application/octet-stream");
      return json(answer).get("upload_id").asText();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Runs a statement to its end, which must be good. */
  JsonNode statement(String sql) {
    JsonNode answer =
        post(
            "/api/2.0/sql/statements",
            Map.of("statement", sql, "warehouse_id", "default", "wait_timeout", "50s"));
    String id = answer.path("statement_id").asText();
    while (answer.at("/status/state").asText().matches("PENDING|RUNNING")) {
      LockSupport.parkNanos(20_000_000);
      answer = get("/api/2.0/sql/statements/" + id);
    }
    if (!answer.at("/status/state").asText().equals("SUCCEEDED")) {
      throw new IllegalStateException("statement: " + answer.path("status"));
    }
    return answer;
  }

  /** The only row of a query, as texts. */
  JsonNode row(String sql) {
    JsonNode answer = statement(sql);
    JsonNode row = answer.at("/result/data_array/0");
    if (row.isMissingNode()) {
      throw new IllegalStateException("query: " + answer);
    }
    return row;
  }

  static String write(Object body) {
    try {
      return body instanceof String text ? text : JSON.writeValueAsString(body);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static JsonNode json(String text) {
    try {
      return JSON.readTree(text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private String send(String method, String path, BodyPublisher body, String type) {
    HttpResponse<String> response = answer(method, path, body, type);
    if (response.statusCode() != 200) {
      throw new IllegalStateException(
          method + " " + path + ": " + response.statusCode() + " " + response.body());
    }
    return response.body();
  }

  private HttpResponse<String> answer(String method, String path, BodyPublisher body, String type) {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(uri + path))
            .header("authorization", "Bearer " + token)
            .header("content-type", type)
            .method(method, body)
            .build();
    try {
      return client.send(request, BodyHandlers.ofString(StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }
}

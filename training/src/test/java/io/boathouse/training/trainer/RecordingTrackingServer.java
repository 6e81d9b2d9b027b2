package io.boathouse.training.trainer;

import com.fasterxml.jackson.databind.JsonNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.boathouse.platform.json.Json;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;

/** A tracking server on loopback that keeps what it is told and answers as MLflow would. */
final class RecordingTrackingServer implements AutoCloseable {
  static final String RUN = "0123456789abcdef0123456789abcdef";
  private static final String INFO =
      "{\"run_id\":\"%s\",\"run_uuid\":\"%s\",\"experiment_id\":\"7\",\"artifact_uri\":\"mlflow-artifacts:/7/%s/artifacts\"}"
          .formatted(RUN, RUN, RUN);

  record Call(String method, String path, String authorization, byte[] body) {
    JsonNode json() {
      return Json.parse(body);
    }
  }

  record Answer(int status, String body) {}

  final List<Call> calls = new CopyOnWriteArrayList<>();
  private final Map<String, Answer> answers = new HashMap<>();
  private final HttpServer server;
  private int refusals;

  RecordingTrackingServer() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/", this::handle);
    server.start();
    answer("runs/create", 200, "{\"run\":{\"info\":" + INFO + "}}");
    answer("runs/get", 200, "{\"run\":{\"info\":" + INFO + "}}");
    answer("runs/update", 200, "{\"run_info\":" + INFO + "}");
    answer("model-versions/create", 200, "{\"model_version\":{\"name\":\"m\",\"version\":\"3\"}}");
  }

  String uri() {
    return "http://127.0.0.1:" + server.getAddress().getPort();
  }

  void answer(String call, int status, String body) {
    answers.put("/api/2.0/mlflow/" + call, new Answer(status, body));
  }

  /** Answers 503 to the next uploads. */
  void refuseUploads(int count) {
    refusals = count;
  }

  List<Call> to(String call) {
    return calls.stream().filter(c -> c.path().equals("/api/2.0/mlflow/" + call)).toList();
  }

  Map<String, byte[]> artifacts() {
    String prefix = "/api/2.0/mlflow-artifacts/artifacts/7/" + RUN + "/artifacts/";
    var artifacts = new TreeMap<String, byte[]>();
    for (Call call : calls) {
      if (call.method().equals("PUT") && call.path().startsWith(prefix)) {
        artifacts.put(call.path().substring(prefix.length()), call.body());
      }
    }
    return artifacts;
  }

  /** What runs/log-batch was told, by key. */
  Map<String, String> logged(String kind) {
    var logged = new TreeMap<String, String>();
    for (Call call : to("runs/log-batch")) {
      for (JsonNode entry : call.json().path(kind)) {
        logged.put(entry.path("key").asText(), entry.path("value").asText());
      }
    }
    return logged;
  }

  Optional<String> lastStatus() {
    return to("runs/update").stream()
        .map(call -> call.json().path("status").asText())
        .reduce((first, second) -> second);
  }

  private synchronized void handle(HttpExchange exchange) throws IOException {
    byte[] body = exchange.getRequestBody().readAllBytes();
    String path = exchange.getRequestURI().getPath();
    String authorization = exchange.getRequestHeaders().getFirst("Authorization");
    Answer answer = answers.getOrDefault(path, new Answer(200, "{}"));
    if (exchange.getRequestMethod().equals("PUT") && refusals > 0) {
      refusals--;
      answer = new Answer(503, "busy");
    } else {
      calls.add(
          new Call(
              exchange.getRequestMethod(), path, authorization == null ? "" : authorization, body));
    }
    byte[] reply = answer.body().getBytes(StandardCharsets.UTF_8);
    exchange.getResponseHeaders().add("Content-Type", "application/json");
    exchange.sendResponseHeaders(answer.status(), reply.length);
    exchange.getResponseBody().write(reply);
    exchange.close();
  }

  @Override
  public void close() {
    server.stop(0);
  }
}

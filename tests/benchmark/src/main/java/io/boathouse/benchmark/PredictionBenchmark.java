package io.boathouse.benchmark;

import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * What does one prediction with features cost over HTTP? Requests come from another process at a
 * constant rate; authentication, the grant, the features of four lookups, a model of a hundred
 * trees and the inference log are on. The ceiling is a bare HTTP server that answers the same
 * bytes.
 */
final class PredictionBenchmark {
  static final String QUESTION = "predict";
  private static final String ENDPOINT = "late-flight";
  private static final int CONNECTIONS = 16;
  private static final int BODIES = 1000;

  private final ServerUnderTest server;
  private final Rest rest;
  private final Path folder;
  private final Scale scale;

  PredictionBenchmark(ServerUnderTest server, Path folder, Scale scale) {
    this.server = server;
    this.rest = server.rest();
    this.folder = folder;
    this.scale = scale;
  }

  /**
   * @param table with the flights that are asked about
   */
  List<Figure> run(Flights flights, String table) throws Exception {
    flights.publish();
    deploy();
    Path token = Files.writeString(folder.resolve("bearer"), rest.token());
    Path bodies = bodies(table);
    List<Figure> figures = new ArrayList<>();
    Map<String, Double> before = phases();
    double cpu = server.cpuSeconds();
    String path = "/serving-endpoints/" + ENDPOINT + "/invocations";
    Map<String, Double> ours = load(server.uri() + path, token, bodies, scale.seconds());
    double spent = server.cpuSeconds() - cpu;
    Map<String, Double> after = phases();
    requireComplete(ours);
    figures.addAll(latencies("ours", ours));
    figures.add(
        Figure.plain(
            QUESTION,
            "ours, CPU a request (warm-up included)",
            spent * 1e6 / (scale.rate() * (scale.seconds() + scale.warmupSeconds())),
            "µs"));
    for (String phase : List.of("auth", "lookup", "score", "log")) {
      double count =
          after.getOrDefault(phase + "_count", Double.NaN)
              - before.getOrDefault(phase + "_count", 0.0);
      double sum =
          after.getOrDefault(phase + "_sum", Double.NaN) - before.getOrDefault(phase + "_sum", 0.0);
      figures.add(Figure.plain(QUESTION, "phase " + phase + ", mean", sum * 1e6 / count, "µs"));
    }
    figures.addAll(latencies("bare HTTP server", ceiling(path, token, bodies)));
    return figures;
  }

  private static List<Figure> latencies(String who, Map<String, Double> found) {
    boolean goal = who.equals("ours");
    double median = found.getOrDefault("p50", Double.NaN);
    double tail = found.getOrDefault("p99", Double.NaN);
    return List.of(
        goal
            ? Figure.atMost(QUESTION, who + ", p50", median, 500, "µs")
            : Figure.plain(QUESTION, who + ", p50", median, "µs"),
        goal
            ? Figure.atMost(QUESTION, who + ", p99", tail, 5000, "µs")
            : Figure.plain(QUESTION, who + ", p99", tail, "µs"),
        Figure.plain(QUESTION, who + ", p99.9", found.getOrDefault("p99.9", Double.NaN), "µs"),
        Figure.plain(QUESTION, who + ", samples", found.getOrDefault("samples", Double.NaN), ""),
        Figure.plain(QUESTION, who + ", rate", found.getOrDefault("rate", Double.NaN), "1/s"),
        Figure.plain(
            QUESTION,
            who + ", generator late by (p50)",
            found.getOrDefault("late_p50", Double.NaN),
            "µs"),
        Figure.plain(
            QUESTION, who + ", generator's cores", found.getOrDefault("cpu", Double.NaN), ""));
  }

  private static void requireComplete(Map<String, Double> found) {
    if (found.getOrDefault("failed", Double.NaN) != 0) {
      throw new IllegalStateException("failed requests: " + found);
    }
  }

  private void deploy() {
    ServedModels models = new ServedModels(rest, "benchmark");
    String model = "main.default.late_flight_trees";
    models.register(
        model,
        TreeModel.files(Flights.inputs()),
        List.of(Map.of("key", "boathouse.feature_spec", "value", Flights.SPEC + "/1")));
    models.deploy(ENDPOINT, model, "");
  }

  private Path bodies(String table) throws IOException {
    String rows =
        rest.row(
                """
                SELECT string_agg(to_json({origin: origin, destination: destination,
                  local_hour: local_hour, minute_of_day: minute_of_day,
                  day_of_week: day_of_week, distance: distance})::VARCHAR, chr(10))
                FROM (SELECT * FROM %s ORDER BY md5_number_lower(CAST(flight_id AS VARCHAR))
                  LIMIT %d)
                """
                    .formatted(table, BODIES))
            .get(0)
            .asText();
    List<String> bodies = rows.lines().map(row -> "{\"dataframe_records\":[" + row + "]}").toList();
    return Files.write(folder.resolve("bodies.jsonl"), bodies);
  }

  /** Runs the generator in its own process. */
  private Map<String, Double> load(String uri, Path token, Path bodies, double seconds)
      throws IOException, InterruptedException {
    ProcessBuilder builder =
        new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Xmx128m",
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            LoadGenerator.class.getName(),
            uri,
            token.toString(),
            bodies.toString(),
            Double.toString(scale.rate()),
            Integer.toString(CONNECTIONS),
            Double.toString(scale.warmupSeconds()),
            Double.toString(seconds));
    builder.environment().put("CLASSPATH", System.getProperty("java.class.path"));
    Process process = builder.redirectError(ProcessBuilder.Redirect.INHERIT).start();
    Map<String, Double> found = new HashMap<>();
    try (var lines = process.inputReader(StandardCharsets.UTF_8)) {
      lines
          .lines()
          .map(line -> line.split(" ", 2))
          .forEach(pair -> found.put(pair[0], Double.valueOf(pair[1])));
    }
    if (process.waitFor() != 0) {
      throw new IllegalStateException("The load generator failed.");
    }
    return found;
  }

  /** The same load on a server that does nothing, in this process. */
  private Map<String, Double> ceiling(String path, Path token, Path bodies) throws Exception {
    Vertx vertx = Vertx.vertx();
    try {
      Buffer answer = Buffer.buffer("{\"predictions\":[0.20723402500152588]}");
      HttpServer bare =
          vertx
              .createHttpServer()
              .requestHandler(
                  request ->
                      request.bodyHandler(
                          body -> {
                            var unused =
                                request
                                    .response()
                                    .putHeader("content-type", "application/json")
                                    .end(answer);
                          }))
              .listen(0, "127.0.0.1")
              .toCompletionStage()
              .toCompletableFuture()
              .get(10, TimeUnit.SECONDS);
      String uri = "http://127.0.0.1:" + bare.actualPort() + path;
      return load(uri, token, bodies, Math.min(60, scale.seconds()));
    } finally {
      vertx.close().toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
    }
  }

  /** Sums and counts of the phases so far, from the server's metrics. */
  private Map<String, Double> phases() {
    Map<String, Double> found = new HashMap<>();
    String name = "boathouse_serving_phase_duration_seconds_";
    for (String line : rest.text("/metrics").lines().toList()) {
      if (line.startsWith(name + "sum") || line.startsWith(name + "count")) {
        String kind = line.substring(name.length(), line.indexOf('{'));
        String phase = line.replaceFirst(".*phase=\"([a-z]+)\".*", "$1");
        double value = Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1));
        found.put(phase + "_" + kind, value);
      }
    }
    return found;
  }
}

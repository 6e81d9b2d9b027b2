package io.boathouse.benchmark;

import io.vertx.core.AbstractVerticle;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import java.util.stream.IntStream;

/**
 * What does a request cost besides its work? Governed statements over the Statement Execution API,
 * one after the other, each another text so that no kept result answers it, and one text that a
 * kept result may answer; and reading a table's entry in the catalog with the check of rights, over
 * many connections. The ceiling is a bare HTTP server that answers the same bytes. And of those who
 * create one name at once, exactly one may win.
 */
final class RequestBenchmark {
  static final String STATEMENT = "statement";
  static final String READ = "catalog read";
  private static final String TABLE = "main.default.request_benchmark";
  private static final String STATEMENTS = "/api/2.0/sql/statements";
  private static final int TEXTS = 20_000;
  private static final int CONNECTIONS = 64;
  private static final double READS_PER_SECOND = 500;
  private static final int RACERS = 50;

  private final ServerUnderTest server;
  private final Path folder;
  private final Scale scale;

  RequestBenchmark(ServerUnderTest server, Path folder, Scale scale) {
    this.server = server;
    this.folder = folder;
    this.scale = scale;
  }

  List<Figure> run() throws Exception {
    Rest rest = server.rest();
    var unused =
        rest.statement("CREATE TABLE %s AS SELECT range AS id FROM range(1000)".formatted(TABLE));
    List<Figure> figures = new ArrayList<>();
    figures.addAll(statements("SELECT 1", n -> "SELECT " + n));
    figures.addAll(
        statements("count(*)", n -> "SELECT count(*) AS n%d FROM %s".formatted(n, TABLE)));
    figures.addAll(
        statements("one row", n -> "SELECT id FROM %s WHERE id = %d".formatted(TABLE, n)));
    figures.addAll(
        statements("one row, the same text", n -> "SELECT id FROM " + TABLE + " LIMIT 1"));
    figures.add(bareStatement());
    figures.addAll(reads());
    figures.addAll(race());
    return figures;
  }

  private interface Text {
    String of(int number);
  }

  private List<Figure> statements(String name, Text text) throws Exception {
    List<String> bodies = IntStream.range(0, TEXTS).mapToObj(n -> body(text.of(n))).toList();
    double cpu = server.cpuSeconds();
    double seconds = isSmoke() ? 0.2 : 15;
    Map<String, Double> ours =
        load(
            server.uri() + STATEMENTS,
            bodies,
            "SUCCEEDED",
            new RequestLoad.Pace(1, 0, seconds, seconds));
    cpu = server.cpuSeconds() - cpu;
    return List.of(
        Figure.atMost(STATEMENT, name + ", p50", of(ours, "p50"), 5, "ms"),
        Figure.plain(STATEMENT, name + ", p99", of(ours, "p99"), "ms"),
        Figure.plain(
            STATEMENT,
            name + ", CPU of the server",
            cpu * 1e3 / (2 * seconds * of(ours, "rate")),
            "ms"));
  }

  private static String body(String text) {
    return Rest.write(Map.of("statement", text, "warehouse_id", "default", "wait_timeout", "50s"));
  }

  private Figure bareStatement() throws Exception {
    String answer =
        server
            .rest()
            .post(STATEMENTS, Map.of("statement", "SELECT 1", "warehouse_id", "default"))
            .toString();
    double seconds = isSmoke() ? 0.2 : 3;
    Map<String, Double> bare =
        bare(
            STATEMENTS,
            answer,
            List.of(body("SELECT 1")),
            new RequestLoad.Pace(1, 0, seconds, seconds));
    return Figure.plain(STATEMENT, "bare HTTP server, p50", of(bare, "p50"), "ms");
  }

  private List<Figure> reads() throws Exception {
    String path = "/api/2.1/unity-catalog/tables/" + TABLE;
    double seconds = isSmoke() ? 0.2 : 15;
    RequestLoad.Pace steady = new RequestLoad.Pace(CONNECTIONS, READS_PER_SECOND, seconds, seconds);
    RequestLoad.Pace full = new RequestLoad.Pace(CONNECTIONS, 0, seconds, seconds);
    String answer = server.rest().get(path).toString();
    Map<String, Double> ours = load(server.uri() + path, List.of(), TABLE, steady);
    Map<String, Double> most = load(server.uri() + path, List.of(), TABLE, full);
    Map<String, Double> bareMost = bare(path, answer, List.of(), full);
    return List.of(
        Figure.plain(READ, "64 connections, 500 a second, p50", of(ours, "p50"), "ms"),
        Figure.atMost(READ, "64 connections, 500 a second, p99", of(ours, "p99"), 3, "ms"),
        Figure.plain(READ, "64 connections, as fast as answered", of(most, "rate"), "1/s"),
        Figure.plain(READ, "64 connections, as fast as answered, p99", of(most, "p99"), "ms"),
        Figure.plain(READ, "bare HTTP server, the same bytes", of(bareMost, "rate"), "1/s"),
        Figure.atLeast(
            READ, "ratio of requests a second", of(most, "rate") / of(bareMost, "rate"), 0.5, "x"));
  }

  /** Fifty clients create one table at the same moment. */
  private List<Figure> race() throws Exception {
    AtomicInteger won = new AtomicInteger();
    AtomicInteger broken = new AtomicInteger();
    CountDownLatch ready = new CountDownLatch(RACERS);
    Callable<Void> racer =
        () -> {
          Rest rest = server.rest();
          ready.countDown();
          ready.await();
          int status =
              rest.status(
                  "POST",
                  "/api/2.1/unity-catalog/schemas",
                  Map.of("name", "raced_for", "catalog_name", "main"));
          won.addAndGet(status == 200 ? 1 : 0);
          broken.addAndGet(status >= 500 ? 1 : 0);
          return null;
        };
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (java.util.concurrent.Future<Void> one :
          threads.invokeAll(IntStream.range(0, RACERS).mapToObj(n -> racer).toList())) {
        one.get();
      }
    } catch (ExecutionException e) {
      throw new IllegalStateException(e);
    }
    if (won.get() != 1 || broken.get() != 0) {
      throw new IllegalStateException(
          "winners: %s, broken: %s (expected: 1, 0)".formatted(won, broken));
    }
    return List.of(Figure.plain(READ, "winners of 50 who create one name at once", won.get(), ""));
  }

  private static double of(Map<String, Double> found, String name) {
    return found.getOrDefault(name, Double.NaN);
  }

  private boolean isSmoke() {
    return scale.equals(Scale.SMOKE);
  }

  private Map<String, Double> load(
      String uri, List<String> bodies, String expected, RequestLoad.Pace pace)
      throws IOException, InterruptedException {
    return RequestLoad.run(
        folder, new RequestLoad.Asked(uri, server.rest().token(), bodies, expected), pace);
  }

  /** The same load on a server that does nothing, in this process, with an event loop a core. */
  private Map<String, Double> bare(
      String path, String answer, List<String> bodies, RequestLoad.Pace pace) throws Exception {
    Vertx vertx = Vertx.vertx();
    try {
      AtomicInteger port = new AtomicInteger();
      Supplier<AbstractVerticle> one = () -> new Bare(Buffer.buffer(answer), port);
      var unused =
          vertx
              .deployVerticle(
                  one,
                  new DeploymentOptions().setInstances(Runtime.getRuntime().availableProcessors()))
              .toCompletionStage()
              .toCompletableFuture()
              .get(10, TimeUnit.SECONDS);
      return load("http://127.0.0.1:" + port.get() + path, bodies, "", pace);
    } finally {
      var unused =
          vertx.close().toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
    }
  }

  /** Answers everything with the same bytes. */
  private static final class Bare extends AbstractVerticle {
    private final Buffer answer;
    private final AtomicInteger port;

    Bare(Buffer answer, AtomicInteger port) {
      this.answer = answer;
      this.port = port;
    }

    @Override
    public void start(Promise<Void> started) {
      Future<HttpServer> listening =
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
              .listen(-1, "127.0.0.1");
      listening.onSuccess(server -> port.set(server.actualPort()));
      listening.<Void>mapEmpty().onComplete(started);
    }
  }
}

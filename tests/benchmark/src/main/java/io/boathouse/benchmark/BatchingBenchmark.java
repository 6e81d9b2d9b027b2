package io.boathouse.benchmark;

import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtSession;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * What does joining requests gain, and what does it cost one that is alone? One model behind two
 * endpoints, one of which joins what waits; 64 connections, and one. Every answer is checked, so
 * that no request gets another's row.
 */
final class BatchingBenchmark {
  static final String QUESTION = "serve: batching";
  private static final int MANY = 64;

  private final ServerUnderTest server;
  private final Path folder;
  private final Scale scale;

  BatchingBenchmark(ServerUnderTest server, Path folder, Scale scale) {
    this.server = server;
    this.folder = folder;
    this.scale = scale;
  }

  /**
   * @param expected the answers to the bodies
   */
  List<Figure> run(
      ServedModels models, Map<String, byte[]> files, List<String> bodies, List<String> expected)
      throws Exception {
    models.register("main.default.serve_wide", files, List.of());
    models.deploy("serve-wide", "main.default.serve_wide", "");
    models.deploy(
        "serve-wide-joined", "main.default.serve_wide", ", \"batching\": {\"max_rows\": 64}");
    var each = asked("serve-wide", bodies, expected);
    var joined = asked("serve-wide-joined", bodies, expected);
    List<Figure> figures = new ArrayList<>();
    figures.add(
        Figure.plain(
            QUESTION,
            "what the runtime gains by itself: 32 rows at once / one by one, rows a second",
            rowNanos(files, 1) / rowNanos(files, 32),
            "x"));
    Pair many = turns(MANY, joined, each);
    figures.add(Figure.plain(QUESTION, "64 connections, each alone", many.each("rate"), "1/s"));
    figures.add(Figure.plain(QUESTION, "64 connections, joined", many.joined("rate"), "1/s"));
    figures.add(
        Figure.atLeast(
            QUESTION,
            "64 connections: joined / each alone",
            many.joined("rate") / many.each("rate"),
            2,
            "x"));
    figures.add(Figure.plain(QUESTION, "64 connections, each alone, p99", many.each("p99"), "ms"));
    figures.add(Figure.plain(QUESTION, "64 connections, joined, p99", many.joined("p99"), "ms"));
    Pair lone = turns(1, joined, each);
    figures.add(Figure.plain(QUESTION, "a lone request, no joining, p50", lone.each("p50"), "ms"));
    figures.add(
        Figure.atMost(
            QUESTION,
            "a lone request, joining on / off, p50",
            lone.joined("p50") / lone.each("p50"),
            1.05,
            "x"));
    return figures;
  }

  /** What a row takes in a loop in this process, so many at once. */
  private static double rowNanos(Map<String, byte[]> files, int rows) throws Exception {
    OrtEnvironment environment = OrtEnvironment.getEnvironment();
    try (OrtSession session =
        BareServing.session(environment, files.getOrDefault("model.onnx", new byte[0]))) {
      var scorer = new BareServing.Scorer(environment, session, rows, ServeBenchmark.COLUMNS);
      float[] cells = new float[rows * ServeBenchmark.COLUMNS];
      Arrays.fill(cells, 1f);
      long scored = 0;
      long began = System.nanoTime();
      while (System.nanoTime() - began < 500_000_000) {
        float[] unused = scorer.score(cells);
        scored += rows;
      }
      return (double) (System.nanoTime() - began) / scored;
    }
  }

  private RequestLoad.Asked asked(String endpoint, List<String> bodies, List<String> expected) {
    return new RequestLoad.Asked(
        server.uri() + "/serving-endpoints/" + endpoint + "/invocations",
        server.rest().token(),
        bodies,
        expected);
  }

  private record Pair(List<Map<String, Double>> joined, List<Map<String, Double>> each) {
    double joined(String name) {
      return median(joined, name);
    }

    double each(String name) {
      return median(each, name);
    }

    private static double median(List<Map<String, Double>> turns, String name) {
      return Rounds.median(turns.stream().map(one -> ServeBenchmark.value(one, name)).toList());
    }
  }

  private Pair turns(int connections, RequestLoad.Asked joined, RequestLoad.Asked each)
      throws Exception {
    double seconds = Math.max(0.2, scale.seconds() / 40);
    var pace = new RequestLoad.Pace(connections, 0, seconds / 5, seconds);
    Pair pair = new Pair(new ArrayList<>(), new ArrayList<>());
    for (int round = 0; round < scale.rounds(); round++) {
      pair.joined().add(RequestLoad.run(folder, joined, pace));
      pair.each().add(RequestLoad.run(folder, each, pace));
    }
    return pair;
  }
}

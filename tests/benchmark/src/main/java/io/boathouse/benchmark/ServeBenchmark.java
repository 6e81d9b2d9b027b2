package io.boathouse.benchmark;

import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtSession;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;

/**
 * What does serving add to a model? A multilayer perceptron and a hundred trees, one row a request,
 * over 1, 16 and 64 connections as fast as answers come, and a thousand requests a second whatever
 * comes; authentication, the grant, metrics and the inference log are on. The ceilings, in turn
 * with ours, are a server of Vert.x and ONNX Runtime in a process of its own that does nothing
 * else, and ONNX Runtime in a loop. Every answer is compared with that of the loop.
 */
final class ServeBenchmark {
  static final String QUESTION = "serve";
  static final int COLUMNS = 20;
  private static final int ROWS = 200;
  private static final long SEED = 19521020;
  private static final int STEADY_CONNECTIONS = 16;
  private static final int STEADY_PER_RATE = 2; // a thousand a second at full scale

  private final ServerUnderTest server;
  private final Path folder;
  private final Scale scale;
  private final ObjectMapper mapper = new ObjectMapper();
  private final List<String> names =
      IntStream.range(0, COLUMNS).mapToObj(n -> "column_" + n).toList();
  private final List<float[]> rows = rows();

  ServeBenchmark(ServerUnderTest server, Path folder, Scale scale) {
    this.server = server;
    this.folder = folder;
    this.scale = scale;
  }

  List<Figure> run() throws Exception {
    ServedModels models = new ServedModels(server.rest(), "serve");
    List<Figure> figures = new ArrayList<>();
    figures.addAll(model(models, "mlp", DenseModel.files(names, COLUMNS, 64, 32, 2)));
    figures.addAll(model(models, "trees", TreeModel.files(names)));
    Map<String, byte[]> wide = DenseModel.files(names, COLUMNS, 2048, 1024, 1024, 2);
    figures.addAll(
        new BatchingBenchmark(server, folder, scale)
            .run(models, wide, bodies(), expected(wide, "predictions")));
    return figures;
  }

  /** Whole numbers, which floats add without loss. */
  private static List<float[]> rows() {
    Random random = new Random(SEED);
    List<float[]> rows = new ArrayList<>();
    for (int row = 0; row < ROWS; row++) {
      float[] cells = new float[COLUMNS];
      for (int i = 0; i < COLUMNS; i++) {
        cells[i] = random.nextInt(16);
      }
      rows.add(cells);
    }
    return rows;
  }

  private List<String> bodies() {
    return rows.stream()
        .map(
            row ->
                Rest.write(
                    Map.of("dataframe_split", Map.of("columns", names, "data", List.of(row)))))
        .toList();
  }

  /** The same rows in the Open Inference Protocol, for a model that takes one matrix. */
  private List<String> tensors() {
    return rows.stream()
        .map(
            row ->
                Rest.write(
                    Map.of(
                        "inputs",
                        List.of(
                            Map.of(
                                "name",
                                "input",
                                "datatype",
                                "FP32",
                                "shape",
                                List.of(1, COLUMNS),
                                "data",
                                row)))))
        .toList();
  }

  /** What the model says by itself, under the name that the protocol has for it. */
  private List<String> expected(Map<String, byte[]> files, String field) throws Exception {
    OrtEnvironment environment = OrtEnvironment.getEnvironment();
    try (OrtSession session =
        BareServing.session(environment, files.getOrDefault("model.onnx", new byte[0]))) {
      var scorer = new BareServing.Scorer(environment, session, COLUMNS);
      List<String> answers = new ArrayList<>();
      for (float[] row : rows) {
        String reply =
            new String(BareServing.reply(mapper, scorer.score(row)), StandardCharsets.UTF_8);
        answers.add(
            field.equals("predictions")
                ? reply
                : "\"data\":" + reply.replaceAll("[^\\[]*\\[+([^\\]]*).*", "[$1]"));
      }
      return answers;
    }
  }

  /** A model's three ways. */
  private List<Figure> model(ServedModels models, String name, Map<String, byte[]> files)
      throws Exception {
    models.register("main.default.serve_" + name, files, List.of());
    models.deploy("serve-" + name, "main.default.serve_" + name, "");
    byte[] onnx = files.getOrDefault("model.onnx", new byte[0]);
    Path file = Files.write(folder.resolve(name + ".onnx"), onnx);
    String path = server.uri() + "/serving-endpoints/serve-" + name + "/invocations";
    List<String> answers = expected(files, "predictions");
    List<Figure> figures = new ArrayList<>();
    try (BareServing bare = BareServing.start(file, COLUMNS)) {
      var ours = new RequestLoad.Asked(path, server.rest().token(), bodies(), answers);
      var theirs = new RequestLoad.Asked(bare.uri(), "none", bodies(), answers);
      warm(ours, theirs);
      for (int connections : List.of(1, 16, 64)) {
        figures.addAll(throughput(name, connections, ours, theirs, bare, onnx));
      }
      var open =
          new RequestLoad.Asked(
              server.uri() + "/v2/models/serve-" + name + "/infer",
              server.rest().token(),
              tensors(),
              expected(files, "outputs"));
      figures.add(protocols(name, ours, open));
      figures.addAll(steady(name, ours, theirs, bare));
    }
    return figures;
  }

  private void warm(RequestLoad.Asked ours, RequestLoad.Asked theirs) throws Exception {
    double seconds = scale.warmupSeconds();
    for (RequestLoad.Asked one : List.of(ours, theirs)) {
      var unused = RequestLoad.run(folder, one, new RequestLoad.Pace(16, 0, seconds, 0.1));
    }
  }

  /** How long one server is asked before it is the other's turn. */
  private RequestLoad.Pace turn(int connections) {
    double seconds = Math.max(0.2, scale.seconds() / 40);
    return new RequestLoad.Pace(connections, 0, seconds / 5, seconds);
  }

  private List<Figure> throughput(
      String name,
      int connections,
      RequestLoad.Asked ours,
      RequestLoad.Asked theirs,
      BareServing bare,
      byte[] onnx)
      throws Exception {
    var pace = turn(connections);
    Samples our = new Samples();
    Samples their = new Samples();
    List<Double> loop = new ArrayList<>();
    double log = logged("written");
    double lost = logged("dropped");
    for (int round = 0; round < scale.rounds(); round++) {
      our.add(pace, server::cpuSeconds, ours);
      their.add(pace, bare::cpuSeconds, theirs);
      loop.add(loop(onnx));
    }
    String what = "%s, %d connection%s: ".formatted(name, connections, connections > 1 ? "s" : "");
    return List.of(
        Figure.plain(QUESTION, what + "ONNX Runtime in a loop", Rounds.median(loop), "µs"),
        Figure.plain(QUESTION, what + "bare server", their.rate(), "1/s"),
        Figure.plain(QUESTION, what + "ours", our.rate(), "1/s"),
        Figure.atLeast(QUESTION, what + "ratio", our.rate() / their.rate(), 0.7, "x"),
        Figure.plain(
            QUESTION, what + "ratio of CPU a request", their.cpuMicros() / our.cpuMicros(), "x"),
        Figure.plain(QUESTION, what + "CPU of ours a request", our.cpuMicros(), "µs"),
        Figure.plain(QUESTION, what + "CPU of the bare server a request", their.cpuMicros(), "µs"),
        Figure.plain(QUESTION, what + "p50 / of the bare server", our.p50() / their.p50(), "x"),
        Figure.plain(QUESTION, what + "p99, ours", our.p99(), "ms"),
        Figure.plain(QUESTION, what + "p99, bare server", their.p99(), "ms"),
        Figure.plain(QUESTION, what + "spread of ours (greatest/least)", our.spread(), "x"),
        Figure.plain(
            QUESTION,
            what + "share of the rows that the log had room for",
            kept(logged("written") - log, logged("dropped") - lost),
            ""));
  }

  private static double kept(double written, double dropped) {
    return written + dropped == 0 ? 1 : written / (written + dropped);
  }

  /** What turns of one server came to. */
  private final class Samples {
    private final List<Map<String, Double>> turns = new ArrayList<>();
    private final List<Double> cpu = new ArrayList<>();

    private interface Cpu {
      double seconds();
    }

    void add(RequestLoad.Pace pace, Cpu of, RequestLoad.Asked asked) throws Exception {
      double before = of.seconds();
      Map<String, Double> found = RequestLoad.run(folder, asked, pace);
      // The warm-up counts too, at the rate that was measured after it.
      double requests = value(found, "rate") * (pace.seconds() + pace.warmupSeconds());
      cpu.add((of.seconds() - before) / requests * 1e6);
      turns.add(found);
    }

    double rate() {
      return median("rate");
    }

    double p50() {
      return median("p50");
    }

    double p99() {
      return median("p99");
    }

    double cpuMicros() {
      return Rounds.median(cpu);
    }

    double spread() {
      List<Double> rates = turns.stream().map(turn -> value(turn, "rate")).sorted().toList();
      return rates.getLast() / rates.getFirst();
    }

    private double median(String name) {
      return Rounds.median(turns.stream().map(turn -> value(turn, name)).toList());
    }
  }

  static double value(Map<String, Double> found, String name) {
    return found.getOrDefault(name, Double.NaN);
  }

  /** Microseconds of a row, in this process. */
  private double loop(byte[] onnx) throws Exception {
    OrtEnvironment environment = OrtEnvironment.getEnvironment();
    try (OrtSession session = BareServing.session(environment, onnx)) {
      var scorer = new BareServing.Scorer(environment, session, COLUMNS);
      double nanos = 0;
      for (int again = 0; again < 2; again++) { // the first warms
        long began = System.nanoTime();
        long scored = 0;
        while (System.nanoTime() - began < 200_000_000) {
          float[] unused = scorer.score(rows.get((int) (scored++ % ROWS)));
        }
        nanos = (double) (System.nanoTime() - began) / scored;
      }
      return nanos / 1e3;
    }
  }

  private Figure protocols(String name, RequestLoad.Asked mlflow, RequestLoad.Asked open)
      throws Exception {
    var pace = turn(16);
    Samples one = new Samples();
    Samples other = new Samples();
    for (int round = 0; round < scale.rounds(); round++) {
      one.add(pace, server::cpuSeconds, mlflow);
      other.add(pace, server::cpuSeconds, open);
    }
    return Figure.plain(
        QUESTION,
        name + ", 16 connections: Open Inference Protocol / MLflow's, requests a second",
        other.rate() / one.rate(),
        "x");
  }

  /** A constant rate, ours and the bare server's in turn. */
  private List<Figure> steady(
      String name, RequestLoad.Asked ours, RequestLoad.Asked theirs, BareServing bare)
      throws Exception {
    double rate = STEADY_PER_RATE * scale.rate();
    double seconds = scale.seconds() / STEADY_PER_RATE / scale.rounds();
    Map<String, Double> before = phases("serve-" + name);
    double log = logged("written");
    double lost = logged("dropped");
    List<Map<String, Double>> our = new ArrayList<>();
    List<Map<String, Double>> their = new ArrayList<>();
    double cpu = 0;
    double bareCpu = 0;
    var pace = new RequestLoad.Pace(STEADY_CONNECTIONS, rate, seconds / 10, seconds);
    for (int round = 0; round < scale.rounds(); round++) {
      double began = server.cpuSeconds();
      our.add(RequestLoad.run(folder, ours, pace));
      cpu += server.cpuSeconds() - began;
      began = bare.cpuSeconds();
      their.add(RequestLoad.run(folder, theirs, pace));
      bareCpu += bare.cpuSeconds() - began;
    }
    Map<String, Double> phases = new LinkedHashMap<>();
    phases("serve-" + name).forEach((key, v) -> phases.put(key, v - value(before, key)));
    String what = name + ", %d a second: ".formatted((long) rate);
    double requests = rate * (seconds + seconds / 10) * scale.rounds();
    List<Figure> figures = new ArrayList<>();
    figures.add(Figure.plain(QUESTION, what + "samples", sum(our, "requests"), ""));
    for (String percentile : List.of("p50", "p99", "p99.9")) {
      double mine = median(our, percentile) * 1e3;
      double other = median(their, percentile) * 1e3;
      figures.add(Figure.plain(QUESTION, what + percentile + ", ours", mine, "µs"));
      figures.add(Figure.plain(QUESTION, what + percentile + ", bare server", other, "µs"));
      figures.add(
          switch (percentile) {
            case "p50" ->
                Figure.atMost(
                    QUESTION, what + "p50 over the bare server's", mine - other, 150, "µs");
            case "p99" ->
                Figure.atMost(
                    QUESTION, what + "p99 over the bare server's", mine - other, 1000, "µs");
            default ->
                Figure.plain(QUESTION, what + "p99.9 over the bare server's", mine - other, "µs");
          });
    }
    double score = mean(phases, "phase_score");
    figures.add(
        Figure.atMost(
            QUESTION,
            what + "mean in the server less the mean in the runtime",
            mean(phases, "request") - score,
            150,
            "µs"));
    figures.add(
        Figure.atLeast(
            QUESTION,
            what + "share within 100 µs in the server",
            within(phases, "1.0E-4"),
            0.5,
            ""));
    figures.add(
        Figure.atLeast(
            QUESTION, what + "share within 1 ms in the server", within(phases, "0.001"), 0.99, ""));
    for (String phase : List.of("auth", "lookup", "queue", "score", "log")) {
      figures.add(
          Figure.plain(
              QUESTION, what + "phase " + phase + ", mean", mean(phases, "phase_" + phase), "µs"));
    }
    figures.add(Figure.plain(QUESTION, what + "CPU of ours a request", cpu / requests * 1e6, "µs"));
    figures.add(
        Figure.plain(
            QUESTION, what + "CPU of the bare server a request", bareCpu / requests * 1e6, "µs"));
    figures.add(
        Figure.plain(
            QUESTION,
            what + "share of the rows that the log had room for",
            kept(logged("written") - log, logged("dropped") - lost),
            ""));
    return figures;
  }

  private static double sum(List<Map<String, Double>> found, String name) {
    return found.stream().mapToDouble(one -> value(one, name)).sum();
  }

  private static double median(List<Map<String, Double>> found, String name) {
    return Rounds.median(found.stream().map(one -> value(one, name)).toList());
  }

  /** Microseconds. */
  private static double mean(Map<String, Double> phases, String what) {
    double count = phases.getOrDefault(what + "_count", 0.0);
    return count == 0 ? 0 : value(phases, what + "_sum") * 1e6 / count;
  }

  private static double within(Map<String, Double> phases, String seconds) {
    return value(phases, "request_" + seconds) / value(phases, "request_count");
  }

  /** The server's own sums, counts and buckets of an endpoint. */
  private Map<String, Double> phases(String endpoint) {
    Map<String, Double> found = new LinkedHashMap<>();
    for (String line : server.rest().text("/metrics").lines().toList()) {
      if (!line.contains("endpoint=\"" + endpoint + "\"")) {
        continue;
      }
      double number = Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1));
      String meter = line.substring(0, line.indexOf('{'));
      String kind = meter.substring(meter.lastIndexOf('_') + 1);
      if (meter.startsWith("boathouse_serving_phase_duration_seconds") && !kind.equals("bucket")) {
        String phase = line.replaceFirst(".*phase=\"([a-z]+)\".*", "$1");
        found.put("phase_" + phase + "_" + kind, number);
      } else if (meter.equals("boathouse_serving_request_duration_seconds_bucket")) {
        found.put("request_" + line.replaceFirst(".*le=\"([^\"]+)\".*", "$1"), number);
      } else if (meter.startsWith("boathouse_serving_request_duration_seconds")) {
        found.put("request_" + kind, number);
      }
    }
    return found;
  }

  /** Rows of inference tables so far. */
  private double logged(String outcome) {
    return server
        .rest()
        .text("/metrics")
        .lines()
        .filter(line -> line.startsWith("boathouse_serving_inference_log_rows_total"))
        .filter(line -> line.contains("outcome=\"" + outcome + "\""))
        .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
        .sum();
  }
}

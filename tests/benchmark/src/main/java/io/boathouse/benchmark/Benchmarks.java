package io.boathouse.benchmark;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;

/** Runs the benchmarks against one server and prints one table. */
final class Benchmarks {
  static final Set<String> ALL =
      Set.of(
          "start",
          "load",
          "join",
          "predict",
          "memory",
          "online",
          "decision",
          "requests",
          "policy",
          "serve",
          "tables",
          "snapshot",
          "spark");

  private final Optional<Path> launcher;
  private final Path flights;
  private final Path zones;
  private final Path folder;
  private final Scale scale;

  /**
   * @param launcher the script that starts a packaged server; without it the one on the class path
   * @param flights Parquet, as the quickstart's
   * @param zones CSV, as the quickstart's
   * @param folder for everything that is written
   */
  Benchmarks(Optional<Path> launcher, Path flights, Path zones, Path folder, Scale scale) {
    this.launcher = launcher;
    this.flights = flights;
    this.zones = zones;
    this.folder = folder;
    this.scale = scale;
  }

  /**
   * Options: {@code --only a,b}, {@code --launcher FILE}, {@code --quickstart DIR} with the data,
   * {@code --folder DIR}, {@code --scale short}, and {@code --pid N}, which only looks at the
   * memory of a running server.
   */
  public static void main(String[] arguments) throws Exception {
    Map<String, String> options = new HashMap<>();
    for (int i = 0; i + 1 < arguments.length; i += 2) {
      options.put(arguments[i], arguments[i + 1]);
    }
    if (options.containsKey("--pid")) {
      ProcessHandle server = ProcessHandle.of(Long.parseLong(options.get("--pid"))).orElseThrow();
      print(
          System.out,
          List.of(
              Figure.atMost(
                  MemoryBenchmark.QUESTION,
                  "PSS of server and children",
                  ProcessMemory.proportionalMegabytes(server),
                  900,
                  "MB")));
      return;
    }
    Path data = Path.of(options.getOrDefault("--quickstart", "deploy/quickstart"));
    Path folder =
        options.containsKey("--folder")
            ? Files.createDirectories(Path.of(options.get("--folder")))
            : Files.createTempDirectory("boathouse-benchmark");
    Benchmarks benchmarks =
        new Benchmarks(
            Optional.ofNullable(options.get("--launcher")).map(Path::of),
            data.resolve("flights-3m.parquet"),
            data.resolve("airport-time-zones.csv"),
            folder,
            "short".equals(options.get("--scale")) ? Scale.SHORT : Scale.FULL);
    Set<String> only =
        options.containsKey("--only") ? Set.of(options.get("--only").split(",", -1)) : ALL;
    try {
      print(System.out, benchmarks.run(only));
    } finally {
      benchmarks.remove();
    }
  }

  /** Runs what was asked for; what a later one needs is made without being measured. */
  List<Figure> run(Set<String> only) throws Exception {
    List<Figure> figures = new ArrayList<>();
    if (only.contains("start")) {
      figures.addAll(StartBenchmark.run(launcher, data("start"), scale));
    }
    if (only.contains("online")) {
      figures.addAll(online(scale));
    }
    if (only.contains("decision")) {
      figures.addAll(decision(scale));
    }
    if (only.contains("snapshot")) {
      figures.addAll(SnapshotBenchmark.run(data("snapshot"), scale));
    }
    if (!Set.of(
            "requests", "policy", "serve", "load", "join", "predict", "memory", "tables", "spark")
        .stream()
        .anyMatch(only::contains)) {
      return figures;
    }
    BareDuckDb duckDb = new BareDuckDb(Files.createDirectories(folder.resolve("bare")));
    try (ServerUnderTest server = ServerUnderTest.start(launcher, data("data"))) {
      if (only.contains("requests")) {
        figures.addAll(new RequestBenchmark(server, folder, scale).run());
      }
      if (only.contains("policy")) {
        figures.addAll(new PolicyBenchmark(server, duckDb, scale).run());
      }
      if (only.contains("serve")) {
        figures.addAll(new ServeBenchmark(server, folder, scale).run());
      }
      if (only.contains("tables")) {
        figures.addAll(new TableBenchmark(server, duckDb, scale).run());
      }
      if (only.contains("spark")) {
        figures.addAll(SparkBenchmark.run(server, data("spark"), scale));
      }
      Flights story = new Flights(server.rest(), flights, zones);
      story.loadZones();
      if (only.contains("load")) {
        figures.addAll(
            LoadBenchmark.run(
                server,
                story,
                new LoadBenchmark.Sources(flights, zones, duckDb),
                scale,
                "main.default.flights_"));
      }
      if (only.contains("join") || only.contains("predict")) {
        long unused = story.load("main.default.flights");
        story.createFeatures("main.default.flights");
      }
      if (only.contains("join")) {
        figures.addAll(JoinBenchmark.run(server, story, duckDb, scale, "main.default.flights"));
      }
      if (only.contains("predict")) {
        figures.addAll(
            new PredictionBenchmark(server, folder, scale).run(story, "main.default.flights"));
      }
      if (only.contains("memory")) {
        figures.addAll(MemoryBenchmark.run(server, scale));
      }
    }
    return figures;
  }

  /** What JMH measures. */
  static List<Figure> online(Scale scale) throws Exception {
    var options = new OptionsBuilder().include(OnlineLookupBenchmark.class.getName());
    if (scale.equals(Scale.SMOKE)) {
      var unused =
          options
              .forks(0)
              .warmupIterations(0)
              .measurementIterations(1)
              .measurementTime(TimeValue.milliseconds(20))
              .param("entities", "1000");
    }
    List<Figure> figures = new ArrayList<>();
    for (RunResult result : new Runner(options.build()).run()) {
      String figure =
          "%s, %s keys"
              .formatted(result.getPrimaryResult().getLabel(), result.getParams().getParam("keys"));
      double score = result.getPrimaryResult().getScore();
      figures.add(Figure.plain("online", figure, score, result.getPrimaryResult().getScoreUnit()));
    }
    return figures;
  }

  /** What JMH measures of decisions. */
  static List<Figure> decision(Scale scale) throws Exception {
    var options = new OptionsBuilder().include(DecisionBenchmark.class.getName());
    if (scale.equals(Scale.SMOKE)) {
      var unused =
          options
              .forks(0)
              .warmupIterations(0)
              .measurementIterations(1)
              .measurementTime(TimeValue.milliseconds(20));
    }
    List<Figure> figures = new ArrayList<>();
    for (RunResult result : new Runner(options.build()).run()) {
      String label = result.getPrimaryResult().getLabel();
      double score = result.getPrimaryResult().getScore();
      figures.add(
          label.equals("map")
              ? Figure.plain("decision", label, score, "ns")
              : Figure.atMost("decision", label, score, 1_000, "ns"));
    }
    return figures;
  }

  private Path data(String name) throws IOException {
    return folder.resolve(name);
  }

  static void print(PrintStream out, List<Figure> figures) throws IOException {
    out.println(machine());
    out.println();
    out.println("| question | figure | value | goal | met |");
    out.println("|---|---|---|---|---|");
    figures.forEach(figure -> out.println(figure.row()));
  }

  private static String machine() throws IOException {
    String model =
        Files.readAllLines(Path.of("/proc/cpuinfo")).stream()
            .filter(line -> line.startsWith("model name"))
            .map(line -> line.substring(line.indexOf(':') + 1).strip())
            .findFirst()
            .orElse(System.getProperty("os.arch"));
    return "%s, %d cores; Java %s; load average %s; up %s"
        .formatted(
            model,
            Runtime.getRuntime().availableProcessors(),
            Runtime.version(),
            Files.readString(Path.of("/proc/loadavg")).strip(),
            Duration.ofSeconds(
                (long)
                    Double.parseDouble(Files.readString(Path.of("/proc/uptime")).split(" ")[0])));
  }

  private void remove() throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted((a, b) -> b.compareTo(a)).toList()) {
        Files.deleteIfExists(file);
      }
    }
  }
}

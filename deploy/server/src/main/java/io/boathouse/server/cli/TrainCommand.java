package io.boathouse.server.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import io.boathouse.platform.json.Json;
import io.boathouse.server.shell.RowPrinter;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.locks.LockSupport;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Submits a training job, and follows it to its end if asked to. */
@Command(
    name = "train",
    description = {
      "Train a model on a training set, as a job of the server.",
      "Prints the job's id; with --wait also how far it is, and at the end the run, its metrics and"
          + " the model version."
    })
final class TrainCommand implements Callable<Integer> {
  private static final String JOBS = "/api/2.0/boathouse/training-jobs";
  private static final long PAUSE_NANOS = 250_000_000;
  private static final List<String> ENDS = List.of("SUCCEEDED", "FAILED", "CANCELED");

  @Spec private CommandSpec spec = CommandSpec.create();
  @Mixin private ServerOption server = new ServerOption();

  @Option(
      names = "--training-set",
      required = true,
      paramLabel = "ID",
      description = "The rows; see /api/2.0/boathouse/training-sets.")
  private String trainingSet = "";

  @Option(
      names = "--trainer",
      required = true,
      paramLabel = "NAME",
      description = "Such as boosted-trees, logistic-sgd or base-rate; a wrong one lists all.")
  private String trainer = "";

  @Option(
      names = "--param",
      paramLabel = "NAME=VALUE",
      description = "A setting of the trainer, such as rounds=100; may be repeated.")
  private Map<String, String> params = new LinkedHashMap<>();

  @Option(names = "--seed", paramLabel = "N", description = "The same seed gives the same model.")
  private Optional<Long> seed = Optional.empty();

  @Option(
      names = "--experiment",
      paramLabel = "NAME",
      defaultValue = "Default",
      description =
          "The experiment that the run is logged to, made if it is new (default:"
              + " ${DEFAULT-VALUE}).")
  private String experiment = "";

  @Option(names = "--run-name", paramLabel = "NAME", description = "What the run is called.")
  private Optional<String> runName = Optional.empty();

  @Option(
      names = {"--train", "--where"},
      paramLabel = "COLUMN=VALUE",
      description = "Rows to learn from, such as part=train (default: all); may be repeated.")
  private Map<String, String> train = new LinkedHashMap<>();

  @Option(
      names = "--validation",
      paramLabel = "COLUMN=VALUE",
      description = "Rows to choose and calibrate by; may be repeated.")
  private Map<String, String> validation = new LinkedHashMap<>();

  @Option(
      names = "--test",
      paramLabel = "COLUMN=VALUE",
      description = "Rows to measure on; may be repeated.")
  private Map<String, String> test = new LinkedHashMap<>();

  @Option(
      names = "--feature",
      paramLabel = "COLUMN",
      description = "An input of the model (default: all numbers of the spec); may be repeated.")
  private List<String> features = List.of();

  @Option(
      names = "--group",
      paramLabel = "COLUMN",
      description = "Blocks that intervals of the metrics resample, such as the day.")
  private Optional<String> group = Optional.empty();

  @Option(
      names = "--calibration",
      paramLabel = "METHOD",
      description = "none or platt; needs validation rows.")
  private Optional<String> calibration = Optional.empty();

  @Option(
      names = "--model-name",
      paramLabel = "NAME",
      description = "Register the model under this name.")
  private Optional<String> modelName = Optional.empty();

  @Option(
      names = "--alias",
      paramLabel = "ALIAS",
      description = "Set this alias on the registered version.")
  private Optional<String> alias = Optional.empty();

  @Option(names = "--tag", paramLabel = "KEY=VALUE", description = "A tag of the run.")
  private Map<String, String> tags = new LinkedHashMap<>();

  @Option(names = "--wait", description = "Follow the job to its end.")
  private boolean wait;

  @Override
  public Integer call() throws IOException, InterruptedException {
    String id = server.post(JOBS, request()).path("job_id").asText();
    PrintWriter out = spec.commandLine().getOut();
    out.println("job      " + id);
    out.flush();
    if (!wait) {
      return 0;
    }
    JsonNode job = follow(id);
    print(job, out);
    if (!job.path("state").asText().equals("SUCCEEDED")) {
      throw new IOException(
          job.at("/error/message")
              .asText(
                  "The job ended " + job.path("state").asText().toLowerCase(Locale.ROOT) + "."));
    }
    return 0;
  }

  private Map<String, Object> request() {
    Map<String, Object> request = new LinkedHashMap<>();
    request.put("training_set", trainingSet);
    request.put("trainer", trainer);
    request.put("params", params);
    request.put("experiment_name", experiment);
    seed.ifPresent(value -> request.put("seed", value));
    runName.ifPresent(value -> request.put("run_name", value));
    request.put("train", Map.of("where", train));
    if (!validation.isEmpty()) {
      request.put("validation", Map.of("where", validation));
    }
    if (!test.isEmpty()) {
      request.put("test", Map.of("where", test));
    }
    if (!features.isEmpty()) {
      request.put("features", features);
    }
    group.ifPresent(value -> request.put("group", value));
    calibration.ifPresent(value -> request.put("calibration", value));
    modelName.ifPresent(value -> request.put("model_name", value));
    alias.ifPresent(value -> request.put("alias", value));
    request.put("tags", tags);
    return request;
  }

  /** Shows one line for each phase, on standard error. */
  private JsonNode follow(String id) throws IOException, InterruptedException {
    PrintWriter progress = spec.commandLine().getErr();
    String shown = "";
    while (true) {
      JsonNode job = server.get(JOBS + "/" + id);
      String state = job.path("state").asText();
      String now = (state + " " + job.path("phase").asText("")).strip().toLowerCase(Locale.ROOT);
      if (!now.equals(shown)) {
        progress.println(now);
        progress.flush();
        shown = now;
      }
      if (ENDS.contains(state)) {
        return job;
      }
      LockSupport.parkNanos(PAUSE_NANOS);
    }
  }

  private static void print(JsonNode job, PrintWriter out) {
    if (job.has("run_id")) {
      out.println("run      " + job.path("run_id").asText());
    }
    if (job.has("model_version")) {
      out.printf(
          "model    %s version %s%n",
          job.path("model_name").asText(), job.path("model_version").asText());
    }
    Map<String, Double> metrics = new TreeMap<>();
    job.path("metrics")
        .properties()
        .forEach(metric -> metrics.put(metric.getKey(), metric.getValue().asDouble()));
    if (!metrics.isEmpty()) {
      RowPrinter rows = RowPrinter.of(RowPrinter.Form.TABLE, List.of("metric", "value"), out);
      metrics.forEach(
          (name, value) -> {
            ArrayNode row = Json.mapper().createArrayNode();
            rows.row(row.add(name).add("%.4f".formatted(value)));
          });
      rows.end();
    }
    out.flush();
  }
}

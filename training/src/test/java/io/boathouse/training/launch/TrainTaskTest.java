package io.boathouse.training.launch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.boathouse.platform.auth.Caller;
import io.boathouse.platform.error.LakeException;
import io.boathouse.platform.http.TestServer;
import io.boathouse.platform.json.Json;
import io.boathouse.training.launch.TrainingJobSpec.Part;
import io.boathouse.training.run.RunStatus;
import io.boathouse.workflow.task.AbandonedRun;
import io.boathouse.workflow.task.TaskContext;
import io.boathouse.workflow.task.TaskRunner;
import io.boathouse.workflow.task.TaskRunnerContract;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Training as a task, with real child processes that log to a real server. */
class TrainTaskTest extends TaskRunnerContract {
  @TempDir static Path folder;
  private static TestTraining training;

  @BeforeAll
  static void open() {
    training = new TestTraining(folder);
  }

  @AfterAll
  static void close() {
    training.close();
  }

  @Override
  protected TaskRunner runner() {
    return training.task;
  }

  @Override
  protected Caller caller() {
    return training.store.admin;
  }

  @Override
  protected Caller stranger() {
    return training.stranger;
  }

  @Override
  protected JsonNode parameters() {
    return parameters("base-rate", Map.of());
  }

  /** With nothing kept, and with a run and a token; every death costs a whole further process. */
  @Override
  protected int mostDeaths() {
    return 2;
  }

  @Override
  protected String effect(JsonNode result) {
    var run = training.tracking.runs().get(training.store.admin, result.path("run_id").asText());
    String job =
        run.tags().stream()
            .filter(tag -> tag.key().equals("boathouse.job_id"))
            .findFirst()
            .orElseThrow()
            .value();
    return "%s %s runs=%d tokens=%d"
        .formatted(run.info().status(), result.path("metrics"), runsOf(job), tokens());
  }

  /** Without the settling after the process ended its run would stay RUNNING for ever. */
  @Test
  void theRunOfAKilledProcessHasFailed() {
    var context = new Kept(parameters("boosted-trees", Map.of("rounds", 10_000, "max_depth", 8)));
    context.onPhase =
        phase -> {
          if (phase.equals("train")) {
            boolean unused = trainer().orElseThrow().destroyForcibly();
          }
        };
    var failure = catchThrowableOfType(LakeException.class, () -> training.task.run(context));
    assertThat(failure.reason()).isEqualTo("TRAINING_PROCESS_DIED");
    assertThat(failure.details()).containsEntry("exit_code", "137");
    assertThat(status(context)).isEqualTo(RunStatus.FAILED);
    assertThat(tokens()).isZero();
  }

  /** The two figures must differ: a twin measured on its own rows twice would give one. */
  @Test
  void aLeakCheckTellsWhatANaiveJoinClaimsAndWhatItGives() throws Exception {
    ObjectNode parameters = parameters("boosted-trees", Map.of("rounds", 10, "max_depth", 3));
    parameters.put("training_set", training.leaking()).put("leak_check", true);
    parameters.putArray("features").add("x").add("outcome");
    parameters.putObject("train").putObject("where").put("part", "train");
    parameters.putObject("test").putObject("where").put("part", "test");
    JsonNode result = training.task.run(new Kept(parameters));
    JsonNode metrics = result.path("metrics");
    assertThat(metrics.path("naive.claimed_auc").asDouble()).isGreaterThan(0.95);
    assertThat(metrics.path("naive.served_auc").asDouble()).isBetween(0.2, 0.8);
    assertThat(metrics.path("test.auc").asDouble()).isBetween(0.2, 0.8);
    var run = training.tracking.runs().get(training.store.admin, result.path("run_id").asText());
    assertThat(run.tags())
        .anySatisfy(
            tag -> {
              assertThat(tag.key()).isEqualTo("boathouse.leak");
              assertThat(tag.value()).startsWith("A naive join would have claimed AUC");
            });
  }

  /** Without {@code abandon} the run of a server that died in the last attempt stays RUNNING. */
  @Test
  void theRunOfAServerThatDiedForGoodHasFailedAndACancelledOneIsKilled() {
    for (boolean cancelled : new boolean[] {false, true}) {
      var context = diedAtExport();
      assertThat(status(context)).isEqualTo(RunStatus.RUNNING);
      training
          .store
          .database
          .database()
          .useTransaction(
              () ->
                  training.task.abandon(
                      new AbandonedRun(
                          context.runId(),
                          training.store.admin,
                          context.parameters(),
                          context.lastCheckpoint(),
                          cancelled)));
      assertThat(status(context)).isEqualTo(cancelled ? RunStatus.KILLED : RunStatus.FAILED);
      assertThat(tokens()).isZero();
    }
  }

  /** Without the settling in {@code begun} the run of the attempt before stays RUNNING. */
  @Test
  void theRunIsNotLeftOpenByAnAttemptThatCannotBegin() {
    var context = diedAtExport();
    context.parameters.put("training_set", "0".repeat(32));
    var unused = catchThrowableOfType(LakeException.class, () -> training.task.run(context));
    assertThat(status(context)).isEqualTo(RunStatus.FAILED);
  }

  /** An attempt whose server died when it had a run and a token and exported the rows. */
  private static Kept diedAtExport() {
    var context = new Kept(parameters("base-rate", Map.of()));
    context.onPhase =
        phase -> {
          throw new Died();
        };
    Died unused = catchThrowableOfType(Died.class, () -> training.task.run(context));
    context.onPhase = phase -> {};
    return context;
  }

  /** Further rows that a job is measured on, checked before it is queued. */
  @Nested
  class Evaluations {
    @Test
    void areNamedAndTakeTheirRowsFromTheJobsSetOrTheirOwn() {
      ObjectNode job = job("june", "week_1");
      ((ObjectNode) job.path("evaluations").get(1)).put("training_set", training.trainingSet);
      JsonNode queued =
          training.jobs.submit(training.store.admin, TrainingJobSpec.of(job)).parameters();
      TrainingJobSpec spec = TrainingJobSpec.of(queued);
      assertThat(spec.parts()).extracting(Part::role).containsExactly("train", "june", "week_1");
      assertThat(spec.parts()).extracting(Part::trainingSet).containsOnly(training.trainingSet);
      assertThat(spec.parts().get(1).where()).containsOnly(Map.entry("late", "true"));
    }

    @ParameterizedTest
    @CsvSource({
      "test,is taken",
      "train,is taken",
      "June,must be lower-case",
      "9th,must be lower-case",
      "a.b,must be lower-case"
    })
    void haveNamesThatMetricsCanBeginWith(String name, String why) {
      assertThat(refusal(job(name))).hasMessageContaining("evaluations.name '" + name + "' " + why);
    }

    @Test
    void haveEachANameOfItsOwnAndAreFew() {
      assertThat(refusal(job("june", "june"))).hasMessageContaining("'june' is taken");
      String[] many = IntStream.range(0, 21).mapToObj(i -> "e" + i).toArray(String[]::new);
      assertThat(refusal(job(many))).hasMessageContaining("must be at most 20");
    }

    @Test
    void areReadWithTheCallersRightsAndOnlyByKnownColumns() {
      ObjectNode job = job("june");
      ((ObjectNode) job.path("evaluations").get(0)).put("training_set", "0".repeat(32));
      assertThat(refusal(job).reason()).isEqualTo("TRAINING_SET_NOT_FOUND");
      job = job("june");
      ((ObjectNode) job.path("evaluations").get(0)).putObject("where").put("month", "6");
      assertThat(refusal(job)).hasMessageContaining("month");
      job = job("june");
      ((ObjectNode) job.path("evaluations").get(0)).put("wher", 1);
      assertThat(refusal(job).details()).containsEntry("nearest", "where");
    }

    private LakeException refusal(ObjectNode job) {
      return catchThrowableOfType(
          LakeException.class,
          () -> training.jobs.submit(training.store.admin, TrainingJobSpec.of(job)));
    }

    private static ObjectNode job(String... names) {
      ObjectNode job = parameters("base-rate", Map.of());
      for (String name : names) {
        job.withArray("evaluations")
            .addObject()
            .put("name", name)
            .putObject("where")
            .put("late", "true");
      }
      return job;
    }
  }

  private static ObjectNode parameters(String trainer, Map<String, Object> params) {
    ObjectNode json = Json.mapper().createObjectNode();
    json.put("experiment_id", training.experiment)
        .put("trainer", trainer)
        .put("training_set", training.trainingSet)
        .put("label", "late")
        .put("seed", 42);
    json.set("params", Json.mapper().valueToTree(params));
    json.putArray("features").add("x").add("y");
    return json;
  }

  private static RunStatus status(Kept context) {
    return training
        .tracking
        .runs()
        .get(training.store.admin, Attempt.of(context.lastCheckpoint()).run().orElseThrow())
        .info()
        .status();
  }

  private static long tokens() {
    return training.store.catalog.tokens().list(training.store.admin).stream()
        .filter(found -> found.comment().orElse("").startsWith("training job"))
        .count();
  }

  private static int runsOf(String job) {
    var body = Json.mapper().createObjectNode();
    body.putArray("experiment_ids").add(training.experiment);
    body.put("filter", "tags.`boathouse.job_id` = '" + job + "'");
    return TestServer.json(
            training
                .server
                .as(training.token)
                .post("/api/2.0/mlflow/runs/search", Json.writeText(body)))
        .path("runs")
        .size();
  }

  private static Optional<ProcessHandle> trainer() {
    return ProcessHandle.current()
        .descendants()
        .filter(child -> child.info().commandLine().orElse("").contains("TrainerMain"))
        .findFirst();
  }

  /** The death of the server: nothing in the task may survive it but what it kept. */
  private static final class Died extends Error {
    private static final long serialVersionUID = 1L;
  }

  /** One run of the workflow that keeps what it is told. */
  private static final class Kept implements TaskContext {
    private final UUID id = UUID.randomUUID();
    private final ObjectNode parameters;
    private volatile JsonNode checkpoint = Json.mapper().createObjectNode();
    private volatile Consumer<String> onPhase = phase -> {};

    Kept(ObjectNode parameters) {
      this.parameters = parameters;
    }

    @Override
    public UUID runId() {
      return id;
    }

    @Override
    public Caller caller() {
      return training.store.admin;
    }

    @Override
    public JsonNode parameters() {
      return parameters;
    }

    @Override
    public int attempt() {
      return 1;
    }

    @Override
    public JsonNode lastCheckpoint() {
      return checkpoint;
    }

    @Override
    public void checkpoint(JsonNode value) {
      checkpoint = value;
    }

    @Override
    public void progress(String phase, long done, long total) {
      onPhase.accept(phase);
    }
  }
}

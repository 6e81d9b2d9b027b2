package io.boathouse.training.launch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.boathouse.featurestore.TestFeatureStore;
import io.boathouse.featurestore.join.TrainingSetRequest;
import io.boathouse.featurestore.online.ValueType;
import io.boathouse.featurestore.spec.RequestColumn;
import io.boathouse.featurestore.spec.SpecDefinition;
import io.boathouse.platform.auth.Caller;
import io.boathouse.platform.db.Migrations;
import io.boathouse.platform.error.LakeException;
import io.boathouse.platform.http.TestServer;
import io.boathouse.platform.json.Json;
import io.boathouse.registry.RegistryConfig;
import io.boathouse.registry.RegistryModule;
import io.boathouse.training.TrainingModule;
import io.boathouse.training.experiment.NewExperiment;
import io.boathouse.training.run.RunStatus;
import io.boathouse.workflow.task.AbandonedRun;
import io.boathouse.workflow.task.TaskContext;
import io.boathouse.workflow.task.TaskRunner;
import io.boathouse.workflow.task.TaskRunnerContract;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.UUID;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Training as a task, with real child processes that log to a real server. */
class TrainTaskTest extends TaskRunnerContract {
  private static final TrainingConfig CONFIG =
      new TrainingConfig(
          1, 200L << 20, 1, Duration.ofMinutes(2), Duration.ofSeconds(5), 100L << 20);

  @TempDir static Path folder;
  private static TestFeatureStore store;
  private static RegistryModule registry;
  private static TrainingModule training;
  private static TestServer server;
  private static TrainTask task;
  private static Caller stranger;
  private static String trainingSet;
  private static String experiment;
  private static String token;

  @BeforeAll
  static void open() {
    store = new TestFeatureStore(folder);
    Migrations.run(store.database.dataSource(), "registry");
    Migrations.run(store.database.dataSource(), "training");
    openTracking();
    store.table(
        "flights",
        """
        SELECT i AS id, timestamptz '2001-01-01 00:00:00+00' + to_minutes(i) AS at_time,
          (i % 7)::DOUBLE AS x, (i * 31 % 11)::DOUBLE AS y, i % 7 + i * 31 % 11 > 8 AS late
        FROM range(400) AS t(i)
        """);
    var spec =
        new SpecDefinition(
            List.of(
                new RequestColumn("x", ValueType.DOUBLE), new RequestColumn("y", ValueType.DOUBLE)),
            List.of(),
            Optional.empty(),
            List.of());
    var created =
        store
            .module
            .specs()
            .create(store.admin, TestFeatureStore.name("plain"), spec, Optional.empty());
    trainingSet =
        store
            .module
            .trainingSets()
            .create(
                store.admin,
                new TrainingSetRequest(
                    created.name(),
                    created.version(),
                    "SELECT id, at_time, x, y, late FROM main.default.flights",
                    "at_time",
                    "late",
                    List.of("id")))
            .id();
    experiment =
        Long.toString(
            training
                .experiments()
                .create(store.admin, new NewExperiment("/late", Optional.empty(), List.of()))
                .id());
    stranger = store.user("mallory");
    token = store.catalog.bootstrap().newAdministratorToken();
  }

  private static void openTracking() {
    var catalog = store.catalog;
    var database = store.database.database();
    registry =
        new RegistryModule(
            new RegistryModule.Foundation(database, store.storage, TestFeatureStore.CLOCK),
            new RegistryModule.Governance(
                catalog.authorizer(),
                catalog.securables(),
                catalog.deletions(),
                catalog.auditLog(),
                catalog.lineage()),
            RegistryConfig.DEFAULTS);
    training =
        new TrainingModule(
            new TrainingModule.Foundation(
                database, store.storage, TestFeatureStore.CLOCK, new Random(7)),
            new TrainingModule.Governance(
                catalog.authorizer(),
                catalog.securables(),
                catalog.deletions(),
                catalog.auditLog(),
                catalog.lineage(),
                registry.versions()));
    training.prepare(catalog.systemCallers().system("training"));
    server = TestServer.start(catalog.authenticator(), training.routes());
    task =
        new TrainTask(
            new TrainTask.Parts(
                database,
                catalog.tokens(),
                training.runs(),
                store.module.trainingSets(),
                store.module.specs(),
                TestFeatureStore.CLOCK),
            new TrainTask.Places(
                folder.resolve("work"),
                folder.resolve("cache"),
                folder.resolve("logs"),
                () -> Optional.of(URI.create(server.uri("").toString()))),
            CONFIG);
  }

  @AfterAll
  static void close() {
    server.close();
    training.close();
    registry.close();
    store.close();
  }

  @Override
  protected TaskRunner runner() {
    return task;
  }

  @Override
  protected Caller caller() {
    return store.admin;
  }

  @Override
  protected Caller stranger() {
    return stranger;
  }

  @Override
  protected JsonNode parameters() {
    return parameters("base-rate", Map.of());
  }

  /** Up to where the process is there and nothing of it is kept; then the words are its own. */
  @Override
  protected int mostDeaths() {
    return 3;
  }

  @Override
  protected String effect(JsonNode result) {
    var run = training.runs().get(store.admin, result.path("run_id").asText());
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
    var failure = catchThrowableOfType(LakeException.class, () -> task.run(context));
    assertThat(failure.reason()).isEqualTo("TRAINING_PROCESS_DIED");
    assertThat(failure.details()).containsEntry("exit_code", "137");
    assertThat(status(context)).isEqualTo(RunStatus.FAILED);
    assertThat(tokens()).isZero();
  }

  /** Without {@code abandon} the run of a server that died in the last attempt stays RUNNING. */
  @Test
  void theRunOfAServerThatDiedForGoodHasFailedAndACancelledOneIsKilled() {
    for (boolean cancelled : new boolean[] {false, true}) {
      var context = diedAtExport();
      assertThat(status(context)).isEqualTo(RunStatus.RUNNING);
      store
          .database
          .database()
          .useTransaction(
              () ->
                  task.abandon(
                      new AbandonedRun(
                          context.runId(),
                          store.admin,
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
    var unused = catchThrowableOfType(LakeException.class, () -> task.run(context));
    assertThat(status(context)).isEqualTo(RunStatus.FAILED);
  }

  /** An attempt whose server died when it had a run and a token and exported the rows. */
  private static Kept diedAtExport() {
    var context = new Kept(parameters("base-rate", Map.of()));
    context.onPhase =
        phase -> {
          throw new Died();
        };
    Died unused = catchThrowableOfType(Died.class, () -> task.run(context));
    context.onPhase = phase -> {};
    return context;
  }

  private static ObjectNode parameters(String trainer, Map<String, Object> params) {
    ObjectNode json = Json.mapper().createObjectNode();
    json.put("experiment_id", experiment)
        .put("trainer", trainer)
        .put("training_set", trainingSet)
        .put("label", "late")
        .put("seed", 42);
    json.set("params", Json.mapper().valueToTree(params));
    json.putArray("features").add("x").add("y");
    return json;
  }

  private static RunStatus status(Kept context) {
    return training
        .runs()
        .get(store.admin, Attempt.of(context.lastCheckpoint()).run().orElseThrow())
        .info()
        .status();
  }

  private static long tokens() {
    return store.catalog.tokens().list(store.admin).stream()
        .filter(found -> found.comment().orElse("").startsWith("training job"))
        .count();
  }

  private static int runsOf(String job) {
    var body = Json.mapper().createObjectNode();
    body.putArray("experiment_ids").add(experiment);
    body.put("filter", "tags.`boathouse.job_id` = '" + job + "'");
    return TestServer.json(
            server.as(token).post("/api/2.0/mlflow/runs/search", Json.writeText(body)))
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
      return store.admin;
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

package io.boathouse.training.launch;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.boathouse.catalog.identity.NewToken;
import io.boathouse.catalog.identity.TokenService;
import io.boathouse.featurestore.join.TrainingSet;
import io.boathouse.featurestore.join.TrainingSetService;
import io.boathouse.featurestore.spec.FeatureSpecService;
import io.boathouse.platform.auth.Caller;
import io.boathouse.platform.db.Database;
import io.boathouse.platform.error.ErrorCode;
import io.boathouse.platform.error.LakeException;
import io.boathouse.platform.json.Json;
import io.boathouse.training.experiment.KeyValue;
import io.boathouse.training.launch.TrainingJobSpec.Part;
import io.boathouse.training.run.NewRun;
import io.boathouse.training.run.RunChange;
import io.boathouse.training.run.RunInfo;
import io.boathouse.training.run.RunService;
import io.boathouse.training.run.RunStatus;
import io.boathouse.training.trainer.Hyperparameter;
import io.boathouse.training.trainer.PerceptronTrainer;
import io.boathouse.training.trainer.Trainers;
import io.boathouse.workflow.task.AbandonedRun;
import io.boathouse.workflow.task.TaskContext;
import io.boathouse.workflow.task.TaskRunner;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs a training job: exports the rows, starts the trainer as a child process that logs over HTTP
 * like any outside job, and waits for it. Doing it again after a crash takes the same tracking run.
 * Before that, the earlier attempt's token is revoked, so that its process can write nothing more,
 * and the process is ended if it is still there.
 */
public final class TrainTask implements TaskRunner {
  /** The word that a submission names. */
  public static final String KIND = "train";

  private static final Logger log = LoggerFactory.getLogger(TrainTask.class);
  private static final Duration TOKEN_MARGIN = Duration.ofMinutes(10);
  private static final long PROGRESS_EVERY_MILLIS = 200;

  private final Parts parts;
  private final Places places;
  private final TrainingConfig config;
  private final MatrixCache matrices;

  /** The services that the task works with. */
  public record Parts(
      Database database,
      TokenService tokens,
      RunService runs,
      TrainingSetService sets,
      FeatureSpecService specs,
      InstantSource clock) {}

  /**
   * Where things are.
   *
   * @param work folder for what lasts as long as an attempt
   * @param cache folder for exported matrices
   * @param logs folder for what the processes write to standard error
   * @param server the address of this server, once it answers
   */
  public record Places(Path work, Path cache, Path logs, Supplier<Optional<URI>> server) {}

  public TrainTask(Parts parts, Places places, TrainingConfig config) {
    this.parts = parts;
    this.places = places;
    this.config = config;
    this.matrices = new MatrixCache(places.cache(), config.matrixCacheBytes(), parts.clock());
  }

  @Override
  public String kind() {
    return KIND;
  }

  @Override
  public int maxRunning() {
    return config.maxRunning();
  }

  @Override
  public JsonNode run(TaskContext context) throws Exception {
    TrainingJobSpec spec = TrainingJobSpec.of(context.parameters());
    Caller caller = context.caller();
    Attempt earlier = Attempt.of(context.lastCheckpoint());
    fence(caller, earlier);
    Job job = begun(context, spec, earlier);
    try {
      return train(context, job);
    } catch (InterruptedException e) {
      uninterrupted(() -> settle(caller, job.run(), RunStatus.KILLED));
      throw e;
    } catch (RuntimeException | IOException e) {
      boolean told = Thread.currentThread().isInterrupted();
      uninterrupted(() -> settle(caller, job.run(), told ? RunStatus.KILLED : RunStatus.FAILED));
      throw e;
    } finally {
      uninterrupted(() -> revoke(caller, job.token().token().id()));
    }
  }

  /**
   * The process that wrote to the run died with its server, or it can write nothing from now on.
   */
  @Override
  public void abandon(AbandonedRun run) {
    Attempt last = Attempt.of(run.lastCheckpoint());
    last.token().ifPresent(id -> revoke(run.caller(), id));
    RunStatus status = run.cancelled() ? RunStatus.KILLED : RunStatus.FAILED;
    last.run().ifPresent(id -> settle(run.caller(), id, status));
  }

  /** Begins an attempt; if that cannot be, an earlier attempt's tracking run does not stay open. */
  private Job begun(TaskContext context, TrainingJobSpec spec, Attempt earlier) {
    Caller caller = context.caller();
    try {
      TrainingSet set = parts.sets().get(caller, spec.trainingSet());
      return begin(context, spec, origin(caller, set));
    } catch (RuntimeException e) {
      earlier.run().ifPresent(run -> uninterrupted(() -> settle(caller, run, RunStatus.FAILED)));
      throw e;
    }
  }

  /** One attempt. @param run the tracking run that it logs to */
  private record Job(TrainingJobSpec spec, JobOrigin origin, String run, NewToken token) {}

  private JobOrigin origin(Caller caller, TrainingSet set) {
    boolean served =
        !parts
            .specs()
            .get(caller, set.request().spec(), set.request().specVersion())
            .definition()
            .lookups()
            .isEmpty();
    return new JobOrigin(set, served);
  }

  /** Makes sure that an earlier attempt does nothing more. */
  private void fence(Caller caller, Attempt earlier) {
    earlier.token().ifPresent(id -> uninterrupted(() -> revoke(caller, id)));
    TrainerProcess.endOrphan(earlier.process(), config);
  }

  /** The run, its token and the memory of both come to be together or not at all. */
  private Job begin(TaskContext context, TrainingJobSpec spec, JobOrigin origin) {
    Caller caller = context.caller();
    return parts
        .database()
        .inTransaction(
            () -> {
              String run =
                  Attempt.of(context.lastCheckpoint())
                      .run()
                      .orElseGet(() -> newRun(context, spec, origin));
              NewToken token =
                  parts
                      .tokens()
                      .create(
                          caller,
                          "training job " + context.runId(),
                          config.deadline().plus(TOKEN_MARGIN));
              Attempt attempt =
                  new Attempt(
                      Optional.of(run),
                      Optional.of(token.token().id()),
                      Json.mapper().createObjectNode());
              context.checkpoint(attempt.checkpoint());
              return new Job(spec, origin, run, token);
            });
  }

  private String newRun(TaskContext context, TrainingJobSpec spec, JobOrigin origin) {
    Map<String, String> tags = new LinkedHashMap<>(spec.tags());
    tags.putAll(origin.runTags());
    tags.put("boathouse.job_id", context.runId().toString());
    tags.put("mlflow.source.type", "JOB");
    tags.put("mlflow.user", context.caller().principal());
    NewRun wanted =
        new NewRun(
            spec.experimentId().orElseThrow(),
            Optional.of(spec.runName().orElse(spec.trainer())),
            Optional.empty(),
            Optional.of(parts.clock().millis()),
            tags.entrySet().stream()
                .map(tag -> new KeyValue(tag.getKey(), tag.getValue()))
                .toList());
    return parts.runs().create(context.caller(), wanted).info().id();
  }

  private JsonNode train(TaskContext context, Job job) throws IOException, InterruptedException {
    URI server = places.server().get().orElseThrow(LaunchErrors::notServing);
    Path folder = places.work().resolve(context.runId() + "-" + context.attempt());
    try (JobMatrices held = new JobMatrices(parts.sets(), matrices)) {
      Map<String, Path> files = held.export(context, job.spec());
      Files.createDirectories(folder);
      Path file = folder.resolve("job.json");
      Files.write(file, Json.write(jobFile(context.caller(), job, server, files)));
      TrainerProcess.Start start =
          new TrainerProcess.Start(
              folder,
              file,
              job.token().value(),
              places.logs().resolve(context.runId() + "-" + context.attempt() + ".log"),
              config.neuralModule().filter(module -> isNeural(job.spec())));
      try (TrainerProcess process = TrainerProcess.start(start, config, progress(context))) {
        ObjectNode described = Json.mapper().createObjectNode();
        process.describe(described);
        context.checkpoint(
            new Attempt(Optional.of(job.run()), Optional.of(job.token().token().id()), described)
                .checkpoint());
        return result(job, process.await());
      }
    } finally {
      deleteTree(folder);
    }
  }

  private static boolean isNeural(TrainingJobSpec spec) {
    return spec.trainer().equals(PerceptronTrainer.NAME);
  }

  private static JsonNode result(Job job, JsonNode done) {
    ObjectNode result = done.deepCopy();
    result.remove("phase");
    result.put("experiment_id", job.spec().experimentId().orElse(""));
    return result;
  }

  private ObjectNode jobFile(Caller caller, Job job, URI server, Map<String, Path> files) {
    TrainingJobSpec spec = job.spec();
    ObjectNode json = Json.mapper().createObjectNode();
    json.put("format", 1)
        .put("tracking_uri", server.toString())
        .put("exit_with_parent", true)
        .put("run_id", job.run())
        .put("trainer", spec.trainer())
        .put("seed", spec.seed().orElse(TrainingJobSpec.DEFAULT_SEED))
        .put("label_column", spec.label().orElseThrow());
    json.set("params", params(spec));
    spec.features().forEach(json.putArray("feature_columns")::add);
    spec.group().ifPresent(value -> json.put("group_column", value));
    spec.calibration().ifPresent(value -> json.put("calibration", value));
    spec.threshold().ifPresent(value -> json.put("threshold", value));
    spec.bootstrapRounds().ifPresent(value -> json.put("bootstrap_rounds", value));
    spec.modelName().ifPresent(value -> json.put("model_name", value));
    spec.alias().ifPresent(value -> json.put("alias", value));
    job.origin().modelTags(spec.trainer()).forEach(json.putObject("model_tags")::put);
    if (spec.checksLeak()) {
      json.putObject("naive")
          .put("train", String.valueOf(files.get(TrainingJobSpec.NAIVE_TRAIN)))
          .put("test", String.valueOf(files.get(TrainingJobSpec.NAIVE_TEST)));
    }
    ObjectNode evaluations = json.putObject("evaluations");
    ArrayNode datasets = json.putArray("datasets");
    for (Part part : spec.parts()) {
      String file = String.valueOf(files.get(part.role()));
      boolean own = List.of("train", "validation", "test").contains(part.role());
      (own ? json : evaluations).put(part.role(), file);
      TrainingSet set = parts.sets().get(caller, part.trainingSet());
      datasets.add(new JobOrigin(set, false).dataset(part));
    }
    return json;
  }

  /** A trainer that can use threads takes as many as the server gives it. */
  private ObjectNode params(TrainingJobSpec spec) {
    ObjectNode params = Json.mapper().valueToTree(spec.params());
    boolean threaded =
        Trainers.get(spec.trainer()).hyperparameters().stream()
            .map(Hyperparameter::name)
            .anyMatch("threads"::equals);
    if (threaded && !params.has("threads")) {
      params.put("threads", config.threads());
    }
    return params;
  }

  /** Shows every phase, and within a phase not more than a few steps a second. */
  private java.util.function.Consumer<JsonNode> progress(TaskContext context) {
    AtomicReference<String> phase = new AtomicReference<>("");
    AtomicLong shown = new AtomicLong();
    return line -> {
      String now = line.path("phase").asText();
      long millis = parts.clock().millis();
      if (now.equals(phase.get()) && millis - shown.get() < PROGRESS_EVERY_MILLIS) {
        return;
      }
      phase.set(now);
      shown.set(millis);
      context.progress(now, line.path("done").asLong(), line.path("total").asLong());
    };
  }

  /** Ends the tracking run if the process could not do it itself. */
  private void settle(Caller caller, String run, RunStatus status) {
    if (parts.runs().get(caller, run).info().status() == RunStatus.RUNNING) {
      RunInfo unused =
          parts
              .runs()
              .update(
                  caller,
                  run,
                  new RunChange(
                      Optional.of(status), Optional.of(parts.clock().millis()), Optional.empty()));
    }
  }

  private void revoke(Caller caller, UUID token) {
    try {
      parts.tokens().revoke(caller, token);
    } catch (LakeException e) {
      if (e.code() != ErrorCode.NOT_FOUND) {
        throw e;
      }
    }
  }

  /** Cleans up although the thread was told to stop; a failure to do so must not hide another. */
  private static void uninterrupted(Runnable work) {
    boolean interrupted = Thread.interrupted();
    try {
      work.run();
    } catch (RuntimeException e) {
      log.warn("Cleaning up after a training job failed", e);
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private static void deleteTree(Path folder) {
    if (!Files.exists(folder)) {
      return;
    }
    try (Stream<Path> found = Files.walk(folder)) {
      for (Path path : found.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(path);
      }
    } catch (IOException | java.io.UncheckedIOException e) {
      log.warn("The folder {} could not be deleted", folder, e);
    }
  }
}

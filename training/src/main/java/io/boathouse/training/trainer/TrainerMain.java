package io.boathouse.training.trainer;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.boathouse.platform.error.LakeException;
import io.boathouse.platform.json.Json;
import java.io.BufferedReader;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.mlflow.api.proto.Service;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The child process that runs one training job: {@code TrainerMain JOB.json}. Standard output holds
 * one JSON object a line and nothing else: progress, and at the end the outcome or the error. Exit
 * code 0 is success, 1 a failed run, 2 a job that could not begin.
 */
public final class TrainerMain {
  static final String TOKEN_VARIABLE = "BOATHOUSE_TOKEN";
  private static final Logger log = LoggerFactory.getLogger(TrainerMain.class);

  private final Map<String, String> environment;
  private final BufferedReader input;
  private final PrintStream output;
  private final InstantSource clock;
  private final Trainers trainers;
  private final AtomicReference<Optional<Runnable>> kill = new AtomicReference<>(Optional.empty());

  TrainerMain(
      Map<String, String> environment,
      InputStream input,
      PrintStream output,
      InstantSource clock,
      Trainers trainers) {
    this.environment = environment;
    this.input = new BufferedReader(new InputStreamReader(input, StandardCharsets.UTF_8));
    this.output = output;
    this.clock = clock;
    this.trainers = trainers;
  }

  /** Runs the job named by the one argument, and ends the process. */
  public static void main(String[] args) {
    run(args, Trainers.withoutEngine());
  }

  /** The same with other trainers. */
  public static void run(String[] args, Trainers trainers) {
    var output =
        new PrintStream(new FileOutputStream(FileDescriptor.out), true, StandardCharsets.UTF_8);
    // What libraries print must not come between the lines of JSON.
    System.setOut(
        new PrintStream(new FileOutputStream(FileDescriptor.err), true, StandardCharsets.UTF_8));
    java.util.logging.Logger.getLogger("org.tribuo").setLevel(java.util.logging.Level.WARNING);
    var main =
        new TrainerMain(
            System.getenv(),
            new FileInputStream(FileDescriptor.in),
            output,
            Clock.systemUTC(),
            trainers);
    Runtime.getRuntime().addShutdownHook(new Thread(main::killed, "killed"));
    System.exit(main.run(List.of(args)));
  }

  int run(List<String> args) {
    TrainingJob job;
    TrackingClient tracking;
    try {
      if (args.size() != 1) {
        throw TrainerErrors.invalidJob("arguments", String.join(" ", args), "must be one job file");
      }
      job = TrainingJob.read(Path.of(args.getFirst()));
      tracking = new TrackingClient(job.trackingUri(), token(job), clock);
    } catch (LakeException e) {
      print(error(e));
      return 2;
    }
    if (job.exitWithParent()) {
      Thread.ofPlatform().daemon().name("parent").start(this::watchParent);
    }
    try (tracking) {
      return train(job, tracking);
    }
  }

  private int train(TrainingJob job, TrackingClient tracking) {
    TrackingClient.Run run;
    try {
      run =
          job.runId()
              .map(tracking::resume)
              .orElseGet(
                  () ->
                      tracking.create(job.experimentId().orElseThrow(), job.runName().orElse("")));
    } catch (LakeException e) {
      print(error(e));
      return 2;
    }
    kill.set(Optional.of(() -> tracking.end(run, Service.RunStatus.KILLED)));
    try {
      var outcome =
          new TrainingRun(
                  job, tracking, run, new TrainingRun.Setting(trainers, clock, this::progress))
              .execute();
      kill.set(Optional.empty());
      tracking.end(run, Service.RunStatus.FINISHED);
      print(done(outcome));
      return 0;
    } catch (LakeException e) {
      return failed(tracking, run, e);
    } catch (OutOfMemoryError e) {
      return failed(tracking, run, TrainerErrors.outOfMemory(e));
    } catch (RuntimeException | LinkageError e) {
      return failed(tracking, run, TrainerErrors.libraryFailed("Training", e));
    }
  }

  private int failed(TrackingClient tracking, TrackingClient.Run run, LakeException failure) {
    log.warn("Training failed", failure);
    kill.set(Optional.empty());
    print(error(failure));
    try {
      tracking.tags(run, Map.of("boathouse.error", failure.message()));
      tracking.end(run, Service.RunStatus.FAILED);
    } catch (LakeException e) {
      log.warn("The run could not be marked as failed", e);
    }
    return 1;
  }

  /** Marks the run when the process is asked to stop in the middle. */
  private void killed() {
    kill.getAndSet(Optional.empty()).ifPresent(Runnable::run);
  }

  private String token(TrainingJob job) {
    if (!job.tokenFromStdin()) {
      return environment.getOrDefault(TOKEN_VARIABLE, "");
    }
    try {
      String line = input.readLine();
      return line == null ? "" : line.strip();
    } catch (IOException e) {
      throw TrainerErrors.invalidJob("token_from", "stdin", "gave no line");
    }
  }

  /** Blocks until the parent is gone, which closes our standard input. */
  private void watchParent() {
    try {
      while (input.readLine() != null) {
        // Lines after the token mean nothing.
      }
    } catch (IOException e) {
      log.warn("Standard input failed", e);
    }
    System.exit(143);
  }

  private void progress(String phase, long done, long total) {
    print(object().put("phase", phase).put("done", done).put("total", total));
  }

  private static ObjectNode done(TrainingRun.Outcome outcome) {
    ObjectNode line = object().put("phase", "done").put("run_id", outcome.runId());
    outcome.modelName().ifPresent(name -> line.put("model_name", name));
    outcome.modelVersion().ifPresent(version -> line.put("model_version", version));
    ObjectNode metrics = line.putObject("metrics");
    outcome.metrics().forEach(metrics::put);
    return line;
  }

  private static ObjectNode error(LakeException failure) {
    ObjectNode line = object();
    ObjectNode error =
        line.putObject("error")
            .put("code", failure.code().name())
            .put("reason", failure.reason())
            .put("message", failure.message());
    ObjectNode details = error.putObject("details");
    failure.details().forEach(details::put);
    return line;
  }

  private void print(ObjectNode line) {
    output.println(Json.writeText(line));
  }

  private static ObjectNode object() {
    return Json.mapper().createObjectNode();
  }
}

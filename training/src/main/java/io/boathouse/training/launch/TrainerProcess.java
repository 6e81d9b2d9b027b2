package io.boathouse.training.launch;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.boathouse.platform.error.LakeException;
import io.boathouse.platform.json.Json;
import io.boathouse.training.trainer.TrainerMain;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The child process of one attempt. It ends with this object, and with this server: the pipe to its
 * standard input closes then. It gets an environment of its own, in which nothing of the server's
 * is but what it needs.
 */
final class TrainerProcess implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(TrainerProcess.class);
  private static final Duration DRAIN = Duration.ofSeconds(5);
  // In the optional module, which this one does not know.
  private static final String NEURAL_MAIN = "io.boathouse.training.neural.NeuralTrainerMain";
  private static final List<String> PASSED_ON =
      List.of("PATH", "LANG", "LC_ALL", "LD_LIBRARY_PATH", "FONTCONFIG_PATH", "FONTCONFIG_FILE");

  private final Process process;
  private final TrainingConfig config;
  private final BoundedLog errors;
  private final Thread output;
  private final Thread error;
  private volatile Optional<JsonNode> done = Optional.empty();
  private volatile Optional<JsonNode> failure = Optional.empty();

  /**
   * What a process is started with.
   *
   * @param folder it works in, and unpacks libraries to
   * @param job the job file
   * @param token what it logs in with
   * @param log where its standard error is kept
   * @param engine the folder of the optional module, if the trainer needs it
   */
  record Start(Path folder, Path job, String token, Path log, Optional<Path> engine) {
    @Override
    public String toString() {
      return "Start[job=" + job + ", token=***]";
    }
  }

  private TrainerProcess(
      Process process, TrainingConfig config, Path log, Consumer<JsonNode> progress) {
    this.process = process;
    this.config = config;
    this.errors = new BoundedLog(log);
    this.output =
        Thread.ofPlatform().daemon().name("trainer-output").start(() -> readOutput(progress));
    this.error =
        Thread.ofPlatform()
            .daemon()
            .name("trainer-errors")
            .start(() -> errors.keep(process.getErrorStream()));
  }

  /**
   * Starts the process.
   *
   * @param progress is called on another thread for every line of progress
   */
  static TrainerProcess start(Start start, TrainingConfig config, Consumer<JsonNode> progress) {
    ProcessBuilder builder = new ProcessBuilder(command(start, config));
    builder.directory(start.folder().toFile());
    environment(builder.environment(), start, config);
    try {
      return new TrainerProcess(builder.start(), config, start.log(), progress);
    } catch (IOException e) {
      throw LaunchErrors.io("Starting the training process", e);
    }
  }

  private static List<String> command(Start start, TrainingConfig config) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("-Xmx" + config.heapBytes());
    command.addAll(
        List.of(
            "-XX:+UseSerialGC",
            "-XX:-UsePerfData",
            "-XX:+ErrorFileToStderr",
            "-Xlog:disable",
            "-Xlog:all=error:stderr",
            "--enable-native-access=ALL-UNNAMED",
            "--sun-misc-unsafe-memory-access=allow",
            "-Djava.awt.headless=true",
            "-Dfile.encoding=UTF-8",
            "-Duser.timezone=UTC",
            "-Duser.home=" + start.folder(),
            "-Djava.io.tmpdir=" + start.folder(),
            start.engine().isPresent() ? NEURAL_MAIN : TrainerMain.class.getName(),
            start.job().toString()));
    return command;
  }

  private static void environment(
      Map<String, String> environment, Start start, TrainingConfig config) {
    environment.keySet().retainAll(PASSED_ON);
    String own = absolute(System.getProperty("java.class.path", ""));
    environment.put("CLASSPATH", own);
    start
        .engine()
        .ifPresent(
            folder -> {
              String jars = folder.toAbsolutePath() + File.separator + "*";
              environment.put("CLASSPATH", own + File.pathSeparator + jars);
              environment.put("DJL_CACHE_DIR", start.folder().resolve("engine").toString());
              environment.put("DJL_OFFLINE", "true");
              environment.put("OPT_OUT_TRACKING", "true");
            });
    environment.put("BOATHOUSE_TOKEN", start.token());
    environment.put("HOME", start.folder().toString());
    environment.put("TMPDIR", start.folder().toString());
    environment.put("ORT_DISABLE_TELEMETRY", "1");
    environment.put("OMP_NUM_THREADS", Integer.toString(config.threads()));
    environment.put("OMP_WAIT_POLICY", "PASSIVE");
    environment.put("MALLOC_ARENA_MAX", "2");
  }

  /** The child works in another folder than the server. */
  private static String absolute(String classPath) {
    List<String> parts = new ArrayList<>();
    for (String part : classPath.split(File.pathSeparator, -1)) {
      parts.add(Path.of(part).toAbsolutePath().toString());
    }
    return String.join(File.pathSeparator, parts);
  }

  /** How the process can be known again; see {@link #endOrphan}. */
  void describe(ObjectNode into) {
    into.put("pid", process.pid());
    process.info().startInstant().ifPresent(at -> into.put("started", at.toString()));
  }

  /** Ends the process of an earlier server, if it is still there and still the same. */
  static void endOrphan(JsonNode described, TrainingConfig config) {
    String started = described.path("started").asText("");
    if (!described.path("pid").isIntegralNumber() || started.isEmpty()) {
      return;
    }
    ProcessHandle.of(described.path("pid").asLong())
        .filter(found -> found.info().startInstant().equals(Optional.of(Instant.parse(started))))
        .ifPresent(
            found -> {
              log.info("Ending training process {} of an earlier attempt", found.pid());
              boolean unused = found.destroy();
              if (!ended(found, config.stopGrace())) {
                boolean killed = found.destroyForcibly();
                log.info("Training process {} had to be killed: {}", found.pid(), killed);
              }
            });
  }

  /**
   * Waits for the end.
   *
   * @return the process' last line: run, metrics, and the model if one was registered
   * @throws LakeException what the process reported, or that it died or took too long
   */
  JsonNode await() throws InterruptedException {
    if (!process.waitFor(config.deadline().toMillis(), TimeUnit.MILLISECONDS)) {
      throw LaunchErrors.tooLong(config.deadline());
    }
    boolean said = output.join(DRAIN);
    if (!error.join(DRAIN) || !said) {
      log.warn("Training process {} left its pipes open", process.pid());
    }
    int exit = process.exitValue();
    if (exit == 0 && done.isPresent()) {
      return done.get();
    }
    throw failure.map(LaunchErrors::reported).orElse(LaunchErrors.died(exit, errors.tail()));
  }

  /** Asks the process to stop if it has not, and kills it if it does not. */
  @Override
  public void close() {
    ProcessHandle handle = process.toHandle();
    if (handle.isAlive()) {
      boolean unused = handle.destroy();
      if (!ended(handle, config.stopGrace())) {
        log.warn("Training process {} does not stop and is killed", handle.pid());
        handle.descendants().forEach(ProcessHandle::destroyForcibly);
        boolean killed = handle.destroyForcibly();
        if (!killed || !ended(handle, DRAIN)) {
          log.error("Training process {} cannot be ended", handle.pid());
        }
      }
    }
    try {
      process.getOutputStream().close();
    } catch (IOException e) {
      log.debug("The input of training process {} is closed already", handle.pid(), e);
    }
  }

  /** Waits for the end even if this thread is told to stop, and then passes that on. */
  private static boolean ended(ProcessHandle handle, Duration atMost) {
    boolean interrupted = false;
    long until = System.nanoTime() + atMost.toNanos();
    try {
      while (true) {
        try {
          var unused =
              handle.onExit().get(Math.max(1, until - System.nanoTime()), TimeUnit.NANOSECONDS);
          return true;
        } catch (InterruptedException e) {
          interrupted = true;
        } catch (java.util.concurrent.ExecutionException
            | java.util.concurrent.TimeoutException e) {
          return !handle.isAlive();
        }
      }
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private void readOutput(Consumer<JsonNode> progress) {
    try (BufferedReader lines =
        new BufferedReader(
            new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        take(line, progress);
      }
    } catch (IOException e) {
      log.debug("The output of training process {} ended", process.pid(), e);
    }
  }

  private void take(String line, Consumer<JsonNode> progress) {
    try {
      JsonNode said = Json.parse(line);
      if (said.has("error")) {
        failure = Optional.of(said.path("error"));
      } else if (said.path("phase").asText().equals("done")) {
        done = Optional.of(said);
      } else if (said.path("phase").isTextual()) {
        progress.accept(said);
      }
    } catch (LakeException e) {
      log.warn("A line of training process {} could not be used", process.pid(), e);
    }
  }
}

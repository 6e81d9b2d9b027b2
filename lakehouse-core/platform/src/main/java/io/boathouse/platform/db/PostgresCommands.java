package io.boathouse.platform.db;

import java.io.File;
import java.io.IOException;
import java.nio.channels.Channels;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs PostgreSQL's programs: arguments as a list, never a shell; output to one log file.
 *
 * @param directory the folder that everything stays below
 * @param programs the folder with {@code bin}
 * @param unprivileged how to run without being root
 */
record PostgresCommands(Path directory, Path programs, Unprivileged unprivileged) {
  private static final Logger log = LoggerFactory.getLogger(PostgresCommands.class);

  Path logFile() {
    return directory.resolve("postgres.log");
  }

  void run(String step, Duration limit, List<String> words) throws IOException {
    Process child = spawn(words);
    try {
      if (!child.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
        child.destroyForcibly();
        throw DatabaseErrors.didNotStart(step, logFile(), "no end within " + limit, null);
      }
    } catch (InterruptedException e) {
      child.destroyForcibly();
      Thread.currentThread().interrupt();
      throw DatabaseErrors.didNotStart(step, logFile(), "interrupted", e);
    }
    if (child.exitValue() != 0) {
      throw DatabaseErrors.didNotStart(step, logFile(), tail(), null);
    }
  }

  Process spawn(List<String> words) throws IOException {
    var builder = new ProcessBuilder(unprivileged.command(words));
    Map<String, String> environment = builder.environment();
    environment.keySet().retainAll(List.of("PATH", "SystemRoot"));
    environment.putAll(Map.of("LC_ALL", "C", "TZ", "UTC", "TMPDIR", directory.toString()));
    return builder
        .directory(directory.toFile())
        .redirectInput(new File("/dev/null"))
        .redirectErrorStream(true)
        .redirectOutput(ProcessBuilder.Redirect.appendTo(logFile().toFile()))
        .start();
  }

  String program(String name) {
    return programs.resolve("bin").resolve(name).toString();
  }

  /** The last lines of the log. */
  String tail() throws IOException {
    if (!Files.exists(logFile())) {
      return "";
    }
    List<String> lines = List.of(new String(lastBytes(), StandardCharsets.UTF_8).split("\n"));
    return String.join(" | ", lines.subList(Math.max(0, lines.size() - 3), lines.size()));
  }

  private byte[] lastBytes() throws IOException {
    try (var channel = Files.newByteChannel(logFile())) {
      channel.position(Math.max(0, channel.size() - 2000));
      return Channels.newInputStream(channel).readAllBytes();
    }
  }

  /** Asks for a fast shutdown, then an immediate one, then kills. */
  void stop(ProcessHandle postmaster, Duration limit) {
    for (String signal : List.of("INT", "QUIT")) {
      try {
        run(
            "the stop",
            Duration.ofSeconds(10),
            List.of(program("pg_ctl"), "kill", signal, Long.toString(postmaster.pid())));
        postmaster.onExit().get(limit.toMillis(), TimeUnit.MILLISECONDS);
        return;
      } catch (IOException | ExecutionException | TimeoutException | RuntimeException e) {
        log.warn("PostgreSQL process {} did not stop on SIG{}", postmaster.pid(), signal);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        break;
      }
    }
    postmaster.destroyForcibly();
  }
}

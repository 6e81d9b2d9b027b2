package io.boathouse.server.cli;

import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Stops the server that runs on a data directory. */
@Command(
    name = "stop",
    description = "Stop the server that runs on a data directory, and wait until it has.")
final class StopCommand implements Callable<Integer> {
  @Spec private CommandSpec spec = CommandSpec.create();
  @Mixin private DataDirOption data = new DataDirOption();

  @Option(
      names = "--timeout",
      paramLabel = "SECONDS",
      defaultValue = "60",
      description = "How long to wait (default: ${DEFAULT-VALUE}).")
  private int timeout = 60;

  @Override
  public Integer call() throws IOException, InterruptedException {
    Optional<ProcessHandle> server = data.server();
    if (server.isEmpty()) {
      spec.commandLine().getErr().println("No server runs on " + data.directory() + ".");
      return 1;
    }
    ProcessHandle process = server.get();
    if (!process.destroy()) {
      throw new IOException(
          "Process %d cannot be told to stop. Stop it as its owner.".formatted(process.pid()));
    }
    try {
      process.onExit().get(timeout, TimeUnit.SECONDS);
    } catch (ExecutionException | TimeoutException e) {
      throw new IOException(
          "Process %d did not stop within %d s. Its log in %s says why."
              .formatted(process.pid(), timeout, data.directory().resolve("logs")),
          e);
    }
    spec.commandLine().getOut().println("stopped");
    return 0;
  }
}

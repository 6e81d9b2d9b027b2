package io.boathouse.server.cli;

import io.boathouse.server.client.RestClient;
import io.boathouse.server.quickstart.Quickstart;
import io.boathouse.server.quickstart.Quickstart.Outcome;
import java.io.Console;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Tells the story on a server of its own, or on the one that runs on the directory. */
@Command(
    name = "quickstart",
    description = {
      "Watch three million flights become tables, features, a model, an endpoint and a tool.",
      "Starts a server unless one runs on DIR, and leaves it running; --exit stops it. Fails if"
          + " anything is not as promised."
    })
final class QuickstartCommand implements Callable<Integer> {
  @Spec private CommandSpec spec = CommandSpec.create();
  @Mixin private DataDirOption data = new DataDirOption();
  @Mixin private ServeOptions options = new ServeOptions();

  @Option(names = "--exit", description = "Stop the server when the story has been told.")
  private boolean exit;

  @Option(
      names = "--all",
      description = "Train on every flight from January to April instead of 200,000.")
  private boolean all;

  @Override
  public Integer call() throws IOException, InterruptedException {
    Optional<String> running = data.server().isPresent() ? data.address() : Optional.empty();
    if (running.isPresent()) {
      String token = Files.readString(data.directory().resolve("token")).strip();
      return tell(URI.create(running.get()), token);
    }
    return options.serve(data.directory(), this::tellAndServe);
  }

  /** The story ends early when the process is told to stop. */
  private int tellAndServe(URI server, String token, CountDownLatch asked)
      throws IOException, InterruptedException {
    CompletableFuture<Integer> told = new CompletableFuture<>();
    Thread story =
        Thread.ofVirtual()
            .name("quickstart")
            .start(
                () -> {
                  try {
                    told.complete(tell(server, token));
                  } catch (IOException | InterruptedException | RuntimeException e) {
                    told.completeExceptionally(e);
                  }
                });
    while (!told.isDone()) {
      if (asked.await(100, TimeUnit.MILLISECONDS)) {
        story.interrupt();
        return 1;
      }
    }
    int code = result(told);
    if (code == 0 && !exit) {
      asked.await();
    }
    return code;
  }

  private static int result(CompletableFuture<Integer> told)
      throws IOException, InterruptedException {
    try {
      return told.get();
    } catch (java.util.concurrent.ExecutionException e) {
      if (e.getCause() instanceof IOException known) {
        throw known;
      }
      throw new IOException(e.getCause());
    }
  }

  private static boolean terminal() {
    return Stream.ofNullable(System.console()).anyMatch(Console::isTerminal);
  }

  private int tell(URI server, String token) throws IOException, InterruptedException {
    PrintWriter out = spec.commandLine().getOut();
    Path report = data.directory().resolve("quickstart.html");
    Path files = Path.of(System.getProperty("boathouse.home", ".")).resolve("deploy/quickstart");
    Quickstart.Setting setting = new Quickstart.Setting(files, report, terminal(), all);
    RestClient client = new RestClient(server, token);
    Outcome outcome = new Quickstart(client, setting, out, InstantSource.system()).tell();
    if (!outcome.failures().isEmpty()) {
      return 1;
    }
    NextSteps.print(out, data.directory(), server, outcome.prediction(), report);
    if (!exit) {
      out.printf("%nLook at all of it (good once, for ten minutes): %s%n", SignInLink.of(client));
      out.flush();
    }
    return 0;
  }
}

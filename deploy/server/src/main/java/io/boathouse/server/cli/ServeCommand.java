package io.boathouse.server.cli;

import io.boathouse.server.client.RestClient;
import java.io.Console;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Runs the server in the foreground until it is told to stop. */
@Command(
    name = "serve",
    description = {
      "Run the server in the foreground.",
      "Prints one line, 'ready URL', when it answers, and stops cleanly on SIGTERM. The"
          + " administrator's token is in DIR/token; a terminal is told a link that signs in to the"
          + " console once."
    })
final class ServeCommand implements Callable<Integer> {
  @Spec private CommandSpec spec = CommandSpec.create();
  @Mixin private DataDirOption data = new DataDirOption();
  @Mixin private ServeOptions options = new ServeOptions();

  @Override
  public Integer call() throws IOException, InterruptedException {
    return options.serve(
        data.directory(),
        (server, token, asked) -> {
          spec.commandLine().getOut().println("ready " + server);
          spec.commandLine().getOut().flush();
          if (terminal()) {
            PrintWriter said = spec.commandLine().getErr();
            said.println("Console: " + SignInLink.of(new RestClient(server, token)));
            said.flush();
          }
          asked.await();
          return 0;
        });
  }

  /** Where nobody watches, what is printed is kept by somebody, and no link belongs there. */
  private static boolean terminal() {
    return Stream.ofNullable(System.console()).anyMatch(Console::isTerminal);
  }
}

package io.boathouse.server.cli;

import java.io.IOException;
import java.util.concurrent.Callable;
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
          + " administrator's token is in DIR/token."
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
          asked.await();
          return 0;
        });
  }
}

package io.boathouse.server.cli;

import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Prints a link that opens the console, signed in. */
@Command(
    name = "open",
    description = {
      "Print a link that opens the console in a browser, signed in.",
      "It is good once and for ten minutes, and signs in whoever's token is asked with."
    })
final class OpenCommand implements Callable<Integer> {
  @Spec private CommandSpec spec = CommandSpec.create();
  @Mixin private ServerOption server = new ServerOption();

  @Override
  public Integer call() throws IOException, InterruptedException {
    spec.commandLine().getOut().println(SignInLink.of(server.client()));
    return 0;
  }
}

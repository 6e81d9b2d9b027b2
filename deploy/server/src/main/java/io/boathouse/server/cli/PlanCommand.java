package io.boathouse.server.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Tells what applying a file of rights would change. */
@Command(
    name = "plan",
    description = {
      "Tell what 'boathouse apply' would change of groups, grants, tags and policies, and who gains"
          + " or loses what by it. Nothing is changed."
    },
    exitCodeList = {
      "0:planned; with --detailed-exitcode: all is as the file says",
      "1:failure",
      "2:wrong usage; with --detailed-exitcode: something is not as the file says"
    })
final class PlanCommand implements Callable<Integer> {
  private static final int DIFFERENT = 2;

  @Spec private CommandSpec spec = CommandSpec.create();
  @Mixin private AccessOption access = new AccessOption();

  @Option(
      names = "--detailed-exitcode",
      description = "End with 2 if something is not as the file says.")
  private boolean detailed;

  @Override
  public Integer call() throws IOException, InterruptedException {
    JsonNode reply = access.send("plan", Map.of());
    PrintWriter out = spec.commandLine().getOut();
    access.print(reply, out);
    out.flush();
    return detailed && !reply.path("changes").isEmpty() ? DIFFERENT : 0;
  }
}

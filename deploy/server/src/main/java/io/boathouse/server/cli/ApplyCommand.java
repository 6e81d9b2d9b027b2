package io.boathouse.server.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Makes groups, grants, tags and policies what a file says. */
@Command(
    name = "apply",
    description = {
      "Make groups, grants, tags and policies what a file says: all of it, or nothing if anything"
          + " fails. Applying it again changes nothing."
    })
final class ApplyCommand implements Callable<Integer> {
  @Spec private CommandSpec spec = CommandSpec.create();
  @Mixin private AccessOption access = new AccessOption();

  @Option(
      names = "--plan",
      paramLabel = "PLAN",
      description = "Apply only if it still changes what this plan told of.")
  private Optional<String> plan = Optional.empty();

  @Override
  public Integer call() throws IOException, InterruptedException {
    Map<String, String> more = new HashMap<>();
    plan.ifPresent(digest -> more.put("plan", digest));
    JsonNode reply = access.send("apply", more);
    PrintWriter out = spec.commandLine().getOut();
    access.print(reply, out);
    out.flush();
    return 0;
  }
}

package io.boathouse.server.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.boathouse.platform.json.Json;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Tells what a prediction came from. */
@Command(
    name = "why",
    description = {
      "Tell what a prediction came from: its endpoint, model version, run, training set, tables at"
          + " their versions, and the files with their digests.",
      "The id is in the reply's header databricks-request-id. The endpoint keeps its predictions if"
          + " it was created with an inference table."
    })
final class WhyCommand implements Callable<Integer> {
  @Spec private CommandSpec spec = CommandSpec.create();
  @Mixin private ServerOption server = new ServerOption();

  @Parameters(paramLabel = "PREDICTION-ID", description = "The id of the prediction.")
  private String id = "";

  @Option(names = "--json", description = "Print the server's reply as it is.")
  private boolean json;

  @Option(
      names = "--hops",
      paramLabel = "N",
      defaultValue = "50",
      description = "How many steps to walk back, at most 50.")
  private int hops;

  @Override
  public Integer call() throws IOException, InterruptedException {
    JsonNode reply =
        server.get(
            "/api/2.0/boathouse/predictions/%s/why?hops=%d"
                .formatted(URLEncoder.encode(id, StandardCharsets.UTF_8), hops));
    PrintWriter out = spec.commandLine().getOut();
    if (json) {
      out.println(Json.writeText(reply));
    } else {
      new LineageTree(reply, out).print();
    }
    out.flush();
    return 0;
  }
}

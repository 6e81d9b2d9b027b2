package io.boathouse.server.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.boathouse.platform.json.Json;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Makes a kept prediction again. */
@Command(
    name = "replay",
    description = {
      "Make a prediction again, with the model version that made it and what its row says the model"
          + " saw, and compare every value to the last bit.",
      "Ends with 0 if it is the same and 1 if it is not."
    })
final class ReplayCommand implements Callable<Integer> {
  @Spec private CommandSpec spec = CommandSpec.create();
  @Mixin private ServerOption server = new ServerOption();

  @Parameters(paramLabel = "PREDICTION-ID", description = "The id of the prediction.")
  private String id = "";

  @Option(names = "--json", description = "Print the server's reply as it is.")
  private boolean json;

  @Override
  public Integer call() throws IOException, InterruptedException {
    JsonNode reply =
        server.post(
            "/api/2.0/boathouse/predictions/%s/replay"
                .formatted(URLEncoder.encode(id, StandardCharsets.UTF_8)),
            Map.of());
    PrintWriter out = spec.commandLine().getOut();
    boolean same = reply.path("same").asBoolean();
    if (json) {
      out.println(Json.writeText(reply));
    } else {
      out.printf(
          "%s version %d %s%n",
          reply.path("model").asText(),
          reply.path("model_version").asInt(),
          same ? "gives the same answer, bit for bit." : "gives another answer:");
      for (JsonNode difference : reply.path("differences")) {
        out.printf(
            "  %s: logged %s, replayed %s%n",
            difference.path("at").asText(),
            difference.path("logged").asText(),
            difference.path("replayed").asText());
      }
    }
    out.flush();
    return same ? 0 : 1;
  }
}

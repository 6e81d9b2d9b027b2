package io.boathouse.server.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.boathouse.platform.json.Json;
import io.boathouse.server.client.RestException;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Tells what something touched, and can freeze the endpoints that answer by it. */
@Command(
    name = "recall",
    description = {
      "Tell what a file, table, feature table or model version touched: every model version,"
          + " endpoint and prediction that came from it.",
      "Predictions are found in the inference tables that you may read."
    })
final class RecallCommand implements Callable<Integer> {
  /** What a name can be of. */
  enum Kind {
    FILE,
    TABLE,
    FEATURE_TABLE,
    FEATURE_SPEC,
    TRAINING_SET,
    RUN,
    MODEL_VERSION
  }

  @Spec private CommandSpec spec = CommandSpec.create();
  @Mixin private ServerOption server = new ServerOption();

  @Parameters(
      paramLabel = "NAME[@VERSION]",
      description = "A full name; of a file, its name with #sha256: and its digest.")
  private String name = "";

  @Option(
      names = "--kind",
      defaultValue = "TABLE",
      description = "What it is: ${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE}).")
  private Kind kind = Kind.TABLE;

  @Option(
      names = "--freeze",
      paramLabel = "REASON",
      description = "Freeze the endpoints that answer by it; needs CAN_MANAGE on each.")
  private Optional<String> reason = Optional.empty();

  @Option(names = "--json", description = "Print the server's reply as it is.")
  private boolean json;

  @Override
  public Integer call() throws IOException, InterruptedException {
    JsonNode reply = server.get("/api/2.0/boathouse/lineage/recall?" + query());
    PrintWriter out = spec.commandLine().getOut();
    if (json) {
      out.println(Json.writeText(reply));
    } else {
      print(reply, out);
    }
    boolean done = reason.isEmpty() || freeze(reply, reason.get(), out);
    out.flush();
    return done ? 0 : 1;
  }

  private String query() {
    int at = kind == Kind.FILE ? -1 : name.lastIndexOf('@');
    String query =
        "kind=%s&name=%s"
            .formatted(
                kind,
                URLEncoder.encode(at < 0 ? name : name.substring(0, at), StandardCharsets.UTF_8));
    if (at < 0) {
      return query;
    }
    try {
      return query + "&version=" + Long.parseLong(name.substring(at + 1));
    } catch (NumberFormatException e) {
      throw new ParameterException(
          spec.commandLine(), "'%s' has no number after @.".formatted(name), e);
    }
  }

  private static void print(JsonNode reply, PrintWriter out) {
    reply.path("models").forEach(model -> line(out, kind(model), model, "version"));
    for (JsonNode endpoint : reply.path("endpoints")) {
      line(
          out,
          endpoint.path("answering").asBoolean() ? "endpoint, answering" : "endpoint",
          endpoint,
          "config_version");
    }
    out.printf("%d predictions%n", reply.path("prediction_count").asLong());
    reply.path("prediction_ids").forEach(id -> out.println("  " + id.asText()));
    if (reply.has("next_page_token")) {
      out.println("  … (--json has the token of the next page)");
    }
    if (!reply.path("complete").asBoolean()) {
      out.println("There is more: the walk ended at its limit.");
    }
  }

  private static String kind(JsonNode node) {
    return node.path("type").asText().toLowerCase(Locale.ROOT).replace('_', ' ');
  }

  private static void line(PrintWriter out, String kind, JsonNode node, String version) {
    String what =
        node.path("hidden").asBoolean()
            ? "(hidden: you may not see it)"
            : node.path("name").asText() + "@" + node.path(version).asText();
    out.println((kind + " " + what).replaceAll("\\p{Cntrl}", " "));
  }

  /** Freezes each endpoint that it can, and says which it could not. Returns whether it was all. */
  private boolean freeze(JsonNode reply, String why, PrintWriter out)
      throws IOException, InterruptedException {
    Set<String> names = new TreeSet<>();
    boolean done = true;
    for (JsonNode endpoint : reply.path("endpoints")) {
      if (endpoint.path("hidden").asBoolean()) {
        done = complain("an endpoint that you may not see may answer by it");
      } else if (endpoint.path("answering").asBoolean()) {
        names.add(endpoint.path("name").asText());
      }
    }
    for (String endpoint : names) {
      String path =
          "/api/2.0/boathouse/serving-endpoints/%s/freeze"
              .formatted(URLEncoder.encode(endpoint, StandardCharsets.UTF_8));
      try {
        JsonNode unused = server.client().send("PUT", path, Map.of("reason", why));
        if (!json) {
          out.println("frozen: " + endpoint);
        }
      } catch (RestException e) {
        done = complain("%s: %s".formatted(endpoint, e.getMessage()));
      }
    }
    return done;
  }

  private boolean complain(String what) {
    PrintWriter err = spec.commandLine().getErr();
    err.println("NOT frozen: " + what.replaceAll("\\p{Cntrl}", " "));
    err.flush();
    return false;
  }
}

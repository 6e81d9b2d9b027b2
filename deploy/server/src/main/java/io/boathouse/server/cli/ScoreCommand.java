package io.boathouse.server.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.locks.LockSupport;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Scores a table or query into a table, and follows the run to its end if asked to. */
@Command(
    name = "score",
    description = {
      "Score a table or query with the model of an endpoint into another table, as a run of the"
          + " server.",
      "All predictions come with one commit, or none. In SQL the same is ai_query."
    })
final class ScoreCommand implements Callable<Integer> {
  private static final long PAUSE_NANOS = 250_000_000;
  private static final List<String> ENDS = List.of("SUCCEEDED", "FAILED", "CANCELED");

  @Spec private CommandSpec spec = CommandSpec.create();
  @Mixin private ServerOption server = new ServerOption();

  @Option(
      names = "--table",
      paramLabel = "NAME[@VERSION]",
      description = "A table, at its newest version or that one.")
  private Optional<String> table = Optional.empty();

  @Option(names = "--query", paramLabel = "SQL", description = "Or the rows of a query.")
  private Optional<String> query = Optional.empty();

  @Option(
      names = "--endpoint",
      required = true,
      paramLabel = "NAME",
      description = "Whose model is asked; columns go to it by name.")
  private String endpoint = "";

  @Option(
      names = "--into",
      required = true,
      paramLabel = "TABLE",
      description = "Where rows and predictions go; made if it is new.")
  private String output = "";

  @Option(
      names = "--column",
      paramLabel = "NAME",
      description = "A column that goes along (default: all); may be repeated.")
  private List<String> columns = List.of();

  @Option(
      names = "--prediction-column",
      paramLabel = "NAME",
      description = "What the predictions are called (default: prediction).")
  private Optional<String> prediction = Optional.empty();

  @Option(names = "--overwrite", description = "Replace what the table holds instead of adding.")
  private boolean overwrite;

  @Option(
      names = "--keep-going",
      description = "A row that the model does not take gets its message, and fails nothing.")
  private boolean keepGoing;

  @Option(names = "--wait", description = "Follow the run to its end.")
  private boolean wait;

  @Override
  public Integer call() throws IOException, InterruptedException {
    String id =
        server.post("/api/2.0/boathouse/batch-inference", request()).path("run_id").asText();
    PrintWriter out = spec.commandLine().getOut();
    out.println("run      " + id);
    out.flush();
    if (!wait) {
      return 0;
    }
    JsonNode run = follow(id);
    if (!run.path("state").asText().equals("SUCCEEDED")) {
      throw new IOException(
          run.path("error_message")
              .asText("The run ended " + run.path("state").asText().toLowerCase(Locale.ROOT)));
    }
    JsonNode result = run.path("result");
    for (JsonNode model : result.path("models")) {
      out.printf("model    %s version %s%n", model.path("name").asText(), model.path("version"));
    }
    out.printf(
        "table    %s version %s, %s rows%n",
        result.path("output_table").asText(), result.path("output_version"), result.path("rows"));
    out.flush();
    return 0;
  }

  private Map<String, Object> request() {
    Map<String, Object> request = new LinkedHashMap<>();
    if (table.isPresent() == query.isPresent()) {
      throw new ParameterException(spec.commandLine(), "Give either --table or --query.");
    }
    query.ifPresent(text -> request.put("query", text));
    table.ifPresent(name -> table(name, request));
    request.put("endpoint", endpoint);
    request.put("output_table", output);
    if (!columns.isEmpty()) {
      request.put("columns", columns);
    }
    prediction.ifPresent(name -> request.put("prediction_column", name));
    request.put("mode", overwrite ? "overwrite" : "append");
    request.put("fail_on_error", !keepGoing);
    return request;
  }

  private static void table(String name, Map<String, Object> request) {
    int at = name.lastIndexOf('@');
    request.put("input_table", at < 0 ? name : name.substring(0, at));
    if (at >= 0) {
      request.put("input_version", name.substring(at + 1));
    }
  }

  /** Shows how many rows are scored, on standard error. */
  private JsonNode follow(String id) throws IOException, InterruptedException {
    PrintWriter progress = spec.commandLine().getErr();
    String shown = "";
    while (true) {
      JsonNode run = server.get("/api/2.0/boathouse/runs/" + id);
      String state = run.path("state").asText();
      String now =
          "%s %,d rows"
              .formatted(state.toLowerCase(Locale.ROOT), run.at("/progress/done").asLong());
      if (!now.equals(shown)) {
        progress.println(now);
        progress.flush();
        shown = now;
      }
      if (ENDS.contains(state)) {
        return run;
      }
      LockSupport.parkNanos(PAUSE_NANOS);
    }
  }
}

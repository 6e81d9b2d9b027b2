package io.boathouse.server.cli;

import io.boathouse.server.client.SqlClient;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Runs one SQL statement through the Statement Execution API. */
@Command(
    name = "sql",
    description = {
      "Run one SQL statement and print its rows.",
      "The statement is read from standard input if it is '-'."
    })
final class SqlCommand implements Callable<Integer> {
  @Spec private CommandSpec spec = CommandSpec.create();
  @Mixin private ServerOption server = new ServerOption();

  @Parameters(paramLabel = "STATEMENT", description = "The statement, or - for standard input.")
  private String statement = "";

  @Option(
      names = "--param",
      paramLabel = "NAME[:TYPE]=VALUE",
      description =
          "The value of a marker :NAME in the statement; may be repeated. Without a type such as"
              + " INT, DATE or STRING, whole and decimal numbers are numbers and all else is text.")
  private Map<String, String> parameters = new LinkedHashMap<>();

  @Option(
      names = "--schema",
      paramLabel = "CATALOG.SCHEMA",
      description = "Where names without a schema are looked for.")
  private Optional<String> schema = Optional.empty();

  @Option(
      names = "--format",
      paramLabel = "FORM",
      defaultValue = "table",
      description = "How rows are printed: ${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE}).")
  private RowPrinter.Form form = RowPrinter.Form.TABLE;

  @Override
  public Integer call() throws IOException, InterruptedException {
    PrintWriter out = spec.commandLine().getOut();
    RowPrinter rows = new RowPrinter(form, out);
    new SqlClient(server.client()).run(request(), rows);
    rows.end();
    out.flush();
    return 0;
  }

  private Map<String, Object> request() throws IOException {
    Map<String, Object> request = new LinkedHashMap<>();
    String text =
        statement.equals("-")
            ? new String(System.in.readAllBytes(), StandardCharsets.UTF_8)
            : statement;
    request.put("statement", text);
    schema.ifPresent(
        name -> {
          int dot = name.indexOf('.');
          if (dot > 0) {
            request.put("catalog", name.substring(0, dot));
          }
          request.put("schema", name.substring(dot + 1));
        });
    List<Map<String, String>> values = new ArrayList<>();
    parameters.forEach((name, value) -> values.add(StatementParameter.of(name, value).wire()));
    request.put("parameters", values);
    return request;
  }
}

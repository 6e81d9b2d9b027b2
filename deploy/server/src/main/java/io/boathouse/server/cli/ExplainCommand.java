package io.boathouse.server.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.boathouse.platform.json.Json;
import io.boathouse.server.shell.RowPrinter;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Tells why somebody may or may not do something. */
@Command(
    name = "explain",
    description = {
      "Tell whether a principal has a privilege, and by which grants, groups and ownership; or what"
          + " is missing."
    },
    exitCodeList = {"0:it has", "1:it has not, or failure", "2:wrong usage"})
final class ExplainCommand implements Callable<Integer> {
  @Spec private CommandSpec spec = CommandSpec.create();
  @Mixin private ServerOption server = new ServerOption();

  @Parameters(index = "0", paramLabel = "PRINCIPAL", description = "A user or service principal.")
  private String principal = "";

  @Parameters(index = "1", paramLabel = "PRIVILEGE", description = "Such as SELECT.")
  private String privilege = "";

  @Parameters(index = "2", paramLabel = "NAME", description = "Such as main.flights.flights.")
  private String name = "";

  @Option(
      names = "--type",
      paramLabel = "TYPE",
      defaultValue = "table",
      description = "What NAME is: catalog, schema, table, volume, function, … (default: table).")
  private String type = "";

  @Option(
      names = "--preview",
      description = "Also print the first rows of the table as PRINCIPAL would get them.")
  private boolean preview;

  @Option(names = "--json", description = "Print the server's reply as it is.")
  private boolean json;

  @Override
  public Integer call() throws IOException, InterruptedException {
    JsonNode reply =
        server.get(
            "/api/2.0/boathouse/permissions/%s/%s/explanation?privilege=%s&principal=%s"
                .formatted(encoded(type), encoded(name), encoded(privilege), encoded(principal)));
    PrintWriter out = spec.commandLine().getOut();
    if (json) {
      out.println(Json.writeText(reply));
    } else {
      reply.path("explanation").forEach(sentence -> out.println(sentence.asText()));
    }
    if (preview) {
      preview(out);
    }
    out.flush();
    return reply.path("allowed").asBoolean() ? 0 : 1;
  }

  /** With rows and masks as the principal's; needs MANAGE, and is in the audit. */
  private void preview(PrintWriter out) throws IOException, InterruptedException {
    JsonNode shown =
        server.get(
            "/api/2.0/boathouse/tables/%s/preview?principal=%s&limit=20"
                .formatted(encoded(name), encoded(principal)));
    if (json) {
      out.println(Json.writeText(shown));
      return;
    }
    List<String> columns = new ArrayList<>();
    shown.path("columns").forEach(column -> columns.add(column.asText()));
    RowPrinter printer = RowPrinter.of(RowPrinter.Form.TABLE, columns, out);
    shown.path("rows").forEach(printer::row);
    printer.end();
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
  }
}

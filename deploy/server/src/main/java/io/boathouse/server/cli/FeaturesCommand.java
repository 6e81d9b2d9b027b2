package io.boathouse.server.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import io.boathouse.platform.json.Json;
import io.boathouse.server.client.RestClient;
import io.boathouse.server.shell.RowPrinter;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
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
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Shows feature tables: all of them, one with its statistics, or the values of one key. */
@Command(
    name = "features",
    description = {
      "List the feature tables that you may see; with NAME describe one with its statistics; with"
          + " --lookup tell the newest values of a key."
    })
final class FeaturesCommand implements Callable<Integer> {
  private static final String TABLES = "/api/2.0/boathouse/feature-tables";

  @Spec private CommandSpec spec = CommandSpec.create();
  @Mixin private ServerOption server = new ServerOption();

  @Parameters(
      arity = "0..1",
      paramLabel = "NAME",
      description = "The feature table, catalog.schema.table.")
  private Optional<String> name = Optional.empty();

  @Option(
      names = "--lookup",
      paramLabel = "KEY=VALUE",
      description = "A key column and its value; repeat it for a key of several columns.")
  private Map<String, String> lookup = new LinkedHashMap<>();

  @Option(
      names = "--format",
      paramLabel = "FORM",
      defaultValue = "table",
      description = "How rows are printed: ${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE}).")
  private RowPrinter.Form form = RowPrinter.Form.TABLE;

  @Override
  public Integer call() throws IOException, InterruptedException {
    RestClient client = server.client();
    if (name.isEmpty()) {
      if (!lookup.isEmpty()) {
        throw new ParameterException(spec.commandLine(), "--lookup needs the NAME of a table.");
      }
      list(client);
    } else if (lookup.isEmpty()) {
      describe(client, path(name.get()));
    } else {
      look(client, path(name.get()));
    }
    return 0;
  }

  private void list(RestClient client) throws IOException, InterruptedException {
    RowPrinter rows =
        RowPrinter.of(form, List.of("name", "keys", "features", "online_rows", "newest"), out());
    String token = "";
    do {
      JsonNode page = client.get(TABLES + "?max_results=100&page_token=" + encoded(token));
      for (JsonNode table : page.path("feature_tables")) {
        JsonNode online = client.get(path(table.path("name").asText()) + "/online");
        rows.row(
            row(
                table.path("name"),
                text(names(table.path("primary_keys"))),
                text(Integer.toString(table.path("features").size())),
                online.path("rows"),
                online.path("newest_event_time")));
      }
      token = page.path("next_page_token").asText("");
    } while (!token.isEmpty());
    rows.end();
    out().flush();
  }

  private void describe(RestClient client, String path) throws IOException, InterruptedException {
    JsonNode table = client.get(path);
    JsonNode online = client.get(path + "/online");
    JsonNode statistics = client.get(path + "/statistics");
    PrintWriter out = out();
    if (form == RowPrinter.Form.TABLE) {
      out.printf("%s, owned by %s%n", table.path("name").asText(), table.path("owner").asText());
      if (table.has("comment")) {
        out.println(table.path("comment").asText().replaceAll("\\p{Cntrl}", " "));
      }
      out.printf(
          "keys %s, time %s, %d rows at version %d, refreshed %s%n",
          names(table.path("primary_keys")),
          table.path("timestamp_column").asText(),
          statistics.path("rows").asLong(),
          table.path("version").asLong(),
          Instant.ofEpochMilli(table.path("refreshed_at").asLong()));
      out.printf(
          "online %d rows, newest %s%n%n",
          online.path("rows").asLong(), online.path("newest_event_time").asText("none"));
    }
    RowPrinter rows =
        RowPrinter.of(
            form, List.of("feature", "type", "nulls", "min", "max", "mean", "distinct"), out);
    for (JsonNode feature : statistics.path("features")) {
      rows.row(
          row(
              feature.path("name"),
              feature.path("type"),
              text("%.1f %%".formatted(100 * feature.path("null_share").asDouble())),
              feature.path("min"),
              feature.path("max"),
              feature.path("mean"),
              feature.path("approximate_distinct")));
    }
    rows.end();
    out.flush();
  }

  private void look(RestClient client, String path) throws IOException, InterruptedException {
    Map<String, Object> key = new LinkedHashMap<>();
    for (JsonNode column : client.get(path).path("primary_keys")) {
      String keyName = column.path("name").asText();
      String given = lookup.get(keyName);
      if (given == null) {
        throw new ParameterException(
            spec.commandLine(), "--lookup %s=… is missing.".formatted(keyName));
      }
      key.put(keyName, value(keyName, column.path("type").asText(), given));
    }
    JsonNode found = client.post(path + "/lookup", Map.of("keys", List.of(key)));
    RowPrinter rows = RowPrinter.of(form, List.of("feature", "value", "status"), out());
    for (int i = 0; i < found.path("columns").size(); i++) {
      rows.row(
          row(
              found.path("columns").path(i).path("name"),
              found.path("rows").path(0).path("values").path(i),
              found.path("rows").path(0).path("statuses").path(i)));
    }
    rows.end();
    out().flush();
  }

  private static Object value(String column, String type, String text) throws IOException {
    try {
      return switch (type) {
        case "LONG" -> Long.valueOf(text);
        case "DOUBLE" -> Double.valueOf(text);
        case "BOOLEAN" -> Boolean.valueOf(text);
        default -> text;
      };
    } catch (NumberFormatException e) {
      throw new IOException("--lookup %s: '%s' is no %s.".formatted(column, text, type), e);
    }
  }

  private PrintWriter out() {
    return spec.commandLine().getOut();
  }

  private static String names(JsonNode columns) {
    List<String> names = new ArrayList<>();
    columns.forEach(column -> names.add(column.path("name").asText()));
    return String.join(",", names);
  }

  private static JsonNode text(String text) {
    return Json.mapper().getNodeFactory().textNode(text);
  }

  /** Absent cells are nulls. */
  private static JsonNode row(JsonNode... cells) {
    ArrayNode row = Json.mapper().createArrayNode();
    for (JsonNode cell : cells) {
      if (cell.isMissingNode()) {
        row.addNull();
      } else {
        row.add(cell);
      }
    }
    return row;
  }

  private static String path(String table) {
    return TABLES + "/" + encoded(table);
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }
}

package io.boathouse.server.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.boathouse.platform.json.Json;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
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

/** Loads a file of this machine into a table. */
@Command(
    name = "load",
    description = {
      "Load a CSV, JSON lines or Parquet file into a table, which is created if it does not exist.",
      "Types are found out. Rows that do not fit are kept in TABLE_rejects with their reason. The"
          + " same file is loaded into a table once, however often it is asked for."
    })
final class LoadCommand implements Callable<Integer> {
  private static final String INGEST = "/api/2.0/boathouse/ingest";

  @Spec private CommandSpec spec = CommandSpec.create();
  @Mixin private ServerOption server = new ServerOption();

  @Parameters(paramLabel = "FILE", description = "The file.")
  private Path file = Path.of("");

  @Option(
      names = "--table",
      paramLabel = "CATALOG.SCHEMA.TABLE",
      description = "The table (default: main.default and the file's name).")
  private Optional<String> table = Optional.empty();

  @Option(
      names = "--format",
      paramLabel = "FORMAT",
      description = "csv, json or parquet (default: by the file's name).")
  private Optional<String> format = Optional.empty();

  @Option(
      names = "--transform",
      paramLabel = "SQL",
      description =
          "A SELECT over 'source' and other tables that makes the rows. source_line is the row's"
              + " place in the file and is not stored.")
  private Optional<String> transform = Optional.empty();

  @Option(
      names = "--transform-file",
      paramLabel = "SQLFILE",
      description = "A file with the transform.")
  private Optional<Path> transformFile = Optional.empty();

  @Option(
      names = "--reject",
      paramLabel = "REASON=CONDITION",
      description =
          "Keep out the rows for which the SQL condition is true; may be repeated, the first that"
              + " is true counts.")
  private List<String> rejects = new ArrayList<>();

  @Option(
      names = "--distinct",
      description = "Keep only the first of rows that are equal in every stored column.")
  private boolean distinct;

  @Option(
      names = "--distinct-on",
      paramLabel = "COLUMN",
      split = ",",
      description = "Keep only the first of rows that are equal in these columns.")
  private List<String> distinctOn = new ArrayList<>();

  @Option(
      names = "--key",
      paramLabel = "NAME=COLUMN[,COLUMN...]",
      description = "Make a key column of 63 bits of the MD5 of other columns.")
  private Optional<String> key = Optional.empty();

  @Option(
      names = "--drop",
      paramLabel = "COLUMN",
      split = ",",
      description = "Columns that the conditions may use and that are not stored.")
  private List<String> drop = new ArrayList<>();

  @Option(names = "--json", description = "Print the server's reply as it is.")
  private boolean json;

  @Override
  public Integer call() throws IOException, InterruptedException {
    Map<String, Object> request = request();
    if (!Files.isRegularFile(file)) {
      throw new IOException("There is no file %s.".formatted(file));
    }
    JsonNode upload = server.client().upload("POST", INGEST + "/uploads", file);
    request.put(
        "source",
        Map.of(
            "upload_id", upload.path("upload_id").asText(), "name", file.getFileName().toString()));
    JsonNode reply = server.post(INGEST + "/load", request);
    PrintWriter out = spec.commandLine().getOut();
    if (json) {
      out.println(Json.writeText(reply));
    } else {
      print(reply, out);
    }
    out.flush();
    return reply.path("written").asLong() > 0 ? 0 : 1;
  }

  private Map<String, Object> request() throws IOException {
    Map<String, Object> request = new LinkedHashMap<>();
    request.put("table", table.orElseGet(this::tableName));
    format.ifPresent(word -> request.put("format", word));
    if (transformFile.isPresent()) {
      request.put("transform", Files.readString(transformFile.get(), StandardCharsets.UTF_8));
    } else {
      transform.ifPresent(select -> request.put("transform", select));
    }
    List<Map<String, String>> rules = new ArrayList<>();
    for (String rule : rejects) {
      List<String> parts = halves("--reject", rule, "REASON=CONDITION");
      rules.add(Map.of("reason", parts.get(0), "condition", parts.get(1)));
    }
    request.put("rejects", rules);
    if (!distinctOn.isEmpty()) {
      request.put("distinct_on", distinctOn);
    } else {
      request.put("distinct", distinct);
    }
    if (key.isPresent()) {
      List<String> parts = halves("--key", key.get(), "NAME=COLUMN[,COLUMN...]");
      request.put("key", Map.of("column", parts.get(0), "of", List.of(parts.get(1).split(","))));
    }
    request.put("drop", drop);
    return request;
  }

  private String tableName() {
    String name = file.getFileName().toString();
    int dot = name.indexOf('.');
    String plain = (dot > 0 ? name.substring(0, dot) : name).toLowerCase(Locale.ROOT);
    return "main.default." + plain.replaceAll("[^a-z0-9_]+", "_");
  }

  private List<String> halves(String option, String value, String form) {
    int equals = value.indexOf('=');
    if (equals < 1 || equals == value.length() - 1) {
      throw new ParameterException(
          spec.commandLine(), "%s: '%s' is not %s.".formatted(option, value, form));
    }
    return List.of(value.substring(0, equals).strip(), value.substring(equals + 1).strip());
  }

  private static void print(JsonNode reply, PrintWriter out) {
    out.printf(
        Locale.ROOT,
        "%s version %d%s%n",
        reply.path("table").asText(),
        reply.path("version").asLong(),
        reply.path("already_loaded").asBoolean()
            ? "  (this file was loaded before; nothing was written)"
            : reply.path("created").asBoolean() ? "  (created)" : "");
    line(out, "read", reply.path("read").asLong());
    line(out, "written", reply.path("written").asLong());
    line(out, "duplicates", reply.path("duplicates").asLong());
    for (Map.Entry<String, JsonNode> rejected : reply.path("rejected").properties()) {
      line(out, "rejected: " + rejected.getKey(), rejected.getValue().asLong());
    }
    if (reply.path("rejects_table").isTextual()) {
      out.println("rejects are kept in " + reply.path("rejects_table").asText());
    }
    out.println("sha256 " + reply.path("digest").asText());
  }

  private static void line(PrintWriter out, String what, long count) {
    out.printf(Locale.ROOT, "  %-32s %,15d%n", what.replaceAll("\\p{Cntrl}", " "), count);
  }
}

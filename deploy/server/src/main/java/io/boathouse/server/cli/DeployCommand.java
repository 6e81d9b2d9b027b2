package io.boathouse.server.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.boathouse.platform.json.Json;
import io.boathouse.server.client.RestClient;
import io.boathouse.server.client.RestException;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.locks.LockSupport;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Puts a model version behind an endpoint. */
@Command(
    name = "deploy",
    description = {
      "Serve a version of a model: create the endpoint, or roll the version out on the one there"
          + " is.",
      "Without a version it is the newest. Prints the endpoint's address and how to ask it."
    })
final class DeployCommand implements Callable<Integer> {
  private static final String MODELS = "/api/2.1/unity-catalog/models/";
  private static final String ENDPOINTS = "/api/2.0/serving-endpoints";
  private static final String DEFAULT_SCHEMA = "main.default.";
  private static final long POLL_NANOS = 200_000_000;

  @Spec private CommandSpec spec = CommandSpec.create();
  @Mixin private ServerOption server = new ServerOption();

  @Parameters(
      paramLabel = "MODEL[/VERSION|@ALIAS]",
      description =
          "The model's full name, or its name in main.default, with the version's number or alias.")
  private String model = "";

  @Option(
      names = "--endpoint",
      paramLabel = "NAME",
      description = "The endpoint's name (default: the model's, with '-' for '_').")
  private Optional<String> endpoint = Optional.empty();

  @Option(
      names = "--log-to",
      paramLabel = "CATALOG.SCHEMA",
      description = "Keep predictions in a table of this schema, where 'why' finds them.")
  private Optional<String> logTo = Optional.empty();

  @Option(names = "--wait", description = "Wait until the version answers, or cannot.")
  private boolean wait;

  @Override
  public Integer call() throws IOException, InterruptedException {
    RestClient client = server.client();
    Version version = version(client);
    String name = endpoint.orElse(version.name().replace('_', '-'));
    PrintWriter out = spec.commandLine().getOut();
    boolean update = exists(client, name);
    ObjectNode config = config(version, name);
    JsonNode unused =
        update
            ? client.send("PUT", ENDPOINTS + "/" + encoded(name) + "/config", config)
            : client.post(ENDPOINTS, Map.of("name", name, "config", config));
    out.printf(
        "%s endpoint %s with %s version %d%n",
        update ? "Updating" : "Creating", name, version.model(), version.number());
    out.flush();
    boolean ready = !wait || awaitReady(client, name, out);
    String url = server.url() + "/serving-endpoints/" + name + "/invocations";
    out.println(url);
    if (ready && wait) {
      out.println(
          "curl -s %s -H \"Authorization: Bearer $TOKEN\" -H 'Content-Type: application/json' -d '%s'"
              .formatted(url, example(client, name)));
    }
    out.flush();
    return ready ? 0 : 1;
  }

  /** A version that is meant, by its number. */
  private record Version(String model, int number) {
    String name() {
      return model.substring(model.lastIndexOf('.') + 1);
    }
  }

  private Version version(RestClient client) throws IOException, InterruptedException {
    int slash = model.indexOf('/');
    int at = model.indexOf('@');
    int end = slash >= 0 ? slash : at >= 0 ? at : model.length();
    String name = model.substring(0, end);
    String full = name.indexOf('.') < 0 ? DEFAULT_SCHEMA + name : name;
    String path = MODELS + encoded(full);
    if (slash >= 0) {
      String number = model.substring(slash + 1);
      if (!number.matches("[1-9][0-9]{0,8}")) {
        throw new IOException("'%s' is no version; write MODEL/3.".formatted(number));
      }
      return new Version(full, Integer.parseInt(number));
    }
    if (at >= 0) {
      JsonNode found = client.get(path + "/aliases/" + encoded(model.substring(at + 1)));
      return new Version(full, found.path("version").asInt());
    }
    int newest = 0;
    for (JsonNode one : versions(client, path)) {
      newest = Math.max(newest, one.path("version").asInt());
    }
    if (newest == 0) {
      throw new IOException("Model '%s' has no version yet. Register one first.".formatted(full));
    }
    return new Version(full, newest);
  }

  private static List<JsonNode> versions(RestClient client, String path)
      throws IOException, InterruptedException {
    List<JsonNode> all = new ArrayList<>();
    String token = "";
    do {
      JsonNode page = client.get(path + "/versions?max_results=1000&page_token=" + encoded(token));
      page.path("model_versions").forEach(all::add);
      token = page.path("next_page_token").asText("");
    } while (!token.isEmpty());
    return all;
  }

  private static boolean exists(RestClient client, String name)
      throws IOException, InterruptedException {
    try {
      JsonNode unused = client.get(ENDPOINTS + "/" + encoded(name));
      return true;
    } catch (RestException e) {
      if (e.status() == 404) {
        return false;
      }
      throw e;
    }
  }

  private ObjectNode config(Version version, String name) throws IOException {
    ObjectNode config = Json.mapper().createObjectNode();
    config
        .putArray("served_entities")
        .addObject()
        .put("name", version.name() + "-" + version.number())
        .put("entity_name", version.model())
        .put("entity_version", Integer.toString(version.number()))
        .put("workload_size", "Small")
        .put("scale_to_zero_enabled", true);
    if (logTo.isPresent()) {
      String[] parts = logTo.get().split("\\.", -1);
      if (parts.length != 2) {
        throw new IOException("--log-to: '%s' is no CATALOG.SCHEMA.".formatted(logTo.get()));
      }
      config
          .putObject("auto_capture_config")
          .put("catalog_name", parts[0])
          .put("schema_name", parts[1])
          .put("table_name_prefix", name.replace('-', '_'));
    }
    return config;
  }

  /** Tells each state once. @return whether the endpoint answers with the version asked for */
  private static boolean awaitReady(RestClient client, String name, PrintWriter out)
      throws IOException, InterruptedException {
    String told = "";
    while (true) {
      JsonNode found = client.get(ENDPOINTS + "/" + encoded(name));
      String update = found.at("/state/config_update").asText();
      String ready = found.at("/state/ready").asText();
      String now = ready + (update.equals("NOT_UPDATING") ? "" : ", update " + update);
      if (!now.equals(told)) {
        out.println("  " + now);
        out.flush();
        told = now;
      }
      if (!update.equals("IN_PROGRESS")) {
        boolean answers = ready.equals("READY") && update.equals("NOT_UPDATING");
        if (!answers) {
          out.println("  " + failure(found));
        }
        return answers;
      }
      LockSupport.parkNanos(POLL_NANOS);
    }
  }

  private static String failure(JsonNode endpoint) {
    JsonNode entities = endpoint.at("/pending_config/served_entities");
    return entities.path(0).at("/state/deployment_state_message").asText("The update failed.");
  }

  /** A row of the right columns and types, from the endpoint's own description. */
  private static String example(RestClient client, String name)
      throws IOException, InterruptedException {
    JsonNode document = client.get(ENDPOINTS + "/" + encoded(name) + "/openapi");
    JsonNode row = document.findPath("dataframe_records").path("items").path("properties");
    Map<String, Object> example = new LinkedHashMap<>();
    row.properties()
        .forEach(
            column -> {
              JsonNode type = column.getValue().path("type");
              example.put(column.getKey(), value(type.isArray() ? type.path(0) : type));
            });
    return Json.writeText(Map.of("dataframe_records", List.of(example))).replace("'", "'\\''");
  }

  private static Object value(JsonNode type) {
    return switch (type.asText()) {
      case "string" -> "text";
      case "boolean" -> false;
      case "array" -> List.of(0);
      default -> 0;
    };
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }
}

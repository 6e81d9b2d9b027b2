package io.boathouse.agents.mcp;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.boathouse.agents.tool.ToolProgress;
import io.boathouse.platform.auth.Caller;
import io.boathouse.platform.json.Json;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * The methods of the Model Context Protocol, specification 2026-07-28 and, for clients that begin
 * with {@code initialize}, 2025-11-25 to 2025-03-26. It keeps no session: every message stands for
 * itself, so any server of a cluster answers it.
 */
final class McpServer {
  static final String MODERN = "2026-07-28";
  static final List<String> LEGACY = List.of("2025-11-25", "2025-06-18", "2025-03-26");
  static final List<String> SUPPORTED = List.of(MODERN, "2025-11-25", "2025-06-18", "2025-03-26");

  private static final int TTL_MILLIS = 5_000;
  private static final String INSTRUCTIONS =
      "Tools act with your own rights in the lakehouse. Find tables with catalog_search, look at"
          + " their columns with describe_table, and read them with sql_query. Tools named"
          + " query_… predict with a model.";

  private final McpTools tools;
  private final McpPrompts prompts;
  private final McpResources resources;
  private final String version;

  /**
   * @param version of this server, told to clients
   */
  McpServer(McpOffers offers, String version) {
    this.tools = new McpTools(offers.tools());
    this.prompts = new McpPrompts(offers.prompts());
    this.resources = new McpResources(offers.resources());
    this.version = version;
  }

  /** The result of a request of the modern era. */
  ObjectNode modern(Caller caller, McpMessage message, ToolProgress progress) {
    String method = message.method().orElse("");
    ObjectNode result =
        method.equals("server/discover")
            ? discover()
            : common(caller, message, progress)
                .orElseThrow(() -> McpFailure.unknownMethod(404, method));
    if (method.endsWith("/list")) {
      result.put("ttlMs", TTL_MILLIS).put("cacheScope", "private");
    }
    result.put("resultType", "complete");
    result.putObject("_meta").set("io.modelcontextprotocol/serverInfo", serverInfo());
    return result;
  }

  /** The result of a request of an older era. */
  ObjectNode legacy(Caller caller, McpMessage message, ToolProgress progress) {
    String method = message.method().orElse("");
    return switch (method) {
      case "initialize" -> initialize(message.params());
      case "ping" -> Json.mapper().createObjectNode();
      default ->
          common(caller, message, progress)
              .orElseThrow(() -> McpFailure.unknownMethod(200, method));
    };
  }

  /** The methods of every era. */
  private Optional<ObjectNode> common(Caller caller, McpMessage message, ToolProgress progress) {
    JsonNode params = message.params();
    return switch (message.method().orElse("")) {
      case "tools/list" -> Optional.of(tools.list(caller, params));
      case "tools/call" -> Optional.of(tools.call(caller, params, progress));
      case "prompts/list" -> offered(prompts.isEmpty(), () -> prompts.list(params));
      case "prompts/get" -> offered(prompts.isEmpty(), () -> prompts.get(caller, params));
      case "resources/list" -> offered(resources.isEmpty(), () -> resources.list(caller, params));
      case "resources/templates/list" ->
          offered(resources.isEmpty(), () -> resources.templates(params));
      case "resources/read" -> offered(resources.isEmpty(), () -> resources.read(caller, params));
      case "completion/complete" -> offered(resources.isEmpty(), () -> complete(caller, params));
      default -> Optional.empty();
    };
  }

  private static Optional<ObjectNode> offered(boolean nothing, Supplier<ObjectNode> result) {
    return nothing ? Optional.empty() : Optional.of(result.get());
  }

  /** Completes the open part of a resource template; the arguments of prompts are free text. */
  private ObjectNode complete(Caller caller, JsonNode params) {
    JsonNode ref = params.path("ref");
    JsonNode prefix = params.path("argument").path("value");
    if (!prefix.isTextual()) {
      throw McpFailure.invalidParams("completion/complete needs an argument with a value");
    }
    List<String> values =
        switch (ref.path("type").asText()) {
          case "ref/resource" -> resources.complete(caller, ref.path("uri"), prefix.textValue());
          case "ref/prompt" -> {
            McpPrompt unused = prompts.find(ref.path("name"));
            yield List.of();
          }
          default -> throw McpFailure.invalidParams("Unknown reference: " + ref.path("type"));
        };
    ObjectNode result = Json.mapper().createObjectNode();
    ObjectNode completion = result.putObject("completion");
    values.forEach(completion.putArray("values")::add);
    completion.put("hasMore", false);
    return result;
  }

  private ObjectNode discover() {
    ObjectNode result = Json.mapper().createObjectNode();
    SUPPORTED.forEach(result.putArray("supportedVersions")::add);
    result.set("capabilities", capabilities());
    result.put("instructions", INSTRUCTIONS);
    result.put("ttlMs", 3_600_000).put("cacheScope", "public");
    return result;
  }

  private ObjectNode initialize(JsonNode params) {
    JsonNode asked = params.path("protocolVersion");
    if (!asked.isTextual()) {
      throw McpFailure.invalidParams("initialize needs a protocolVersion");
    }
    ObjectNode result = Json.mapper().createObjectNode();
    result.put(
        "protocolVersion",
        LEGACY.contains(asked.textValue()) ? asked.textValue() : LEGACY.getFirst());
    result.set("capabilities", capabilities());
    result.set("serverInfo", serverInfo());
    result.put("instructions", INSTRUCTIONS);
    return result;
  }

  private ObjectNode capabilities() {
    ObjectNode capabilities = Json.mapper().createObjectNode();
    capabilities.putObject("tools").put("listChanged", false);
    if (!prompts.isEmpty()) {
      capabilities.putObject("prompts").put("listChanged", false);
    }
    if (!resources.isEmpty()) {
      capabilities.putObject("resources").put("subscribe", false).put("listChanged", false);
      ObjectNode unused = capabilities.putObject("completions");
    }
    return capabilities;
  }

  private ObjectNode serverInfo() {
    return Json.mapper()
        .createObjectNode()
        .put("name", "boathouse")
        .put("title", "Boathouse")
        .put("version", version);
  }
}

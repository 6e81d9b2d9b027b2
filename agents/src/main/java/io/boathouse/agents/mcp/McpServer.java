package io.boathouse.agents.mcp;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.boathouse.agents.tool.ToolErrors;
import io.boathouse.agents.tool.ToolService;
import io.boathouse.agents.tool.ToolSpec;
import io.boathouse.platform.auth.Caller;
import io.boathouse.platform.error.ErrorCode;
import io.boathouse.platform.error.LakeException;
import io.boathouse.platform.json.Json;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;

/**
 * The methods of the Model Context Protocol, specification 2026-07-28 and, for clients that begin
 * with {@code initialize}, 2025-11-25 to 2025-03-26. It keeps no session: every message stands for
 * itself, so any server of a cluster answers it.
 */
final class McpServer {
  static final String MODERN = "2026-07-28";
  static final List<String> LEGACY = List.of("2025-11-25", "2025-06-18", "2025-03-26");
  static final List<String> SUPPORTED = List.of(MODERN, "2025-11-25", "2025-06-18", "2025-03-26");

  private static final int PAGE = 100;
  private static final int TTL_MILLIS = 5_000;
  private static final String INSTRUCTIONS =
      "Tools act with your own rights in the lakehouse. Find tables with catalog_search, look at"
          + " their columns with describe_table, and read them with sql_query. Tools named"
          + " query_… predict with a model.";

  private final ToolService tools;
  private final String version;

  /**
   * @param version of this server, told to clients
   */
  McpServer(ToolService tools, String version) {
    this.tools = tools;
    this.version = version;
  }

  /** The result of a request of the modern era. */
  ObjectNode modern(Caller caller, McpMessage message) {
    ObjectNode result =
        switch (message.method().orElse("")) {
          case "server/discover" -> discover();
          case "tools/list" -> listTools(caller, message.params());
          case "tools/call" -> callTool(caller, message.params());
          default -> throw McpFailure.unknownMethod(404, message.method().orElse(""));
        };
    if ("tools/list".equals(message.method().orElse(""))) {
      result.put("ttlMs", TTL_MILLIS).put("cacheScope", "private");
    }
    result.put("resultType", "complete");
    result.putObject("_meta").set("io.modelcontextprotocol/serverInfo", serverInfo());
    return result;
  }

  /** The result of a request of an older era. */
  ObjectNode legacy(Caller caller, McpMessage message) {
    return switch (message.method().orElse("")) {
      case "initialize" -> initialize(message.params());
      case "ping" -> Json.mapper().createObjectNode();
      case "tools/list" -> listTools(caller, message.params());
      case "tools/call" -> callTool(caller, message.params());
      default -> throw McpFailure.unknownMethod(200, message.method().orElse(""));
    };
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

  private ObjectNode listTools(Caller caller, JsonNode params) {
    List<ToolSpec> all = tools.list(caller);
    int from = cursor(params.path("cursor"), all);
    int to = Math.min(all.size(), from + PAGE);
    ObjectNode result = Json.mapper().createObjectNode();
    ArrayNode listed = result.putArray("tools");
    for (ToolSpec spec : all.subList(from, to)) {
      ObjectNode tool = listed.addObject();
      tool.put("name", spec.name()).put("title", spec.title());
      tool.put("description", spec.description());
      tool.set("inputSchema", spec.inputSchema());
      ObjectNode annotations = tool.putObject("annotations");
      annotations.put("title", spec.title()).put("readOnlyHint", spec.readOnly());
      annotations.put("openWorldHint", false);
    }
    if (to < all.size()) {
      result.put("nextCursor", encoded(all.get(to - 1).name()));
    }
    return result;
  }

  private ObjectNode callTool(Caller caller, JsonNode params) {
    JsonNode name = params.path("name");
    if (!name.isTextual()) {
      throw McpFailure.invalidParams("Unknown tool: " + name);
    }
    try {
      JsonNode value = tools.call(caller, name.textValue(), params.path("arguments"));
      ObjectNode result = content(new String(Json.write(value), StandardCharsets.UTF_8));
      result.set("structuredContent", value);
      return result.put("isError", false);
    } catch (LakeException e) {
      if (e.reason().equals("INVALID_TOOL_ARGUMENT") || e.reason().equals(ToolErrors.UNKNOWN)) {
        throw McpFailure.invalidParams(e.message());
      }
      if (e.code() == ErrorCode.INTERNAL) {
        throw e;
      }
      return content(e.code() + ": " + e.message()).put("isError", true);
    }
  }

  private static ObjectNode content(String text) {
    ObjectNode result = Json.mapper().createObjectNode();
    result.putArray("content").addObject().put("type", "text").put("text", text);
    return result;
  }

  private static ObjectNode capabilities() {
    ObjectNode capabilities = Json.mapper().createObjectNode();
    capabilities.putObject("tools").put("listChanged", false);
    return capabilities;
  }

  private ObjectNode serverInfo() {
    return Json.mapper()
        .createObjectNode()
        .put("name", "boathouse")
        .put("title", "Boathouse")
        .put("version", version);
  }

  private static int cursor(JsonNode cursor, List<ToolSpec> all) {
    if (cursor.isMissingNode() || cursor.isNull()) {
      return 0;
    }
    try {
      String last =
          new String(Base64.getUrlDecoder().decode(cursor.asText()), StandardCharsets.UTF_8);
      int from = 0;
      while (from < all.size() && all.get(from).name().compareTo(last) <= 0) {
        from++;
      }
      return from;
    } catch (IllegalArgumentException e) {
      throw McpFailure.invalidParams("The cursor is not one that this server gave out.");
    }
  }

  private static String encoded(String name) {
    return Base64.getUrlEncoder()
        .withoutPadding()
        .encodeToString(name.getBytes(StandardCharsets.UTF_8));
  }
}

package io.boathouse.agents.mcp;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.boathouse.agents.tool.ToolErrors;
import io.boathouse.agents.tool.ToolProgress;
import io.boathouse.agents.tool.ToolService;
import io.boathouse.agents.tool.ToolSpec;
import io.boathouse.platform.auth.Caller;
import io.boathouse.platform.error.ErrorCode;
import io.boathouse.platform.error.LakeException;
import io.boathouse.platform.json.Json;

/** The methods of the protocol that are about tools. */
final class McpTools {
  private final ToolService tools;

  McpTools(ToolService tools) {
    this.tools = tools;
  }

  ObjectNode list(Caller caller, JsonNode params) {
    return McpPage.of("tools", tools.list(caller), ToolSpec::name, params, McpTools::listed);
  }

  private static ObjectNode listed(ToolSpec spec) {
    ObjectNode tool = Json.mapper().createObjectNode();
    tool.put("name", spec.name()).put("title", spec.title());
    tool.put("description", spec.description());
    tool.set("inputSchema", spec.inputSchema());
    tool.putObject("annotations")
        .put("title", spec.title())
        .put("readOnlyHint", spec.readOnly())
        .put("openWorldHint", false);
    return tool;
  }

  ObjectNode call(Caller caller, JsonNode params, ToolProgress progress) {
    JsonNode name = params.path("name");
    if (!name.isTextual()) {
      throw McpFailure.invalidParams("Unknown tool: " + name);
    }
    try {
      return McpContent.of(
          tools.call(caller, name.textValue(), params.path("arguments"), progress));
    } catch (LakeException e) {
      if (e.reason().equals(ToolErrors.INVALID_ARGUMENT_REASON)
          || e.reason().equals(ToolErrors.UNKNOWN)) {
        throw McpFailure.invalidParams(e.message());
      }
      if (e.code() == ErrorCode.INTERNAL) {
        throw e;
      }
      return McpContent.error(e.code() + ": " + e.message());
    }
  }
}

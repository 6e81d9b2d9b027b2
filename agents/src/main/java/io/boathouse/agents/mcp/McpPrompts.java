package io.boathouse.agents.mcp;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.boathouse.platform.auth.Caller;
import io.boathouse.platform.json.Json;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The methods of the protocol that are about prompts. */
final class McpPrompts {
  private final List<McpPrompt> prompts;

  McpPrompts(List<McpPrompt> prompts) {
    this.prompts = prompts.stream().sorted(Comparator.comparing(McpPrompt::name)).toList();
  }

  boolean isEmpty() {
    return prompts.isEmpty();
  }

  ObjectNode list(JsonNode params) {
    return McpPage.of("prompts", prompts, McpPrompt::name, params, McpPrompts::listed);
  }

  private static ObjectNode listed(McpPrompt prompt) {
    ObjectNode listed = Json.mapper().createObjectNode();
    listed.put("name", prompt.name()).put("description", prompt.description());
    ArrayNode arguments = listed.putArray("arguments");
    for (McpPrompt.Argument argument : prompt.arguments()) {
      arguments
          .addObject()
          .put("name", argument.name())
          .put("description", argument.description())
          .put("required", argument.required());
    }
    return listed;
  }

  ObjectNode get(Caller caller, JsonNode params) {
    McpPrompt prompt = find(params.path("name"));
    Map<String, String> values = new LinkedHashMap<>();
    for (McpPrompt.Argument argument : prompt.arguments()) {
      JsonNode value = params.path("arguments").path(argument.name());
      if (value.isTextual()) {
        values.put(argument.name(), value.textValue());
      } else if (argument.required() || !value.isMissingNode()) {
        throw McpFailure.invalidParams(
            "Prompt '%s' needs the argument '%s' as text."
                .formatted(prompt.name(), argument.name()));
      }
    }
    ObjectNode result = Json.mapper().createObjectNode();
    result.put("description", prompt.description());
    ArrayNode messages = result.putArray("messages");
    for (McpPrompt.Message message : prompt.messages(caller, values)) {
      messages
          .addObject()
          .put("role", message.role())
          .set("content", McpContent.of(message.content()));
    }
    return result;
  }

  /** The prompt of that name. @throws McpFailure if there is none */
  McpPrompt find(JsonNode name) {
    return prompts.stream()
        .filter(prompt -> prompt.name().equals(name.textValue()))
        .findFirst()
        .orElseThrow(() -> McpFailure.invalidParams("Unknown prompt: " + name));
  }
}

package io.boathouse.agents.tool;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Optional;

/**
 * What a tool gives back: data for the model, never instructions.
 *
 * @param data an object; its text stands for it where a client takes only text
 * @param content more that is not data, in order
 */
public record ToolResult(Optional<JsonNode> data, List<Content> content) {
  public ToolResult {
    content = List.copyOf(content);
  }

  public static ToolResult of(JsonNode data) {
    return new ToolResult(Optional.of(data), List.of());
  }

  public static ToolResult of(Content... content) {
    return new ToolResult(Optional.empty(), List.of(content));
  }
}

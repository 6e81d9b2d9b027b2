package io.boathouse.agents.tool;

import com.fasterxml.jackson.databind.node.ObjectNode;

/**
 * What an agent is told of a tool.
 *
 * @param name 1 to 128 letters, digits, '_', '-' or '.'
 * @param description for the model that decides whether to call it
 * @param inputSchema a JSON Schema (2020-12) of type object, of the keywords that {@link
 *     ArgumentCheck} knows
 * @param readOnly whether a call changes nothing
 */
public record ToolSpec(
    String name, String title, String description, ObjectNode inputSchema, boolean readOnly) {
  public ToolSpec {
    if (!name.matches("[A-Za-z0-9_.-]{1,128}")) {
      throw new IllegalArgumentException(
          "name: " + name + " (expected: 1 to 128 of [A-Za-z0-9_.-])");
    }
    inputSchema = inputSchema.deepCopy();
  }
}

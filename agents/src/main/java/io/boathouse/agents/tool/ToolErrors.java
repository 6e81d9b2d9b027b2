package io.boathouse.agents.tool;

import static io.boathouse.platform.error.ErrorCode.INVALID_ARGUMENT;
import static io.boathouse.platform.error.ErrorCode.NOT_FOUND;

import io.boathouse.platform.error.LakeException;
import java.util.Map;

/** Failures of tool calls. */
public final class ToolErrors {
  private ToolErrors() {}

  static LakeException unknownTool(String name) {
    String shown = name.length() > 100 ? name.substring(0, 100) + "…" : name;
    return new LakeException(
        NOT_FOUND,
        "UNKNOWN_TOOL",
        "Tool '%s' does not exist. List the tools to see which do.".formatted(shown),
        Map.of("field", "name", "value", shown));
  }

  static LakeException invalidArgument(String path, String found, String expected) {
    String shown = found.length() > 200 ? found.substring(0, 200) + "…" : found;
    return new LakeException(
        INVALID_ARGUMENT,
        "INVALID_TOOL_ARGUMENT",
        "Argument '%s' is %s (expected: %s).".formatted(path, shown, expected),
        Map.of("field", path, "value", shown));
  }

  /** A statement that an agent sent ended without a result. */
  public static LakeException statementFailed(String code, String message) {
    return new LakeException(
        INVALID_ARGUMENT, "STATEMENT_FAILED", code + ": " + message, Map.of("field", "sql"));
  }
}

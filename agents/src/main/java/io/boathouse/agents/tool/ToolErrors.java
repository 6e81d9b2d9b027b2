package io.boathouse.agents.tool;

import static io.boathouse.platform.error.ErrorCode.DEADLINE_EXCEEDED;
import static io.boathouse.platform.error.ErrorCode.INTERNAL;
import static io.boathouse.platform.error.ErrorCode.INVALID_ARGUMENT;
import static io.boathouse.platform.error.ErrorCode.NOT_FOUND;
import static io.boathouse.platform.error.ErrorCode.PERMISSION_DENIED;
import static io.boathouse.platform.error.ErrorCode.TOO_LARGE;

import io.boathouse.catalog.grant.Privilege;
import io.boathouse.catalog.securable.SecurableType;
import io.boathouse.platform.error.ErrorCode;
import io.boathouse.platform.error.LakeException;
import java.time.Duration;
import java.util.Map;

/** Failures of tool calls. */
public final class ToolErrors {
  /** The reason when there is no tool of a name. */
  public static final String UNKNOWN = "UNKNOWN_TOOL";

  /** The reason when an argument does not fit. */
  public static final String INVALID_ARGUMENT_REASON = "INVALID_TOOL_ARGUMENT";

  private static final String SQL_DENIED = "42501";

  private ToolErrors() {}

  static LakeException unknownTool(String name) {
    String shown = name.length() > 100 ? name.substring(0, 100) + "…" : name;
    return new LakeException(
        NOT_FOUND,
        UNKNOWN,
        "Tool '%s' does not exist. List the tools to see which do.".formatted(shown),
        Map.of("field", "name", "value", shown));
  }

  /** What a tool is about is absent or hidden: both read the same. */
  public static LakeException notUsable(Privilege needed, SecurableType type, String name) {
    return new LakeException(
        NOT_FOUND,
        type.name() + "_NOT_FOUND",
        "This needs %s on the %s '%s', which does not exist or which you may not see. Ask its owner"
                .formatted(needed, type.label(), name)
            + " or an administrator to grant it.",
        Map.of("type", type.name(), "name", name, "privilege", needed.name()));
  }

  static LakeException tooSlow(String tool, Duration deadline) {
    return new LakeException(
        DEADLINE_EXCEEDED,
        "TOOL_TOO_SLOW",
        "Tool '%s' did not end within %d ms and was given up. Ask for less."
            .formatted(tool, deadline.toMillis()),
        Map.of("tool", tool));
  }

  static LakeException resultTooLarge(String tool, long bytes, int most) {
    return new LakeException(
        TOO_LARGE,
        "TOOL_RESULT_TOO_LARGE",
        "The result of tool '%s' has %d bytes and may have %d. Ask for fewer rows or columns."
            .formatted(tool, bytes, most),
        Map.of("tool", tool));
  }

  static LakeException internal(String tool, Throwable cause) {
    return new LakeException(
        INTERNAL,
        "INTERNAL",
        "Tool '%s' failed by a mistake of the server.".formatted(tool),
        Map.of("tool", tool),
        cause);
  }

  /** An argument that the schema cannot refuse. */
  public static LakeException invalidArgument(String path, String found, String expected) {
    String shown = found.length() > 200 ? found.substring(0, 200) + "…" : found;
    return new LakeException(
        INVALID_ARGUMENT,
        INVALID_ARGUMENT_REASON,
        "Argument '%s' is %s (expected: %s).".formatted(path, shown, expected),
        Map.of("field", path, "value", shown));
  }

  /**
   * A statement that an agent sent ended without a result.
   *
   * @param sqlState empty if there is none
   */
  public static LakeException statementFailed(String code, String message, String sqlState) {
    ErrorCode kind =
        switch (code) {
          case "NOT_FOUND" -> NOT_FOUND;
          case "DEADLINE_EXCEEDED" -> DEADLINE_EXCEEDED;
          default -> sqlState.equals(SQL_DENIED) ? PERMISSION_DENIED : INVALID_ARGUMENT;
        };
    String text = kind == INVALID_ARGUMENT ? code + ": " + message : message;
    return new LakeException(kind, "STATEMENT_FAILED", text, Map.of("field", "sql"));
  }
}

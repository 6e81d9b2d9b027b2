package io.boathouse.agents.mcp;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.boathouse.platform.json.Json;
import java.util.List;

/**
 * What is answered instead of a result: a JSON-RPC error with the HTTP status that goes with it.
 */
final class McpFailure extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private static final int PARSE = -32700;
  private static final int INVALID_REQUEST = -32600;
  private static final int UNKNOWN_METHOD = -32601;
  private static final int INVALID_PARAMS = -32602;
  private static final int RESOURCE_NOT_FOUND = -32002;
  private static final int HEADER_MISMATCH = -32020;
  private static final int UNSUPPORTED_VERSION = -32022;

  private final int status;
  private final transient ObjectNode error;

  private McpFailure(int status, int code, String message) {
    super(message, null, false, false);
    this.status = status;
    this.error = Json.mapper().createObjectNode().put("code", code).put("message", message);
  }

  int status() {
    return status;
  }

  ObjectNode error() {
    return error;
  }

  static McpFailure parse(String problem) {
    return new McpFailure(400, PARSE, "Parse error: " + problem);
  }

  static McpFailure invalidRequest(String problem) {
    return new McpFailure(400, INVALID_REQUEST, "Invalid request: " + problem);
  }

  /**
   * @param status 404 in the modern era, 200 in the older ones
   */
  static McpFailure unknownMethod(int status, String method) {
    return new McpFailure(status, UNKNOWN_METHOD, "Method not found: " + shown(method));
  }

  static McpFailure invalidParams(String problem) {
    return new McpFailure(200, INVALID_PARAMS, problem);
  }

  /** Absent or hidden: both read the same. */
  static McpFailure resourceNotFound(String uri) {
    McpFailure failure =
        new McpFailure(
            200,
            RESOURCE_NOT_FOUND,
            "Resource '%s' does not exist, or you may not read it.".formatted(shown(uri)));
    failure.error.putObject("data").put("uri", shown(uri));
    return failure;
  }

  static McpFailure headerMismatch(String header, String found, String expected) {
    return new McpFailure(
        400,
        HEADER_MISMATCH,
        "Header %s is '%s' and the body says '%s'. Send the same in both."
            .formatted(header, shown(found), shown(expected)));
  }

  static McpFailure unsupportedVersion(String requested, List<String> supported) {
    McpFailure failure = new McpFailure(400, UNSUPPORTED_VERSION, "Unsupported protocol version");
    ObjectNode data = failure.error.putObject("data");
    supported.forEach(data.putArray("supported")::add);
    data.put("requested", shown(requested));
    return failure;
  }

  private static String shown(String text) {
    String plain = text.replaceAll("\\p{Cntrl}", "?");
    return plain.length() > 100 ? plain.substring(0, 100) + "…" : plain;
  }
}

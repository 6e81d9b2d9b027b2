package io.boathouse.agents.mcp;

import com.fasterxml.jackson.databind.JsonNode;
import io.boathouse.platform.error.LakeException;
import io.boathouse.platform.json.Json;
import java.util.Optional;

/**
 * One JSON-RPC 2.0 message from a client.
 *
 * @param id of a request; empty for a notification or a response
 * @param method empty for a response, which a server that asks nothing ignores
 * @param params the missing node if there are none
 */
record McpMessage(Optional<JsonNode> id, Optional<String> method, JsonNode params) {
  private static final String VERSION = "io.modelcontextprotocol/protocolVersion";

  /**
   * @throws McpFailure if it is no JSON, a batch, or no message of the protocol
   */
  static McpMessage parse(byte[] body) {
    JsonNode json;
    try {
      json = Json.parse(body);
    } catch (LakeException e) {
      throw McpFailure.parse(e.message());
    }
    if (json.isArray()) {
      throw McpFailure.invalidRequest("batches are not taken; send one message per request");
    }
    if (!json.isObject() || !"2.0".equals(json.path("jsonrpc").textValue())) {
      throw McpFailure.invalidRequest("not a JSON-RPC 2.0 message");
    }
    JsonNode id = json.path("id");
    if (!id.isMissingNode() && !id.isTextual() && !id.isIntegralNumber()) {
      throw McpFailure.invalidRequest("the id is neither a text nor a whole number");
    }
    JsonNode method = json.path("method");
    boolean response = json.has("result") || json.has("error");
    if (!method.isTextual() && !response) {
      throw McpFailure.invalidRequest("there is no method");
    }
    return new McpMessage(
        id.isMissingNode() ? Optional.empty() : Optional.of(id),
        Optional.ofNullable(method.textValue()),
        json.path("params"));
  }

  /** The protocol version inside the request, which clients of the modern era send with each. */
  Optional<String> modernVersion() {
    return Optional.ofNullable(params.path("_meta").path(VERSION).textValue());
  }

  /** By which the client knows this call's progress; empty if it does not want to know. */
  Optional<JsonNode> progressToken() {
    JsonNode token = params.path("_meta").path("progressToken");
    boolean valid = token.isTextual() || token.isIntegralNumber();
    return valid && method.equals(Optional.of("tools/call"))
        ? Optional.of(token)
        : Optional.empty();
  }

  /** What the header {@code Mcp-Name} repeats, for the methods that have it. */
  Optional<String> subject() {
    return switch (method.orElse("")) {
      case "tools/call", "prompts/get" -> Optional.ofNullable(params.path("name").textValue());
      case "resources/read" -> Optional.ofNullable(params.path("uri").textValue());
      default -> Optional.empty();
    };
  }
}

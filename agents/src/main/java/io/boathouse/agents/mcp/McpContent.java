package io.boathouse.agents.mcp;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.boathouse.agents.tool.Content;
import io.boathouse.agents.tool.ToolResult;
import io.boathouse.platform.json.Json;
import java.util.Locale;

/** Contents and results as the protocol words them. */
final class McpContent {
  private McpContent() {}

  static ObjectNode of(Content content) {
    ObjectNode json = Json.mapper().createObjectNode();
    switch (content) {
      case Content.Text(String text) -> json.put("type", "text").put("text", text);
      case Content.Media media ->
          json.put("type", media.kind().name().toLowerCase(Locale.ROOT))
              .put("data", media.base64())
              .put("mimeType", media.mimeType());
      case Content.Resource(String uri, String mimeType, String text) ->
          json.put("type", "resource")
              .putObject("resource")
              .put("uri", uri)
              .put("mimeType", mimeType)
              .put("text", text);
    }
    return json;
  }

  static ObjectNode of(ToolResult result) {
    ObjectNode json = Json.mapper().createObjectNode();
    ArrayNode content = json.putArray("content");
    result.data().ifPresent(data -> content.add(of(new Content.Text(Json.writeText(data)))));
    result.content().forEach(part -> content.add(of(part)));
    result.data().ifPresent(data -> json.set("structuredContent", data));
    return json.put("isError", false);
  }

  /** A refusal or a failure that the model should read. */
  static ObjectNode error(String text) {
    ObjectNode json = Json.mapper().createObjectNode();
    json.putArray("content").add(of(new Content.Text(text)));
    return json.put("isError", true);
  }
}

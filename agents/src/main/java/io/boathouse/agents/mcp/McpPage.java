package io.boathouse.agents.mcp;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.boathouse.platform.json.Json;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.function.Function;

/** One page of a list that is ordered by a key; the cursor is the last key of the page before. */
final class McpPage {
  private static final int SIZE = 100;

  private McpPage() {}

  /**
   * @param field of the result that holds the page
   * @param all in the order of their keys
   */
  static <T> ObjectNode of(
      String field,
      List<T> all,
      Function<T, String> key,
      JsonNode params,
      Function<T, ObjectNode> json) {
    int from = start(params.path("cursor"), all.stream().map(key).toList());
    int to = Math.min(all.size(), from + SIZE);
    ObjectNode result = Json.mapper().createObjectNode();
    ArrayNode page = result.putArray(field);
    all.subList(from, to).forEach(one -> page.add(json.apply(one)));
    if (to < all.size()) {
      result.put("nextCursor", encoded(key.apply(all.get(to - 1))));
    }
    return result;
  }

  private static int start(JsonNode cursor, List<String> keys) {
    if (cursor.isMissingNode() || cursor.isNull()) {
      return 0;
    }
    try {
      String last =
          new String(Base64.getUrlDecoder().decode(cursor.asText()), StandardCharsets.UTF_8);
      int from = 0;
      while (from < keys.size() && keys.get(from).compareTo(last) <= 0) {
        from++;
      }
      return from;
    } catch (IllegalArgumentException e) {
      throw McpFailure.invalidParams("The cursor is not one that this server gave out.");
    }
  }

  private static String encoded(String key) {
    return Base64.getUrlEncoder()
        .withoutPadding()
        .encodeToString(key.getBytes(StandardCharsets.UTF_8));
  }
}

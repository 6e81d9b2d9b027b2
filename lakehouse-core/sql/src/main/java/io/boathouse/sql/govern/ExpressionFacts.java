package io.boathouse.sql.govern;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;
import java.util.Set;

/**
 * What the shape of an expression tells.
 *
 * @param readsColumns whether it names a column, or has a query inside
 * @param isNull whether it is the word NULL
 */
public record ExpressionFacts(boolean readsColumns, boolean isNull) {

  private static final Set<String> READING = Set.of("COLUMN_REF", "STAR", "SUBQUERY");

  /** Of the query that has the expression as its only item. */
  static ExpressionFacts of(JsonNode query) {
    JsonNode items = query.path("select_list");
    boolean alone =
        query.path("type").asText().equals("SELECT_NODE")
            && items.size() == 1
            && items.get(0).path("alias").asText().isEmpty()
            && query.path("from_table").path("type").asText().equals("EMPTY")
            && query.path("modifiers").isEmpty()
            && query.path("group_expressions").isEmpty()
            && query.path("cte_map").path("map").isEmpty()
            && query.path("where_clause").isNull()
            && query.path("having").isNull()
            && query.path("qualify").isNull()
            && query.path("sample").isNull();
    if (!alone || hasStar(items.get(0))) {
      throw GovernErrors.notOneExpression();
    }
    JsonNode item = items.get(0);
    return new ExpressionFacts(
        item.findValues("class").stream().anyMatch(name -> READING.contains(name.asText())),
        item.path("literal").path("kind").asText().equals("NULL_LITERAL"));
  }

  /** A star outside a subquery stands for several columns. */
  private static boolean hasStar(JsonNode node) {
    if (node.path("class").asText().equals("STAR")) {
      return true;
    }
    for (Map.Entry<String, JsonNode> part : node.properties()) {
      boolean ofSubquery = part.getKey().equals("subquery");
      if (!ofSubquery && part.getValue().isContainerNode() && hasStar(part.getValue())) {
        return true;
      }
    }
    if (node.isArray()) {
      for (JsonNode element : node) {
        if (hasStar(element)) {
          return true;
        }
      }
    }
    return false;
  }
}

package io.boathouse.sql.govern;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.boathouse.platform.json.Json;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Says a condition over the rows that a query in FROM gives in the words of that query. Only
 * queries that pass each of their rows on by itself are looked into: no groups, windows, limits or
 * functions. A name that is no plain column there becomes something that nobody understands.
 */
final class PushedConditions {
  private static final Set<String> PLAIN = Set.of("COLUMN_REF", "CONSTANT", "STAR", "CAST");
  private static final JsonNode UNKNOWN =
      Json.mapper().createObjectNode().put("class", "UNKNOWN").put("type", "UNKNOWN");

  private final JsonNode select;
  private final String alias;
  private final boolean alone;
  private final Map<String, Optional<JsonNode>> items = new HashMap<>();
  private boolean star;

  /**
   * @param alias what the outer query calls the rows
   * @param alone whether a name without a qualifier can mean nothing else there
   */
  private PushedConditions(JsonNode select, String alias, boolean alone) {
    this.select = select;
    this.alias = alias;
    this.alone = alone;
  }

  /**
   * The condition by the names inside.
   *
   * @param query of the syntax tree
   * @return empty if the query needs rows that it does not pass on
   */
  static Optional<JsonNode> inside(
      JsonNode query, JsonNode condition, String alias, boolean alone) {
    PushedConditions pushed = new PushedConditions(query, alias, alone);
    return pushed.passesRowsOn() ? Optional.of(pushed.renamed(condition)) : Optional.empty();
  }

  private boolean passesRowsOn() {
    boolean simple =
        select.path("type").asText().equals("SELECT_NODE")
            && select.path("group_expressions").isEmpty()
            && select.path("group_sets").isEmpty()
            && select.path("aggregate_handling").asText().equals("STANDARD_HANDLING")
            && !select.path("having").isObject()
            && !select.path("qualify").isObject()
            && !select.path("sample").isObject();
    for (JsonNode modifier : select.path("modifiers")) {
      simple &= modifier.path("type").asText().equals("ORDER_MODIFIER");
    }
    for (JsonNode item : select.path("select_list")) {
      simple &= isPlain(item) && add(item);
    }
    return simple;
  }

  private static boolean isPlain(JsonNode item) {
    boolean plain = PLAIN.contains(item.path("class").asText());
    return plain && (!item.path("class").asText().equals("CAST") || isPlain(item.path("child")));
  }

  /** Of a name that two items have, or an item and the star, nobody knows what it means. */
  private boolean add(JsonNode item) {
    if (item.path("class").asText().equals("STAR")) {
      boolean whole =
          !star
              && item.path("relation_name").asText().isEmpty()
              && item.path("exclude_list").isEmpty()
              && item.path("replace_list").isEmpty()
              && item.path("qualified_exclude_list").isEmpty()
              && item.path("rename_list").isEmpty()
              && !item.path("columns").asBoolean()
              && !select.path("from_table").path("type").asText().equals("JOIN");
      star = true;
      return whole;
    }
    boolean column = item.path("class").asText().equals("COLUMN_REF");
    String own = item.path("alias").asText();
    List<String> names = BoundNames.texts(item.path("column_names"));
    String name = own.isEmpty() && column && !names.isEmpty() ? names.getLast() : own;
    Optional<JsonNode> meaning = column ? Optional.of(item) : Optional.empty();
    Optional<JsonNode> other = items.put(canonical(name), meaning);
    if (other != null) {
      items.put(canonical(name), Optional.empty());
    }
    return true;
  }

  private JsonNode renamed(JsonNode condition) {
    if (condition.path("class").asText().equals("COLUMN_REF")) {
      return meant(BoundNames.texts(condition.path("column_names")));
    }
    if (condition.path("class").asText().equals("SUBQUERY")) {
      return UNKNOWN;
    }
    if (condition instanceof ArrayNode array) {
      ArrayNode copy = Json.mapper().createArrayNode();
      array.forEach(element -> copy.add(renamed(element)));
      return copy;
    }
    if (condition instanceof ObjectNode object) {
      ObjectNode copy = Json.mapper().createObjectNode();
      object.properties().forEach(field -> copy.set(field.getKey(), renamed(field.getValue())));
      return copy;
    }
    return condition;
  }

  private JsonNode meant(List<String> names) {
    boolean ours =
        (names.size() == 1 && alone)
            || (names.size() == 2 && names.getFirst().equalsIgnoreCase(alias));
    if (!ours) {
      return UNKNOWN;
    }
    Optional<JsonNode> item = items.get(canonical(names.getLast()));
    if (item != null) {
      return star ? UNKNOWN : item.map(PushedConditions::reference).orElse(UNKNOWN);
    }
    return star ? reference(List.of(names.getLast())) : UNKNOWN;
  }

  private static JsonNode reference(JsonNode item) {
    return reference(BoundNames.texts(item.path("column_names")));
  }

  private static JsonNode reference(List<String> names) {
    ObjectNode column = Json.mapper().createObjectNode();
    column.put("class", "COLUMN_REF").put("type", "COLUMN_REF").put("alias", "");
    ArrayNode path = column.putArray("column_names");
    names.forEach(path::add);
    return column;
  }

  private static String canonical(String name) {
    return name.toLowerCase(Locale.ROOT);
  }
}

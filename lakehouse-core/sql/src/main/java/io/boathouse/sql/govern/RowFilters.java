package io.boathouse.sql.govern;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.boathouse.platform.json.Json;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Finds the conditions by which each place of a query that reads a view leaves out rows of it. A
 * WHERE belongs to the tables of its own FROM, an ON to those of the joined sides, except those
 * whose missing rows would themselves make a row: the other side of outer, anti, positional and
 * as-of joins, and samples. A condition on the rows of a query in FROM, or of a CTE that is read
 * once, goes on to what that one reads. A view that some place reads without a condition has none.
 */
final class RowFilters {
  private final Map<String, List<RowFilter>> filters = new HashMap<>();
  private final Set<String> whole = new HashSet<>();
  private final Set<JsonNode> filtered = identities();
  private final IdentityHashMap<JsonNode, List<JsonNode>> passedOn = new IdentityHashMap<>();
  private final Map<String, Integer> reads = new HashMap<>();
  private final Map<String, JsonNode> ctes = new HashMap<>();

  private RowFilters() {}

  /**
   * @param statement a checked one, whose tables are views
   * @return for each view of which no place needs all rows the conditions, one of which is met by
   *     every row that makes a difference
   */
  static Map<String, List<RowFilter>> of(JsonNode statement) {
    RowFilters found = new RowFilters();
    found.count(statement);
    found.visit(statement);
    found.filters.keySet().removeAll(found.whole);
    return found.filters;
  }

  private static Set<JsonNode> identities() {
    return Collections.newSetFromMap(new IdentityHashMap<>());
  }

  /** Which CTEs there are, whose names are unique by now, and how often each is read. */
  private void count(JsonNode node) {
    if (node.path("type").asText().equals("BASE_TABLE") && view(node).isEmpty()) {
      reads.merge(node.path("table_name").asText(), 1, Integer::sum);
    }
    for (JsonNode cte : node.path("cte_map").path("map")) {
      ctes.put(cte.path("key").asText(), body(cte.path("value")));
    }
    for (JsonNode child : node) {
      if (child.isContainerNode()) {
        count(child);
      }
    }
  }

  private static JsonNode body(JsonNode value) {
    JsonNode plain = value.path("query_node");
    return plain.isObject() ? plain : value.path("query").path("node");
  }

  /** What reads a query comes before the query, so that its conditions are known there. */
  private void visit(JsonNode node) {
    String type = node.path("type").asText();
    if (type.equals("SELECT_NODE")) {
      select(node);
    } else if (type.equals("BASE_TABLE") && !filtered.contains(node)) {
      whole.add(view(node));
    }
    node.properties().stream()
        .filter(field -> !field.getKey().equals("cte_map"))
        .map(Map.Entry::getValue)
        .forEach(this::visitInside);
    List<JsonNode> own = new ArrayList<>();
    node.path("cte_map").path("map").forEach(own::add);
    own.reversed().forEach(this::visit);
  }

  private void visitInside(JsonNode child) {
    if (child.isObject()) {
      visit(child);
    } else if (child.isArray()) {
      child.forEach(this::visitInside);
    }
  }

  private void select(JsonNode select) {
    if (select.path("sample").isObject()) {
      return;
    }
    List<JsonNode> conditions = new ArrayList<>(passedOn.getOrDefault(select, List.of()));
    JsonNode where = select.path("where_clause");
    if (where.isObject()) {
      conditions.add(where);
    }
    Scope scope = new Scope();
    scope.add(select.path("from_table"), conditions);
    scope.filterable().forEach((table, its) -> filter(scope, table, all(its)));
  }

  private void filter(Scope scope, JsonNode table, JsonNode condition) {
    String alias = table.path("alias").asText();
    if (!view(table).isEmpty()) {
      List<String> beside = new ArrayList<>(scope.tables.stream().map(RowFilters::view).toList());
      beside.remove(view(table));
      filters
          .computeIfAbsent(view(table), view -> new ArrayList<>())
          .add(
              new RowFilter(
                  condition, alias, scope.merged ? Optional.empty() : Optional.of(beside)));
      filtered.add(table);
      return;
    }
    JsonNode query = table.path("subquery").path("node");
    if (table.path("type").asText().equals("BASE_TABLE")) {
      String name = table.path("table_name").asText();
      query = reads.getOrDefault(name, 0) == 1 ? ctes.getOrDefault(name, query) : query;
    }
    JsonNode inner = query;
    PushedConditions.inside(query, condition, alias, scope.tables.size() == 1)
        .ifPresent(inside -> passedOn.computeIfAbsent(inner, key -> new ArrayList<>()).add(inside));
  }

  private static JsonNode all(List<JsonNode> conditions) {
    if (conditions.size() == 1) {
      return conditions.getFirst();
    }
    ObjectNode and = Json.mapper().createObjectNode();
    and.put("class", "CONJUNCTION").put("type", "CONJUNCTION_AND");
    and.putArray("children").addAll(conditions);
    return and;
  }

  /** The name of the view; that of no view for a CTE or a subquery. */
  private static String view(JsonNode table) {
    return table.path("qualified_name").path("path").size() == 3
        ? table.path("table_name").asText()
        : "";
  }

  /** What a FROM reads. */
  private static final class Scope {
    private final List<JsonNode> tables = new ArrayList<>();
    private final IdentityHashMap<JsonNode, List<JsonNode>> open = new IdentityHashMap<>();
    private boolean merged;

    /**
     * @param conditions which every row of this part meets that makes a difference
     */
    void add(JsonNode from, List<JsonNode> conditions) {
      if (from.path("type").asText().equals("JOIN")) {
        join(from, conditions);
      } else {
        tables.add(from);
        String type = from.path("type").asText();
        boolean plain =
            (type.equals("BASE_TABLE") || type.equals("SUBQUERY"))
                && (type.equals("SUBQUERY") || !from.path("alias").asText().isEmpty())
                && !from.path("sample").isObject()
                && from.path("column_name_alias").isEmpty();
        if (!conditions.isEmpty() && plain) {
          open.put(from, List.copyOf(conditions));
        }
      }
    }

    private void join(JsonNode join, List<JsonNode> conditions) {
      String kind = join.path("join_type").asText();
      String how = join.path("ref_type").asText();
      merged |= how.equals("NATURAL") || !join.path("using_columns").isEmpty();
      boolean byRow = Set.of("REGULAR", "CROSS", "NATURAL").contains(how);
      boolean asOf = how.equals("ASOF");
      boolean left =
          (byRow && Set.of("INNER", "LEFT", "SEMI", "ANTI").contains(kind))
              || (asOf && Set.of("INNER", "LEFT").contains(kind));
      boolean right = byRow && Set.of("INNER", "RIGHT").contains(kind);
      List<JsonNode> ofLeft = new ArrayList<>(left ? conditions : List.of());
      List<JsonNode> ofRight = new ArrayList<>(right ? conditions : List.of());
      JsonNode on = join.path("condition");
      if (how.equals("REGULAR") && on.isObject()) {
        if (Set.of("INNER", "RIGHT", "SEMI").contains(kind)) {
          ofLeft.add(on);
        }
        if (Set.of("INNER", "LEFT", "SEMI", "ANTI").contains(kind)) {
          ofRight.add(on);
        }
      }
      add(join.path("left"), ofLeft);
      add(join.path("right"), ofRight);
    }

    /** Of tables that are called the same nobody knows which one is meant. */
    IdentityHashMap<JsonNode, List<JsonNode>> filterable() {
      IdentityHashMap<JsonNode, List<JsonNode>> found = new IdentityHashMap<>();
      open.forEach(
          (table, conditions) -> {
            boolean unique =
                tables.stream().filter(other -> called(other).equals(called(table))).count() == 1;
            if (unique) {
              found.put(table, conditions);
            }
          });
      return found;
    }

    private static String called(JsonNode table) {
      return table.path("alias").asText().toLowerCase(Locale.ROOT);
    }
  }
}

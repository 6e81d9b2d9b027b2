package io.boathouse.sql.govern;

import com.fasterxml.jackson.databind.JsonNode;
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
 * WHERE belongs to the tables of its own FROM, except those whose missing rows would themselves
 * make a row: the other side of outer, anti, positional and as-of joins, and samples. A view that
 * some place reads without such a condition has none.
 */
final class RowFilters {
  private final Map<String, List<RowFilter>> filters = new HashMap<>();
  private final Set<String> whole = new HashSet<>();
  private final Set<JsonNode> filtered = Collections.newSetFromMap(new IdentityHashMap<>());

  private RowFilters() {}

  /**
   * @param statement a checked one, whose tables are views
   * @return for each view of which no place needs all rows the conditions, one of which is met by
   *     every row that makes a difference
   */
  static Map<String, List<RowFilter>> of(JsonNode statement) {
    RowFilters found = new RowFilters();
    found.visit(statement);
    found.filters.keySet().removeAll(found.whole);
    return found.filters;
  }

  private void visit(JsonNode node) {
    String type = node.path("type").asText();
    if (type.equals("SELECT_NODE")) {
      select(node);
    } else if (type.equals("BASE_TABLE") && !filtered.contains(node)) {
      whole.add(view(node));
    }
    for (JsonNode child : node) {
      if (child.isContainerNode()) {
        visit(child);
      }
    }
  }

  private void select(JsonNode select) {
    JsonNode where = select.path("where_clause");
    if (!where.isObject() || select.path("sample").isObject()) {
      return;
    }
    Scope scope = new Scope();
    scope.add(select.path("from_table"), true);
    for (JsonNode table : scope.filterable()) {
      List<String> beside = new ArrayList<>(scope.tables.stream().map(RowFilters::view).toList());
      beside.remove(view(table));
      filters
          .computeIfAbsent(view(table), view -> new ArrayList<>())
          .add(
              new RowFilter(
                  where,
                  table.path("alias").asText(),
                  scope.merged ? Optional.empty() : Optional.of(beside)));
      filtered.add(table);
    }
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
    private final List<JsonNode> open = new ArrayList<>();
    private boolean merged;

    void add(JsonNode from, boolean isOpen) {
      if (from.path("type").asText().equals("JOIN")) {
        join(from, isOpen);
      } else {
        tables.add(from);
        boolean plain =
            from.path("type").asText().equals("BASE_TABLE")
                && !view(from).isEmpty()
                && !from.path("alias").asText().isEmpty()
                && !from.path("sample").isObject()
                && from.path("column_name_alias").isEmpty();
        if (isOpen && plain) {
          open.add(from);
        }
      }
    }

    private void join(JsonNode join, boolean isOpen) {
      String kind = join.path("join_type").asText();
      String how = join.path("ref_type").asText();
      merged |= how.equals("NATURAL") || !join.path("using_columns").isEmpty();
      boolean byRow = Set.of("REGULAR", "CROSS", "NATURAL").contains(how);
      boolean asOf = how.equals("ASOF");
      boolean left =
          (byRow && Set.of("INNER", "LEFT", "SEMI", "ANTI").contains(kind))
              || (asOf && Set.of("INNER", "LEFT").contains(kind));
      boolean right = byRow && Set.of("INNER", "RIGHT").contains(kind);
      add(join.path("left"), isOpen && left);
      add(join.path("right"), isOpen && right);
    }

    /** Of tables that are called the same nobody knows which one is meant. */
    List<JsonNode> filterable() {
      return open.stream()
          .filter(
              table ->
                  tables.stream().filter(other -> called(other).equals(called(table))).count() == 1)
          .toList();
    }

    private static String called(JsonNode table) {
      return table.path("alias").asText().toLowerCase(Locale.ROOT);
    }
  }
}

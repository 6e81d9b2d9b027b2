package io.boathouse.sql.govern;

import com.fasterxml.jackson.databind.JsonNode;
import io.boathouse.sql.govern.TableViews.Input;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * Which columns of tables the values of a query's columns are made of, read off its syntax tree.
 * Values go directly from column to column: through names, expressions, aggregates, CTEs, queries
 * in FROM, joins and set operations. What only decides which values there are does not count:
 * WHERE, ON, HAVING, QUALIFY, the conditions of a CASE, the order and partitions of a window, the
 * filter of an aggregate, EXISTS, and what EXCEPT takes away.
 */
public final class ColumnLineage {
  private final Map<String, List<DerivedColumn>> relations;

  private ColumnLineage(Map<String, List<DerivedColumn>> relations) {
    this.relations = relations;
  }

  /** The tables of a query as relations, by the names of their views. */
  public static Map<String, List<DerivedColumn>> relations(List<Input> inputs) {
    Map<String, List<DerivedColumn>> relations = new HashMap<>();
    for (Input input : inputs) {
      input
          .views()
          .forEach(
              (view, columns) ->
                  relations.put(
                      view,
                      columns.stream()
                          .map(column -> DerivedColumn.of(input.name(), column))
                          .toList()));
    }
    return relations;
  }

  /**
   * The columns of a query in their order. Where the tree does not tell how many columns there are,
   * as with a struct that is unnested, the names tell more than the places.
   *
   * @param relations that the query may read, by the names of their views
   */
  public static List<DerivedColumn> of(
      CheckedQuery query, Map<String, List<DerivedColumn>> relations) {
    return new ColumnLineage(relations).query(query.tree().path("node"), Scope.outermost());
  }

  /**
   * The columns of one query node.
   *
   * @param outer what correlated names may mean, and the CTEs in sight
   */
  List<DerivedColumn> query(JsonNode node, Scope outer) {
    Scope scope = outer.inner();
    for (JsonNode entry : node.path("cte_map").path("map")) {
      scope.define(entry.path("key").asText(), cte(entry.path("value"), scope));
    }
    return switch (node.path("type").asText()) {
      case "SELECT_NODE" -> select(node, scope);
      case "SET_OPERATION_NODE" -> combined(node, scope);
      case "RECURSIVE_CTE_NODE" -> recursive(node, scope);
      default -> List.of();
    };
  }

  private List<DerivedColumn> cte(JsonNode value, Scope scope) {
    JsonNode plain = value.path("query_node");
    JsonNode node = plain.isObject() ? plain : value.path("query").path("node");
    List<DerivedColumn> columns = query(node, scope.inner());
    JsonNode aliases =
        value.path("aliases").isEmpty() ? node.path("aliases") : value.path("aliases");
    return Scope.renamed(columns, aliases);
  }

  /** What the rows of a step have comes from those of the step before, until nothing is new. */
  private List<DerivedColumn> recursive(JsonNode node, Scope scope) {
    List<DerivedColumn> columns =
        Scope.renamed(query(node.path("left"), scope), node.path("aliases"));
    boolean more = true;
    while (more) {
      Scope step = scope.inner();
      step.define(node.path("cte_name").asText(), columns);
      List<DerivedColumn> joined = byPlace(columns, query(node.path("right"), step));
      more = !joined.equals(columns);
      columns = joined;
    }
    return columns;
  }

  private List<DerivedColumn> combined(JsonNode node, Scope scope) {
    List<JsonNode> parts = new ArrayList<>();
    node.path("children").forEach(parts::add);
    if (parts.isEmpty()) {
      parts.add(node.path("left"));
      parts.add(node.path("right"));
    }
    String type = node.path("setop_type").asText();
    List<DerivedColumn> columns = query(parts.getFirst(), scope);
    if (type.startsWith("EXCEPT")) {
      return columns;
    }
    for (JsonNode part : parts.subList(1, parts.size())) {
      List<DerivedColumn> others = query(part, scope);
      columns = type.endsWith("BY_NAME") ? byName(columns, others) : byPlace(columns, others);
    }
    return columns;
  }

  private static List<DerivedColumn> byPlace(List<DerivedColumn> one, List<DerivedColumn> other) {
    List<DerivedColumn> columns = new ArrayList<>();
    for (int i = 0; i < one.size(); i++) {
      columns.add(i < other.size() ? one.get(i).with(other.get(i).sources()) : one.get(i));
    }
    return columns;
  }

  private static List<DerivedColumn> byName(List<DerivedColumn> one, List<DerivedColumn> other) {
    List<DerivedColumn> columns = new ArrayList<>(one);
    for (DerivedColumn column : other) {
      int same = -1;
      for (int i = 0; i < columns.size(); i++) {
        same = columns.get(i).name().equalsIgnoreCase(column.name()) ? i : same;
      }
      if (same < 0) {
        columns.add(column);
      } else {
        columns.set(same, columns.get(same).with(column.sources()));
      }
    }
    return columns;
  }

  private List<DerivedColumn> select(JsonNode node, Scope scope) {
    scope.from(from(node.path("from_table"), scope));
    var expressions = new LineageExpressions(this, scope);
    List<DerivedColumn> columns = new ArrayList<>();
    for (JsonNode item : node.path("select_list")) {
      for (DerivedColumn column : expressions.item(item)) {
        columns.add(column);
        scope.alias(column);
      }
    }
    return columns;
  }

  private Scope.From from(JsonNode node, Scope scope) {
    return switch (node.path("type").asText()) {
      case "BASE_TABLE" -> named(node, table(node, scope));
      case "SUBQUERY" -> named(node, query(node.path("subquery").path("node"), scope));
      case "EXPRESSION_LIST" -> named(node, values(node, scope));
      case "TABLE_FUNCTION" -> function(node, scope);
      case "JOIN" -> join(node, scope);
      default -> Scope.From.NOTHING;
    };
  }

  private List<DerivedColumn> table(JsonNode node, Scope scope) {
    String name = node.path("table_name").asText();
    return node.path("qualified_name").path("path").size() == 3
        ? relations.getOrDefault(name, List.of())
        : scope.cte(name);
  }

  private static Scope.From named(JsonNode node, List<DerivedColumn> columns) {
    String alias = node.path("alias").asText();
    return Scope.From.of(
        alias.isEmpty() ? node.path("table_name").asText() : alias,
        Scope.renamed(columns, node.path("column_name_alias")));
  }

  private List<DerivedColumn> values(JsonNode node, Scope scope) {
    List<DerivedColumn> columns = new ArrayList<>();
    var expressions = new LineageExpressions(this, scope);
    for (JsonNode row : node.path("values")) {
      for (int i = 0; i < row.size(); i++) {
        Set<DerivedColumn.Source> sources = expressions.sources(row.get(i));
        if (i == columns.size()) {
          String name = node.path("expected_names").path(i).asText();
          columns.add(new DerivedColumn(name.isEmpty() ? "col" + i : name, sources));
        } else {
          columns.set(i, columns.get(i).with(sources));
        }
      }
    }
    return columns;
  }

  /** Whatever a function of rows is given is in all of its columns. */
  private Scope.From function(JsonNode node, Scope scope) {
    Set<DerivedColumn.Source> sources =
        new LineageExpressions(this, scope).sources(node.path("function"));
    String name = node.path("function").path("function_name").asText();
    String alias = node.path("alias").asText();
    List<DerivedColumn> columns =
        Scope.renamed(List.of(new DerivedColumn(name, sources)), node.path("column_name_alias"));
    return Scope.From.open(alias.isEmpty() ? name : alias, columns, sources);
  }

  private Scope.From join(JsonNode node, Scope scope) {
    Scope.From left = from(node.path("left"), scope);
    Scope beside = scope.inner();
    beside.from(left);
    Scope.From right = from(node.path("right"), beside);
    String kind = node.path("join_type").asText();
    if (Set.of("SEMI", "ANTI").contains(kind)) {
      return left;
    }
    Set<String> using = new HashSet<>();
    node.path("using_columns").forEach(name -> using.add(canonical(name.asText())));
    if (node.path("ref_type").asText().equals("NATURAL")) {
      Set<String> names = new HashSet<>();
      left.columns().forEach(column -> names.add(canonical(column.name())));
      right.columns().stream()
          .map(column -> canonical(column.name()))
          .filter(names::contains)
          .forEach(using::add);
    }
    return left.joined(right, using, kind);
  }

  static String canonical(String name) {
    return name.toLowerCase(Locale.ROOT);
  }
}

package io.boathouse.sql.govern;

import com.fasterxml.jackson.databind.JsonNode;
import io.boathouse.sql.govern.CheckedQuery.ViewedTable;
import io.boathouse.table.type.Column;
import io.boathouse.table.type.DuckTypes;
import io.boathouse.table.type.TableSchema;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Tells queries that need no barrier between themselves and a table's policies, since nothing in
 * them can fail, cost or observe, in whatever order the engine does it. The rule, in which all that
 * is not named is refused:
 *
 * <ul>
 *   <li>one SELECT from one table: no CTE, subquery, join, sample, DISTINCT, HAVING or QUALIFY;
 *   <li>WHERE of comparisons, IN, BETWEEN, IS NULL, AND, OR, NOT and CASE over columns that have no
 *       mask and constants of the same family of types, as {@link PolicyExpression} knows them: it
 *       is all that the engine can move beneath the filter, and no row makes it fail;
 *   <li>the list, GROUP BY and ORDER BY of bare columns and constants, of {@code count}, {@code
 *       min} and {@code max} of bare columns, and of {@code sum} and {@code avg} of whole numbers
 *       of at most 64 bits, whose 128 bits no table overflows;
 *   <li>LIMIT and OFFSET that are constants.
 * </ul>
 */
public final class LeakproofQuery {
  private static final Set<String> OF_ANY = Set.of("count", "min", "max");
  private static final Set<String> OF_NUMBERS = Set.of("sum", "avg");
  private static final Set<String> NUMBERS = Set.of("TINYINT", "SMALLINT", "INTEGER", "BIGINT");

  private final JsonNode select;
  private final String alias;
  private final TableSchema schema;
  private final TableSchema open;

  private LeakproofQuery(JsonNode select, TableSchema schema, TableSchema open) {
    this.select = select;
    this.alias = select.at("/from_table/alias").asText();
    this.schema = schema;
    this.open = open;
  }

  /**
   * The tables of a query that is run as it is, with nothing of anybody's around it, which is told
   * to whoever writes their views.
   */
  public static List<ViewedTable> tables(CheckedQuery query) {
    JsonNode node = query.tree().path("node");
    boolean alone =
        query.tables().size() == 1
            && node.path("type").asText().equals("SELECT_NODE")
            && node.at("/from_table/type").asText().equals("BASE_TABLE")
            && node.at("/from_table/table_name").asText().equals(query.tables().getFirst().view());
    return alone ? List.of(query.tables().getFirst().readBy(node)) : query.tables();
  }

  /**
   * @param select the whole query
   * @param schema of the table
   * @param open its columns without a mask
   */
  static boolean is(JsonNode select, TableSchema schema, TableSchema open, AllowList allowList) {
    return new LeakproofQuery(select, schema, open).is(allowList);
  }

  private boolean is(AllowList allowList) {
    JsonNode from = select.path("from_table");
    JsonNode where = select.path("where_clause");
    boolean plain =
        select.at("/cte_map/map").isEmpty()
            && !select.path("having").isObject()
            && !select.path("qualify").isObject()
            && !select.path("sample").isObject()
            && select.path("aggregate_handling").asText().equals("STANDARD_HANDLING")
            && select.path("group_sets").size() <= 1
            && !from.path("sample").isObject()
            && from.path("column_name_alias").isEmpty()
            && all(select.path("group_expressions"), this::isPlain)
            && all(select.path("select_list"), item -> isPlain(item) || isAggregate(item))
            && all(select.path("select_list"), this::isCalledItsOwn)
            && all(select.path("modifiers"), this::isModifier);
    return plain
        && (!where.isObject()
            || new PolicyExpression(path -> column(path, open), allowList).isQuietCondition(where));
  }

  private interface Test {
    boolean of(JsonNode node);
  }

  private static boolean all(JsonNode nodes, Test test) {
    for (JsonNode node : nodes) {
      if (!test.of(node)) {
        return false;
      }
    }
    return true;
  }

  private boolean isPlain(JsonNode item) {
    return switch (item.path("class").asText()) {
      case "CONSTANT" -> true;
      case "COLUMN_REF" -> column(item.path("column_names"), schema).isPresent();
      case "STAR" ->
          item.path("exclude_list").isEmpty()
              && item.path("replace_list").isEmpty()
              && item.path("qualified_exclude_list").isEmpty()
              && item.path("rename_list").isEmpty()
              && !item.path("columns").asBoolean()
              && !item.path("expr").isObject();
      default -> false;
    };
  }

  /** An item that is called as a column of the table could stand for that somewhere. */
  private boolean isCalledItsOwn(JsonNode item) {
    String called = item.path("alias").asText();
    JsonNode path = item.path("column_names");
    return called.isEmpty()
        || schema.column(called).isEmpty()
        || (!path.isEmpty() && path.get(path.size() - 1).asText().equalsIgnoreCase(called));
  }

  private boolean isAggregate(JsonNode item) {
    boolean call =
        item.path("class").asText().equals("FUNCTION")
            && !item.path("filter").isObject()
            && item.at("/order_bys/orders").isEmpty()
            && !item.path("distinct").asBoolean()
            && !item.path("is_operator").asBoolean();
    if (!call) {
      return false;
    }
    String name = item.path("function_name").asText();
    JsonNode arguments = item.path("arguments");
    if (name.equals("count_star")) {
      return arguments.isEmpty();
    }
    JsonNode argument = arguments.path(0).path("expression");
    if (arguments.size() != 1 || !argument.path("class").asText().equals("COLUMN_REF")) {
      return false;
    }
    Optional<Column> column = column(argument.path("column_names"), schema);
    return column.isPresent()
        && (OF_ANY.contains(name)
            || (OF_NUMBERS.contains(name) && NUMBERS.contains(DuckTypes.of(column.get().type()))));
  }

  private boolean isModifier(JsonNode modifier) {
    return switch (modifier.path("type").asText()) {
      case "ORDER_MODIFIER" -> all(modifier.path("orders"), one -> isOrder(one.path("expression")));
      case "LIMIT_MODIFIER" ->
          isConstant(modifier.path("limit")) && isConstant(modifier.path("offset"));
      default -> false;
    };
  }

  /** By a column, an aggregate, the number of an item or its name, which are all as plain. */
  private boolean isOrder(JsonNode expression) {
    return isPlain(expression) || isAggregate(expression) || names().contains(name(expression));
  }

  private Set<String> names() {
    Set<String> names = new HashSet<>();
    for (JsonNode item : select.path("select_list")) {
      names.add(TreeWalk.canonical(item.path("alias").asText()));
    }
    names.remove("");
    return names;
  }

  private static String name(JsonNode expression) {
    JsonNode path = expression.path("column_names");
    return path.size() == 1 ? TreeWalk.canonical(path.get(0).asText()) : "";
  }

  private static boolean isConstant(JsonNode node) {
    return !node.isObject() || node.path("class").asText().equals("CONSTANT");
  }

  /** What a name means if it is a column of the table and nothing else. */
  private Optional<Column> column(JsonNode path, TableSchema columns) {
    boolean ours =
        path.size() == 1 || (path.size() == 2 && path.get(0).asText().equalsIgnoreCase(alias));
    return ours ? columns.column(path.get(path.size() - 1).asText()) : Optional.empty();
  }
}

package io.boathouse.sql.govern;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.boathouse.sql.grammar.SparkWords;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.StringJoiner;

/**
 * Calls of functions that Spark SQL has, in the syntax tree of one query: each becomes an
 * expression of the engine's with the arguments in it.
 */
final class SparkFunctions {

  /** The engine's name of what differs in nothing but its name, with windows and filters too. */
  private static final Map<String, String> NAMES =
      Map.ofEntries(
          Map.entry("std", "stddev"),
          Map.entry("every", "bool_and"),
          Map.entry("some", "bool_or"),
          Map.entry("kurtosis", "kurtosis_pop"),
          Map.entry("percentile", "quantile_cont"),
          Map.entry("try_sum", "sum"),
          Map.entry("try_avg", "avg"),
          Map.entry("explode", "unnest"));

  /** Aggregates that leave nulls out and give an empty list for none. */
  private static final Set<String> LISTS = Set.of("collect_list", "collect_set", "array_agg");

  private static final Set<String> CALLING =
      Set.of(
          "list_transform",
          "list_filter",
          "list_reduce",
          "array_transform",
          "array_filter",
          "array_reduce",
          "list_apply",
          "array_apply",
          "apply",
          "reduce",
          "filter",
          "transform",
          "aggregate",
          "forall",
          SparkWords.EXISTS,
          "zip_with",
          "map_filter",
          "transform_keys",
          "transform_values");
  private static final int MAX_NODES = 50_000;

  private final SyntaxTrees trees;
  private int nodes;

  /** For the calls of one query. */
  SparkFunctions(SyntaxTrees trees) {
    this.trees = trees;
  }

  /** Whether a tree calls a function of Spark's. */
  static boolean calledIn(JsonNode tree) {
    return tree.findValues("function_name").stream()
        .map(name -> TreeWalk.canonical(name.asText()))
        .anyMatch(
            name ->
                SparkExpressions.knows(name) || LISTS.contains(name) || NAMES.containsKey(name));
  }

  /**
   * Gives a call the engine's name, and its lambdas the engine's form: an arrow is JSON's there.
   */
  static void respell(ObjectNode call) {
    String kind = call.path("class").asText();
    String name = TreeWalk.canonical(call.path("function_name").asText());
    if (CALLING.contains(name)) {
      for (JsonNode argument : call.path("arguments")) {
        if (argument.path("expression") instanceof ObjectNode lambda
            && lambda.path("class").asText().equals("LAMBDA")) {
          lambda.put("syntax_type", "LAMBDA_KEYWORD");
        }
      }
    }
    boolean plain = call.path("qualified_name").path("path").size() == 1;
    if (plain && NAMES.containsKey(name) && (kind.equals("FUNCTION") || kind.equals("WINDOW"))) {
      rename(call, NAMES.get(name));
    } else if (plain && LISTS.contains(name) && kind.equals("WINDOW")) {
      rename(call, "list");
    }
  }

  private static void rename(ObjectNode call, String name) {
    call.put("function_name", name);
    var unused = call.putObject("qualified_name").putArray("path").add(name);
  }

  /**
   * Turns the call of a function of Spark's into an expression of the engine's.
   *
   * @param call a plain call whose arguments were visited
   * @return whether it was one
   */
  boolean rewrite(ObjectNode call) {
    JsonNode path = call.path("qualified_name").path("path");
    String name = path.size() == 1 ? TreeWalk.canonical(path.get(0).asText()) : "";
    Optional<List<JsonNode>> arguments = arguments(call);
    if (name.isEmpty() || arguments.isEmpty()) {
      return false;
    }
    if (LISTS.contains(name)) {
      return list(call, name, arguments.get());
    }
    boolean plain =
        call.path("class").asText().equals("FUNCTION")
            && !call.path("filter").isObject()
            && call.at("/order_bys/orders").isEmpty();
    if (plain && call.path("distinct").asBoolean()) {
      return name.equals("count") && countOfRows(call, arguments.get());
    }
    Optional<String> expression =
        plain ? SparkExpressions.of(name, arguments.get()) : Optional.empty();
    expression.ifPresent(text -> put(call, text, arguments.get()));
    return expression.isPresent();
  }

  private static Optional<List<JsonNode>> arguments(ObjectNode call) {
    List<JsonNode> arguments = new ArrayList<>();
    for (JsonNode argument : call.path("arguments")) {
      if (!argument.path("name").asText().isEmpty()) {
        return Optional.empty();
      }
      arguments.add(argument.path("expression"));
    }
    return Optional.of(arguments);
  }

  /** Leaves nulls out of a list of values, and gives an empty list for no values. */
  private boolean list(ObjectNode call, String name, List<JsonNode> arguments) {
    if (arguments.size() != 1) {
      return false;
    }
    ObjectNode aggregate = call.deepCopy();
    rename(aggregate, "list");
    aggregate.put("alias", "");
    if (name.equals("collect_set")) {
      aggregate.put("distinct", true);
    }
    String field = call.path("class").asText().equals("WINDOW") ? "filter_expr" : "filter";
    JsonNode before = call.path(field);
    aggregate.set(
        field,
        before.isObject()
            ? filled(
                "%s AND %s IS NOT NULL"
                    .formatted(SparkExpressions.hole(0), SparkExpressions.hole(1)),
                before,
                arguments.getFirst())
            : filled(SparkExpressions.hole(0) + " IS NOT NULL", arguments.getFirst()));
    replace(call, filled("coalesce(%s, [])".formatted(SparkExpressions.hole(0)), aggregate));
    return true;
  }

  /** Rows of several values, of which none is null. */
  private boolean countOfRows(ObjectNode call, List<JsonNode> arguments) {
    if (arguments.size() < 2) {
      return false;
    }
    StringJoiner known = new StringJoiner(" AND ");
    for (int i = 0; i < arguments.size(); i++) {
      known.add(SparkExpressions.hole(i) + " IS NOT NULL");
    }
    put(
        call,
        "count(DISTINCT CASE WHEN %s THEN row(%s) END)"
            .formatted(known, SparkExpressions.holes(0, arguments.size())),
        arguments);
    return true;
  }

  private void put(ObjectNode call, String text, List<JsonNode> arguments) {
    replace(call, filled(text, arguments.toArray(JsonNode[]::new)));
  }

  private static void replace(ObjectNode call, JsonNode value) {
    String alias = call.path("alias").asText();
    call.removeAll();
    call.setAll((ObjectNode) value);
    call.put("alias", alias);
  }

  private JsonNode filled(String text, JsonNode... values) {
    Map<String, JsonNode> holes = new LinkedHashMap<>();
    for (int i = 0; i < values.length; i++) {
      holes.put(SparkExpressions.hole(i), values[i]);
    }
    ObjectNode statement = JsonNodeFactory.instance.objectNode();
    statement.set("value", trees.template(text).deepCopy());
    FunctionExpansion.fill(statement, holes);
    count(statement);
    return statement.path("value");
  }

  private void count(JsonNode tree) {
    nodes++;
    if (nodes > MAX_NODES) {
      throw GovernErrors.tooComplex("parts in functions of Spark", MAX_NODES);
    }
    if (!tree.path("class").asText().equals("CONSTANT")) {
      tree.forEach(this::count);
    }
  }
}

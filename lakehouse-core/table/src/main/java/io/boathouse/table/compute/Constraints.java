package io.boathouse.table.compute;

import com.fasterxml.jackson.databind.JsonNode;
import io.boathouse.platform.duckdb.DuckSession;
import io.boathouse.platform.duckdb.SqlText;
import io.boathouse.platform.error.LakeException;
import io.boathouse.platform.json.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Supplier;

/**
 * CHECK constraints. Their text may come from another writer's log, so that only plain expressions
 * over the row's own columns are evaluated; a table with others is not written.
 */
public final class Constraints {
  private static final String MARK = "boathouse-constraint-";
  private static final Set<String> CLASSES =
      Set.of(
          "COLUMN_REF",
          "CONSTANT",
          "COMPARISON",
          "CONJUNCTION",
          "OPERATOR",
          "CAST",
          "TYPE",
          "BETWEEN",
          "CASE",
          "FUNCTION");
  private static final Set<String> FUNCTIONS =
      Set.of(
          "+",
          "-",
          "*",
          "/",
          "%",
          "||",
          "~~",
          "!~~",
          "abs",
          "ceil",
          "concat",
          "day",
          "floor",
          "hour",
          "isnan",
          "length",
          "lower",
          "ltrim",
          "minute",
          "month",
          "regexp_matches",
          "round",
          "rtrim",
          "second",
          "sign",
          "starts_with",
          "substring",
          "trim",
          "upper",
          "year");

  private Constraints() {}

  /**
   * The query with a guard that stops it at the first row for which a constraint is not true.
   *
   * @param select has the table's columns
   */
  static String guarded(DuckSession session, String select, Map<String, String> constraints) {
    if (constraints.isEmpty()) {
      return select;
    }
    List<String> guards = new ArrayList<>();
    for (String expression : new TreeMap<>(constraints).values()) {
      guards.add(
          "CASE WHEN (%s) THEN TRUE ELSE error(%s) END"
              .formatted(plain(session, expression), SqlText.literal(MARK + guards.size() + ".")));
    }
    return "SELECT * FROM (%s) AS checked WHERE %s".formatted(select, String.join(" AND ", guards));
  }

  /** Runs work on guarded queries and says which constraint a row did not meet. */
  static <T> T naming(Map<String, String> constraints, Supplier<T> work) {
    try {
      return work.get();
    } catch (LakeException e) {
      List<String> names = List.copyOf(new TreeMap<>(constraints).keySet());
      for (int i = 0; i < names.size(); i++) {
        if (e.message().contains(MARK + i + ".")) {
          throw SchemaErrors.violated(names.get(i), constraints.getOrDefault(names.get(i), ""), e);
        }
      }
      throw e;
    }
  }

  /** The query of the rows of a view for which an expression is not true. */
  public static String violations(DuckSession session, String view, String expression) {
    return "SELECT 1 FROM %s WHERE (%s) IS NOT TRUE"
        .formatted(SqlText.identifier(view), plain(session, expression));
  }

  /**
   * The expression in the engine's words.
   *
   * @throws LakeException UNSUPPORTED if it is more than a plain expression
   */
  private static String plain(DuckSession session, String expression) {
    String text = quotedAsHere(expression);
    JsonNode tree =
        Json.parse(
            session
                .query("SELECT json_serialize_sql(?)", row -> row.getString(1), "SELECT " + text)
                .getFirst());
    JsonNode query = tree.at("/statements/0/node");
    JsonNode items = query.path("select_list");
    boolean alone =
        tree.path("statements").size() == 1
            && items.size() == 1
            && items.get(0).path("alias").asText().isEmpty()
            && query.at("/from_table/type").asText().equals("EMPTY")
            && query.path("where_clause").isNull()
            && query.path("modifiers").isEmpty();
    if (!alone || !isPlain(items.get(0))) {
      throw SchemaErrors.notMappable("the constraint " + expression);
    }
    return text + "\n";
  }

  /** Spark quotes names by back-ticks. */
  private static String quotedAsHere(String expression) {
    StringBuilder text = new StringBuilder();
    boolean inString = false;
    for (int i = 0; i < expression.length(); i++) {
      char c = expression.charAt(i);
      inString ^= c == '\'';
      text.append(c == '`' && !inString ? '"' : c);
    }
    return text.toString();
  }

  private static boolean isPlain(JsonNode node) {
    if (node.has("class")) {
      String name = node.path("class").asText();
      boolean known = CLASSES.contains(name);
      boolean oneName = !name.equals("COLUMN_REF") || node.path("column_names").size() == 1;
      boolean function =
          !name.equals("FUNCTION") || FUNCTIONS.contains(node.path("function_name").asText());
      if (!known || !oneName || !function) {
        return false;
      }
    }
    for (JsonNode part : node) {
      if (part.isContainerNode() && !isPlain(part)) {
        return false;
      }
    }
    return true;
  }
}

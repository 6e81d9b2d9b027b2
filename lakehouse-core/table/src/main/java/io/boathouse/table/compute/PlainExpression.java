package io.boathouse.table.compute;

import com.fasterxml.jackson.databind.JsonNode;
import io.boathouse.platform.duckdb.DuckSession;
import io.boathouse.platform.error.LakeException;
import io.boathouse.platform.json.Json;
import java.util.LinkedHashSet;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * An expression of a table's log, in the engine's words. Its text may come from another writer, so
 * that only plain ones are evaluated: over the row's own columns, with functions that mean the same
 * everywhere and touch nothing.
 *
 * @param columns the names that it uses
 */
record PlainExpression(String sql, Set<String> columns) {
  /** The engine's parser recurses, and what is longer could nest too deep for its stack. */
  private static final int MAX_LENGTH = 1000;

  private static final Pattern NOW = Pattern.compile("(?i)\\b(current_timestamp)\\s*\\(\\s*\\)");
  private static final Set<String> CLOCK =
      Set.of("current_date", "current_timestamp", "localtimestamp");
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
          "coalesce",
          "concat",
          "date_trunc",
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

  PlainExpression {
    columns = Set.copyOf(columns);
  }

  /**
   * Reads an expression.
   *
   * @param what it is, for whoever is told that it is not plain
   * @throws LakeException UNSUPPORTED if it is more than a plain expression
   */
  static PlainExpression of(DuckSession session, String expression, String what) {
    return of(session, expression, what, Set.of());
  }

  /** Reads an expression over no columns, which may ask for the time. */
  static PlainExpression ofNoColumns(DuckSession session, String expression, String what) {
    PlainExpression plain = of(session, expression, what, CLOCK);
    Set<String> columns = new LinkedHashSet<>(plain.columns());
    columns.removeIf(name -> CLOCK.contains(name.toLowerCase(Locale.ROOT)));
    if (!columns.isEmpty()) {
      throw SchemaErrors.notPlain(what, expression);
    }
    return plain;
  }

  private static PlainExpression of(
      DuckSession session, String expression, String what, Set<String> more) {
    if (expression.length() > MAX_LENGTH) {
      throw SchemaErrors.notPlain(what, expression.substring(0, MAX_LENGTH) + "…");
    }
    String text = more.isEmpty() ? quotedAsHere(expression) : spelledAsHere(expression);
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
    Set<String> columns = new LinkedHashSet<>();
    if (!alone || !isPlain(items.get(0), more, columns)) {
      throw SchemaErrors.notPlain(what, expression);
    }
    return new PlainExpression("(" + text + "\n)", columns);
  }

  /** Spark asks for the time by a function. */
  static String spelledAsHere(String expression) {
    return NOW.matcher(quotedAsHere(expression)).replaceAll("$1");
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

  private static boolean isPlain(JsonNode node, Set<String> more, Set<String> columns) {
    if (node.has("class")) {
      String name = node.path("class").asText();
      boolean known = CLASSES.contains(name);
      boolean oneName = !name.equals("COLUMN_REF") || node.path("column_names").size() == 1;
      String function = node.path("function_name").asText();
      boolean plain =
          !name.equals("FUNCTION") || FUNCTIONS.contains(function) || more.contains(function);
      if (!known || !oneName || !plain) {
        return false;
      }
      if (name.equals("COLUMN_REF")) {
        columns.add(node.path("column_names").get(0).asText());
      }
    }
    for (JsonNode part : node) {
      if (part.isContainerNode() && !isPlain(part, more, columns)) {
        return false;
      }
    }
    return true;
  }
}

package io.boathouse.sql.govern;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Puts values into a syntax tree as literal nodes of a declared type. A value never becomes text
 * that is parsed: the engine's own printer writes the node.
 */
final class Literals {
  private static final Pattern DECIMAL =
      Pattern.compile("DECIMAL\\s*(?:\\(\\s*(\\d{1,2})\\s*(?:,\\s*(\\d{1,2})\\s*)?\\))?");
  private static final Map<String, String> TYPES =
      Map.ofEntries(
          Map.entry("STRING", "VARCHAR"),
          Map.entry("VARCHAR", "VARCHAR"),
          Map.entry("CHAR", "VARCHAR"),
          Map.entry("BOOLEAN", "BOOLEAN"),
          Map.entry("BYTE", "TINYINT"),
          Map.entry("TINYINT", "TINYINT"),
          Map.entry("SHORT", "SMALLINT"),
          Map.entry("SMALLINT", "SMALLINT"),
          Map.entry("INT", "INTEGER"),
          Map.entry("INTEGER", "INTEGER"),
          Map.entry("LONG", "BIGINT"),
          Map.entry("BIGINT", "BIGINT"),
          Map.entry("FLOAT", "FLOAT"),
          Map.entry("REAL", "FLOAT"),
          Map.entry("DOUBLE", "DOUBLE"),
          Map.entry("DATE", "DATE"),
          Map.entry("TIMESTAMP", "TIMESTAMPTZ"),
          Map.entry("TIMESTAMP_LTZ", "TIMESTAMPTZ"),
          Map.entry("TIMESTAMP_NTZ", "TIMESTAMP"),
          Map.entry("VOID", "VARCHAR"));

  private Literals() {}

  /** Turns the node into the parameter's value, keeping its alias. */
  static void bind(ObjectNode node, QueryParameter parameter) {
    String alias = node.path("alias").asText();
    ObjectNode type = node.objectNode();
    ArrayNode arguments = type.arrayNode();
    String name = engineType(parameter, arguments);
    header(type, "TYPE", "TYPE", "");
    type.put("catalog", "").put("schema", "").put("type_name", name).set("children", arguments);
    type.putObject("qualified_name").putArray("path").add(name);
    ObjectNode value = node.objectNode();
    constant(
        value,
        parameter.value().isPresent() ? "STRING" : "NULL_LITERAL",
        parameter.value().orElse(""),
        "");
    node.removeAll();
    header(node, "CAST", "OPERATOR_CAST", alias);
    node.set("child", value);
    node.put("try_cast", false).set("type_expr", type);
  }

  /** Turns the node into a text, keeping its alias or else taking one. */
  static void text(ObjectNode node, String value, String aliasIfNone) {
    String alias = node.path("alias").asText();
    node.removeAll();
    constant(node, "STRING", value, alias.isEmpty() ? aliasIfNone : alias);
  }

  private static String engineType(QueryParameter parameter, ArrayNode arguments) {
    String declared = parameter.type().trim().toUpperCase(Locale.ROOT);
    if (parameter.value().orElse("").indexOf('\0') >= 0) {
      throw GovernErrors.parameter(parameter.name(), "has the character U+0000");
    }
    Matcher decimal = DECIMAL.matcher(declared);
    if (decimal.matches()) {
      List<String> digits = new ArrayList<>();
      digits.add(decimal.group(1) == null ? "10" : decimal.group(1));
      digits.add(decimal.group(2) == null ? "0" : decimal.group(2));
      for (String count : digits) {
        constant(arguments.addObject(), "INTEGER", count, "");
      }
      return "DECIMAL";
    }
    String type = TYPES.get(declared);
    if (type == null) {
      throw GovernErrors.parameter(
          parameter.name(), "has the unknown type '" + parameter.type() + "'");
    }
    return type;
  }

  private static void constant(ObjectNode node, String kind, String text, String alias) {
    header(node, "CONSTANT", "VALUE_CONSTANT", alias);
    node.putObject("literal").put("kind", kind).put("text", text);
  }

  private static void header(ObjectNode node, String nodeClass, String type, String alias) {
    node.put("class", nodeClass).put("type", type).put("alias", alias);
    node.put("query_location", 0).put("query_location_length", 0);
  }
}

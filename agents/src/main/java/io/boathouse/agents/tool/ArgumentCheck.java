package io.boathouse.agents.tool;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Map;

/**
 * Checks arguments against the part of JSON Schema that our tools use: {@code type}, {@code
 * properties}, {@code required}, {@code additionalProperties}, {@code items}, {@code enum}, {@code
 * minimum}, {@code maximum}, {@code maxLength}, {@code minItems}, {@code maxItems}. A schema with
 * any other keyword is a defect that the check reports at once.
 */
final class ArgumentCheck {
  private ArgumentCheck() {}

  /**
   * @throws io.boathouse.platform.error.LakeException INVALID_ARGUMENT naming the argument
   */
  static void require(ObjectNode schema, JsonNode arguments) {
    check(schema, arguments, "arguments");
  }

  private static void check(JsonNode schema, JsonNode value, String path) {
    for (Map.Entry<String, JsonNode> keyword : schema.properties()) {
      checkKeyword(keyword.getKey(), keyword.getValue(), schema, value, path);
    }
  }

  private static void checkKeyword(
      String keyword, JsonNode rule, JsonNode schema, JsonNode value, String path) {
    switch (keyword) {
      case "type" -> checkType(rule, value, path);
      case "properties" -> checkProperties(rule, schema, value, path);
      case "required" ->
          rule.forEach(
              name ->
                  when(
                      value.isObject() && !value.has(name.textValue()),
                      path + "." + name.textValue(),
                      "absent",
                      "a value"));
      case "items" -> {
        for (int i = 0; value.isArray() && i < value.size(); i++) {
          check(rule, value.get(i), path + "[" + i + "]");
        }
      }
      case "enum" -> {
        boolean known = false;
        for (JsonNode one : rule) {
          known |= one.equals(value);
        }
        when(!known, path, value.toString(), "one of " + rule);
      }
      case "minimum" ->
          when(
              value.isNumber() && value.doubleValue() < rule.doubleValue(),
              path,
              value.toString(),
              "at least " + rule);
      case "maximum" ->
          when(
              value.isNumber() && value.doubleValue() > rule.doubleValue(),
              path,
              value.toString(),
              "at most " + rule);
      case "maxLength" ->
          when(
              value.isTextual() && value.textValue().length() > rule.intValue(),
              path,
              "a text of " + value.asText().length() + " characters",
              "at most " + rule);
      case "minItems" ->
          when(
              value.isArray() && value.size() < rule.intValue(),
              path,
              "a list of " + value.size(),
              "at least " + rule);
      case "maxItems" ->
          when(
              value.isArray() && value.size() > rule.intValue(),
              path,
              "a list of " + value.size(),
              "at most " + rule);
      case "additionalProperties", "description", "title", "default", "examples" -> {}
      default ->
          throw new IllegalStateException("keyword: " + keyword + " (expected: a known one)");
    }
  }

  /**
   * @param rule a type, or a list of them
   */
  private static void checkType(JsonNode rule, JsonNode value, String path) {
    boolean fits = rule.isTextual() && fits(rule.textValue(), value);
    for (JsonNode one : rule) {
      fits |= fits(one.textValue(), value);
    }
    when(!fits, path, value.toString(), rule.isTextual() ? rule.textValue() : "one of " + rule);
  }

  private static boolean fits(String type, JsonNode value) {
    return switch (type) {
      case "object" -> value.isObject();
      case "array" -> value.isArray();
      case "string" -> value.isTextual();
      case "integer" -> value.isIntegralNumber();
      case "number" -> value.isNumber();
      case "boolean" -> value.isBoolean();
      case "null" -> value.isNull();
      default -> throw new IllegalStateException("type: " + type + " (expected: a JSON type)");
    };
  }

  private static void checkProperties(
      JsonNode rules, JsonNode schema, JsonNode value, String path) {
    boolean closed = schema.path("additionalProperties").isBoolean();
    for (Map.Entry<String, JsonNode> field : value.properties()) {
      JsonNode rule = rules.path(field.getKey());
      when(
          closed && rule.isMissingNode(),
          path + "." + field.getKey(),
          "unknown",
          "one of " + rules.propertyStream().map(Map.Entry::getKey).toList());
      if (!rule.isMissingNode()) {
        check(rule, field.getValue(), path + "." + field.getKey());
      }
    }
  }

  private static void when(boolean wrong, String path, String found, String expected) {
    if (wrong) {
      throw ToolErrors.invalidArgument(path, found, expected);
    }
  }
}

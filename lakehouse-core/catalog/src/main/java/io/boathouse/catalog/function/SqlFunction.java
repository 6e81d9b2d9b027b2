package io.boathouse.catalog.function;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.boathouse.platform.json.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * A function whose body is one SQL expression.
 *
 * @param returns the type of its value, as SQL writes it
 * @param body the expression as written; names of parameters stand for what is given for them
 */
public record SqlFunction(
    List<Parameter> parameters, String returns, String body, boolean deterministic) {
  public SqlFunction {
    parameters = List.copyOf(parameters);
  }

  /**
   * A parameter.
   *
   * @param type as SQL writes it
   */
  public record Parameter(String name, String type, Optional<String> comment) {}

  /** Reads a definition in the words of Unity Catalog; empty for a function of another language. */
  public static Optional<SqlFunction> of(FunctionDefinition function) {
    ObjectNode definition = function.definition();
    JsonNode body = definition.path("routine_definition");
    if (!definition.path("routine_body").asText().equals("SQL") || !body.isTextual()) {
      return Optional.empty();
    }
    List<Parameter> parameters = new ArrayList<>();
    for (JsonNode parameter : definition.path("input_params").path("parameters")) {
      parameters.add(
          new Parameter(
              parameter.path("name").asText(),
              text(parameter, "type_text", "type_name"),
              Optional.ofNullable(parameter.path("comment").textValue())));
    }
    return Optional.of(
        new SqlFunction(
            parameters,
            text(definition, "full_data_type", "data_type"),
            body.asText(),
            definition.path("is_deterministic").asBoolean()));
  }

  /** The definition in the words of Unity Catalog. */
  public ObjectNode definition(String name) {
    ObjectNode definition = Json.mapper().createObjectNode();
    var list = definition.putObject("input_params").putArray("parameters");
    for (Parameter parameter : parameters) {
      ObjectNode node =
          list.addObject()
              .put("name", parameter.name())
              .put("type_text", parameter.type())
              .put("type_name", family(parameter.type()))
              .put("position", list.size() - 1)
              .put("parameter_mode", "IN")
              .put("parameter_type", "PARAM");
      parameter.comment().ifPresent(comment -> node.put("comment", comment));
    }
    return definition
        .put("data_type", family(returns))
        .put("full_data_type", returns)
        .put("routine_body", "SQL")
        .put("routine_definition", body)
        .put("parameter_style", "S")
        .put("is_deterministic", deterministic)
        .put("sql_data_access", "CONTAINS_SQL")
        .put("is_null_call", false)
        .put("security_type", "DEFINER")
        .put("specific_name", name);
  }

  private static String text(JsonNode node, String first, String second) {
    String text = node.path(first).asText();
    return text.isEmpty() ? node.path(second).asText() : text;
  }

  private static String family(String type) {
    String name = type.replaceAll("[(<].*", "").trim().toUpperCase(Locale.ROOT);
    return switch (name) {
      case "BIGINT" -> "LONG";
      case "SMALLINT" -> "SHORT";
      case "TINYINT" -> "BYTE";
      case "INTEGER" -> "INT";
      case "REAL" -> "FLOAT";
      case "VARCHAR" -> "STRING";
      default -> name;
    };
  }
}

package io.boathouse.serving.inference;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.boathouse.platform.json.Json;
import java.util.List;
import java.util.Optional;

/** What a row of a request carries, as JSON Schema (2020-12). */
public final class RowSchema {
  private RowSchema() {}

  /** The schema of an endpoint's rows; models that take different columns leave it open. */
  public static ObjectNode of(LiveEndpoint endpoint) {
    List<List<RequestField>> shapes =
        endpoint.entities().stream().map(entity -> entity.inputs().fields()).distinct().toList();
    ObjectNode schema = Json.mapper().createObjectNode().put("type", "object");
    if (shapes.size() != 1) {
      return schema;
    }
    ObjectNode properties = schema.putObject("properties");
    ArrayNode required = Json.mapper().createArrayNode();
    for (RequestField field : shapes.getFirst()) {
      ObjectNode property = properties.putObject(field.name());
      String type = type(field.type());
      if (field.nullable()) {
        ArrayNode unused = property.putArray("type").add(type).add("null");
      } else {
        property.put("type", type);
      }
      if (field.required()) {
        required.add(field.name());
      }
    }
    schema.put("additionalProperties", false);
    if (!required.isEmpty()) {
      schema.set("required", required);
    }
    return schema;
  }

  /**
   * The schema of an endpoint's params; empty if it has none, or its models have different ones.
   */
  public static Optional<ObjectNode> params(LiveEndpoint endpoint) {
    List<ObjectNode> shapes =
        endpoint.entities().stream()
            .map(entity -> entity.inputs().paramsSchema())
            .distinct()
            .toList();
    return shapes.size() == 1 && !shapes.getFirst().path("properties").isEmpty()
        ? Optional.of(shapes.getFirst())
        : Optional.empty();
  }

  private static String type(RequestField.Type type) {
    return switch (type) {
      case BOOLEAN -> "boolean";
      case INTEGER -> "integer";
      case NUMBER -> "number";
      case STRING -> "string";
      case TENSOR -> "array";
    };
  }
}

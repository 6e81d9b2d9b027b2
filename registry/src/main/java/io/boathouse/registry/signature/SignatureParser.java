package io.boathouse.registry.signature;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.NullNode;
import io.boathouse.platform.error.LakeException;
import io.boathouse.platform.json.Json;
import io.boathouse.registry.signature.ModelSchema.Column;
import io.boathouse.registry.signature.ModelSchema.Columns;
import io.boathouse.registry.signature.ModelSchema.Tensor;
import io.boathouse.registry.signature.ModelSchema.Tensors;
import io.boathouse.registry.signature.ValueType.Kind;
import io.boathouse.registry.signature.ValueType.Property;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Reads the signature of an MLmodel file: JSON texts inside the YAML (MLflow's {@code
 * types/schema}). Recursion is bounded by the depth that {@link Json} allows.
 */
final class SignatureParser {
  private static final int MAX_FIELDS = 20_000;

  private SignatureParser() {}

  /**
   * @throws LakeException INVALID_ARGUMENT that names the part which cannot be read
   */
  static ModelSignature parse(JsonNode signature) {
    return new ModelSignature(
        schema("signature.inputs", signature.path("inputs")),
        schema("signature.outputs", signature.path("outputs")),
        parameters(signature.path("params")));
  }

  private static Optional<ModelSchema> schema(String where, JsonNode text) {
    JsonNode fields = inner(where, text);
    if (fields.isEmpty()) {
      return Optional.empty();
    }
    boolean tensors = false;
    List<Column> columns = new ArrayList<>();
    List<Tensor> tensorList = new ArrayList<>();
    for (JsonNode field : fields) {
      if (field.path("type").asText().equals("tensor")) {
        tensors = true;
        tensorList.add(tensor(where, field));
      } else {
        columns.add(
            new Column(name(field), type(where, field), field.path("required").asBoolean(true)));
      }
    }
    if (tensors && !columns.isEmpty()) {
      throw SignatureErrors.invalid(where, "it mixes columns and tensors");
    }
    checkNames(
        where,
        tensors
            ? tensorList.stream().map(Tensor::name).toList()
            : columns.stream().map(Column::name).toList());
    return Optional.of(tensors ? new Tensors(tensorList) : new Columns(columns));
  }

  private static void checkNames(String where, List<Optional<String>> names) {
    List<String> present = names.stream().flatMap(Optional::stream).toList();
    if (!present.isEmpty() && present.size() < names.size()) {
      throw SignatureErrors.invalid(where, "some fields have names and others have none");
    }
    if (Set.copyOf(present).size() < present.size()) {
      throw SignatureErrors.invalid(where, "two fields have the same name");
    }
  }

  private static List<ModelSignature.Parameter> parameters(JsonNode text) {
    String where = "signature.params";
    List<ModelSignature.Parameter> parameters = new ArrayList<>();
    for (JsonNode field : inner(where, text)) {
      JsonNode defaultValue = field.path("default");
      parameters.add(
          new ModelSignature.Parameter(
              name(field).orElseThrow(() -> SignatureErrors.invalid(where, "a name is missing")),
              type(where, field),
              defaultValue.isMissingNode() ? NullNode.getInstance() : defaultValue,
              field.path("shape").isArray()));
    }
    return parameters;
  }

  /** The JSON inside the YAML text; the empty list where there is none. */
  private static JsonNode inner(String where, JsonNode text) {
    if (text.isMissingNode() || text.isNull()) {
      return Json.mapper().createArrayNode();
    }
    JsonNode fields = text;
    if (text.isTextual()) {
      try {
        fields = Json.parse(text.textValue());
      } catch (LakeException e) {
        throw SignatureErrors.invalid(where, "it is no JSON (" + e.message() + ")");
      }
    }
    if (!fields.isArray() || fields.size() > MAX_FIELDS) {
      throw SignatureErrors.invalid(where, "it is no list of at most " + MAX_FIELDS + " fields");
    }
    return fields;
  }

  private static Tensor tensor(String where, JsonNode field) {
    JsonNode spec = field.path("tensor-spec");
    List<Long> shape = new ArrayList<>();
    for (JsonNode dimension : spec.path("shape")) {
      if (!dimension.canConvertToLong() || !dimension.isIntegralNumber()) {
        throw SignatureErrors.invalid(where, "a dimension is no whole number");
      }
      shape.add(dimension.longValue());
    }
    if (!spec.path("dtype").isTextual()) {
      throw SignatureErrors.invalid(where, "a tensor has no dtype");
    }
    return new Tensor(name(field), spec.path("dtype").textValue(), shape);
  }

  private static Optional<String> name(JsonNode field) {
    return Optional.ofNullable(field.path("name").textValue());
  }

  private static ValueType type(String where, JsonNode field) {
    JsonNode type = field.path("type");
    if (type.isObject()) {
      return type(where, type);
    }
    String name = type.asText().toLowerCase(Locale.ROOT);
    return switch (name) {
      case "array" -> new ValueType.ListOf(nested(where, field.path("items")));
      case "map" -> new ValueType.MapOf(nested(where, field.path("values")));
      case "object" -> new ValueType.ObjectOf(properties(where, field.path("properties")));
      case "any" -> new ValueType.Any();
      case "" -> throw SignatureErrors.invalid(where, "a field has no type");
      default ->
          Arrays.stream(Kind.values())
              .filter(kind -> kind.name().toLowerCase(Locale.ROOT).equals(name))
              .findFirst()
              .<ValueType>map(ValueType.Scalar::new)
              .orElseGet(() -> new ValueType.Unknown(name));
    };
  }

  private static ValueType nested(String where, JsonNode type) {
    if (type.isTextual()) {
      return type(where, Json.mapper().createObjectNode().set("type", type));
    }
    return type(where, type);
  }

  private static List<Property> properties(String where, JsonNode properties) {
    List<Property> result = new ArrayList<>();
    for (Map.Entry<String, JsonNode> property : properties.properties()) {
      result.add(
          new Property(
              property.getKey(),
              type(where, property.getValue()),
              property.getValue().path("required").asBoolean(true)));
    }
    return result;
  }
}

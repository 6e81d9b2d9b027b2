package io.boathouse.serving.inference;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.boathouse.platform.json.Json;
import io.boathouse.registry.signature.ModelSignature;
import io.boathouse.registry.signature.ValueType;
import io.boathouse.serving.runtime.Tensor;
import io.boathouse.serving.runtime.TensorSpec;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The {@code params} of a request, which the model's signature declares with types and defaults
 * (MLflow, "Signatures with params"). One goes to the model's input of its name: as it is where
 * that has a size of its own, once for each row where its size is that of the batch.
 */
final class ModelParams {
  private final String model;
  private final List<TensorSpec> inputs;
  private final Map<String, ModelSignature.Parameter> declared = new HashMap<>();
  private final Map<String, TensorSpec> taken = new HashMap<>();

  /**
   * @param inputs all of the model, in its order
   * @param columns names that are columns, whatever the signature calls a parameter
   * @throws io.boathouse.platform.error.LakeException FAILED_PRECONDITION for a parameter that
   *     cannot become its input
   */
  ModelParams(
      String model,
      Optional<ModelSignature> signature,
      List<TensorSpec> inputs,
      List<String> columns) {
    this.model = model;
    this.inputs = List.copyOf(inputs);
    for (ModelSignature.Parameter parameter :
        signature.map(ModelSignature::parameters).orElse(List.of())) {
      declared.put(parameter.name(), parameter);
      inputs.stream()
          .filter(spec -> spec.name().equals(parameter.name()) && !columns.contains(spec.name()))
          .findFirst()
          .ifPresent(spec -> taken.put(spec.name(), fitting(model, parameter, spec)));
    }
  }

  private static TensorSpec fitting(
      String model, ModelSignature.Parameter parameter, TensorSpec spec) {
    long open = spec.shape().stream().filter(size -> size < 0).count();
    boolean batch = !spec.shape().isEmpty() && spec.shape().getFirst() < 0;
    long rest = spec.shape().stream().filter(size -> size >= 0).reduce(1L, (a, b) -> a * b);
    boolean fits =
        parameter.list() ? open == 0 : open == 0 ? rest == 1 : open == 1 && batch && rest == 1;
    if (!fits) {
      throw InferenceErrors.signatureMismatch(
          model,
          "its parameter '%s' is %s and its input of that name has the shape %s"
              .formatted(
                  parameter.name(), parameter.list() ? "a list" : "one value", spec.shape()));
    }
    return spec;
  }

  /** What requests may carry, as JSON Schema; without properties if nothing. */
  ObjectNode schema() {
    ObjectNode schema = Json.mapper().createObjectNode().put("type", "object");
    ObjectNode properties = schema.putObject("properties");
    for (TensorSpec spec : inputs) {
      ModelSignature.Parameter parameter = declared.get(spec.name());
      if (taken.containsKey(spec.name()) && parameter != null) {
        ObjectNode property = properties.putObject(spec.name());
        if (parameter.list()) {
          property.put("type", "array").putObject("items").put("type", word(parameter.type()));
        } else {
          property.put("type", word(parameter.type()));
        }
        property.set("default", parameter.defaultValue());
      }
    }
    return schema.put("additionalProperties", false);
  }

  private static String word(ValueType type) {
    return switch (type instanceof ValueType.Scalar(ValueType.Kind kind) ? kind : null) {
      case BOOLEAN -> "boolean";
      case INTEGER, LONG -> "integer";
      case FLOAT, DOUBLE -> "number";
      case STRING, BINARY, DATETIME -> "string";
      case null -> "object";
    };
  }

  /** The inputs that are no parameters. */
  List<TensorSpec> others() {
    return inputs.stream().filter(spec -> !taken.containsKey(spec.name())).toList();
  }

  /**
   * All inputs in the model's order.
   *
   * @param tensors of {@link #others}
   * @param given the request's; empty for none
   * @throws io.boathouse.platform.error.LakeException INVALID_ARGUMENT naming the parameter, the
   *     type expected and the value found
   */
  List<Tensor> complete(List<Tensor> tensors, Optional<JsonNode> given, int rows) {
    requireKnown(given);
    if (taken.isEmpty()) {
      return tensors;
    }
    List<Tensor> all = new ArrayList<>(inputs.size());
    int next = 0;
    for (TensorSpec spec : inputs) {
      TensorSpec own = taken.get(spec.name());
      all.add(own == null ? tensors.get(next++) : tensor(own, given, rows));
    }
    return all;
  }

  /**
   * @throws io.boathouse.platform.error.LakeException INVALID_ARGUMENT for a parameter that would
   *     change nothing
   */
  private void requireKnown(Optional<JsonNode> given) {
    if (given.isEmpty()) {
      return;
    }
    if (!given.get().isObject()) {
      throw InferenceErrors.wrongForm("params", "an object of values by name");
    }
    for (Map.Entry<String, JsonNode> param : given.get().properties()) {
      ModelSignature.Parameter parameter = declared.get(param.getKey());
      if (parameter == null) {
        throw InferenceErrors.unknownParam(
            model, param.getKey(), declared.keySet().stream().sorted().toList());
      }
      requireType(parameter, param.getValue());
      if (!taken.containsKey(param.getKey())) {
        throw InferenceErrors.unusedParam(
            model, param.getKey(), inputs.stream().map(TensorSpec::name).toList());
      }
    }
  }

  private static void requireType(ModelSignature.Parameter parameter, JsonNode value) {
    boolean fits = value.isArray() == parameter.list();
    if (fits && parameter.list()) {
      for (JsonNode item : value) {
        fits &= fits(parameter.type(), item);
      }
    } else {
      fits &= fits(parameter.type(), value);
    }
    if (!fits) {
      throw InferenceErrors.wrongParam(
          parameter.name(),
          type(parameter),
          value.isTextual() ? value.textValue() : value.toString());
    }
  }

  private static boolean fits(ValueType type, JsonNode value) {
    if (!(type instanceof ValueType.Scalar(ValueType.Kind kind))) {
      return false;
    }
    return switch (kind) {
      case BOOLEAN -> value.isBoolean();
      case INTEGER -> value.isIntegralNumber() && value.canConvertToInt();
      case LONG -> value.isIntegralNumber() && value.canConvertToLong();
      case FLOAT, DOUBLE -> value.isNumber();
      case STRING, BINARY, DATETIME -> value.isTextual();
    };
  }

  private static String type(ModelSignature.Parameter parameter) {
    String name =
        parameter.type() instanceof ValueType.Scalar(ValueType.Kind kind)
            ? kind.name().toLowerCase(Locale.ROOT)
            : parameter.type().toString();
    return parameter.list() ? "a list of " + name : name;
  }

  private Tensor tensor(TensorSpec spec, Optional<JsonNode> given, int rows) {
    ModelSignature.Parameter parameter = declared.get(spec.name());
    @Nullable JsonNode sent = given.map(params -> params.get(spec.name())).orElse(null);
    JsonNode value = sent == null && parameter != null ? parameter.defaultValue() : sent;
    if (parameter == null || value == null || value.isNull()) {
      throw InferenceErrors.missingParam(spec.name());
    }
    ArrayNode elements = Json.mapper().createArrayNode();
    boolean batch = !spec.shape().isEmpty() && spec.shape().getFirst() < 0;
    if (value.isArray()) {
      value.forEach(elements::add);
    } else {
      elements.addAll(Collections.nCopies(batch ? rows : 1, value));
    }
    List<Long> shape = new ArrayList<>(spec.shape());
    if (batch) {
      shape.set(0, (long) rows);
    }
    long wanted = shape.stream().reduce(1L, (a, b) -> a * b);
    if (wanted != elements.size()) {
      throw InferenceErrors.wrongParam(
          spec.name(), "%s of %d".formatted(type(parameter), wanted), elements.toString());
    }
    return TensorJson.shaped(spec, shape, elements);
  }
}

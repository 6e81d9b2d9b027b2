package io.boathouse.serving.inference;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import io.boathouse.platform.json.Json;
import io.boathouse.serving.runtime.Tensor;
import io.boathouse.serving.runtime.TensorSpec;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** For models of tensors: {@code instances} are rows of them, {@code inputs} whole ones. */
final class TensorAssembler implements InputAssembler {
  private final List<TensorSpec> specs;
  private final List<String> names;

  TensorAssembler(List<TensorSpec> specs) {
    this.specs = List.copyOf(specs);
    this.names = specs.stream().map(TensorSpec::name).toList();
  }

  @Override
  public List<String> expected() {
    return names;
  }

  @Override
  public List<RequestField> fields() {
    return specs.stream()
        .map(spec -> new RequestField(spec.name(), type(spec), true, false))
        .toList();
  }

  private static RequestField.Type type(TensorSpec spec) {
    if (spec.shape().size() != 1) {
      return RequestField.Type.TENSOR;
    }
    return switch (spec.datatype()) {
      case BOOL -> RequestField.Type.BOOLEAN;
      case INT8, INT16, INT32, INT64 -> RequestField.Type.INTEGER;
      case FP32, FP64 -> RequestField.Type.NUMBER;
      case BYTES -> RequestField.Type.STRING;
    };
  }

  @Override
  public Assembled assemble(InvocationBody body) {
    Map<String, JsonNode> given =
        switch (body.form()) {
          case DATAFRAME_SPLIT, DATAFRAME_RECORDS -> columns(body.frame(names));
          case INSTANCES ->
              body.input().path(0).isObject() ? stacked(body.input()) : single(body.input());
          case INPUTS -> body.input().isObject() ? whole(body.input()) : single(body.input());
        };
    List<Tensor> tensors = new ArrayList<>(specs.size());
    for (TensorSpec spec : specs) {
      JsonNode value = given.get(spec.name());
      if (value == null) {
        throw InferenceErrors.wrongTensors(List.copyOf(given.keySet()), names);
      }
      tensors.add(TensorJson.nested(spec, value));
    }
    List<Long> shape = tensors.getFirst().shape();
    int rows = shape.isEmpty() ? 1 : Math.toIntExact(shape.getFirst());
    return new Assembled(tensors, rows, Optional.empty());
  }

  private Map<String, JsonNode> single(JsonNode value) {
    if (specs.size() != 1) {
      throw InferenceErrors.wrongTensors(List.of("one without a name"), names);
    }
    return Map.of(names.getFirst(), value);
  }

  private static Map<String, JsonNode> whole(JsonNode object) {
    Map<String, JsonNode> tensors = new LinkedHashMap<>();
    object.properties().forEach(field -> tensors.put(field.getKey(), field.getValue()));
    return tensors;
  }

  private Map<String, JsonNode> stacked(JsonNode rows) {
    Map<String, JsonNode> tensors = new LinkedHashMap<>();
    for (String name : names) {
      ArrayNode stack = Json.mapper().createArrayNode();
      for (JsonNode row : rows) {
        if (!row.has(name)) {
          throw InferenceErrors.missingColumn(stack.size(), name, names);
        }
        stack.add(row.get(name));
      }
      tensors.put(name, stack);
    }
    return tensors;
  }

  /** A data frame whose columns are the tensors; one matrix may also be spread over columns. */
  private Map<String, JsonNode> columns(Frame frame) {
    Map<String, JsonNode> tensors = new LinkedHashMap<>();
    if (specs.size() == 1 && !frame.has(names.getFirst())) {
      ArrayNode matrix = Json.mapper().createArrayNode();
      for (JsonNode[] cells : frame.rows()) {
        ArrayNode row = matrix.addArray();
        for (JsonNode cell : cells) {
          row.add(cell);
        }
      }
      return Map.of(names.getFirst(), matrix);
    }
    for (String name : names) {
      if (!frame.has(name)) {
        throw InferenceErrors.missingColumn(0, name, names);
      }
      ArrayNode column = Json.mapper().createArrayNode();
      for (int row = 0; row < frame.count(); row++) {
        column.add(frame.cell(row, name));
      }
      tensors.put(name, column);
    }
    return tensors;
  }
}

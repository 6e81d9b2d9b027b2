package io.boathouse.serving.protocol;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.boathouse.platform.json.Json;
import io.boathouse.serving.inference.LiveEntity;
import io.boathouse.serving.inference.Predictor;
import io.boathouse.serving.inference.Prepared;
import io.boathouse.serving.inference.TensorJson;
import io.boathouse.serving.runtime.Datatype;
import io.boathouse.serving.runtime.ModelRuntime;
import io.boathouse.serving.runtime.Tensor;
import io.boathouse.serving.runtime.TensorSpec;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The Open Inference Protocol's messages (kserve/open-inference-protocol, inference_rest.md). The
 * protocol speaks to the model itself: its tensors in, its tensors out, no feature lookup.
 */
final class OpenInference {
  private OpenInference() {}

  /** Reads an inference request. @param name of the model in the reply */
  static Prepared prepare(String name, LiveEntity entity, byte[] body) {
    JsonNode root = Json.parse(body);
    Optional<String> id = optionalText(root, "id");
    List<Tensor> inputs = inputs(name, entity.runtime(), root.path("inputs"));
    List<TensorSpec> wanted = wanted(entity.runtime(), root.path("outputs"));
    return new Prepared(
        inputs,
        outputs ->
            new Predictor.Scored(
                reply(name, entity, id, chosen(wanted, outputs)), id, Optional.empty()));
  }

  private static List<Tensor> chosen(List<TensorSpec> wanted, List<Tensor> scored) {
    Map<String, Tensor> outputs = new HashMap<>();
    scored.forEach(output -> outputs.put(output.name(), output));
    List<Tensor> chosen = new ArrayList<>();
    for (TensorSpec spec : wanted) {
      Tensor output = outputs.get(spec.name());
      if (output != null) {
        chosen.add(output);
      }
    }
    return chosen;
  }

  /** A model's description. */
  static ObjectNode metadata(String name, List<LiveEntity> entities, LiveEntity shown) {
    ObjectNode wire = Json.mapper().createObjectNode();
    wire.put("name", name);
    ArrayNode versions = wire.putArray("versions");
    entities.stream()
        .map(entity -> Integer.toString(entity.version()))
        .distinct()
        .forEach(versions::add);
    wire.put("platform", shown.runtime().platform());
    specs(wire.putArray("inputs"), shown.runtime().inputs());
    specs(wire.putArray("outputs"), shown.runtime().outputs());
    return wire;
  }

  private static void specs(ArrayNode into, List<TensorSpec> specs) {
    for (TensorSpec spec : specs) {
      ObjectNode one = into.addObject();
      one.put("name", spec.name());
      one.put("datatype", spec.datatype().name());
      ArrayNode shape = one.putArray("shape");
      spec.shape().forEach(shape::add);
    }
  }

  private static List<Tensor> inputs(String model, ModelRuntime runtime, JsonNode list) {
    if (!list.isArray() || list.isEmpty()) {
      throw ProtocolErrors.missing("inputs");
    }
    List<String> known = runtime.inputs().stream().map(TensorSpec::name).toList();
    Map<String, Tensor> given = new LinkedHashMap<>();
    for (JsonNode input : list) {
      String name = optionalText(input, "name").orElseThrow(() -> ProtocolErrors.missing("name"));
      int position = known.indexOf(name);
      if (position < 0) {
        throw ProtocolErrors.unknownTensor("input", name, known);
      }
      if (given.put(name, tensor(model, runtime.inputs().get(position), input)) != null) {
        throw ProtocolErrors.unknownTensor("second input", name, known);
      }
    }
    List<Tensor> ordered = new ArrayList<>();
    for (String name : known) {
      Tensor tensor = given.get(name);
      if (tensor == null) {
        throw ProtocolErrors.missingTensor(name, known);
      }
      ordered.add(tensor);
    }
    return ordered;
  }

  private static Tensor tensor(String model, TensorSpec spec, JsonNode input) {
    String type =
        optionalText(input, "datatype").orElseThrow(() -> ProtocolErrors.missing("datatype"));
    Datatype datatype =
        Datatype.find(type).orElseThrow(() -> ProtocolErrors.unknownDatatype(spec.name(), type));
    JsonNode sizes = input.path("shape");
    if (!sizes.isArray()) {
      throw ProtocolErrors.missing("shape");
    }
    if (!input.path("data").isArray()) {
      throw ProtocolErrors.missing("data");
    }
    List<Long> shape = new ArrayList<>();
    long elements = 1;
    for (JsonNode size : sizes) {
      if (!size.isIntegralNumber() || !size.canConvertToInt() || size.intValue() < 0) {
        throw ProtocolErrors.unexpectedShape(spec.name(), model, sizes.toString());
      }
      shape.add(size.longValue());
      elements *= size.longValue();
      if (elements > Integer.MAX_VALUE) {
        throw ProtocolErrors.unexpectedShape(spec.name(), model, sizes.toString());
      }
    }
    if (!spec.accepts(shape)) {
      throw ProtocolErrors.unexpectedShape(spec.name(), model, sizes.toString());
    }
    return TensorJson.shaped(
        new TensorSpec(spec.name(), datatype, shape), shape, input.get("data"));
  }

  private static List<TensorSpec> wanted(ModelRuntime runtime, JsonNode list) {
    if (!list.isArray() || list.isEmpty()) {
      return runtime.outputs();
    }
    List<String> known = runtime.outputs().stream().map(TensorSpec::name).toList();
    List<TensorSpec> wanted = new ArrayList<>();
    for (JsonNode output : list) {
      String name = optionalText(output, "name").orElseThrow(() -> ProtocolErrors.missing("name"));
      int position = known.indexOf(name);
      if (position < 0) {
        throw ProtocolErrors.unknownTensor("output", name, known);
      }
      if (output.path("parameters").path("binary_data").asBoolean(false)) {
        throw ProtocolErrors.binaryTensors();
      }
      wanted.add(runtime.outputs().get(position));
    }
    return wanted;
  }

  private static byte[] reply(
      String name, LiveEntity entity, Optional<String> id, List<Tensor> outputs) {
    var bytes = new ByteArrayOutputStream(256);
    try (JsonGenerator out = Json.mapper().getFactory().createGenerator(bytes)) {
      out.writeStartObject();
      out.writeStringField("model_name", name);
      out.writeStringField("model_version", Integer.toString(entity.version()));
      if (id.isPresent()) {
        out.writeStringField("id", id.get());
      }
      out.writeArrayFieldStart("outputs");
      for (Tensor output : outputs) {
        out.writeStartObject();
        out.writeStringField("name", output.name());
        out.writeStringField("datatype", output.datatype().name());
        out.writeArrayFieldStart("shape");
        for (long size : output.shape()) {
          out.writeNumber(size);
        }
        out.writeEndArray();
        out.writeFieldName("data");
        TensorJson.flat(out, output);
        out.writeEndObject();
      }
      out.writeEndArray();
      out.writeEndObject();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  private static Optional<String> optionalText(JsonNode object, String field) {
    JsonNode value = object.path(field);
    if (value.isMissingNode() || value.isNull()) {
      return Optional.empty();
    }
    if (!value.isTextual()) {
      throw ProtocolErrors.missing(field);
    }
    return Optional.of(value.textValue());
  }
}

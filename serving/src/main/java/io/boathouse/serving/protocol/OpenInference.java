package io.boathouse.serving.protocol;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.boathouse.platform.json.Json;
import io.boathouse.serving.inference.LiveEntity;
import io.boathouse.serving.inference.Predictor;
import io.boathouse.serving.inference.Prepared;
import io.boathouse.serving.inference.ReplyBody;
import io.boathouse.serving.inference.TensorJson;
import io.boathouse.serving.runtime.Tensor;
import io.boathouse.serving.runtime.TensorSpec;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The Open Inference Protocol's messages (kserve/open-inference-protocol, inference_rest.md), with
 * tensors as JSON or, after the JSON, in binary form. The protocol speaks to the model itself: its
 * tensors in, its tensors out, no feature lookup.
 */
final class OpenInference {
  private static final String PARAMETERS = "parameters";

  private OpenInference() {}

  /**
   * Reads an inference request.
   *
   * @param name of the model in the reply
   * @param jsonBytes how many of the body's first bytes are JSON; empty for all
   */
  static Prepared prepare(
      String name, LiveEntity entity, byte[] body, Optional<Integer> jsonBytes) {
    int json = jsonBytes.orElse(body.length);
    if (json > body.length) {
      throw ProtocolErrors.invalidHeader(
          "inference-header-content-length", Integer.toString(json), "at most the body's length");
    }
    JsonNode root = Json.parse(json == body.length ? body : Arrays.copyOf(body, json));
    ByteBuffer binary = ByteBuffer.wrap(body, json, body.length - json).slice();
    Optional<String> id = optionalText(root, "id");
    TensorOrder order = new TensorOrder(name, entity.runtime());
    List<Tensor> inputs = inputs(order, root.path("inputs"), binary);
    if (binary.hasRemaining()) {
      throw ProtocolErrors.wrongBytes("inputs", name, binary.position(), binary.limit());
    }
    Map<String, Boolean> wanted = wanted(order, root);
    boolean anyBinary = binary.limit() > 0 || wanted.containsValue(true);
    return new Prepared(
        inputs,
        outputs -> {
          List<Tensor> chosen = order.chosen(outputs, wanted.keySet());
          ReplyBody reply = reply(name, entity, id, new Chosen(chosen, wanted));
          return new Predictor.Scored(
              anyBinary ? inWords(reply, name, entity, id, inputs, chosen) : reply,
              id,
              Optional.empty());
        });
  }

  private record Chosen(List<Tensor> tensors, Map<String, Boolean> binary) {
    boolean isBinary(Tensor tensor) {
      return binary.getOrDefault(tensor.name(), false);
    }

    boolean anyBinary() {
      return binary.containsValue(true);
    }
  }

  private static ReplyBody inWords(
      ReplyBody reply,
      String name,
      LiveEntity entity,
      Optional<String> id,
      List<Tensor> inputs,
      List<Tensor> outputs) {
    return new ReplyBody(
        reply.bytes(),
        reply.jsonBytes(),
        Optional.of(() -> texts(name, entity, id, inputs, outputs)));
  }

  /** An exchange as it would be in JSON alone. */
  static ReplyBody.Texts texts(
      String name,
      LiveEntity entity,
      Optional<String> id,
      List<Tensor> inputs,
      List<Tensor> outputs) {
    byte[] request = message(out -> id(out, id), "inputs", new Chosen(inputs, Map.of()), List.of());
    return new ReplyBody.Texts(
        new String(request, StandardCharsets.UTF_8),
        new String(
            reply(name, entity, id, new Chosen(outputs, Map.of())).bytes(),
            StandardCharsets.UTF_8));
  }

  /** A model's description. */
  static ObjectNode metadata(String name, List<LiveEntity> entities, LiveEntity shown) {
    ObjectNode wire = Json.mapper().createObjectNode();
    wire.put("name", name);
    ArrayNode versions = wire.putArray("versions");
    versions(entities).forEach(versions::add);
    wire.put("platform", shown.runtime().platform());
    specs(wire.putArray("inputs"), shown.runtime().inputs());
    specs(wire.putArray("outputs"), shown.runtime().outputs());
    return wire;
  }

  static List<String> versions(List<LiveEntity> entities) {
    return entities.stream().map(entity -> Integer.toString(entity.version())).distinct().toList();
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

  private static List<Tensor> inputs(TensorOrder order, JsonNode list, ByteBuffer binary) {
    if (!list.isArray() || list.isEmpty()) {
      throw ProtocolErrors.missing("inputs");
    }
    List<Tensor> given = new ArrayList<>();
    for (JsonNode input : list) {
      given.add(tensor(order, input, binary));
    }
    return order.ordered(given);
  }

  private static Tensor tensor(TensorOrder order, JsonNode input, ByteBuffer binary) {
    String name = optionalText(input, "name").orElseThrow(() -> ProtocolErrors.missing("name"));
    order.requireInput(name);
    String type =
        optionalText(input, "datatype").orElseThrow(() -> ProtocolErrors.missing("datatype"));
    JsonNode sizes = input.path("shape");
    if (!sizes.isArray()) {
      throw ProtocolErrors.missing("shape");
    }
    List<Long> shape = new ArrayList<>();
    for (JsonNode size : sizes) {
      shape.add(size.isIntegralNumber() && size.canConvertToLong() ? size.longValue() : -1);
    }
    TensorSpec spec = order.given(name, type, shape);
    JsonNode bytes = input.path(PARAMETERS).path("binary_data_size");
    if (!bytes.isMissingNode()) {
      if (!bytes.canConvertToInt()
          || bytes.intValue() < 0
          || bytes.intValue() > binary.remaining()) {
        throw ProtocolErrors.wrongBytes(name, order.model(), bytes.asLong(), binary.remaining());
      }
      ByteBuffer part = binary.slice(binary.position(), bytes.intValue());
      binary.position(binary.position() + bytes.intValue());
      return TensorBytes.read(order.model(), spec, shape, part);
    }
    if (!input.path("data").isArray()) {
      throw ProtocolErrors.missing("data");
    }
    return TensorJson.shaped(spec, shape, input.get("data"));
  }

  /** Whether each output is wanted in binary form, by name. */
  private static Map<String, Boolean> wanted(TensorOrder order, JsonNode root) {
    boolean all = root.path(PARAMETERS).path("binary_data_output").asBoolean(false);
    Map<String, Boolean> wanted = new LinkedHashMap<>();
    JsonNode list = root.path("outputs");
    if (!list.isArray() || list.isEmpty()) {
      order.outputs().forEach(name -> wanted.put(name, all));
      return wanted;
    }
    for (JsonNode output : list) {
      String name = optionalText(output, "name").orElseThrow(() -> ProtocolErrors.missing("name"));
      order.requireOutput(name);
      wanted.put(name, output.path(PARAMETERS).path("binary_data").asBoolean(all));
    }
    return wanted;
  }

  private static ReplyBody reply(
      String name, LiveEntity entity, Optional<String> id, Chosen chosen) {
    List<byte[]> binary = new ArrayList<>();
    for (Tensor tensor : chosen.tensors()) {
      if (chosen.isBinary(tensor)) {
        binary.add(TensorBytes.write(tensor));
      }
    }
    byte[] json =
        message(
            out -> {
              out.writeStringField("model_name", name);
              out.writeStringField("model_version", Integer.toString(entity.version()));
              id(out, id);
            },
            "outputs",
            chosen,
            binary);
    if (!chosen.anyBinary()) {
      return ReplyBody.text(json);
    }
    var bytes = new ByteArrayOutputStream();
    bytes.writeBytes(json);
    binary.forEach(bytes::writeBytes);
    return new ReplyBody(bytes.toByteArray(), Optional.of(json.length), Optional.empty());
  }

  private interface Head {
    void write(JsonGenerator out) throws IOException;
  }

  private static void id(JsonGenerator out, Optional<String> id) throws IOException {
    if (id.isPresent()) {
      out.writeStringField("id", id.get());
    }
  }

  private static byte[] message(Head head, String list, Chosen chosen, List<byte[]> binary) {
    var bytes = new ByteArrayOutputStream(256);
    try (JsonGenerator out = Json.mapper().getFactory().createGenerator(bytes)) {
      out.writeStartObject();
      head.write(out);
      out.writeArrayFieldStart(list);
      int part = 0;
      for (Tensor tensor : chosen.tensors()) {
        out.writeStartObject();
        out.writeStringField("name", tensor.name());
        out.writeStringField("datatype", tensor.datatype().name());
        out.writeArrayFieldStart("shape");
        for (long size : tensor.shape()) {
          out.writeNumber(size);
        }
        out.writeEndArray();
        if (chosen.isBinary(tensor)) {
          out.writeObjectFieldStart(PARAMETERS);
          out.writeNumberField("binary_data_size", binary.get(part++).length);
          out.writeEndObject();
        } else {
          out.writeFieldName("data");
          TensorJson.flat(out, tensor);
        }
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

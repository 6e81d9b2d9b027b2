package io.boathouse.training.trainer;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.OperatorSetIdProto;
import ai.onnx.proto.OnnxMl.StringStringEntryProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorShapeProto;
import ai.onnx.proto.OnnxMl.TypeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Builds the one shape of ONNX graph that we make: {@code input}, float32 [N, features] with NaN
 * for a missing value, through {@code logit}, float32 [N, 1], to {@code probability}, float32 [N,
 * 1]. The logit stays a tensor of its own so that a calibration can be put behind it.
 */
final class OnnxGraph {
  static final String INPUT = "input";
  static final String LOGIT = "logit";
  static final String PROBABILITY = "probability";
  static final String ML_DOMAIN = "ai.onnx.ml";
  private static final int IR_VERSION = 8;
  private static final int OPSET = 17;
  private static final int ML_OPSET = 3;

  private final GraphProto.Builder graph = GraphProto.newBuilder().setName("boathouse");

  OnnxGraph(int features) {
    graph.addInput(tensor(INPUT, features));
  }

  /** A constant of shape [1, values]. */
  OnnxGraph constant(String name, float... values) {
    graph.addInitializer(floats(name, values));
    return this;
  }

  OnnxGraph node(String operator, List<String> inputs, String output) {
    graph.addNode(nodeProto(operator, inputs, output));
    return this;
  }

  OnnxGraph node(NodeProto node) {
    graph.addNode(node);
    return this;
  }

  /** Adds what leads from the logit to the probability, and ends the model. */
  byte[] finish(Map<String, String> metadata) {
    return node("Sigmoid", List.of(LOGIT), PROBABILITY).finishAtProbability(metadata);
  }

  /** Ends a model whose nodes make the probability without a logit. */
  byte[] finishAtProbability(Map<String, String> metadata) {
    graph.addOutput(tensor(PROBABILITY, 1));
    ModelProto.Builder model =
        ModelProto.newBuilder()
            .setIrVersion(IR_VERSION)
            .setProducerName("boathouse")
            .addOpsetImport(OperatorSetIdProto.newBuilder().setDomain("").setVersion(OPSET))
            .addOpsetImport(
                OperatorSetIdProto.newBuilder().setDomain(ML_DOMAIN).setVersion(ML_OPSET))
            .setGraph(graph);
    new TreeMap<>(metadata)
        .forEach(
            (key, value) ->
                model.addMetadataProps(
                    StringStringEntryProto.newBuilder().setKey(key).setValue(value)));
    return model.build().toByteArray();
  }

  static NodeProto nodeProto(String operator, List<String> inputs, String output) {
    return NodeProto.newBuilder()
        .setOpType(operator)
        .setName(output)
        .addAllInput(inputs)
        .addOutput(output)
        .build();
  }

  static AttributeProto whole(String name, long value) {
    return AttributeProto.newBuilder()
        .setName(name)
        .setType(AttributeProto.AttributeType.INT)
        .setI(value)
        .build();
  }

  static TensorProto floats(String name, float... values) {
    TensorProto.Builder tensor =
        TensorProto.newBuilder()
            .setName(name)
            .setDataType(TensorProto.DataType.FLOAT.getNumber())
            .addDims(1)
            .addDims(values.length);
    for (float value : values) {
      tensor.addFloatData(value);
    }
    return tensor.build();
  }

  /** A constant of one whole number, of shape [1]. */
  static TensorProto wholes(String name, long value) {
    return TensorProto.newBuilder()
        .setName(name)
        .setDataType(TensorProto.DataType.INT64.getNumber())
        .addDims(1)
        .addInt64Data(value)
        .build();
  }

  OnnxGraph constant(TensorProto tensor) {
    graph.addInitializer(tensor);
    return this;
  }

  static ValueInfoProto tensor(String name, int width) {
    TensorShapeProto.Builder shape =
        TensorShapeProto.newBuilder()
            .addDim(TensorShapeProto.Dimension.newBuilder().setDimParam("N"))
            .addDim(TensorShapeProto.Dimension.newBuilder().setDimValue(width));
    TypeProto.Tensor type =
        TypeProto.Tensor.newBuilder()
            .setElemType(TensorProto.DataType.FLOAT.getNumber())
            .setShape(shape)
            .build();
    return ValueInfoProto.newBuilder()
        .setName(name)
        .setType(TypeProto.newBuilder().setTensorType(type))
        .build();
  }
}

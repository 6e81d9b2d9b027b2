package io.boathouse.serving.runtime;

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

/** Small ONNX models, made here so that every weight is known. */
public final class OnnxModels {
  private static final int FLOAT = TensorProto.DataType.FLOAT.getNumber();
  private static final int INT64 = TensorProto.DataType.INT64.getNumber();
  private static final int STRING = TensorProto.DataType.STRING.getNumber();

  private OnnxModels() {}

  /** {@code probability = input · weights + bias}. */
  public static byte[] linear(float bias, float... weights) {
    return model(linearGraph(bias, weights).build());
  }

  /** Like {@link #linear} with the weights in another file. */
  static byte[] linearWithExternalWeights(String location, int features) {
    GraphProto.Builder graph = linearGraph(0, new float[features]);
    graph.setInitializer(
        0,
        TensorProto.newBuilder()
            .setName("weights")
            .setDataType(FLOAT)
            .addDims(features)
            .addDims(1)
            .setDataLocation(TensorProto.DataLocation.EXTERNAL)
            .addExternalData(
                StringStringEntryProto.newBuilder().setKey("location").setValue(location)));
    return model(graph.build());
  }

  /** Multiplies rows of this width by a matrix, again and again. */
  public static byte[] slow(int width, int times) {
    TensorProto.Builder matrix =
        TensorProto.newBuilder()
            .setName("weights")
            .setDataType(FLOAT)
            .addDims(width)
            .addDims(width);
    for (int i = 0; i < width * width; i++) {
      matrix.addFloatData((i % 7 - 3) / (4f * width));
    }
    GraphProto.Builder graph =
        GraphProto.newBuilder()
            .setName("slow")
            .addInput(value("input", FLOAT, -1, width))
            .addOutput(value("product" + (times - 1), FLOAT, -1, width))
            .addInitializer(matrix);
    for (int i = 0; i < times; i++) {
      graph.addNode(
          node("MatMul", "product" + i, i == 0 ? "input" : "product" + (i - 1), "weights"));
    }
    return model(graph.build());
  }

  /** Takes this many rows and gives them back. */
  public static byte[] fixed(int rows) {
    return model(
        GraphProto.newBuilder()
            .setName("fixed")
            .addInput(value("input", FLOAT, rows, 1))
            .addOutput(value("output", FLOAT, rows, 1))
            .addNode(node("Identity", "output", "input"))
            .build());
  }

  /**
   * {@code input * factor + shift}, of one column.
   *
   * @param factor whether there is one, of one element; it is 2 otherwise
   */
  public static byte[] scaled(boolean factor) {
    GraphProto.Builder graph =
        GraphProto.newBuilder()
            .setName("scaled")
            .addInput(value("input", FLOAT, -1, 1))
            .addInput(value("shift", FLOAT, -1, 1))
            .addOutput(value("y", FLOAT, -1, 1))
            .addNode(node("Mul", "product", "input", "factor"))
            .addNode(node("Add", "y", "product", "shift"));
    if (factor) {
      graph.addInput(value("factor", FLOAT, 1));
    } else {
      graph.addInitializer(
          TensorProto.newBuilder().setName("factor").setDataType(FLOAT).addDims(1).addFloatData(2));
    }
    return model(graph.build());
  }

  /** Gives its text column {@code word} back as {@code said} and its {@code count} plus one. */
  public static byte[] wordAndCount() {
    return model(
        GraphProto.newBuilder()
            .setName("words")
            .addInput(value("word", STRING, -1, 1))
            .addInput(value("count", INT64, -1, 1))
            .addOutput(value("said", STRING, -1, 1))
            .addOutput(value("next", INT64, -1, 1))
            .addInitializer(
                TensorProto.newBuilder()
                    .setName("one")
                    .setDataType(INT64)
                    .addDims(1)
                    .addInt64Data(1))
            .addNode(node("Identity", "said", "word"))
            .addNode(node("Add", "next", "count", "one"))
            .build());
  }

  private static GraphProto.Builder linearGraph(float bias, float... weights) {
    TensorProto.Builder matrix =
        TensorProto.newBuilder()
            .setName("weights")
            .setDataType(FLOAT)
            .addDims(weights.length)
            .addDims(1);
    for (float weight : weights) {
      matrix.addFloatData(weight);
    }
    return GraphProto.newBuilder()
        .setName("linear")
        .addInput(value("input", FLOAT, -1, weights.length))
        .addOutput(value("probability", FLOAT, -1, 1))
        .addInitializer(matrix)
        .addInitializer(
            TensorProto.newBuilder()
                .setName("bias")
                .setDataType(FLOAT)
                .addDims(1)
                .addFloatData(bias))
        .addNode(node("MatMul", "product", "input", "weights"))
        .addNode(node("Add", "probability", "product", "bias"));
  }

  private static NodeProto node(String operation, String output, String... inputs) {
    return NodeProto.newBuilder()
        .setOpType(operation)
        .setName(output)
        .addAllInput(List.of(inputs))
        .addOutput(output)
        .build();
  }

  private static ValueInfoProto value(String name, int type, long... shape) {
    TensorShapeProto.Builder dimensions = TensorShapeProto.newBuilder();
    for (long size : shape) {
      TensorShapeProto.Dimension.Builder dimension = TensorShapeProto.Dimension.newBuilder();
      dimensions.addDim(size < 0 ? dimension.setDimParam("n") : dimension.setDimValue(size));
    }
    return ValueInfoProto.newBuilder()
        .setName(name)
        .setType(
            TypeProto.newBuilder()
                .setTensorType(
                    TypeProto.Tensor.newBuilder().setElemType(type).setShape(dimensions)))
        .build();
  }

  private static byte[] model(GraphProto graph) {
    return ModelProto.newBuilder()
        .setIrVersion(6)
        .setProducerName("boathouse-test")
        .addOpsetImport(OperatorSetIdProto.newBuilder().setDomain("").setVersion(13))
        .setGraph(graph)
        .build()
        .toByteArray();
  }
}

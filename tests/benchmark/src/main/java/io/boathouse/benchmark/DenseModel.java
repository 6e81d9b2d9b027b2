package io.boathouse.benchmark;

import ai.onnx.proto.OnnxMl;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;

/**
 * A multilayer perceptron. Its weights are -1, 0 and 1, so that whole numbers come out as whole
 * numbers, the same whatever the order of the sums and however many rows are scored at once.
 */
final class DenseModel {
  private static final long SEED = 19580101;

  private DenseModel() {}

  /**
   * The files of a model version: MLmodel and model.onnx.
   *
   * @param widths of the layers, the inputs' first
   */
  static Map<String, byte[]> files(List<String> inputs, int... widths) {
    List<String> columns =
        inputs.stream()
            .map(name -> "{\"type\":\"double\",\"name\":\"%s\",\"required\":true}".formatted(name))
            .toList();
    String text =
        """
        flavors:
          onnx:
            onnx_version: 1.12.0
            data: model.onnx
        signature:
          inputs: '[%s]'
          outputs: '[{"type":"tensor","tensor-spec":{"dtype":"float32","shape":[-1,%d]}}]'
        """
            .formatted(String.join(",", columns), widths[widths.length - 1]);
    return Map.of("MLmodel", text.getBytes(StandardCharsets.UTF_8), "model.onnx", onnx(widths));
  }

  private static byte[] onnx(int... widths) {
    Random random = new Random(SEED);
    OnnxMl.GraphProto.Builder graph =
        OnnxMl.GraphProto.newBuilder()
            .setName("dense")
            .addInput(OnnxMatrix.floats("input", widths[0]))
            .addOutput(OnnxMatrix.floats("scores", widths[widths.length - 1]));
    String from = "input";
    for (int layer = 1; layer < widths.length; layer++) {
      boolean last = layer == widths.length - 1;
      String sum = last ? "scores" : "sum" + layer;
      graph
          .addInitializer(weights("weights" + layer, random, widths[layer - 1], widths[layer]))
          .addInitializer(weights("bias" + layer, random, 1, widths[layer]))
          .addNode(node("MatMul", "product" + layer, from, "weights" + layer))
          .addNode(node("Add", sum, "product" + layer, "bias" + layer));
      if (!last) {
        from = "layer" + layer;
        graph.addNode(node("Relu", from, sum));
      }
    }
    return OnnxMl.ModelProto.newBuilder()
        .setIrVersion(6)
        .setProducerName("boathouse-benchmark")
        .addOpsetImport(OnnxMl.OperatorSetIdProto.newBuilder().setDomain("").setVersion(13))
        .setGraph(graph)
        .build()
        .toByteArray();
  }

  private static OnnxMl.TensorProto weights(String name, Random random, int rows, int columns) {
    ByteBuffer values = ByteBuffer.allocate(4 * rows * columns).order(ByteOrder.LITTLE_ENDIAN);
    IntStream.range(0, rows * columns).forEach(i -> values.putFloat(random.nextInt(3) - 1f));
    return OnnxMl.TensorProto.newBuilder()
        .setName(name)
        .setDataType(OnnxMl.TensorProto.DataType.FLOAT.getNumber())
        .addDims(rows)
        .addDims(columns)
        .setRawData(com.google.protobuf.ByteString.copyFrom(values.flip()))
        .build();
  }

  private static OnnxMl.NodeProto node(String operation, String output, String... inputs) {
    return OnnxMl.NodeProto.newBuilder()
        .setOpType(operation)
        .setName(output)
        .addAllInput(List.of(inputs))
        .addOutput(output)
        .build();
  }
}

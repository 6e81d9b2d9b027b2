package io.boathouse.training.trainer;

import ai.onnx.proto.OnnxMl.TensorProto;
import java.util.List;
import java.util.Map;

/** Builds the graph of a perceptron over standardised features: Gemm, Relu, …, Gemm, Sigmoid. */
final class PerceptronOnnx {
  /** Beyond so many deviations a value says nothing more. */
  private static final float FARTHEST = 10;

  private PerceptronOnnx() {}

  /** What the graph does first, in float32 as there: deviations from the mean, at most ten. */
  static void standardise(ColumnMoments moments, float[] rows) {
    float[] means = moments.means();
    for (int cell = 0; cell < rows.length; cell++) {
      int feature = cell % means.length;
      float gap = (rows[cell] - means[feature]) / moments.deviation(feature);
      rows[cell] = Float.isNaN(gap) ? 0 : Math.clamp(gap, -FARTHEST, FARTHEST);
    }
  }

  static byte[] build(
      ColumnMoments moments, List<NetworkFitter.Layer> layers, Map<String, String> metadata) {
    float[] means = moments.means();
    float[] deviations = new float[means.length];
    for (int feature = 0; feature < means.length; feature++) {
      deviations[feature] = moments.deviation(feature);
    }
    OnnxGraph graph =
        new OnnxGraph(means.length)
            .constant("means", means)
            .constant("deviations", deviations)
            .constant("zero", 0)
            .constant("lowest", -FARTHEST)
            .constant("highest", FARTHEST)
            .node("Sub", List.of(OnnxGraph.INPUT, "means"), "centred")
            .node("Div", List.of("centred", "deviations"), "scaled")
            .node("IsNaN", List.of("scaled"), "missing")
            .node("Where", List.of("missing", "zero", "scaled"), "filled")
            .node("Max", List.of("filled", "lowest"), "raised")
            .node("Min", List.of("raised", "highest"), "layer_0");
    for (int i = 0; i < layers.size(); i++) {
      NetworkFitter.Layer layer = layers.get(i);
      boolean last = i == layers.size() - 1;
      String from = "layer_" + i;
      String into = last ? OnnxGraph.LOGIT : "sum_" + i;
      graph
          .constant(matrix("weights_" + i, layer))
          .constant("bias_" + i, layer.bias())
          .node("Gemm", List.of(from, "weights_" + i, "bias_" + i), into);
      if (!last) {
        graph.node("Relu", List.of(into), "layer_" + (i + 1));
      }
    }
    return graph.finish(metadata);
  }

  private static TensorProto matrix(String name, NetworkFitter.Layer layer) {
    TensorProto.Builder tensor =
        TensorProto.newBuilder()
            .setName(name)
            .setDataType(TensorProto.DataType.FLOAT.getNumber())
            .addDims(layer.inputs())
            .addDims(layer.outputs());
    for (float weight : layer.weights()) {
      tensor.addFloatData(weight);
    }
    return tensor.build();
  }
}

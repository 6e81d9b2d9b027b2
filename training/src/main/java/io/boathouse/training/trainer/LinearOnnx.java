package io.boathouse.training.trainer;

import ai.onnx.proto.OnnxMl.NodeProto;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * Builds the graph of a linear model over standardised features. A missing value is its feature's
 * mean, that is, it adds nothing. The terms are split into columns and summed one column after
 * another: a matrix product or a reduction adds in an order that depends on how many rows are asked
 * for at once and where they lie in memory, and then the last bit of a row's score would too.
 */
final class LinearOnnx {
  private LinearOnnx() {}

  /**
   * Builds the model.
   *
   * @param weights per feature, in deviations from the mean
   */
  static byte[] build(
      ColumnMoments moments, double[] weights, double intercept, Map<String, String> metadata) {
    float[] scaled = new float[weights.length];
    for (int feature = 0; feature < weights.length; feature++) {
      scaled[feature] = (float) (weights[feature] / moments.deviation(feature));
    }
    List<String> terms =
        IntStream.range(0, weights.length).mapToObj(feature -> "term_" + feature).toList();
    return new OnnxGraph(weights.length)
        .constant("means", moments.means())
        .constant("weights", scaled)
        .constant("intercept", (float) intercept)
        .constant("zero", 0)
        .node("Sub", List.of(OnnxGraph.INPUT, "means"), "centred")
        .node("IsNaN", List.of("centred"), "missing")
        .node("Where", List.of("missing", "zero", "centred"), "filled")
        .node("Mul", List.of("filled", "weights"), "terms")
        .node(split(terms))
        .node("Sum", terms, "sum")
        .node("Add", List.of("sum", "intercept"), OnnxGraph.LOGIT)
        .finish(metadata);
  }

  private static NodeProto split(List<String> columns) {
    return NodeProto.newBuilder()
        .setOpType("Split")
        .setName("columns")
        .addInput("terms")
        .addAllOutput(columns)
        .addAttribute(OnnxGraph.whole("axis", 1))
        .build();
  }
}

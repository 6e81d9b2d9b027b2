package io.boathouse.training.trainer;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import com.google.protobuf.InvalidProtocolBufferException;
import io.boathouse.training.evaluate.PlattScaling;
import java.util.List;

/** Edits of a graph that {@link OnnxGraph} built: what stands between its logit and its output. */
final class OnnxCalibration {
  private static final String SCALED = "scaled_logit";
  private static final String CALIBRATED = "calibrated_logit";

  private OnnxCalibration() {}

  /** Whether the model ends in the sigmoid of an uncorrected logit. */
  static boolean hasLogit(byte[] model) {
    return endsInSigmoidOfLogit(parse(model));
  }

  private static boolean endsInSigmoidOfLogit(ModelProto model) {
    NodeProto last = model.getGraph().getNode(model.getGraph().getNodeCount() - 1);
    return last.getOpType().equals("Sigmoid") && last.getInput(0).equals(OnnxGraph.LOGIT);
  }

  /** The same model with its log-odds corrected before the last sigmoid. */
  static byte[] folded(byte[] model, PlattScaling scaling) {
    ModelProto original = parse(model);
    GraphProto.Builder graph = original.getGraph().toBuilder();
    int last = graph.getNodeCount() - 1;
    if (!endsInSigmoidOfLogit(original)) {
      throw new IllegalArgumentException(
          "model: ends in %s (expected: Sigmoid of logit)"
              .formatted(graph.getNode(last).getOpType()));
    }
    graph
        .removeNode(last)
        .addInitializer(OnnxGraph.floats("calibration_slope", (float) scaling.slope()))
        .addInitializer(OnnxGraph.floats("calibration_intercept", (float) scaling.intercept()))
        .addNode(OnnxGraph.nodeProto("Mul", List.of(OnnxGraph.LOGIT, "calibration_slope"), SCALED))
        .addNode(OnnxGraph.nodeProto("Add", List.of(SCALED, "calibration_intercept"), CALIBRATED))
        .addNode(OnnxGraph.nodeProto("Sigmoid", List.of(CALIBRATED), OnnxGraph.PROBABILITY));
    return original.toBuilder().setGraph(graph).build().toByteArray();
  }

  /** The same model, ending at its logit. */
  static byte[] logits(byte[] model) {
    ModelProto original = parse(model);
    GraphProto.Builder graph = original.getGraph().toBuilder();
    graph
        .removeNode(graph.getNodeCount() - 1)
        .clearOutput()
        .addOutput(OnnxGraph.tensor(OnnxGraph.LOGIT, 1));
    return original.toBuilder().setGraph(graph).build().toByteArray();
  }

  private static ModelProto parse(byte[] model) {
    try {
      return ModelProto.parseFrom(model);
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalArgumentException("model: " + model.length + " bytes (expected: ONNX)", e);
    }
  }
}

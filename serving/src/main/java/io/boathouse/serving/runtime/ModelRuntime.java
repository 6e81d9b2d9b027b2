package io.boathouse.serving.runtime;

import java.util.List;

/**
 * A loaded model. Scoring burns CPU and never waits. Thread-safe; the same inputs give the same
 * bits whatever the batch that they come in and however often they are asked.
 */
public interface ModelRuntime extends AutoCloseable {
  /** The reason of a failure to score because the model was closed meanwhile. */
  String UNLOADED = "MODEL_UNLOADED";

  /** The reason of a score that was stopped. */
  String STOPPED = "SCORE_STOPPED";

  /** The name in the Open Inference Protocol's metadata, such as {@code onnx_onnxv1}. */
  String platform();

  List<TensorSpec> inputs();

  List<TensorSpec> outputs();

  /**
   * Scores.
   *
   * @param inputs exactly the model's inputs, in its order, each of an accepted shape
   * @return all outputs, in the model's order
   * @throws io.boathouse.platform.error.LakeException INVALID_ARGUMENT naming the input whose type
   *     or shape does not fit
   */
  List<Tensor> infer(List<Tensor> inputs);

  /**
   * Scores, and ends early where the runtime can when it is stopped.
   *
   * @throws io.boathouse.platform.error.LakeException with the reason {@link #STOPPED} if it was
   */
  default List<Tensor> infer(List<Tensor> inputs, Stop stop) {
    return infer(inputs);
  }

  /** Frees native memory; a score that is under way ends first. */
  @Override
  void close();
}

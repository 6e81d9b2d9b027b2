package io.boathouse.serving.inference;

import io.boathouse.serving.runtime.Tensor;
import java.util.List;

/**
 * A request that was read, ready to be scored.
 *
 * @param inputs in the model's order
 * @param wording makes the reply of the model's outputs
 */
public record Prepared(List<Tensor> inputs, Wording wording) {
  public Prepared {
    inputs = List.copyOf(inputs);
  }

  /** Makes a reply of a model's outputs. */
  @FunctionalInterface
  public interface Wording {
    Predictor.Scored word(List<Tensor> outputs);
  }
}

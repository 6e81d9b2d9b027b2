package io.boathouse.serving.runtime;

import java.util.List;

/** In place of a model where the features themselves are the answer. */
public final class NoModel implements ModelRuntime {
  @Override
  public String platform() {
    return "boathouse_features";
  }

  @Override
  public List<TensorSpec> inputs() {
    return List.of();
  }

  @Override
  public List<TensorSpec> outputs() {
    return List.of();
  }

  @Override
  public List<Tensor> infer(List<Tensor> inputs) {
    InputCheck.require(List.of(), inputs);
    return List.of();
  }

  @Override
  public void close() {
    // There is nothing to free.
  }
}

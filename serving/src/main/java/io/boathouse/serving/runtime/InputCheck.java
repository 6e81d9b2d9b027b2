package io.boathouse.serving.runtime;

import java.util.List;

/** Compares given tensors with what a model takes. */
public final class InputCheck {
  private InputCheck() {}

  /**
   * @throws io.boathouse.platform.error.LakeException INVALID_ARGUMENT naming the input that does
   *     not fit
   */
  public static void require(List<TensorSpec> expected, List<Tensor> given) {
    boolean named = given.size() == expected.size();
    for (int i = 0; named && i < expected.size(); i++) {
      named = given.get(i).name().equals(expected.get(i).name());
    }
    if (!named) {
      throw RuntimeErrors.wrongInputs(
          given.stream().map(Tensor::name).toList(),
          expected.stream().map(TensorSpec::name).toList());
    }
    for (int i = 0; i < expected.size(); i++) {
      TensorSpec spec = expected.get(i);
      if (spec.datatype() != given.get(i).datatype()) {
        throw RuntimeErrors.wrongDatatype(spec, given.get(i).datatype());
      }
      if (!spec.accepts(given.get(i).shape())) {
        throw RuntimeErrors.wrongShape(spec, given.get(i).shape());
      }
    }
  }
}

package io.boathouse.serving.inference;

import io.boathouse.serving.runtime.TensorSpec;
import java.util.List;

/** Turns a request's body into a model's inputs. Thread-safe. */
interface InputAssembler {
  /** What the model takes in the words of requests, for messages and documentation. */
  List<String> expected();

  /** What each row of a request in the form {@code instances} carries. */
  List<RequestField> fields();

  /** Whether assembling may wait for features that are kept elsewhere. */
  default boolean waits() {
    return false;
  }

  /**
   * @throws io.boathouse.platform.error.LakeException INVALID_ARGUMENT naming the column and row,
   *     or the tensor, that does not fit
   */
  Assembled assemble(InvocationBody body);

  /** The assembler of a model whose inputs are asked for one by one. */
  static InputAssembler tensors(List<TensorSpec> specs) {
    return new TensorAssembler(specs);
  }
}

package io.boathouse.serving.inference;

import io.boathouse.serving.runtime.Tensor;
import java.util.List;
import java.util.Optional;

/**
 * A model's inputs, ready to be scored.
 *
 * @param rows how many rows they hold
 * @param vectors what the model sees by column, where it sees one matrix
 */
record Assembled(List<Tensor> tensors, int rows, Optional<Vectors> vectors) {
  Assembled {
    tensors = List.copyOf(tensors);
  }

  /**
   * Feature vectors.
   *
   * @param columns in the order of the matrix
   * @param values row by row
   */
  record Vectors(List<String> columns, float[] values) {}
}

package io.boathouse.serving.runtime;

import java.util.List;

/**
 * What a model takes or gives.
 *
 * @param shape sizes by dimension; -1 where any is taken
 */
public record TensorSpec(String name, Datatype datatype, List<Long> shape) {
  public TensorSpec {
    shape = List.copyOf(shape);
  }

  /** Whether a tensor of this shape fits. */
  public boolean accepts(List<Long> actual) {
    if (actual.size() != shape.size()) {
      return false;
    }
    for (int i = 0; i < shape.size(); i++) {
      if (shape.get(i) >= 0 && !shape.get(i).equals(actual.get(i))) {
        return false;
      }
    }
    return true;
  }
}

package io.boathouse.registry.signature;

import java.util.List;
import java.util.Optional;

/** The inputs or the outputs of a model: all columns, or all tensors. */
public sealed interface ModelSchema {
  /** Named columns, in order. */
  record Columns(List<Column> columns) implements ModelSchema {
    public Columns {
      columns = List.copyOf(columns);
    }
  }

  /** Tensors, in order. */
  record Tensors(List<Tensor> tensors) implements ModelSchema {
    public Tensors {
      tensors = List.copyOf(tensors);
    }
  }

  /** One column. @param name empty for a single unnamed column */
  record Column(Optional<String> name, ValueType type, boolean required) {}

  /** One tensor. @param shape with -1 for a dimension of any size */
  record Tensor(Optional<String> name, String dtype, List<Long> shape) {
    public Tensor {
      shape = List.copyOf(shape);
    }
  }
}

package io.boathouse.serving.runtime;

import java.util.Arrays;
import java.util.Optional;

/** Element types of tensors, by their names in the Open Inference Protocol. */
public enum Datatype {
  BOOL,
  INT8,
  INT16,
  INT32,
  INT64,
  FP32,
  FP64,
  /** Text; Java String. */
  BYTES;

  /** The type of that name. @return empty for UINT8, FP16 and others that no runtime here takes */
  public static Optional<Datatype> find(String name) {
    return Arrays.stream(values()).filter(type -> type.name().equals(name)).findFirst();
  }

  /** Whether elements are numbers with a fraction. */
  public boolean isFloating() {
    return this == FP32 || this == FP64;
  }

  /** Whether elements are whole numbers. */
  public boolean isWhole() {
    return this == INT8 || this == INT16 || this == INT32 || this == INT64;
  }
}

package io.boathouse.serving.runtime;

import java.util.List;

/**
 * A named, typed block of values in row-major order.
 *
 * @param shape sizes by dimension, none negative; their product is the number of elements
 * @param data float[] for FP32, double[] for FP64, long[] for all whole numbers, boolean[] for
 *     BOOL, String[] for BYTES; not copied, so whoever makes the tensor leaves it alone
 */
public record Tensor(String name, Datatype datatype, List<Long> shape, Object data) {
  public Tensor {
    shape = List.copyOf(shape);
    long elements = 1;
    for (long size : shape) {
      elements = Math.multiplyExact(elements, size);
    }
    if (elements != length(datatype, data)) {
      throw RuntimeErrors.elementCount(name, elements, length(datatype, data));
    }
  }

  /** A matrix of float32. */
  public static Tensor matrix(String name, float[] data, int rows, int columns) {
    return new Tensor(name, Datatype.FP32, List.of((long) rows, (long) columns), data);
  }

  /** Number of elements. */
  public int elements() {
    return length(datatype, data);
  }

  /** An element as a number; 0 or 1 for a flag. */
  public double number(int index) {
    return switch (datatype) {
      case FP32 -> ((float[]) data)[index];
      case FP64 -> ((double[]) data)[index];
      case INT8, INT16, INT32, INT64 -> ((long[]) data)[index];
      case BOOL -> ((boolean[]) data)[index] ? 1 : 0;
      case BYTES -> Double.NaN;
    };
  }

  /** An element in its own class: Float, Double, Long, Boolean or String. */
  public Object value(int index) {
    return switch (datatype) {
      case FP32 -> ((float[]) data)[index];
      case FP64 -> ((double[]) data)[index];
      case INT8, INT16, INT32, INT64 -> ((long[]) data)[index];
      case BOOL -> ((boolean[]) data)[index];
      case BYTES -> ((String[]) data)[index];
    };
  }

  private static int length(Datatype datatype, Object data) {
    return switch (datatype) {
      case FP32 -> ((float[]) data).length;
      case FP64 -> ((double[]) data).length;
      case INT8, INT16, INT32, INT64 -> ((long[]) data).length;
      case BOOL -> ((boolean[]) data).length;
      case BYTES -> ((String[]) data).length;
    };
  }
}

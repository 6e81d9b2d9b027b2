package io.boathouse.serving.inference;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.JsonNode;
import io.boathouse.platform.error.LakeException;
import io.boathouse.serving.runtime.Datatype;
import io.boathouse.serving.runtime.Tensor;
import io.boathouse.serving.runtime.TensorSpec;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * Tensors as JSON. Whole numbers stay exact at 64 bits, a null among fractions is NaN, and NaN and
 * infinities are written as null, as JSON has no word for them.
 */
public final class TensorJson {
  private TensorJson() {}

  /** Reads nested lists whose nesting is the shape. A column of n cells also fits [n, 1]. */
  static Tensor nested(TensorSpec spec, JsonNode value) {
    List<Long> shape = new ArrayList<>();
    JsonNode level = value;
    while (level.isArray()) {
      shape.add((long) level.size());
      level = level.path(0);
    }
    List<JsonNode> elements = new ArrayList<>();
    flatten(spec.name(), value, shape, 0, elements);
    if (shape.size() == spec.shape().size() - 1 && spec.shape().getLast() == 1) {
      shape.add(1L);
    }
    return new Tensor(spec.name(), spec.datatype(), shape, data(spec, elements));
  }

  /** Reads a list of elements, flat or nested, of a shape that is said apart. */
  public static Tensor shaped(TensorSpec spec, List<Long> shape, JsonNode value) {
    List<JsonNode> elements = new ArrayList<>();
    flattenAll(value, elements);
    return new Tensor(spec.name(), spec.datatype(), shape, data(spec, elements));
  }

  /** Writes the elements in a flat list. */
  public static void flat(JsonGenerator out, Tensor tensor) throws IOException {
    out.writeStartArray();
    for (int i = 0; i < tensor.elements(); i++) {
      element(out, tensor, i);
    }
    out.writeEndArray();
  }

  /** Writes one element. */
  static void element(JsonGenerator out, Tensor tensor, int index) throws IOException {
    switch (tensor.datatype()) {
      case FP32 -> {
        float value = ((float[]) tensor.data())[index];
        if (Float.isFinite(value)) {
          out.writeNumber(value);
        } else {
          out.writeNull();
        }
      }
      case FP64 -> {
        double value = ((double[]) tensor.data())[index];
        if (Double.isFinite(value)) {
          out.writeNumber(value);
        } else {
          out.writeNull();
        }
      }
      case INT8, INT16, INT32, INT64 -> out.writeNumber(((long[]) tensor.data())[index]);
      case BOOL -> out.writeBoolean(((boolean[]) tensor.data())[index]);
      case BYTES -> out.writeString(((String[]) tensor.data())[index]);
    }
  }

  private static void flatten(
      String name, JsonNode value, List<Long> shape, int depth, List<JsonNode> into) {
    boolean list = depth < shape.size();
    if (value.isArray() != list || (list && value.size() != shape.get(depth))) {
      throw InferenceErrors.ragged(name);
    }
    if (!list) {
      into.add(value);
      return;
    }
    for (JsonNode item : value) {
      flatten(name, item, shape, depth + 1, into);
    }
  }

  private static void flattenAll(JsonNode value, List<JsonNode> into) {
    if (value.isArray()) {
      for (JsonNode item : value) {
        flattenAll(item, into);
      }
    } else {
      into.add(value);
    }
  }

  private static Object data(TensorSpec spec, List<JsonNode> elements) {
    int count = elements.size();
    return switch (spec.datatype()) {
      case FP32 -> {
        float[] values = new float[count];
        for (int i = 0; i < count; i++) {
          values[i] = (float) fraction(spec, elements.get(i));
        }
        yield values;
      }
      case FP64 -> {
        double[] values = new double[count];
        for (int i = 0; i < count; i++) {
          values[i] = fraction(spec, elements.get(i));
        }
        yield values;
      }
      case INT8, INT16, INT32, INT64 -> {
        long[] values = new long[count];
        for (int i = 0; i < count; i++) {
          values[i] = whole(spec, elements.get(i));
        }
        yield values;
      }
      case BOOL -> {
        boolean[] values = new boolean[count];
        for (int i = 0; i < count; i++) {
          values[i] = flag(spec, elements.get(i));
        }
        yield values;
      }
      case BYTES -> {
        String[] values = new String[count];
        for (int i = 0; i < count; i++) {
          if (!elements.get(i).isTextual()) {
            throw refused(spec, elements.get(i));
          }
          values[i] = elements.get(i).textValue();
        }
        yield values;
      }
    };
  }

  private static double fraction(TensorSpec spec, JsonNode element) {
    if (element.isNull()) {
      return Double.NaN;
    }
    if (!element.isNumber()) {
      throw refused(spec, element);
    }
    return element.doubleValue();
  }

  private static long whole(TensorSpec spec, JsonNode element) {
    if (!element.isIntegralNumber() || !element.canConvertToLong()) {
      throw refused(spec, element);
    }
    long value = element.longValue();
    int bits = bits(spec.datatype());
    if (bits < 64 && (value < -(1L << (bits - 1)) || value >= 1L << (bits - 1))) {
      throw refused(spec, element);
    }
    return value;
  }

  private static int bits(Datatype type) {
    return switch (type) {
      case INT8 -> 8;
      case INT16 -> 16;
      case INT32 -> 32;
      default -> 64;
    };
  }

  private static boolean flag(TensorSpec spec, JsonNode element) {
    if (!element.isBoolean()) {
      throw refused(spec, element);
    }
    return element.booleanValue();
  }

  private static LakeException refused(TensorSpec spec, JsonNode element) {
    return InferenceErrors.wrongElement(spec.name(), spec.datatype().name(), element.toString());
  }
}

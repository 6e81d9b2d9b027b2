package io.boathouse.serving.protocol;

import io.boathouse.serving.runtime.Datatype;
import io.boathouse.serving.runtime.Tensor;
import io.boathouse.serving.runtime.TensorSpec;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * Tensors in the binary form of the Open Inference Protocol: row-major, little-endian, no padding;
 * a flag is one byte, a text its length in four bytes and its bytes.
 */
final class TensorBytes {
  private TensorBytes() {}

  /**
   * @param model for messages
   * @throws io.boathouse.platform.error.LakeException INVALID_ARGUMENT if the bytes are not as many
   *     as the shape asks for
   */
  static Tensor read(String model, TensorSpec spec, List<Long> shape, ByteBuffer given) {
    ByteBuffer bytes = given.slice().order(ByteOrder.LITTLE_ENDIAN);
    long elements = shape.stream().mapToLong(Long::longValue).reduce(1, Math::multiplyExact);
    if (spec.datatype() == Datatype.BYTES) {
      return new Tensor(spec.name(), spec.datatype(), shape, texts(model, spec, bytes, elements));
    }
    int width = width(spec.datatype());
    if (elements > Integer.MAX_VALUE / 8 || bytes.remaining() != elements * width) {
      throw ProtocolErrors.wrongBytes(spec.name(), model, elements * width, bytes.remaining());
    }
    return new Tensor(
        spec.name(), spec.datatype(), shape, values(spec.datatype(), bytes, (int) elements));
  }

  private static Object values(Datatype type, ByteBuffer bytes, int count) {
    return switch (type) {
      case FP32 -> {
        float[] values = new float[count];
        bytes.asFloatBuffer().get(values);
        yield values;
      }
      case FP64 -> {
        double[] values = new double[count];
        bytes.asDoubleBuffer().get(values);
        yield values;
      }
      case INT64 -> {
        long[] values = new long[count];
        bytes.asLongBuffer().get(values);
        yield values;
      }
      case INT8, INT16, INT32 -> {
        long[] values = new long[count];
        for (int i = 0; i < count; i++) {
          values[i] =
              switch (type) {
                case INT8 -> bytes.get();
                case INT16 -> bytes.getShort();
                default -> bytes.getInt();
              };
        }
        yield values;
      }
      case BOOL -> {
        boolean[] values = new boolean[count];
        for (int i = 0; i < count; i++) {
          values[i] = bytes.get() != 0;
        }
        yield values;
      }
      case BYTES -> throw new IllegalArgumentException("type: BYTES (expected: of one width)");
    };
  }

  private static String[] texts(String model, TensorSpec spec, ByteBuffer bytes, long elements) {
    int size = bytes.remaining();
    if (elements > size / 4) {
      throw ProtocolErrors.wrongBytes(spec.name(), model, 4 * elements, size);
    }
    String[] texts = new String[(int) elements];
    for (int i = 0; i < texts.length; i++) {
      int length = bytes.remaining() < 4 ? -1 : bytes.getInt();
      if (length < 0 || length > bytes.remaining()) {
        throw ProtocolErrors.wrongBytes(spec.name(), model, size + 1L, size);
      }
      byte[] text = new byte[length];
      bytes.get(text);
      texts[i] = new String(text, StandardCharsets.UTF_8);
    }
    if (bytes.hasRemaining()) {
      throw ProtocolErrors.wrongBytes(spec.name(), model, size - (long) bytes.remaining(), size);
    }
    return texts;
  }

  static byte[] write(Tensor tensor) {
    if (tensor.datatype() == Datatype.BYTES) {
      return written((String[]) tensor.data());
    }
    ByteBuffer bytes =
        ByteBuffer.allocate(tensor.elements() * width(tensor.datatype()))
            .order(ByteOrder.LITTLE_ENDIAN);
    switch (tensor.datatype()) {
      case FP32 -> bytes.asFloatBuffer().put((float[]) tensor.data());
      case FP64 -> bytes.asDoubleBuffer().put((double[]) tensor.data());
      case INT64 -> bytes.asLongBuffer().put((long[]) tensor.data());
      default -> {
        for (int i = 0; i < tensor.elements(); i++) {
          long value = (long) tensor.number(i);
          switch (width(tensor.datatype())) {
            case 1 -> bytes.put((byte) value);
            case 2 -> bytes.putShort((short) value);
            default -> bytes.putInt((int) value);
          }
        }
      }
    }
    return bytes.array();
  }

  private static byte[] written(String[] texts) {
    byte[][] encoded = new byte[texts.length][];
    int size = 0;
    for (int i = 0; i < texts.length; i++) {
      encoded[i] = texts[i].getBytes(StandardCharsets.UTF_8);
      size += 4 + encoded[i].length;
    }
    ByteBuffer bytes = ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
    for (byte[] text : encoded) {
      bytes.putInt(text.length).put(text);
    }
    return bytes.array();
  }

  private static int width(Datatype type) {
    return switch (type) {
      case BOOL, INT8 -> 1;
      case INT16 -> 2;
      case INT32, FP32 -> 4;
      case INT64, FP64 -> 8;
      case BYTES -> throw new IllegalArgumentException("type: BYTES (expected: of one width)");
    };
  }
}

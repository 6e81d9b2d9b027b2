package io.boathouse.serving.protocol;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.WireFormat;
import io.boathouse.serving.runtime.Datatype;
import io.boathouse.serving.runtime.Tensor;
import io.boathouse.serving.runtime.TensorSpec;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** InferTensorContents: the elements of a tensor, in the list of their kind. */
final class GrpcContents {
  private static final int LAST = 8;

  private final List<Object> elements = new ArrayList<>();
  private int kind;

  static GrpcContents read(CodedInputStream in) throws IOException {
    GrpcContents contents = new GrpcContents();
    for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
      int number = WireFormat.getTagFieldNumber(tag);
      if (number < 1 || number > LAST) {
        if (!in.skipField(tag)) {
          break;
        }
        continue;
      }
      contents.kind = number;
      boolean packed =
          number != LAST && WireFormat.getTagWireType(tag) == WireFormat.WIRETYPE_LENGTH_DELIMITED;
      if (packed) {
        CodedInputStream part = in.readBytes().newCodedInput();
        while (!part.isAtEnd()) {
          contents.elements.add(element(number, part));
        }
      } else {
        contents.elements.add(element(number, in));
      }
    }
    return contents;
  }

  private static Object element(int number, CodedInputStream in) throws IOException {
    return switch (number) {
      case 1 -> in.readBool();
      case 2 -> (long) in.readInt32();
      case 3 -> in.readInt64();
      case 4 -> in.readUInt32() & 0xffffffffL;
      case 5 -> in.readUInt64();
      case 6 -> in.readFloat();
      case 7 -> in.readDouble();
      default -> in.readBytes().toString(StandardCharsets.UTF_8);
    };
  }

  /**
   * @throws io.boathouse.platform.error.LakeException INVALID_ARGUMENT if the elements are of
   *     another kind, or not as many as the shape asks for
   */
  Tensor tensor(TensorSpec spec) {
    if (!elements.isEmpty() && kind != kind(spec.datatype())) {
      throw ProtocolErrors.wrongContents(spec.name(), spec.datatype().name());
    }
    return new Tensor(spec.name(), spec.datatype(), spec.shape(), data(spec.datatype()));
  }

  private static int kind(Datatype type) {
    return switch (type) {
      case BOOL -> 1;
      case INT8, INT16, INT32 -> 2;
      case INT64 -> 3;
      case FP32 -> 6;
      case FP64 -> 7;
      case BYTES -> LAST;
    };
  }

  private Object data(Datatype type) {
    int count = elements.size();
    return switch (type) {
      case BOOL -> {
        boolean[] values = new boolean[count];
        for (int i = 0; i < count; i++) {
          values[i] = (Boolean) elements.get(i);
        }
        yield values;
      }
      case INT8, INT16, INT32, INT64 -> elements.stream().mapToLong(Long.class::cast).toArray();
      case FP32 -> {
        float[] values = new float[count];
        for (int i = 0; i < count; i++) {
          values[i] = (Float) elements.get(i);
        }
        yield values;
      }
      case FP64 -> elements.stream().mapToDouble(Double.class::cast).toArray();
      case BYTES -> elements.toArray(String[]::new);
    };
  }
}

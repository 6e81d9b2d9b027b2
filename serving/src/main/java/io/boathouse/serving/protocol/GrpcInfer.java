package io.boathouse.serving.protocol;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.WireFormat;
import io.boathouse.serving.inference.LiveEntity;
import io.boathouse.serving.inference.Predictor;
import io.boathouse.serving.inference.Prepared;
import io.boathouse.serving.inference.ReplyBody;
import io.boathouse.serving.runtime.Tensor;
import io.boathouse.serving.runtime.TensorSpec;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** ModelInferRequest in, ModelInferResponse out: raw contents where the request had them. */
final class GrpcInfer {
  private String id = "";
  private final List<Input> inputs = new ArrayList<>();
  private final List<String> outputs = new ArrayList<>();
  private final List<ByteBuffer> raw = new ArrayList<>();

  private GrpcInfer() {}

  private static final class Input {
    private String name = "";
    private String datatype = "";
    private final List<Long> shape = new ArrayList<>();
    private GrpcContents contents = new GrpcContents();
  }

  /** Handles a field of a message. @return whether it is known */
  @FunctionalInterface
  private interface Field {
    boolean read(int number, CodedInputStream in) throws IOException;
  }

  static Prepared prepare(String name, LiveEntity entity, byte[] message) {
    GrpcInfer request = new GrpcInfer();
    try {
      each(CodedInputStream.newInstance(message), request::field);
    } catch (IOException e) {
      throw ProtocolErrors.brokenMessage(e);
    }
    return request.prepared(name, entity);
  }

  private boolean field(int number, CodedInputStream in) throws IOException {
    switch (number) {
      case 3 -> id = in.readStringRequireUtf8();
      case 5 -> {
        Input input = new Input();
        each(in.readBytes().newCodedInput(), (field, part) -> input(input, field, part));
        inputs.add(input);
      }
      case 6 ->
          each(
              in.readBytes().newCodedInput(),
              (field, part) -> field == 1 && outputs.add(part.readStringRequireUtf8()));
      case 7 -> raw.add(in.readByteBuffer());
      default -> {
        return false;
      }
    }
    return true;
  }

  private static boolean input(Input input, int number, CodedInputStream in) throws IOException {
    switch (number) {
      case 1 -> input.name = in.readStringRequireUtf8();
      case 2 -> input.datatype = in.readStringRequireUtf8();
      case 3 -> {
        if (WireFormat.getTagWireType(in.getLastTag()) == WireFormat.WIRETYPE_VARINT) {
          input.shape.add(in.readInt64());
        } else {
          CodedInputStream packed = in.readBytes().newCodedInput();
          while (!packed.isAtEnd()) {
            input.shape.add(packed.readInt64());
          }
        }
      }
      case 5 -> input.contents = GrpcContents.read(in.readBytes().newCodedInput());
      default -> {
        return false;
      }
    }
    return true;
  }

  private static void each(CodedInputStream in, Field field) throws IOException {
    for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
      if (!field.read(WireFormat.getTagFieldNumber(tag), in) && !in.skipField(tag)) {
        return;
      }
    }
  }

  private Prepared prepared(String name, LiveEntity entity) {
    TensorOrder order = new TensorOrder(name, entity.runtime());
    if (!raw.isEmpty() && raw.size() != inputs.size()) {
      throw ProtocolErrors.wrongBytes("raw_input_contents", name, inputs.size(), raw.size());
    }
    List<Tensor> given = new ArrayList<>();
    for (int i = 0; i < inputs.size(); i++) {
      Input input = inputs.get(i);
      TensorSpec spec = order.given(input.name, input.datatype, input.shape);
      given.add(
          raw.isEmpty()
              ? input.contents.tensor(spec)
              : TensorBytes.read(name, spec, input.shape, raw.get(i)));
    }
    List<Tensor> ordered = order.ordered(given);
    outputs.forEach(order::requireOutput);
    List<String> wanted = outputs.isEmpty() ? order.outputs() : List.copyOf(outputs);
    Optional<String> clientId = id.isEmpty() ? Optional.empty() : Optional.of(id);
    return new Prepared(
        ordered,
        scored -> {
          List<Tensor> chosen = order.chosen(scored, wanted);
          return new Predictor.Scored(
              new ReplyBody(
                  reply(name, entity, chosen),
                  Optional.empty(),
                  Optional.of(() -> OpenInference.texts(name, entity, clientId, ordered, chosen))),
              clientId,
              Optional.empty());
        });
  }

  private byte[] reply(String name, LiveEntity entity, List<Tensor> chosen) {
    return GrpcMessages.message(
        out -> {
          out.writeString(1, name);
          out.writeString(2, Integer.toString(entity.version()));
          if (!id.isEmpty()) {
            out.writeString(3, id);
          }
          for (Tensor tensor : chosen) {
            out.writeByteArray(
                5,
                GrpcMessages.head(
                    tensor.name(),
                    tensor.datatype().name(),
                    tensor.shape(),
                    part -> {
                      if (raw.isEmpty()) {
                        part.writeByteArray(5, GrpcMessages.contents(tensor));
                      }
                    }));
          }
          if (!raw.isEmpty()) {
            for (Tensor tensor : chosen) {
              out.writeByteArray(6, TensorBytes.write(tensor));
            }
          }
        });
  }
}

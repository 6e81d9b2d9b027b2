package io.boathouse.serving.protocol;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.WireFormat;
import io.boathouse.serving.inference.LiveEntity;
import io.boathouse.serving.runtime.Tensor;
import io.boathouse.serving.runtime.TensorSpec;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;

/**
 * The messages of {@code inference.GRPCInferenceService} (kserve/open-inference-protocol,
 * open_inference_grpc.proto) but for inference, in protobuf's wire format.
 */
final class GrpcMessages {
  private GrpcMessages() {}

  /** Writes the fields of a message. */
  @FunctionalInterface
  interface Fields {
    void write(CodedOutputStream out) throws IOException;
  }

  static byte[] message(Fields fields) {
    var bytes = new ByteArrayOutputStream();
    try {
      CodedOutputStream out = CodedOutputStream.newInstance(bytes);
      fields.write(out);
      out.flush();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  /** Which model a request speaks of. Its fields are the same in all messages that have them. */
  record ModelName(String name, String version) {
    static ModelName read(byte[] message) {
      String name = "";
      String version = "";
      try {
        CodedInputStream in = CodedInputStream.newInstance(message);
        for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
          switch (tag) {
            case (1 << 3) | WireFormat.WIRETYPE_LENGTH_DELIMITED ->
                name = in.readStringRequireUtf8();
            case (2 << 3) | WireFormat.WIRETYPE_LENGTH_DELIMITED ->
                version = in.readStringRequireUtf8();
            default -> {
              if (!in.skipField(tag)) {
                throw ProtocolErrors.brokenMessage(null);
              }
            }
          }
        }
      } catch (IOException e) {
        throw ProtocolErrors.brokenMessage(e);
      }
      return new ModelName(name, version);
    }
  }

  /**
   * What a RepositoryIndexRequest, RepositoryModelLoadRequest or RepositoryModelUnloadRequest asks
   * for.
   *
   * @param model empty in a RepositoryIndexRequest
   */
  record RepositoryCall(String model, boolean readyOnly) {
    /**
     * @throws io.boathouse.platform.error.LakeException INVALID_ARGUMENT if it brings files or a
     *     configuration
     */
    static RepositoryCall read(byte[] message) {
      String model = "";
      boolean ready = false;
      try {
        CodedInputStream in = CodedInputStream.newInstance(message);
        for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
          switch (tag) {
            case (2 << 3) | WireFormat.WIRETYPE_VARINT -> ready = in.readBool();
            case (2 << 3) | WireFormat.WIRETYPE_LENGTH_DELIMITED ->
                model = in.readStringRequireUtf8();
            case (3 << 3) | WireFormat.WIRETYPE_LENGTH_DELIMITED ->
                ModelRepository.requireKnown(key(in.readByteArray()));
            default -> {
              if (!in.skipField(tag)) {
                throw ProtocolErrors.brokenMessage(null);
              }
            }
          }
        }
      } catch (IOException e) {
        throw ProtocolErrors.brokenMessage(e);
      }
      return new RepositoryCall(model, ready);
    }

    /** An entry of a map is a message with its key in field 1. */
    private static String key(byte[] entry) throws IOException {
      CodedInputStream in = CodedInputStream.newInstance(entry);
      return in.readTag() == ((1 << 3) | WireFormat.WIRETYPE_LENGTH_DELIMITED)
          ? in.readStringRequireUtf8()
          : "";
    }
  }

  /** RepositoryIndexResponse. */
  static byte[] index(List<ModelRepository.Entry> entries) {
    return message(
        out -> {
          for (ModelRepository.Entry entry : entries) {
            out.writeByteArray(1, entry(entry));
          }
        });
  }

  private static byte[] entry(ModelRepository.Entry entry) {
    return message(
        out -> {
          out.writeString(1, entry.name());
          out.writeString(2, entry.version());
          out.writeString(3, entry.state());
          out.writeString(4, entry.reason());
        });
  }

  /** ServerLiveResponse, ServerReadyResponse and ModelReadyResponse are alike. */
  static byte[] yes() {
    return message(out -> out.writeBool(1, true));
  }

  static byte[] server(String version, List<String> extensions) {
    return message(
        out -> {
          out.writeString(1, "boathouse");
          out.writeString(2, version);
          for (String extension : extensions) {
            out.writeString(3, extension);
          }
        });
  }

  static byte[] metadata(String name, List<LiveEntity> entities, LiveEntity shown) {
    return message(
        out -> {
          out.writeString(1, name);
          for (String version : OpenInference.versions(entities)) {
            out.writeString(2, version);
          }
          out.writeString(3, shown.runtime().platform());
          for (TensorSpec spec : shown.runtime().inputs()) {
            out.writeByteArray(4, tensor(spec));
          }
          for (TensorSpec spec : shown.runtime().outputs()) {
            out.writeByteArray(5, tensor(spec));
          }
        });
  }

  private static byte[] tensor(TensorSpec spec) {
    return head(spec.name(), spec.datatype().name(), spec.shape(), out -> {});
  }

  /** Name, datatype and shape have the same numbers wherever a tensor is spoken of. */
  static byte[] head(String name, String datatype, List<Long> shape, Fields more) {
    return message(
        out -> {
          out.writeString(1, name);
          out.writeString(2, datatype);
          out.writeByteArray(
              3,
              message(
                  sizes -> {
                    for (long size : shape) {
                      sizes.writeInt64NoTag(size);
                    }
                  }));
          more.write(out);
        });
  }

  /** InferTensorContents. */
  static byte[] contents(Tensor tensor) {
    return message(
        out -> {
          for (int i = 0; i < tensor.elements(); i++) {
            switch (tensor.datatype()) {
              case BOOL -> out.writeBool(1, ((boolean[]) tensor.data())[i]);
              case INT8, INT16, INT32 -> out.writeInt32(2, (int) ((long[]) tensor.data())[i]);
              case INT64 -> out.writeInt64(3, ((long[]) tensor.data())[i]);
              case FP32 -> out.writeFloat(6, ((float[]) tensor.data())[i]);
              case FP64 -> out.writeDouble(7, ((double[]) tensor.data())[i]);
              case BYTES -> out.writeString(8, ((String[]) tensor.data())[i]);
            }
          }
        });
  }
}

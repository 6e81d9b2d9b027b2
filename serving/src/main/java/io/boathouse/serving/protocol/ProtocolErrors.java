package io.boathouse.serving.protocol;

import static io.boathouse.platform.error.ErrorCode.INTERNAL;
import static io.boathouse.platform.error.ErrorCode.INVALID_ARGUMENT;
import static io.boathouse.platform.error.ErrorCode.NOT_FOUND;
import static io.boathouse.platform.error.ErrorCode.UNSUPPORTED;

import io.boathouse.platform.error.LakeException;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Failures of the inference protocols. */
final class ProtocolErrors {
  private ProtocolErrors() {}

  static LakeException internal(Throwable cause) {
    return new LakeException(INTERNAL, "INTERNAL", "The server made a mistake.", Map.of(), cause);
  }

  static LakeException csv(int line, String problem) {
    return new LakeException(
        INVALID_ARGUMENT,
        "BAD_REQUEST",
        "Line %d of the CSV cannot be read: %s. Send a header and one line a row."
            .formatted(line, problem),
        Map.of("field", "body", "line", Integer.toString(line)));
  }

  static LakeException invalidHeader(String header, String found, String expected) {
    return new LakeException(
        INVALID_ARGUMENT,
        "INVALID_HEADER",
        "The header '%s' is '%s' (expected: %s).".formatted(header, shorten(found), expected),
        Map.of("field", header, "value", shorten(found)));
  }

  static LakeException noTarget(String header) {
    return new LakeException(
        INVALID_ARGUMENT,
        "NO_TARGET_MODEL",
        "Name the endpoint in the header '%s', or as serving.invocations_endpoint of the server's configuration."
            .formatted(header),
        Map.of("field", header));
  }

  static LakeException missing(String field) {
    return new LakeException(
        INVALID_ARGUMENT,
        "MISSING_FIELD",
        "The field '%s' is missing or of another type.".formatted(shorten(field)),
        Map.of("field", shorten(field)));
  }

  static LakeException unknownDatatype(String tensor, String datatype) {
    return new LakeException(
        INVALID_ARGUMENT,
        "UNKNOWN_DATATYPE",
        "Input '%s' has the datatype '%s', which is not served."
            .formatted(shorten(tensor), shorten(datatype)),
        Map.of("field", shorten(tensor), "value", shorten(datatype)));
  }

  static LakeException unexpectedShape(String tensor, String model, String found) {
    return new LakeException(
        INVALID_ARGUMENT,
        "WRONG_SHAPE",
        "unexpected shape for input '%s' for model '%s': %s"
            .formatted(shorten(tensor), model, shorten(found)),
        Map.of("field", shorten(tensor), "value", shorten(found)));
  }

  static LakeException unknownTensor(String kind, String tensor, List<String> known) {
    return new LakeException(
        INVALID_ARGUMENT,
        "UNKNOWN_TENSOR",
        "There is no %s '%s'; the model has %s.".formatted(kind, shorten(tensor), known),
        Map.of("field", kind, "value", shorten(tensor)));
  }

  static LakeException missingTensor(String tensor, List<String> known) {
    return new LakeException(
        INVALID_ARGUMENT,
        "MISSING_TENSOR",
        "Input '%s' is missing; the model takes %s.".formatted(tensor, known),
        Map.of("field", tensor));
  }

  static LakeException wrongBytes(String tensor, String model, long expected, long found) {
    return new LakeException(
        INVALID_ARGUMENT,
        "WRONG_BINARY_SIZE",
        "Input '%s' for model '%s' takes %d bytes or parts and has %d."
            .formatted(shorten(tensor), model, expected, found),
        Map.of("field", shorten(tensor), "value", Long.toString(found)));
  }

  static LakeException wrongContents(String tensor, String datatype) {
    return new LakeException(
        INVALID_ARGUMENT,
        "WRONG_CONTENTS",
        "Input '%s' is %s and its contents are of another kind. Use the list of its kind."
            .formatted(shorten(tensor), datatype),
        Map.of("field", shorten(tensor), "value", datatype));
  }

  static LakeException brokenMessage(@Nullable Throwable cause) {
    return new LakeException(
        INVALID_ARGUMENT,
        "BROKEN_MESSAGE",
        "The request is no message of inference.GRPCInferenceService. Send one, in one frame.",
        Map.of("field", "body"),
        cause);
  }

  static LakeException compressedMessage() {
    return new LakeException(
        UNSUPPORTED,
        "NOT_IMPLEMENTED",
        "Compressed messages are not taken. Send them with the encoding identity.",
        Map.of("field", "grpc-encoding"));
  }

  static LakeException repositoryParameter(String parameter) {
    return new LakeException(
        INVALID_ARGUMENT,
        "UNSUPPORTED_PARAMETER",
        "The parameter '%s' is not taken: models come from the registry and are configured under"
                .formatted(shorten(parameter))
            + " /api/2.0/serving-endpoints. Leave it out.",
        Map.of("field", "parameters." + shorten(parameter)));
  }

  static LakeException versionNotFound(String model, String version) {
    return new LakeException(
        NOT_FOUND,
        "MODEL_VERSION_NOT_FOUND",
        "Model '%s' has no version '%s' here.".formatted(model, shorten(version)),
        Map.of("field", "version", "value", shorten(version)));
  }

  private static String shorten(String text) {
    String line = text.replaceAll("\\p{Cntrl}", " ");
    return line.length() > 120 ? line.substring(0, 120) + "…" : line;
  }
}

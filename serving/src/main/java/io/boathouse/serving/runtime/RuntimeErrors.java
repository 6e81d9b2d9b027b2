package io.boathouse.serving.runtime;

import static io.boathouse.platform.error.ErrorCode.DEADLINE_EXCEEDED;
import static io.boathouse.platform.error.ErrorCode.FAILED_PRECONDITION;
import static io.boathouse.platform.error.ErrorCode.INTERNAL;
import static io.boathouse.platform.error.ErrorCode.INVALID_ARGUMENT;
import static io.boathouse.platform.error.ErrorCode.UNAVAILABLE;

import io.boathouse.platform.error.LakeException;
import java.util.List;
import java.util.Map;

/** Failures of loading and running models. */
final class RuntimeErrors {
  private RuntimeErrors() {}

  static LakeException elementCount(String name, long expected, long found) {
    return new LakeException(
        INVALID_ARGUMENT,
        "WRONG_ELEMENT_COUNT",
        "Input '%s' has %d elements and its shape asks for %d. Send one element per place."
            .formatted(name, found, expected),
        Map.of("field", name, "value", Long.toString(found)));
  }

  static LakeException wrongInputs(List<String> found, List<String> expected) {
    return new LakeException(
        INVALID_ARGUMENT,
        "WRONG_INPUTS",
        "The model takes the inputs %s and got %s. Send exactly those.".formatted(expected, found),
        Map.of("field", "inputs", "value", found.toString()));
  }

  static LakeException wrongDatatype(TensorSpec spec, Datatype found) {
    return new LakeException(
        INVALID_ARGUMENT,
        "WRONG_DATATYPE",
        "Input '%s' is %s and the model takes %s.".formatted(spec.name(), found, spec.datatype()),
        Map.of("field", spec.name(), "value", found.name(), "expected", spec.datatype().name()));
  }

  static LakeException wrongShape(TensorSpec spec, List<Long> found) {
    return new LakeException(
        INVALID_ARGUMENT,
        "WRONG_SHAPE",
        "Unexpected shape %s for input '%s' (expected: %s, -1 is any)."
            .formatted(found, spec.name(), spec.shape()),
        Map.of("field", spec.name(), "value", found.toString()));
  }

  static LakeException unloadable(String model, String problem, Throwable cause) {
    String shown = problem.length() > 300 ? problem.substring(0, 300) + "…" : problem;
    return new LakeException(
        FAILED_PRECONDITION,
        "MODEL_NOT_LOADABLE",
        "Model '%s' cannot be loaded: %s".formatted(model, shown),
        Map.of("model", model),
        cause);
  }

  static LakeException unloadable(String model, String problem) {
    return new LakeException(
        FAILED_PRECONDITION,
        "MODEL_NOT_LOADABLE",
        "Model '%s' cannot be loaded: %s. Register a version that is whole."
            .formatted(model, problem),
        Map.of("model", model));
  }

  static LakeException unservedFlavors(String model, List<String> found, List<String> served) {
    return new LakeException(
        INVALID_ARGUMENT,
        "FLAVOR_NOT_SERVED",
        "Model '%s' has the flavors %s; served are %s. Log it in one of these too."
            .formatted(model, found, served),
        Map.of("field", "entity_name", "value", String.join(",", found)));
  }

  static LakeException externalData(String model, String location) {
    return new LakeException(
        INVALID_ARGUMENT,
        "MODEL_HAS_EXTERNAL_DATA",
        "Model '%s' keeps weights in another file ('%s'), which is not served. Save it as one file."
            .formatted(model, location.length() > 100 ? location.substring(0, 100) : location),
        Map.of("model", model));
  }

  static LakeException unsupportedType(String model, String name, String type) {
    return new LakeException(
        FAILED_PRECONDITION,
        "UNSUPPORTED_TENSOR_TYPE",
        "Model '%s' has '%s' of type %s, which this runtime does not serve."
            .formatted(model, name, type),
        Map.of("model", model, "field", name, "value", type));
  }

  static LakeException failed(Throwable cause) {
    return new LakeException(
        INTERNAL,
        "SCORING_FAILED",
        "The model failed on this input. The server's log tells more under the request id.",
        Map.of(),
        cause);
  }

  static LakeException stopped() {
    return new LakeException(
        DEADLINE_EXCEEDED,
        ModelRuntime.STOPPED,
        "The model was stopped, as nobody waits for its answer any more.",
        Map.of());
  }

  static LakeException closed() {
    return new LakeException(
        UNAVAILABLE,
        ModelRuntime.UNLOADED,
        "The model was unloaded while the request was on its way. Send it again.",
        Map.of());
  }
}

package io.boathouse.serving.endpoint;

import static io.boathouse.platform.error.ErrorCode.CONFLICT;
import static io.boathouse.platform.error.ErrorCode.INVALID_ARGUMENT;
import static io.boathouse.platform.error.ErrorCode.NOT_FOUND;
import static io.boathouse.platform.error.ErrorCode.UNAVAILABLE;
import static io.boathouse.platform.error.ErrorCode.UNSUPPORTED;

import io.boathouse.platform.error.LakeException;
import java.util.List;
import java.util.Map;

/** Failures of endpoints' configuration. */
final class EndpointErrors {
  private EndpointErrors() {}

  static LakeException unknownId(String id) {
    String shown = id.length() > 100 ? id.substring(0, 100) + "…" : id;
    return new LakeException(
        NOT_FOUND,
        "SERVING_ENDPOINT_NOT_FOUND",
        "There is no serving endpoint with the id '%s', or you may not see it. Its description has"
                .formatted(shown)
            + " the id.",
        Map.of("field", "id", "value", shown));
  }

  static LakeException invalid(String field, String value, String expected) {
    String shown = shorten(value);
    return new LakeException(
        INVALID_ARGUMENT,
        "INVALID_ENDPOINT_CONFIG",
        "Invalid value '%s' for '%s': expected %s.".formatted(shown, field, expected),
        Map.of("field", field, "value", shown));
  }

  static LakeException missing(String field) {
    return new LakeException(
        INVALID_ARGUMENT,
        "MISSING_PARAMETER",
        "Missing value for required parameter '%s'. Say which.".formatted(field),
        Map.of("field", field));
  }

  static LakeException updateInProgress(String endpoint) {
    return new LakeException(
        CONFLICT,
        "ENDPOINT_UPDATE_IN_PROGRESS",
        "Endpoint '%s' is being updated. Wait until its state.config_update is NOT_UPDATING."
            .formatted(endpoint),
        Map.of("endpoint", endpoint));
  }

  static LakeException notReady(String endpoint, String why) {
    return new LakeException(
        UNAVAILABLE,
        "ENDPOINT_NOT_READY",
        "Endpoint '%s' does not answer yet: %s. Ask again when its state.ready is READY."
            .formatted(endpoint, shorten(why)),
        Map.of("endpoint", endpoint, "retry_after", "1"));
  }

  static LakeException versionNotReady(String model, int version, String status) {
    return new LakeException(
        INVALID_ARGUMENT,
        "MODEL_VERSION_NOT_READY",
        "Version %d of model '%s' is %s. Serve one that is READY."
            .formatted(version, model, status),
        Map.of("field", "entity_version", "value", Integer.toString(version)));
  }

  static LakeException noSuchEntity(String endpoint, String served, List<String> names) {
    return new LakeException(
        NOT_FOUND,
        "SERVED_ENTITY_NOT_FOUND",
        "Endpoint '%s' serves nothing called '%s'. It serves: %s."
            .formatted(endpoint, shorten(served), String.join(", ", names)),
        Map.of("endpoint", endpoint, "value", shorten(served)));
  }

  static LakeException unsupported(String field, String remedy) {
    return new LakeException(
        UNSUPPORTED,
        "NOT_IMPLEMENTED",
        "The field '%s' is not offered yet. %s".formatted(field, remedy),
        Map.of("field", field));
  }

  private static String shorten(String text) {
    String line = text.replaceAll("\\p{Cntrl}", " ");
    return line.length() > 200 ? line.substring(0, 200) + "…" : line;
  }
}

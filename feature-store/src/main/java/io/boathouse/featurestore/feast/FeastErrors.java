package io.boathouse.featurestore.feast;

import static io.boathouse.platform.error.ErrorCode.INVALID_ARGUMENT;
import static io.boathouse.platform.error.ErrorCode.UNAVAILABLE;
import static io.boathouse.platform.error.ErrorCode.UNSUPPORTED;

import io.boathouse.platform.error.LakeException;
import java.util.Map;

/** Failures of requests in Feast's protocol. */
final class FeastErrors {
  private FeastErrors() {}

  static LakeException invalid(String field, String value, String expected) {
    String shown = value.length() > 120 ? value.substring(0, 120) + "…" : value;
    return new LakeException(
        INVALID_ARGUMENT,
        "INVALID_FEAST_REQUEST",
        "%s is '%s' (expected: %s).".formatted(field, shown, expected),
        Map.of("field", field, "value", shown));
  }

  static LakeException missingEntity(String name) {
    return new LakeException(
        INVALID_ARGUMENT,
        "MISSING_ENTITY",
        "The request has no entity '%s', by which features are looked up. Send a list of its values."
            .formatted(name),
        Map.of("field", "entities", "value", name));
  }

  static LakeException late() {
    return new LakeException(
        UNAVAILABLE,
        "ONLINE_STORE_LATE",
        "The online store did not answer in time. Retry.",
        Map.of());
  }

  static LakeException notBuilt(String operation, String what) {
    return new LakeException(
        UNSUPPORTED,
        "NOT_IMPLEMENTED",
        "The operation '%s' is not built: this feature server does not have %s. Query a vector index instead."
            .formatted(operation, what),
        Map.of());
  }
}

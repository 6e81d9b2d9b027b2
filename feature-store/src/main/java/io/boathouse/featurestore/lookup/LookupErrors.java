package io.boathouse.featurestore.lookup;

import static io.boathouse.platform.error.ErrorCode.INVALID_ARGUMENT;
import static io.boathouse.platform.error.ErrorCode.UNAVAILABLE;

import io.boathouse.platform.error.LakeException;
import java.util.List;
import java.util.Map;

/** Failures of feature lookups. */
final class LookupErrors {
  private LookupErrors() {}

  static LakeException missing(int row, String column) {
    return new LakeException(
        INVALID_ARGUMENT,
        "MISSING_LOOKUP_COLUMN",
        "Row %d has no '%s', which the feature lookup needs. Send it; it may be null."
            .formatted(row, column),
        Map.of("field", column, "row", Integer.toString(row)));
  }

  static LakeException unknownFeature(String name, List<String> features) {
    String shown = name.length() > 120 ? name.substring(0, 120) + "…" : name;
    return new LakeException(
        INVALID_ARGUMENT,
        "UNKNOWN_FEATURE",
        "There is no feature '%s'. There are %s.".formatted(shown, features),
        Map.of("field", "features", "value", shown));
  }

  static LakeException notImmediate() {
    return new LakeException(
        UNAVAILABLE,
        "ONLINE_STORE_SLOW",
        "The online store did not answer at once, and this thread may not wait. Use a store in the"
            + " server.",
        Map.of());
  }

  static LakeException interrupted() {
    return new LakeException(
        UNAVAILABLE,
        "LOOKUP_INTERRUPTED",
        "The server stops while the online store is asked. Retry on another server.",
        Map.of());
  }
}

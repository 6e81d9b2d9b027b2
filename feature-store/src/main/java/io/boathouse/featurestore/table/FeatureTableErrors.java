package io.boathouse.featurestore.table;

import static io.boathouse.platform.error.ErrorCode.INVALID_ARGUMENT;

import io.boathouse.platform.error.LakeException;
import java.util.Map;

/** Failures of feature table definitions. */
public final class FeatureTableErrors {
  private FeatureTableErrors() {}

  /** A field of a definition has a value outside its domain. */
  public static LakeException invalid(String field, String value, String expected) {
    String shown = value.length() > 120 ? value.substring(0, 120) + "…" : value;
    return new LakeException(
        INVALID_ARGUMENT,
        "INVALID_FEATURE_TABLE",
        "Feature table: %s is '%s' (expected: %s).".formatted(field, shown, expected),
        Map.of("field", field, "value", shown));
  }

  /** Sums that a double cannot hold exactly, which would make online and offline differ. */
  static LakeException tooLarge(String column) {
    return new LakeException(
        INVALID_ARGUMENT,
        "INEXACT_AGGREGATE",
        "The values of column '%s' sum to more than 2^53, beyond which a mean is not exact. Scale the column down."
            .formatted(column),
        Map.of("field", "aggregates.column", "value", column));
  }
}

package io.boathouse.featurestore.browse;

import static io.boathouse.platform.error.ErrorCode.INVALID_ARGUMENT;
import static io.boathouse.platform.error.ErrorCode.NOT_FOUND;

import io.boathouse.featurestore.table.FeatureColumn;
import io.boathouse.featurestore.table.FeatureTable;
import io.boathouse.platform.error.LakeException;
import java.util.Map;

/** Failures of browsing. */
final class BrowseErrors {
  private BrowseErrors() {}

  static LakeException invalid(String field, String value, String expected) {
    String shown = value.length() > 120 ? value.substring(0, 120) + "…" : value;
    return new LakeException(
        INVALID_ARGUMENT,
        "INVALID_FEATURE_NOTE",
        "Feature: %s is '%s' (expected: %s).".formatted(field, shown, expected),
        Map.of("field", field, "value", shown));
  }

  static LakeException noFeature(FeatureTable table, String name) {
    String shown = name.length() > 120 ? name.substring(0, 120) + "…" : name;
    return new LakeException(
        NOT_FOUND,
        "FEATURE_NOT_FOUND",
        "Feature table '%s' has no feature '%s'. It has %s."
            .formatted(
                table.name(), shown, table.features().stream().map(FeatureColumn::name).toList()),
        Map.of("name", table.name().toString(), "feature", shown));
  }
}

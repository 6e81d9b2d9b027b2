package io.boathouse.featurestore.spec;

import static io.boathouse.platform.error.ErrorCode.INVALID_ARGUMENT;
import static io.boathouse.platform.error.ErrorCode.NOT_FOUND;

import io.boathouse.catalog.securable.FullName;
import io.boathouse.platform.error.LakeException;
import java.util.List;
import java.util.Map;

/** Failures of feature specs. */
public final class SpecErrors {
  private SpecErrors() {}

  /** A field of a spec has a value outside its domain. */
  public static LakeException invalid(String field, String value, String expected) {
    String shown = value.length() > 120 ? value.substring(0, 120) + "…" : value;
    return new LakeException(
        INVALID_ARGUMENT,
        "INVALID_FEATURE_SPEC",
        "Feature spec: %s is '%s' (expected: %s).".formatted(field, shown, expected),
        Map.of("field", field, "value", shown));
  }

  static LakeException unknownTable(FullName table) {
    return new LakeException(
        INVALID_ARGUMENT,
        "UNKNOWN_FEATURE_TABLE",
        "The spec looks features up in '%s', which is no feature table or not visible to you. Create it first."
            .formatted(table),
        Map.of("field", "lookups.table", "value", table.toString()));
  }

  static LakeException unknownFeature(FullName table, String field, String name, List<String> has) {
    return new LakeException(
        INVALID_ARGUMENT,
        "UNKNOWN_FEATURE",
        "Feature table '%s' has no feature '%s'. It has %s.".formatted(table, name, has),
        Map.of("field", field, "value", name, "table", table.toString()));
  }

  static LakeException notFound(FullName name) {
    return new LakeException(
        NOT_FOUND,
        "FEATURE_SPEC_NOT_FOUND",
        "There is no feature spec '%s', or you may not see it.".formatted(name),
        Map.of("name", name.toString()));
  }

  static LakeException versionNotFound(FullName name, int version) {
    return new LakeException(
        NOT_FOUND,
        "FEATURE_SPEC_VERSION_NOT_FOUND",
        "Feature spec '%s' has no version %d.".formatted(name, version),
        Map.of("name", name.toString(), "version", Integer.toString(version)));
  }
}

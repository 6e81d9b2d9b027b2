package io.boathouse.featurestore.table;

import static io.boathouse.platform.error.ErrorCode.FAILED_PRECONDITION;
import static io.boathouse.platform.error.ErrorCode.INVALID_ARGUMENT;
import static io.boathouse.platform.error.ErrorCode.NOT_FOUND;

import io.boathouse.catalog.securable.FullName;
import io.boathouse.platform.error.LakeException;
import java.util.List;
import java.util.Locale;
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

  /** A column of a type that online values do not have. */
  static LakeException typeNotServed(String column, String type) {
    return new LakeException(
        INVALID_ARGUMENT,
        "UNSERVED_FEATURE_TYPE",
        "Column '%s' is %s, which can be neither key nor feature. Use a table without it, or cast it to a number, boolean, string or timestamp."
            .formatted(column, type.toLowerCase(Locale.ROOT)),
        Map.of("field", column, "value", type));
  }

  /** A column that is named but not there. */
  static LakeException noColumn(String field, String column, List<String> columns) {
    return invalid(field, column, "one of " + columns);
  }

  /** The table is none, is no feature table, or may not be seen. */
  public static LakeException notFound(FullName name) {
    return new LakeException(
        NOT_FOUND,
        "FEATURE_TABLE_NOT_FOUND",
        "There is no feature table '%s', or you may not see it. List the feature tables to see which exist."
            .formatted(name),
        Map.of("name", name.toString()));
  }

  /** A table without a definition cannot be computed again. */
  static LakeException notComputed(FullName name) {
    return new LakeException(
        FAILED_PRECONDITION,
        "FEATURE_TABLE_NOT_COMPUTED",
        "Feature table '%s' was declared over a table that others write, so it cannot be refreshed. Write to the table instead."
            .formatted(name),
        Map.of("name", name.toString()));
  }

  /** A definition that gives other columns than it did when the table was created. */
  static LakeException shapeChanged(FullName name, List<String> was, List<String> now) {
    return new LakeException(
        FAILED_PRECONDITION,
        "FEATURE_TABLE_SHAPE_CHANGED",
        "Feature table '%s' was created with %s and its definition now gives %s. Create a new feature table."
            .formatted(name, was, now),
        Map.of("name", name.toString()));
  }
}

package io.boathouse.featurestore.publish;

import static io.boathouse.platform.error.ErrorCode.CONFLICT;
import static io.boathouse.platform.error.ErrorCode.FAILED_PRECONDITION;
import static io.boathouse.platform.error.ErrorCode.INTERNAL;
import static io.boathouse.platform.error.ErrorCode.INVALID_ARGUMENT;
import static io.boathouse.platform.error.ErrorCode.NOT_FOUND;

import io.boathouse.catalog.securable.FullName;
import io.boathouse.platform.error.LakeException;
import java.util.List;
import java.util.Map;

/** Failures of publishing and pushing. */
final class PublishErrors {
  private PublishErrors() {}

  static LakeException missing(FullName table, int row, String column) {
    return new LakeException(
        INVALID_ARGUMENT,
        "MISSING_FIELD",
        "Row %d has no '%s', which feature table '%s' needs. Send every key, time and feature; a feature may be null."
            .formatted(row, column, table),
        Map.of("field", column, "row", Integer.toString(row)));
  }

  static LakeException unknown(FullName table, int row, String column, List<String> columns) {
    String shown = column.length() > 120 ? column.substring(0, 120) + "…" : column;
    return new LakeException(
        INVALID_ARGUMENT,
        "UNKNOWN_FIELD",
        "Row %d has '%s', which feature table '%s' does not. It has %s."
            .formatted(row, shown, table, columns),
        Map.of("field", shown, "row", Integer.toString(row)));
  }

  static LakeException invalid(String field, String value, String expected) {
    return new LakeException(
        INVALID_ARGUMENT,
        "INVALID_PUBLICATION",
        "Publishing: %s is '%s' (expected: %s).".formatted(field, value, expected),
        Map.of("field", field, "value", value));
  }

  static LakeException notPublished(FullName table) {
    return new LakeException(
        FAILED_PRECONDITION,
        "NOT_PUBLISHED",
        "Feature table '%s' is not online. Publish it first.".formatted(table),
        Map.of("name", table.toString()));
  }

  static LakeException notOnline(FullName table) {
    return new LakeException(
        NOT_FOUND,
        "ONLINE_TABLE_NOT_FOUND",
        "Feature table '%s' is not online. Publish it first.".formatted(table),
        Map.of("name", table.toString()));
  }

  static LakeException noStore(String given, String store) {
    String shown = given.length() > 120 ? given.substring(0, 120) + "…" : given;
    return new LakeException(
        NOT_FOUND,
        "ONLINE_STORE_NOT_FOUND",
        "There is no online store '%s'. The configuration names one: '%s'.".formatted(shown, store),
        Map.of("name", shown));
  }

  static LakeException busy(FullName table) {
    return new LakeException(
        CONFLICT,
        "PUBLISH_IN_PROGRESS",
        "Feature table '%s' is being published by somebody else. Retry later.".formatted(table),
        Map.of("name", table.toString()));
  }

  static LakeException noRows() {
    return new LakeException(
        INVALID_ARGUMENT, "MISSING_FIELD", "There are no rows to push.", Map.of("field", "rows"));
  }

  static LakeException unreadable(FullName table, Throwable cause) {
    return new LakeException(
        INTERNAL,
        "PUBLISH_FAILED",
        "The rows of feature table '%s' could not be read. See the server's log.".formatted(table),
        Map.of("name", table.toString()),
        cause);
  }
}

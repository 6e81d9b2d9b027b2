package io.boathouse.serving.capture;

import static io.boathouse.platform.error.ErrorCode.INVALID_ARGUMENT;
import static io.boathouse.platform.error.ErrorCode.UNAVAILABLE;

import io.boathouse.catalog.securable.FullName;
import io.boathouse.platform.error.LakeException;
import java.util.Map;

/** Failures of inference tables. */
final class CaptureErrors {
  private CaptureErrors() {}

  static LakeException full(FullName table) {
    return new LakeException(
        UNAVAILABLE,
        "INFERENCE_LOG_FULL",
        "The inference table '%s' must have every prediction and cannot keep up. Retry later."
            .formatted(table),
        Map.of("table", table.toString(), "retry_after", "2"));
  }

  static LakeException notDurable(FullName table, Throwable cause) {
    return new LakeException(
        UNAVAILABLE,
        "INFERENCE_LOG_UNWRITABLE",
        "The inference table '%s' must have every prediction and this one could not be kept. Retry later."
            .formatted(table),
        Map.of("table", table.toString(), "retry_after", "2"),
        cause);
  }

  static LakeException invalid(String field, String value, String expected) {
    return new LakeException(
        INVALID_ARGUMENT,
        "INVALID_ENDPOINT_CONFIG",
        "Invalid value '%s' for '%s': expected %s.".formatted(value, field, expected),
        Map.of("field", field, "value", value));
  }

  static LakeException wrongTable(FullName table, String column) {
    return new LakeException(
        INVALID_ARGUMENT,
        "WRONG_INFERENCE_TABLE",
        "The table '%s' exists and has no column '%s'. Choose another table_name_prefix."
            .formatted(table, column),
        Map.of("field", "auto_capture_config.table_name_prefix", "value", table.toString()));
  }
}

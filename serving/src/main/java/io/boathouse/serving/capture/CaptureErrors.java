package io.boathouse.serving.capture;

import static io.boathouse.platform.error.ErrorCode.INVALID_ARGUMENT;
import static io.boathouse.platform.error.ErrorCode.RATE_LIMITED;

import io.boathouse.catalog.securable.FullName;
import io.boathouse.platform.error.LakeException;
import java.util.Map;

/** Failures of inference tables. */
final class CaptureErrors {
  private CaptureErrors() {}

  static LakeException full(FullName table) {
    return new LakeException(
        RATE_LIMITED,
        "INFERENCE_LOG_FULL",
        "The inference table '%s' must have every prediction and cannot keep up. Retry later."
            .formatted(table),
        Map.of("table", table.toString(), "retry_after", "2"));
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

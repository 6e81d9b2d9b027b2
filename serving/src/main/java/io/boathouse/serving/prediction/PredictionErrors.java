package io.boathouse.serving.prediction;

import static io.boathouse.platform.error.ErrorCode.DEADLINE_EXCEEDED;
import static io.boathouse.platform.error.ErrorCode.FAILED_PRECONDITION;
import static io.boathouse.platform.error.ErrorCode.INTERNAL;
import static io.boathouse.platform.error.ErrorCode.INVALID_ARGUMENT;
import static io.boathouse.platform.error.ErrorCode.NOT_FOUND;
import static io.boathouse.platform.error.ErrorCode.RATE_LIMITED;
import static io.boathouse.platform.error.ErrorCode.UNAVAILABLE;

import io.boathouse.platform.error.LakeException;
import java.time.Duration;
import java.util.Map;

/** Failures of making and finding predictions. */
final class PredictionErrors {
  private PredictionErrors() {}

  static LakeException notFound(String id) {
    return new LakeException(
        NOT_FOUND,
        "PREDICTION_NOT_FOUND",
        "No inference table that you may read has the prediction '%s'. Check its id and endpoint."
            .formatted(id),
        Map.of("field", "prediction_id", "value", id));
  }

  static LakeException invalidId(String id) {
    String shown = id.replaceAll("\\p{Cntrl}", " ");
    return new LakeException(
        INVALID_ARGUMENT,
        "INVALID_PREDICTION_ID",
        "'%s' is no prediction id. It is in the reply's header databricks-request-id."
            .formatted(shown.length() > 60 ? shown.substring(0, 60) : shown),
        Map.of("field", "prediction_id"));
  }

  static LakeException notReplayable(String id, String why) {
    return new LakeException(
        FAILED_PRECONDITION,
        "PREDICTION_NOT_REPLAYABLE",
        "The prediction '%s' cannot be made again: %s.".formatted(id, why),
        Map.of("field", "prediction_id", "value", id));
  }

  static LakeException replaying() {
    return new LakeException(
        RATE_LIMITED,
        "REPLAY_BUSY",
        "Another prediction is being made again. Retry in a moment.",
        Map.of("retry_after", "2"));
  }

  static LakeException tooLong(String endpoint, Duration patience) {
    return new LakeException(
        DEADLINE_EXCEEDED,
        "PREDICTION_TOO_SLOW",
        "The endpoint '%s' did not answer within %d ms. Send fewer rows, or retry later."
            .formatted(endpoint, patience.toMillis()),
        Map.of("endpoint", endpoint));
  }

  static LakeException internal(String endpoint, Throwable cause) {
    return new LakeException(
        INTERNAL,
        "INTERNAL",
        "The endpoint '%s' failed by a mistake of the server.".formatted(endpoint),
        Map.of("endpoint", endpoint),
        cause);
  }

  static LakeException unreadable(String table, String why) {
    return new LakeException(
        UNAVAILABLE,
        "INFERENCE_TABLE_UNREADABLE",
        "The inference table '%s' could not be read: %s".formatted(table, why),
        Map.of("table", table));
  }
}

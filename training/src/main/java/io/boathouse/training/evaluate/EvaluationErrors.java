package io.boathouse.training.evaluate;

import static io.boathouse.platform.error.ErrorCode.INTERNAL;
import static io.boathouse.platform.error.ErrorCode.INVALID_ARGUMENT;

import io.boathouse.platform.error.LakeException;
import java.io.IOException;
import java.util.Map;

/** Failures of evaluation. */
public final class EvaluationErrors {
  private EvaluationErrors() {}

  static LakeException invalid(String field, String value, String problem) {
    return new LakeException(
        INVALID_ARGUMENT,
        "INVALID_EVALUATION",
        "Evaluation: %s '%s' %s.".formatted(field, value, problem),
        Map.of("field", field, "value", value));
  }

  static LakeException notAProbability(int row, float score) {
    return new LakeException(
        INTERNAL,
        "SCORE_NOT_A_PROBABILITY",
        "The model scored row %d with %s, which is no probability. Check the model's features."
            .formatted(row, score),
        Map.of("row", Integer.toString(row), "value", Float.toString(score)));
  }

  static LakeException undrawable(Throwable cause) {
    return new LakeException(
        INTERNAL,
        "PLOT_FAILED",
        "The plot could not be drawn: %s. Install fontconfig and one font to have plots."
            .formatted(cause),
        Map.of("cause", cause.getClass().getSimpleName()),
        cause);
  }

  static LakeException unwritable(IOException cause) {
    return new LakeException(
        INTERNAL, "PLOT_FAILED", "The plot could not be encoded.", Map.of("format", "png"), cause);
  }
}

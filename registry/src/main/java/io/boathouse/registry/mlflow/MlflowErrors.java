package io.boathouse.registry.mlflow;

import static io.boathouse.platform.error.ErrorCode.INVALID_ARGUMENT;

import io.boathouse.platform.error.LakeException;
import java.util.Map;

/** Failures of reading an MLflow call that no single operation owns. */
public final class MlflowErrors {
  private MlflowErrors() {}

  /** The page token is none that a listing gave. */
  public static LakeException invalidPageToken(String token) {
    String shown = token.length() > 60 ? token.substring(0, 60) + "…" : token;
    return new LakeException(
        INVALID_ARGUMENT,
        "INVALID_PAGE_TOKEN",
        "Invalid page token '%s'. Use next_page_token of the page before, unchanged."
            .formatted(shown),
        Map.of("field", "page_token", "value", shown));
  }

  /** The page size is out of its range. */
  public static LakeException invalidMaxResults(long value, long limit) {
    return new LakeException(
        INVALID_ARGUMENT,
        "INVALID_MAX_RESULTS",
        "Invalid value %d for parameter 'max_results' supplied: it must be at least 1 and at most %d."
            .formatted(value, limit),
        Map.of("field", "max_results", "value", Long.toString(value)));
  }
}

package io.boathouse.serving.batch;

import static io.boathouse.platform.error.ErrorCode.DEADLINE_EXCEEDED;
import static io.boathouse.platform.error.ErrorCode.FAILED_PRECONDITION;
import static io.boathouse.platform.error.ErrorCode.INTERNAL;
import static io.boathouse.platform.error.ErrorCode.RATE_LIMITED;

import io.boathouse.platform.error.LakeException;
import java.util.List;
import java.util.Map;

/** Failures of requests that wait to be scored. */
public final class BatchErrors {
  private BatchErrors() {}

  static LakeException full(String endpoint, int rows) {
    return new LakeException(
        RATE_LIMITED,
        "ENDPOINT_QUEUE_FULL",
        "Endpoint '%s' has %d rows waiting, as many as it takes. Retry in a second."
            .formatted(endpoint, rows),
        Map.of("endpoint", endpoint, "retry_after", "1"));
  }

  /** The answer would come later than it is waited for. */
  public static LakeException tooLate(String endpoint) {
    return new LakeException(
        DEADLINE_EXCEEDED,
        "REQUEST_TIMED_OUT",
        "Endpoint '%s' has no answer within the time that the request gave. Give it more."
            .formatted(endpoint),
        Map.of("endpoint", endpoint));
  }

  static LakeException abandoned(String endpoint) {
    return new LakeException(
        DEADLINE_EXCEEDED,
        "CLIENT_GONE",
        "Nobody waits any more for this answer of endpoint '%s'.".formatted(endpoint),
        Map.of("endpoint", endpoint));
  }

  static LakeException notJoinable(String model, String tensor, List<Long> shape) {
    return new LakeException(
        FAILED_PRECONDITION,
        "MODEL_NOT_BATCHABLE",
        "Model '%s' cannot be batched: its '%s' of shape %s has no first dimension of any size."
                .formatted(model, tensor, shape)
            + " Leave batching out.",
        Map.of("field", "config.batching", "model", model));
  }

  static LakeException failed(Throwable cause) {
    return new LakeException(INTERNAL, "INTERNAL", "The server made a mistake.", Map.of(), cause);
  }
}

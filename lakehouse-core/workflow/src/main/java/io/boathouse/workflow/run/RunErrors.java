package io.boathouse.workflow.run;

import static io.boathouse.platform.error.ErrorCode.CONFLICT;
import static io.boathouse.platform.error.ErrorCode.INVALID_ARGUMENT;
import static io.boathouse.platform.error.ErrorCode.NOT_FOUND;
import static io.boathouse.platform.error.ErrorCode.RATE_LIMITED;

import io.boathouse.platform.error.LakeException;
import java.util.Collection;
import java.util.Map;
import java.util.UUID;

/** Failures of runs. */
final class RunErrors {
  private RunErrors() {}

  static LakeException notFound(UUID id) {
    return new LakeException(
        NOT_FOUND,
        "RUN_NOT_FOUND",
        "Run %s does not exist, or it is not yours. List runs to see yours.".formatted(id),
        Map.of("run_id", id.toString()));
  }

  static LakeException unknownKind(String kind, Collection<String> known) {
    return new LakeException(
        INVALID_ARGUMENT,
        "UNKNOWN_TASK_KIND",
        "Task kind '%s' does not exist. Use one of %s.".formatted(kind, known),
        Map.of("field", "kind", "value", kind));
  }

  static LakeException queueFull(int limit) {
    return new LakeException(
        RATE_LIMITED,
        "RUN_QUEUE_FULL",
        "%d runs wait already, which is the limit. Try again when some have ended, or raise workflow.max_queued."
            .formatted(limit),
        Map.of("limit", Integer.toString(limit)));
  }

  static LakeException lost(UUID id) {
    return new LakeException(
        CONFLICT,
        "RUN_LOST",
        "Run %s was taken over by another worker. This attempt stops.".formatted(id),
        Map.of("run_id", id.toString()));
  }

  static LakeException otherParameters(String key, UUID existing) {
    return new LakeException(
        CONFLICT,
        "IDEMPOTENCY_KEY_REUSED",
        "Idempotency key '%s' belongs to run %s, which has other parameters. Use a new key for a new run."
            .formatted(key, existing),
        Map.of("field", "idempotency_key", "value", key, "run_id", existing.toString()));
  }
}

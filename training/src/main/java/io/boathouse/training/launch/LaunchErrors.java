package io.boathouse.training.launch;

import static io.boathouse.platform.error.ErrorCode.DEADLINE_EXCEEDED;
import static io.boathouse.platform.error.ErrorCode.FAILED_PRECONDITION;
import static io.boathouse.platform.error.ErrorCode.INTERNAL;
import static io.boathouse.platform.error.ErrorCode.INVALID_ARGUMENT;
import static io.boathouse.platform.error.ErrorCode.NOT_FOUND;
import static io.boathouse.platform.error.ErrorCode.UNAVAILABLE;

import com.fasterxml.jackson.databind.JsonNode;
import io.boathouse.platform.error.ErrorCode;
import io.boathouse.platform.error.LakeException;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;

/** Failures of training jobs and of the processes that run them. */
final class LaunchErrors {
  private static final int TERMINATED = 143;

  private LaunchErrors() {}

  static LakeException jobNotFound(String id) {
    return new LakeException(
        NOT_FOUND,
        "TRAINING_JOB_NOT_FOUND",
        "There is no training job '%s', or it is somebody else's. List training jobs to see yours."
            .formatted(shown(id, 64)),
        Map.of("job_id", shown(id, 64)));
  }

  static LakeException invalid(String field, String value, String problem) {
    return new LakeException(
        INVALID_ARGUMENT,
        "INVALID_TRAINING_JOB",
        "Training job: %s '%s' %s.".formatted(field, shown(value, 120), problem),
        Map.of("field", field, "value", shown(value, 120)));
  }

  /** What the process itself said of its failure. */
  static LakeException reported(JsonNode error) {
    String code = error.path("code").asText();
    ErrorCode known =
        Arrays.stream(ErrorCode.values())
            .filter(value -> value.name().equals(code))
            .findFirst()
            .orElse(INTERNAL);
    return new LakeException(
        known,
        error.path("reason").asText("TRAINING_FAILED"),
        error.path("message").asText("Training failed without saying why."),
        Map.of());
  }

  /** The process ended without a word. @param last what it wrote to standard error last */
  static LakeException died(int exit, String last) {
    return new LakeException(
        exit == TERMINATED ? UNAVAILABLE : FAILED_PRECONDITION,
        "TRAINING_PROCESS_DIED",
        "The training process ended with exit code %d and no result. If the machine is short of memory, take fewer rows or lower training.max_running.%s"
            .formatted(exit, last.isBlank() ? "" : " It wrote last: " + shown(last, 400)),
        Map.of("exit_code", Integer.toString(exit)));
  }

  static LakeException tooLong(Duration deadline) {
    return new LakeException(
        DEADLINE_EXCEEDED,
        "TRAINING_TOO_LONG",
        "The training process did not end within %s and was stopped. Take fewer rows, or raise training.deadline."
            .formatted(deadline),
        Map.of("deadline", deadline.toString()));
  }

  static LakeException io(String what, Throwable cause) {
    return new LakeException(
        INTERNAL,
        "TRAINING_LAUNCH_IO",
        "%s failed. See the server's log; is the disk full?".formatted(what),
        Map.of(),
        cause);
  }

  static LakeException notServing() {
    return new LakeException(
        UNAVAILABLE,
        "SERVER_NOT_READY",
        "The server does not answer yet, and a training process logs to it. It is tried again.",
        Map.of());
  }

  private static String shown(String text, int most) {
    String plain = text.replaceAll("\\p{Cntrl}+", " ").strip();
    return plain.length() > most ? "…" + plain.substring(plain.length() - most) : plain;
  }
}

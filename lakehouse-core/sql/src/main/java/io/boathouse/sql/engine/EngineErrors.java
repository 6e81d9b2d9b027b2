package io.boathouse.sql.engine;

import static io.boathouse.platform.error.ErrorCode.DEADLINE_EXCEEDED;
import static io.boathouse.platform.error.ErrorCode.INTERNAL;
import static io.boathouse.platform.error.ErrorCode.INVALID_ARGUMENT;
import static io.boathouse.platform.error.ErrorCode.RATE_LIMITED;
import static io.boathouse.platform.error.ErrorCode.UNAVAILABLE;

import io.boathouse.platform.error.LakeException;
import java.util.Map;

/** Failures of running a query. */
public final class EngineErrors {
  private EngineErrors() {}

  /** The work was told to stop. */
  static LakeException stopped(Cancellation.Reason reason) {
    return switch (reason) {
      case REQUESTED ->
          new LakeException(
              DEADLINE_EXCEEDED, "CANCELED", "The statement was cancelled.", Map.of());
      case DEADLINE ->
          new LakeException(
              DEADLINE_EXCEEDED,
              "STATEMENT_TIMEOUT",
              "The statement ran longer than the warehouse allows. Make it smaller.",
              Map.of());
      case SHUTDOWN ->
          new LakeException(
              UNAVAILABLE,
              "SERVER_STOPPING",
              "The server stops. Send the statement again when it is back.",
              Map.of());
    };
  }

  /** Too many statements at once. */
  static LakeException busy(int running) {
    return new LakeException(
        RATE_LIMITED,
        "WAREHOUSE_BUSY",
        "The warehouse runs %d statements and more wait already. Retry later.".formatted(running),
        Map.of());
  }

  /** Two columns of a query that becomes a table have one name. */
  public static LakeException duplicateColumn(String name) {
    return new LakeException(
        INVALID_ARGUMENT,
        "DUPLICATE_COLUMN",
        "The query has two columns named '%s'. Give one of them another name with AS."
            .formatted(name),
        Map.of("field", "statement", "value", name));
  }

  static LakeException unknownModel() {
    return new LakeException(
        INTERNAL,
        "MODEL_NOT_BOUND",
        "The query asks a model that its check did not name. Report this with the statement.",
        Map.of());
  }
}

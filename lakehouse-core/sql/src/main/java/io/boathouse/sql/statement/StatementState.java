package io.boathouse.sql.statement;

/** Where a statement is. */
public sealed interface StatementState {
  /** Accepted, not started. */
  record Pending() implements StatementState {}

  record Running() implements StatementState {}

  record Succeeded(StatementResult result) implements StatementState {}

  /**
   * Ended without a result.
   *
   * @param code of the protocol's own set
   */
  record Failed(String code, String message, String sqlState) implements StatementState {}

  record Canceled() implements StatementState {}

  /** Closed by its owner. */
  record Closed() implements StatementState {}

  /** The word that the protocol uses. */
  default String word() {
    return switch (this) {
      case Pending pending -> "PENDING";
      case Running running -> "RUNNING";
      case Succeeded succeeded -> "SUCCEEDED";
      case Failed failed -> "FAILED";
      case Canceled canceled -> "CANCELED";
      case Closed closed -> "CLOSED";
    };
  }

  /** Whether it can still change by itself. */
  default boolean ended() {
    return !(this instanceof Pending || this instanceof Running);
  }
}

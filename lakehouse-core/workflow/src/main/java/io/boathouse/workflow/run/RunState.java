package io.boathouse.workflow.run;

import java.time.Instant;

/** Where a run is. Every transition is made by {@link RunMachine}. */
public sealed interface RunState {
  /** Waits for a worker. @param notBefore a retry waits until then */
  record Queued(Instant notBefore) implements RunState {}

  /**
   * A worker has it.
   *
   * @param worker the worker's id
   * @param leaseUntil when another worker may take it over, unless renewed
   * @param cancelRequested whether the worker was told to stop
   */
  record Running(String worker, Instant leaseUntil, boolean cancelRequested) implements RunState {}

  record Succeeded() implements RunState {}

  /**
   * @param code the error code's name @param message what went wrong and what to do
   */
  record Failed(String code, String message) implements RunState {}

  record Canceled() implements RunState {}

  /** Whether nothing more will happen. */
  default boolean ended() {
    return switch (this) {
      case Queued q -> false;
      case Running r -> false;
      case Succeeded s -> true;
      case Failed f -> true;
      case Canceled c -> true;
    };
  }
}

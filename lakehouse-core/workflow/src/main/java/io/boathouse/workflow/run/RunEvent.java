package io.boathouse.workflow.run;

import java.time.Instant;

/** What can happen to a run. */
sealed interface RunEvent {
  /** A worker takes the run, or takes it over after its lease ended. */
  record Claimed(String worker, Instant now, Instant leaseUntil) implements RunEvent {}

  /** The worker is alive. */
  record Renewed(String worker, Instant leaseUntil) implements RunEvent {}

  record Finished(String worker) implements RunEvent {}

  /**
   * @param retryable whether trying again may help
   */
  record Broke(String worker, String code, String message, boolean retryable, Instant now)
      implements RunEvent {}

  /** Somebody asked for the end. */
  record CancelRequested() implements RunEvent {}

  /** The worker has stopped because it was told to. */
  record Stopped(String worker) implements RunEvent {}

  /** The worker gives the run back unfinished, as when the server stops. */
  record Released(String worker, Instant now) implements RunEvent {}
}

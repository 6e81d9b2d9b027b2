package io.boathouse.workflow.run;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * The life of a run as a pure function: {@code (state, attempt, event) -> next}. The shell persists
 * the answer first and acts then. An event that does not fit the state (a worker that lost its
 * lease reports late, a second cancel) has no next state and changes nothing.
 *
 * @param maxAttempts how often a run is tried in all, taking over after a crash included
 * @param firstBackoff the wait before the second attempt; it doubles with each further one
 */
record RunMachine(int maxAttempts, Duration firstBackoff) {

  /** The state after an event, and the attempt that it belongs to. */
  record Next(RunState state, int attempt) {}

  /**
   * @param attempt attempts begun so far
   */
  Optional<Next> next(RunState state, int attempt, RunEvent event) {
    return switch (state) {
      case RunState.Queued queued -> fromQueued(queued, attempt, event);
      case RunState.Running running -> fromRunning(running, attempt, event);
      case RunState.Succeeded s -> Optional.empty();
      case RunState.Failed f -> Optional.empty();
      case RunState.Canceled c -> Optional.empty();
    };
  }

  private Optional<Next> fromQueued(RunState.Queued queued, int attempt, RunEvent event) {
    return switch (event) {
      case RunEvent.Claimed claimed when !claimed.now().isBefore(queued.notBefore()) ->
          Optional.of(
              new Next(
                  new RunState.Running(claimed.worker(), claimed.leaseUntil(), false),
                  attempt + 1));
      case RunEvent.CancelRequested c -> Optional.of(new Next(new RunState.Canceled(), attempt));
      case RunEvent.Claimed c -> Optional.empty();
      case RunEvent.Renewed r -> Optional.empty();
      case RunEvent.Finished f -> Optional.empty();
      case RunEvent.Broke b -> Optional.empty();
      case RunEvent.Stopped s -> Optional.empty();
      case RunEvent.Released r -> Optional.empty();
    };
  }

  private Optional<Next> fromRunning(RunState.Running running, int attempt, RunEvent event) {
    return switch (event) {
      case RunEvent.Claimed claimed -> takenOver(running, attempt, claimed);
      case RunEvent.Renewed renewed when renewed.worker().equals(running.worker()) ->
          Optional.of(
              new Next(
                  new RunState.Running(
                      running.worker(), renewed.leaseUntil(), running.cancelRequested()),
                  attempt));
      case RunEvent.Finished finished when finished.worker().equals(running.worker()) ->
          Optional.of(new Next(new RunState.Succeeded(), attempt));
      case RunEvent.Broke broke when broke.worker().equals(running.worker()) ->
          Optional.of(broke(running, attempt, broke));
      case RunEvent.CancelRequested c ->
          Optional.of(
              new Next(
                  new RunState.Running(running.worker(), running.leaseUntil(), true), attempt));
      case RunEvent.Stopped stopped when stopped.worker().equals(running.worker()) ->
          Optional.of(new Next(new RunState.Canceled(), attempt));
      case RunEvent.Released released when released.worker().equals(running.worker()) ->
          Optional.of(new Next(new RunState.Queued(released.now()), attempt - 1));
      case RunEvent.Renewed r -> Optional.empty();
      case RunEvent.Finished f -> Optional.empty();
      case RunEvent.Broke b -> Optional.empty();
      case RunEvent.Stopped s -> Optional.empty();
      case RunEvent.Released r -> Optional.empty();
    };
  }

  private Optional<Next> takenOver(
      RunState.Running running, int attempt, RunEvent.Claimed claimed) {
    if (claimed.now().isBefore(running.leaseUntil())) {
      return Optional.empty();
    }
    if (running.cancelRequested()) {
      return Optional.of(new Next(new RunState.Canceled(), attempt));
    }
    if (attempt >= maxAttempts) {
      return Optional.of(
          new Next(
              new RunState.Failed(
                  "UNAVAILABLE",
                  "The worker died in attempt %d of %d. Look for the cause in the server's log and submit again."
                      .formatted(attempt, maxAttempts)),
              attempt));
    }
    return Optional.of(
        new Next(new RunState.Running(claimed.worker(), claimed.leaseUntil(), false), attempt + 1));
  }

  private Next broke(RunState.Running running, int attempt, RunEvent.Broke broke) {
    if (running.cancelRequested()) {
      return new Next(new RunState.Canceled(), attempt);
    }
    if (broke.retryable() && attempt < maxAttempts) {
      Instant notBefore =
          broke.now().plus(firstBackoff.multipliedBy(1L << Math.min(attempt - 1, 10)));
      return new Next(new RunState.Queued(notBefore), attempt);
    }
    return new Next(new RunState.Failed(broke.code(), broke.message()), attempt);
  }
}

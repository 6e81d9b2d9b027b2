package io.boathouse.workflow.run;

import java.time.Duration;

/**
 * Settings under {@code workflow:}.
 *
 * @param maxRunning how many runs one server executes at once
 * @param maxQueued how many may wait in all; a submission beyond that is refused
 * @param maxAttempts how often a run is tried in all
 * @param firstBackoff the wait before the second attempt
 * @param lease how long a worker may be silent before another takes its run over
 * @param poll how often an idle worker looks for runs that others submitted
 */
public record WorkflowConfig(
    int maxRunning,
    int maxQueued,
    int maxAttempts,
    Duration firstBackoff,
    Duration lease,
    Duration poll) {
  public static final WorkflowConfig DEFAULTS =
      new WorkflowConfig(
          2, 1000, 3, Duration.ofSeconds(2), Duration.ofSeconds(30), Duration.ofSeconds(1));
}

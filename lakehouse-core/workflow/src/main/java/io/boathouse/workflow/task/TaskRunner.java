package io.boathouse.workflow.task;

import com.fasterxml.jackson.databind.JsonNode;

/**
 * Executes one kind of task. A run that was interrupted by a crash is executed again with a higher
 * attempt, so every effect must be idempotent: keyed by the run's id, or found by its checkpoint.
 */
public interface TaskRunner {
  /** The word that a submission names, such as {@code train}. */
  String kind();

  /** How many runs of this kind one server executes at once; the others wait in the queue. */
  default int maxRunning() {
    return Integer.MAX_VALUE;
  }

  /**
   * Does the work on a virtual thread, as the principal who submitted the run.
   *
   * @return the result that the run keeps
   * @throws io.boathouse.platform.error.LakeException with UNAVAILABLE or OUTCOME_UNKNOWN if trying
   *     again may help; any other failure ends the run
   * @throws InterruptedException if the run was cancelled or the server stops
   */
  JsonNode run(TaskContext context) throws Exception;

  /**
   * Settles what the attempts of a run left open when none follows. Called inside the transaction
   * that ends the run, so it does nothing but short work on the metadata database; if it fails, the
   * run ends without it.
   */
  default void abandon(AbandonedRun run) {}
}

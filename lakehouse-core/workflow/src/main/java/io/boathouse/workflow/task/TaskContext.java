package io.boathouse.workflow.task;

import com.fasterxml.jackson.databind.JsonNode;
import io.boathouse.platform.auth.Caller;
import java.util.UUID;

/** What a task runner is given of its run. */
public interface TaskContext {
  UUID runId();

  /** The submitter, with the rights held now, not those held at submission. */
  Caller caller();

  JsonNode parameters();

  /** Counts from 1. */
  int attempt();

  /** What the last {@link #checkpoint} of an earlier attempt kept; an empty object at first. */
  JsonNode lastCheckpoint();

  /** Keeps a value durably that a later attempt starts from. */
  void checkpoint(JsonNode value);

  /** Shows how far the work is. @param total 0 while it is unknown */
  void progress(String phase, long done, long total);
}

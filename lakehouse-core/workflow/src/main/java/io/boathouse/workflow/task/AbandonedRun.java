package io.boathouse.workflow.task;

import com.fasterxml.jackson.databind.JsonNode;
import io.boathouse.platform.auth.Caller;
import java.util.UUID;

/**
 * A run that ends without its runner, because the worker that had it died.
 *
 * @param caller the submitter, with the rights held now
 * @param lastCheckpoint what the attempts kept, an empty object if nothing
 * @param cancelled whether somebody had asked for the end; otherwise no attempt is left
 */
public record AbandonedRun(
    UUID runId, Caller caller, JsonNode parameters, JsonNode lastCheckpoint, boolean cancelled) {}

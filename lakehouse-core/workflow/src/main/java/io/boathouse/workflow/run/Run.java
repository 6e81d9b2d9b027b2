package io.boathouse.workflow.run;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;

/**
 * One execution of a task, from its submission to its end.
 *
 * @param kind names the task runner
 * @param parameters what the runner is given; never a secret
 * @param attempt attempts begun so far
 * @param submittedBy the id of the principal as whom it runs
 * @param submitter that principal's name at submission
 * @param progress the latest {@code {"phase","done","total"}}; an empty object before the first
 * @param result present once succeeded
 */
public record Run(
    UUID id,
    String kind,
    JsonNode parameters,
    RunState state,
    int attempt,
    UUID submittedBy,
    String submitter,
    JsonNode progress,
    JsonNode checkpoint,
    Optional<JsonNode> result,
    Instant createdAt,
    Optional<Instant> startedAt,
    Optional<Instant> endedAt) {}

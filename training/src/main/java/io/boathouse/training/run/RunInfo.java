package io.boathouse.training.run;

import io.boathouse.training.experiment.Lifecycle;
import java.util.Optional;

/**
 * What identifies and dates a run.
 *
 * @param id 32 lower-case hexadecimal digits
 * @param startTime as the client says, in milliseconds since 1970
 * @param endTime as the client says, in milliseconds since 1970
 * @param artifactUri where its files are
 */
public record RunInfo(
    String id,
    String name,
    long experimentId,
    String userId,
    RunStatus status,
    Optional<Long> startTime,
    Optional<Long> endTime,
    String artifactUri,
    Lifecycle stage) {}

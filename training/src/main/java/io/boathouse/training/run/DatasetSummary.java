package io.boathouse.training.run;

import java.util.Optional;

/** A dataset that runs of an experiment read. */
public record DatasetSummary(
    String experimentId, String name, String digest, Optional<String> context) {}

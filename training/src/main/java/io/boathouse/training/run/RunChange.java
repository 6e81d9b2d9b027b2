package io.boathouse.training.run;

import java.util.Optional;

/** What to change of a run; empty leaves as is. */
public record RunChange(
    Optional<RunStatus> status, Optional<Long> endTime, Optional<String> name) {}

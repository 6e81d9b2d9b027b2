package io.boathouse.training.run;

import java.util.Optional;

/** A logged model that a run read or wrote. @param step at which it was written */
public record ModelLink(String modelId, Optional<Long> step) {}

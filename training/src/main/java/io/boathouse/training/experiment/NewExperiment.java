package io.boathouse.training.experiment;

import java.util.List;
import java.util.Optional;

/**
 * What an experiment is created from.
 *
 * @param artifactLocation empty keeps artifacts in this server
 */
public record NewExperiment(String name, Optional<String> artifactLocation, List<KeyValue> tags) {
  public NewExperiment {
    tags = List.copyOf(tags);
  }
}

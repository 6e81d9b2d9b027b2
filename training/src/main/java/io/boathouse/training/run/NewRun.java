package io.boathouse.training.run;

import io.boathouse.training.experiment.KeyValue;
import java.util.List;
import java.util.Optional;

/**
 * What a run is created from.
 *
 * @param name empty takes the tag {@code mlflow.runName}, or an invented one
 */
public record NewRun(
    String experimentId,
    Optional<String> name,
    Optional<String> userId,
    Optional<Long> startTime,
    List<KeyValue> tags) {
  public NewRun {
    tags = List.copyOf(tags);
  }
}

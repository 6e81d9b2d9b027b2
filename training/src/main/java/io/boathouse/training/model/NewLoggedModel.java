package io.boathouse.training.model;

import io.boathouse.training.experiment.KeyValue;
import java.util.List;
import java.util.Optional;

/** What a logged model is created from. */
public record NewLoggedModel(
    String experimentId,
    Optional<String> name,
    Optional<String> modelType,
    Optional<String> sourceRunId,
    List<KeyValue> params,
    List<KeyValue> tags) {
  public NewLoggedModel {
    params = List.copyOf(params);
    tags = List.copyOf(tags);
  }
}

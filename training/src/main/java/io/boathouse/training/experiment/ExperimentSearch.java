package io.boathouse.training.experiment;

import io.boathouse.registry.mlflow.PageOffset;
import java.util.List;
import java.util.Optional;

/** A search over experiments in MLflow's grammar. */
public record ExperimentSearch(
    Lifecycle.View view, Optional<String> filter, List<String> orderBy, PageOffset page) {
  public ExperimentSearch {
    orderBy = List.copyOf(orderBy);
  }
}

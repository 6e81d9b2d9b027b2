package io.boathouse.training.model;

import io.boathouse.registry.mlflow.PageOffset;
import java.util.List;
import java.util.Optional;

/** A search over the logged models of some experiments in MLflow's grammar. */
public record LoggedModelSearch(
    List<String> experimentIds, Optional<String> filter, List<String> orderBy, PageOffset page) {
  public LoggedModelSearch {
    experimentIds = List.copyOf(experimentIds);
    orderBy = List.copyOf(orderBy);
  }
}

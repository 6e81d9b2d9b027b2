package io.boathouse.training.run;

import io.boathouse.registry.mlflow.PageOffset;
import io.boathouse.training.experiment.Lifecycle;
import java.util.List;
import java.util.Optional;

/** A search over the runs of some experiments in MLflow's grammar. */
public record RunSearch(
    List<String> experimentIds,
    Lifecycle.View view,
    Optional<String> filter,
    List<String> orderBy,
    PageOffset page) {
  public RunSearch {
    experimentIds = List.copyOf(experimentIds);
    orderBy = List.copyOf(orderBy);
  }
}

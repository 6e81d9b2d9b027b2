package io.boathouse.registry.model;

import io.boathouse.registry.mlflow.PageOffset;
import java.util.List;
import java.util.Optional;

/** A search over models or versions in MLflow's grammar. */
public record ModelSearch(Optional<String> filter, List<String> orderBy, PageOffset page) {
  public ModelSearch {
    orderBy = List.copyOf(orderBy);
  }
}

package io.boathouse.training.run;

import io.boathouse.training.dataset.DatasetInput;
import io.boathouse.training.experiment.KeyValue;
import java.util.List;

/**
 * A run with all that it logged.
 *
 * @param metrics the latest point of each metric
 */
public record Run(
    RunInfo info,
    List<Metric> metrics,
    List<KeyValue> params,
    List<KeyValue> tags,
    List<DatasetInput> datasets,
    List<ModelLink> modelInputs,
    List<ModelLink> modelOutputs) {
  public Run {
    metrics = List.copyOf(metrics);
    params = List.copyOf(params);
    tags = List.copyOf(tags);
    datasets = List.copyOf(datasets);
    modelInputs = List.copyOf(modelInputs);
    modelOutputs = List.copyOf(modelOutputs);
  }
}

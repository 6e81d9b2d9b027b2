package io.boathouse.training.run;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import io.boathouse.training.dataset.DatasetInput;
import io.boathouse.training.experiment.KeyValue;
import java.util.List;
import java.util.Optional;

/** The shapes in which runs travel. */
final class RunWire {
  private RunWire() {}

  record ShownRun(
      @JsonProperty("info") ShownInfo info,
      @JsonProperty("data") ShownData data,
      @JsonProperty("inputs") ShownInputs inputs,
      @JsonProperty("outputs") ShownOutputs outputs) {
    static ShownRun of(Run run) {
      return new ShownRun(
          ShownInfo.of(run.info()),
          new ShownData(
              run.metrics().stream().map(metric -> ShownMetric.of(metric)).toList(),
              run.params(),
              run.tags()),
          new ShownInputs(
              run.datasets().stream().map(ShownInput::of).toList(),
              run.modelInputs().stream().map(ShownModel::of).toList()),
          new ShownOutputs(run.modelOutputs().stream().map(ShownModel::of).toList()));
    }
  }

  record ShownInfo(
      @JsonProperty("run_id") String runId,
      @JsonProperty("run_uuid") String runUuid,
      @JsonProperty("run_name") String name,
      @JsonProperty("experiment_id") String experimentId,
      @JsonProperty("user_id") String userId,
      @JsonProperty("status") RunStatus status,
      @JsonProperty("start_time") Optional<Long> startTime,
      @JsonProperty("end_time") Optional<Long> endTime,
      @JsonProperty("artifact_uri") String artifactUri,
      @JsonProperty("lifecycle_stage") String lifecycleStage) {
    static ShownInfo of(RunInfo run) {
      return new ShownInfo(
          run.id(),
          run.id(),
          run.name(),
          Long.toString(run.experimentId()),
          run.userId(),
          run.status(),
          run.startTime(),
          run.endTime(),
          run.artifactUri(),
          run.stage().text());
    }
  }

  @JsonInclude(JsonInclude.Include.NON_EMPTY)
  record ShownData(
      @JsonProperty("metrics") List<ShownMetric> metrics,
      @JsonProperty("params") List<KeyValue> params,
      @JsonProperty("tags") List<KeyValue> tags) {}

  record ShownMetric(
      @JsonProperty("key") String key,
      @JsonProperty("value") double value,
      @JsonProperty("timestamp") long timestamp,
      @JsonProperty("step") long step,
      @JsonProperty("run_id") Optional<String> runId) {
    static ShownMetric of(Metric metric) {
      return new ShownMetric(
          metric.key(), metric.value(), metric.timestamp(), metric.step(), Optional.empty());
    }

    static ShownMetric of(String runId, Metric metric) {
      return new ShownMetric(
          metric.key(), metric.value(), metric.timestamp(), metric.step(), Optional.of(runId));
    }
  }

  @JsonInclude(JsonInclude.Include.NON_EMPTY)
  record ShownInputs(
      @JsonProperty("dataset_inputs") List<ShownInput> datasets,
      @JsonProperty("model_inputs") List<ShownModel> models) {}

  @JsonInclude(JsonInclude.Include.NON_EMPTY)
  record ShownOutputs(@JsonProperty("model_outputs") List<ShownModel> models) {}

  record ShownInput(
      @JsonProperty("tags") List<KeyValue> tags, @JsonProperty("dataset") ShownDataset dataset) {
    static ShownInput of(DatasetInput input) {
      return new ShownInput(
          input.tags(),
          new ShownDataset(
              input.name(),
              input.digest(),
              input.sourceType(),
              input.source(),
              input.schema(),
              input.profile()));
    }
  }

  record ShownDataset(
      @JsonProperty("name") String name,
      @JsonProperty("digest") String digest,
      @JsonProperty("source_type") String sourceType,
      @JsonProperty("source") String source,
      @JsonProperty("schema") Optional<String> schema,
      @JsonProperty("profile") Optional<String> profile) {}

  record ShownModel(
      @JsonProperty("model_id") String modelId, @JsonProperty("step") Optional<Long> step) {
    static ShownModel of(ModelLink link) {
      return new ShownModel(link.modelId(), link.step());
    }
  }
}

package io.boathouse.training.model;

import io.boathouse.training.experiment.KeyValue;
import io.boathouse.training.experiment.Lifecycle;
import java.util.List;
import java.util.Optional;

/**
 * A model that was logged to an experiment.
 *
 * @param id {@code m-} and 32 lower-case hexadecimal digits
 * @param createdAt in milliseconds since 1970
 * @param updatedAt in milliseconds since 1970
 */
public record LoggedModel(
    String id,
    long experimentId,
    String name,
    String modelType,
    Optional<String> sourceRunId,
    String artifactUri,
    Status status,
    Lifecycle stage,
    long createdAt,
    long updatedAt,
    List<KeyValue> params,
    List<KeyValue> tags,
    List<Measure> metrics) {
  /** Whether the files are there; the order is that of the wire's numbers, from 1. */
  public enum Status {
    PENDING,
    READY,
    UPLOAD_FAILED;

    /** The name on the wire. */
    public String text() {
      return "LOGGED_MODEL_" + name();
    }
  }

  /** The latest point of a metric of the model, on one dataset. */
  public record Measure(
      String key,
      double value,
      long timestamp,
      long step,
      String runId,
      Optional<String> datasetName,
      Optional<String> datasetDigest) {}

  public LoggedModel {
    params = List.copyOf(params);
    tags = List.copyOf(tags);
    metrics = List.copyOf(metrics);
  }

  LoggedModel with(List<KeyValue> newParams, List<KeyValue> newTags, List<Measure> newMetrics) {
    return new LoggedModel(
        id,
        experimentId,
        name,
        modelType,
        sourceRunId,
        artifactUri,
        status,
        stage,
        createdAt,
        updatedAt,
        newParams,
        newTags,
        newMetrics);
  }
}

package io.boathouse.training.run;

import java.util.Optional;

/**
 * One point of a metric.
 *
 * @param value NaN, or a finite number: infinities become the greatest double of their sign
 * @param timestamp in milliseconds since 1970, as the client says
 * @param modelId the logged model that was measured, if any
 * @param datasetName the dataset that it was measured on, if any
 */
public record Metric(
    String key,
    double value,
    long timestamp,
    long step,
    Optional<String> modelId,
    Optional<String> datasetName,
    Optional<String> datasetDigest) {
  public Metric {
    value = Math.clamp(value, -Double.MAX_VALUE, Double.MAX_VALUE);
  }

  /** A point that is tied to no model or dataset. */
  public static Metric of(String key, double value, long timestamp, long step) {
    return new Metric(
        key, value, timestamp, step, Optional.empty(), Optional.empty(), Optional.empty());
  }
}

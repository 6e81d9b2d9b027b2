package io.boathouse.featurestore.join;

import java.util.List;
import java.util.Optional;

/**
 * What a model learned from beside what it was asked with.
 *
 * @param trainingRows of the training set
 * @param requests of the inference table that tell their features
 * @param vectors rows of features in those requests
 * @param incomplete vectors in which at least one of the features is missing
 */
public record SkewReport(
    long trainingRows, long requests, long vectors, long incomplete, List<FeatureSkew> features) {
  public SkewReport {
    features = List.copyOf(features);
  }

  /**
   * One feature on both sides.
   *
   * @param stabilityIndex of the served values over the deciles of training; empty where one side
   *     has no values
   */
  public record FeatureSkew(
      String name, Side training, Side served, Optional<Double> stabilityIndex) {

    /** Whether the values have moved so far that a model should not be trusted with them. */
    public boolean shifted() {
      return stabilityIndex.filter(index -> index > 0.2).isPresent();
    }
  }

  /**
   * The values of one feature on one side.
   *
   * @param count of values and missing ones
   * @param missing how many were none: not found, null, or come too late
   * @param defaulted how many are the spec's default; empty without one
   */
  public record Side(long count, long missing, Optional<Long> defaulted, Optional<Double> mean) {}
}

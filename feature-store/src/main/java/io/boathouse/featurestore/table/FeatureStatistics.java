package io.boathouse.featurestore.table;

import java.util.List;
import java.util.Optional;

/**
 * What the values of a feature table look like at one version.
 *
 * @param keys how many distinct keys there are, roughly
 */
public record FeatureStatistics(
    long version, long rows, long keys, List<ColumnStatistics> features) {
  public FeatureStatistics {
    features = List.copyOf(features);
  }

  /**
   * What the values of one feature look like.
   *
   * @param nullShare 0 to 1; 0 without rows
   * @param min the smallest value, as text; times in ISO 8601
   * @param mean of numbers; the share of true of a boolean
   * @param distinct roughly
   */
  public record ColumnStatistics(
      FeatureColumn column,
      double nullShare,
      Optional<String> min,
      Optional<String> max,
      Optional<Double> mean,
      long distinct) {}
}

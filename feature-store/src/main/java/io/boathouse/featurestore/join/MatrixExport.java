package io.boathouse.featurestore.join;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Which columns and rows of a training set go into a matrix.
 *
 * @param features in the order of the model's inputs; empty for all numbers and flags of the spec
 * @param group names the block that a row is resampled with, such as its day
 * @param where only rows whose columns, as text, have these values
 */
public record MatrixExport(
    List<String> features,
    String label,
    Optional<String> key,
    Optional<String> time,
    Optional<String> group,
    Map<String, String> where) {
  public MatrixExport {
    features = List.copyOf(features);
    where = Map.copyOf(where);
  }

  /** All features with the label. */
  public static MatrixExport of(String label) {
    return new MatrixExport(
        List.of(), label, Optional.empty(), Optional.empty(), Optional.empty(), Map.of());
  }

  /** The same of the rows whose column has this value. */
  public MatrixExport where(String column, String value) {
    return new MatrixExport(features, label, key, time, group, Map.of(column, value));
  }
}

package io.boathouse.training.trainer;

import io.boathouse.featurestore.join.TrainingMatrix;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;

/**
 * Rows to learn from or to be measured on, on the heap as float32. A feature's float64 is cast to
 * float32, here and when a request is scored; NaN is a missing value.
 */
public final class TrainingData {
  private static final int CHUNK = 16_384;
  private static final int MAX_CELLS = Integer.MAX_VALUE - 64;

  private final List<String> features;
  private final float[] values;
  private final float[] labels;
  private final long[] groups;

  /**
   * Takes the arrays over without copying them.
   *
   * @param values {@code [labels × features]} row by row
   * @param labels 0 or 1 each
   * @param groups the block of each row, or none at all
   */
  public TrainingData(List<String> features, float[] values, float[] labels, long[] groups) {
    this.features = List.copyOf(features);
    this.values = values;
    this.labels = labels;
    this.groups = groups;
    checkFeatures(this.features);
    if (values.length != (long) labels.length * features.size()
        || (groups.length != 0 && groups.length != labels.length)) {
      throw TrainerErrors.invalidData(
          "rows",
          "%d values, %d labels, %d groups".formatted(values.length, labels.length, groups.length),
          "do not fit together");
    }
    for (int row = 0; row < labels.length; row++) {
      if (labels[row] != 0 && labels[row] != 1) {
        throw TrainerErrors.invalidData(
            "label", labels[row] + " in row " + row, "must be 0 or 1, and never null");
      }
    }
    for (int cell = 0; cell < values.length; cell++) {
      if (Float.isInfinite(values[cell])) {
        throw TrainerErrors.invalidData(
            "features." + this.features.get(cell % this.features.size()),
            values[cell] + " in row " + cell / this.features.size(),
            "must be finite in float32, or null");
      }
    }
  }

  /** Reads columns of a matrix: the features in the order given, and the label. */
  public static TrainingData read(TrainingMatrix matrix, List<String> features, String label) {
    return new TrainingData(
        features, cells(matrix, features), toFloats(matrix.toArray(label)), new long[0]);
  }

  /** Reads columns of a matrix: the features in the order given, the label, and the block. */
  public static TrainingData read(
      TrainingMatrix matrix, List<String> features, String label, String group) {
    double[] blocks = matrix.toArray(group);
    long[] groups = new long[blocks.length];
    for (int row = 0; row < blocks.length; row++) {
      groups[row] = (long) blocks[row];
      if (groups[row] != blocks[row]) {
        throw TrainerErrors.invalidData(
            group, blocks[row] + " in row " + row, "must be a whole number, and never null");
      }
    }
    return new TrainingData(
        features, cells(matrix, features), toFloats(matrix.toArray(label)), groups);
  }

  private static float[] cells(TrainingMatrix matrix, List<String> features) {
    int width = features.size();
    if (matrix.rows() > MAX_CELLS / Math.max(1, width)) {
      throw TrainerErrors.invalidData(
          "rows", Long.toString(matrix.rows()), "are too many for %d features".formatted(width));
    }
    int rows = Math.toIntExact(matrix.rows());
    float[] cells = new float[rows * width];
    double[] chunk = new double[CHUNK];
    for (int feature = 0; feature < width; feature++) {
      for (int from = 0; from < rows; from += CHUNK) {
        int length = Math.min(CHUNK, rows - from);
        matrix.read(features.get(feature), from, chunk, 0, length);
        for (int i = 0; i < length; i++) {
          cells[(from + i) * width + feature] = (float) chunk[i];
        }
      }
    }
    return cells;
  }

  private static float[] toFloats(double[] doubles) {
    float[] floats = new float[doubles.length];
    for (int i = 0; i < doubles.length; i++) {
      floats[i] = (float) doubles[i];
    }
    return floats;
  }

  private static void checkFeatures(List<String> features) {
    if (features.isEmpty()) {
      throw TrainerErrors.invalidData("features", "", "must name at least one column");
    }
    var seen = new HashSet<String>();
    for (String feature : features) {
      if (!seen.add(feature)) {
        throw TrainerErrors.invalidData("features", feature, "appears twice");
      }
    }
  }

  public int rows() {
    return labels.length;
  }

  public int width() {
    return features.size();
  }

  public List<String> features() {
    return features;
  }

  /** {@code [rows × width]} row by row; shared, not copied: leave it as it is. */
  public float[] values() {
    return values;
  }

  /** One a row, 0 or 1; shared, not copied: leave it as it is. */
  public float[] labels() {
    return labels;
  }

  /** The block of each row, empty without blocks; shared, not copied: leave it as it is. */
  public long[] groups() {
    return groups;
  }

  float value(int row, int feature) {
    return values[row * features.size() + feature];
  }

  /** Rows {@code [from, to)} as data of their own. */
  public TrainingData slice(int from, int to) {
    return new TrainingData(
        features,
        Arrays.copyOfRange(values, from * width(), to * width()),
        Arrays.copyOfRange(labels, from, to),
        groups.length == 0 ? groups : Arrays.copyOfRange(groups, from, to));
  }

  /** The rows at some positions, in that order, as data of their own. */
  TrainingData pick(int[] positions) {
    int width = width();
    float[] picked = new float[positions.length * width];
    float[] pickedLabels = new float[positions.length];
    long[] pickedGroups = new long[groups.length == 0 ? 0 : positions.length];
    for (int i = 0; i < positions.length; i++) {
      System.arraycopy(values, positions[i] * width, picked, i * width, width);
      pickedLabels[i] = labels[positions[i]];
      if (pickedGroups.length > 0) {
        pickedGroups[i] = groups[positions[i]];
      }
    }
    return new TrainingData(features, picked, pickedLabels, pickedGroups);
  }

  /** How many labels are 1. */
  public int positives() {
    int positives = 0;
    for (float label : labels) {
      positives += label == 1 ? 1 : 0;
    }
    return positives;
  }

  /** Refuses rows that hold no positive or no negative label. */
  void requireBothClasses() {
    int positives = positives();
    if (positives == 0 || positives == labels.length) {
      throw TrainerErrors.invalidData(
          "label",
          "%d of %d rows are 1".formatted(positives, labels.length),
          "must hold both 0 and 1");
    }
  }
}

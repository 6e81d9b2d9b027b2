package io.boathouse.training.trainer;

import java.util.Arrays;

/**
 * Replaces each feature's values by at most {@value #MAX_BINS} of them, so that an exact tree
 * learner has few places to split and is as fast as one on histograms. Only learning sees the
 * replaced values; a threshold is off by less than the width of a bin, which holds 1/{@value
 * #MAX_BINS} of the rows.
 */
final class QuantileBins {
  static final int MAX_BINS = 128;

  private final float[][] values;

  private QuantileBins(float[][] values) {
    this.values = values;
  }

  /** Bins of equal numbers of rows, missing values being filled first. */
  static QuantileBins of(TrainingData data, ColumnMoments moments) {
    float[][] values = new float[data.width()][];
    for (int feature = 0; feature < values.length; feature++) {
      float[] sorted = new float[data.rows()];
      for (int row = 0; row < sorted.length; row++) {
        sorted[row] = moments.filled(data.value(row, feature), feature);
      }
      Arrays.sort(sorted);
      values[feature] = distinct(sorted, sorted.length);
      if (values[feature].length > MAX_BINS) {
        float[] picked = new float[MAX_BINS];
        for (int bin = 0; bin < MAX_BINS; bin++) {
          picked[bin] = sorted[(int) ((bin + 0.5) * sorted.length / MAX_BINS)];
        }
        values[feature] = distinct(picked, MAX_BINS);
      }
    }
    return new QuantileBins(values);
  }

  /** The kept value that is nearest to a value which is not missing. */
  float nearest(float value, int feature) {
    float[] kept = values[feature];
    int at = Arrays.binarySearch(kept, value);
    if (at >= 0) {
      return kept[at];
    }
    int above = -at - 1;
    if (above == 0) {
      return kept[0];
    }
    if (above == kept.length) {
      return kept[above - 1];
    }
    return value - kept[above - 1] <= kept[above] - value ? kept[above - 1] : kept[above];
  }

  private static float[] distinct(float[] sorted, int length) {
    float[] kept = new float[length];
    int count = 0;
    for (int i = 0; i < length; i++) {
      if (i == 0 || sorted[i] != sorted[i - 1]) {
        kept[count++] = sorted[i];
      }
    }
    return Arrays.copyOf(kept, count);
  }
}

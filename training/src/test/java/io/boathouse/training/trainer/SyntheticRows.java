package io.boathouse.training.trainer;

import java.util.List;
import java.util.SplittableRandom;

/** Rows made from a seed, with missing values, a constant column and features on odd scales. */
final class SyntheticRows {
  /** Not in alphabetical order on purpose: libraries sort, models must not. */
  static final List<String> FEATURES =
      List.of("late_share", "distance", "constant", "hour", "count", "always_missing", "Noise");

  private SyntheticRows() {}

  static TrainingData of(int rows, long seed) {
    var random = new SplittableRandom(seed);
    int width = FEATURES.size();
    float[] values = new float[rows * width];
    float[] labels = new float[rows];
    long[] days = new long[rows];
    for (int row = 0; row < rows; row++) {
      double share = random.nextDouble();
      double distance = 100 + random.nextDouble() * 2500;
      int hour = random.nextInt(24);
      double count = Math.floor(random.nextDouble() * 40);
      double logit =
          -2.2 + 3 * share + (hour > 16 ? 1.2 : 0) - 0.0004 * distance + 0.02 * count * share;
      labels[row] = random.nextDouble() < 1 / (1 + Math.exp(-logit)) ? 1 : 0;
      days[row] = 18_000 + row * 30L / rows;
      int at = row * width;
      values[at] = random.nextInt(12) == 0 ? Float.NaN : (float) share;
      values[at + 1] = (float) distance;
      values[at + 2] = 7.25f;
      values[at + 3] = hour;
      values[at + 4] = random.nextInt(20) == 0 ? Float.NaN : (float) count;
      values[at + 5] = Float.NaN;
      values[at + 6] = (float) random.nextDouble(-1e6, 1e6);
    }
    return new TrainingData(FEATURES, values, labels, days);
  }
}

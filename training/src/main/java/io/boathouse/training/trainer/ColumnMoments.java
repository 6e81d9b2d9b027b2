package io.boathouse.training.trainer;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Mean and standard deviation of every feature over the values that are there, as the float32 that
 * models carry. A feature without values has mean 0; one that never varies has deviation 1, so that
 * it standardises to zeros.
 */
final class ColumnMoments {
  private final float[] means;
  private final float[] deviations;

  private ColumnMoments(float[] means, float[] deviations) {
    this.means = means;
    this.deviations = deviations;
  }

  static ColumnMoments of(TrainingData data) {
    int width = data.width();
    float[] means = new float[width];
    float[] deviations = new float[width];
    for (int feature = 0; feature < width; feature++) {
      double sum = 0;
      long present = 0;
      for (int row = 0; row < data.rows(); row++) {
        float value = data.value(row, feature);
        if (!Float.isNaN(value)) {
          sum += value;
          present++;
        }
      }
      means[feature] = present == 0 ? 0 : (float) (sum / present);
      double squares = 0;
      for (int row = 0; row < data.rows(); row++) {
        float value = data.value(row, feature);
        if (!Float.isNaN(value)) {
          double gap = (double) value - means[feature];
          squares += gap * gap;
        }
      }
      float deviation = present == 0 ? 0 : (float) Math.sqrt(squares / present);
      deviations[feature] = deviation > 0 ? deviation : 1;
    }
    return new ColumnMoments(means, deviations);
  }

  float mean(int feature) {
    return means[feature];
  }

  float deviation(int feature) {
    return deviations[feature];
  }

  float[] means() {
    return means.clone();
  }

  /** The value in deviations from the mean; 0 if missing. */
  double standardised(float value, int feature) {
    return Float.isNaN(value) ? 0 : ((double) value - means[feature]) / deviations[feature];
  }

  /** The value, or the mean if missing. */
  float filled(float value, int feature) {
    return Float.isNaN(value) ? means[feature] : value;
  }

  /** The means by the features' names. */
  Map<String, Object> meansByName(TrainingData data) {
    var named = new LinkedHashMap<String, Object>();
    for (int feature = 0; feature < means.length; feature++) {
      named.put(data.features().get(feature), means[feature]);
    }
    return named;
  }
}

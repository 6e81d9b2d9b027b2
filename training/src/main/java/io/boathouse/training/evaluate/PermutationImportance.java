package io.boathouse.training.evaluate;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.SplittableRandom;

/**
 * How much AUC is lost when one feature's values are shuffled among the rows, so that only its link
 * to the outcome breaks. After Breiman, "Random Forests" (2001), section 10. A feature that another
 * one stands in for looks less important than it is.
 */
public final class PermutationImportance {
  private PermutationImportance() {}

  /** A feature and what the model loses, or by chance gains, without it. */
  public record Importance(String feature, double value) {}

  /**
   * Measures every feature once.
   *
   * @param rows {@code [labels × features]} row by row; restored when the method returns
   * @return most important first, equals by name
   */
  public static List<Importance> of(
      Scorer scorer, List<String> features, float[] rows, float[] labels, long seed) {
    int width = features.size();
    if (rows.length != (long) width * labels.length) {
      throw EvaluationErrors.invalid(
          "rows", Integer.toString(rows.length), "must be labels times features");
    }
    double whole = auc(scorer, rows, labels);
    var importances = new ArrayList<Importance>();
    float[] original = new float[labels.length];
    for (int feature = 0; feature < width; feature++) {
      for (int row = 0; row < labels.length; row++) {
        original[row] = rows[row * width + feature];
      }
      float[] shuffled = shuffled(original, new SplittableRandom(seed + feature));
      spread(shuffled, rows, width, feature);
      importances.add(new Importance(features.get(feature), whole - auc(scorer, rows, labels)));
      spread(original, rows, width, feature);
    }
    importances.sort(
        Comparator.comparingDouble(Importance::value)
            .reversed()
            .thenComparing(Importance::feature));
    return importances;
  }

  private static double auc(Scorer scorer, float[] rows, float[] labels) {
    return BinaryMetrics.of(ScoredRows.of(scorer.score(rows, labels.length), labels)).auc();
  }

  private static float[] shuffled(float[] values, SplittableRandom random) {
    float[] copy = values.clone();
    for (int i = copy.length - 1; i > 0; i--) {
      int other = random.nextInt(i + 1);
      float kept = copy[i];
      copy[i] = copy[other];
      copy[other] = kept;
    }
    return copy;
  }

  private static void spread(float[] column, float[] rows, int width, int feature) {
    for (int row = 0; row < column.length; row++) {
      rows[row * width + feature] = column[row];
    }
  }
}

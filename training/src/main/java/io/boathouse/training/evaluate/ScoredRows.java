package io.boathouse.training.evaluate;

import java.util.Arrays;

/**
 * Probabilities beside the labels that came true, kept in order of falling probability so that
 * every metric is one pass. Immutable.
 */
public final class ScoredRows {
  private final float[] probabilities;
  private final boolean[] labels;
  private final int[] rowOf;
  private final int positives;

  private ScoredRows(float[] probabilities, boolean[] labels, int[] rowOf, int positives) {
    this.probabilities = probabilities;
    this.labels = labels;
    this.rowOf = rowOf;
    this.positives = positives;
  }

  /**
   * Ranks the rows.
   *
   * @param probabilities of the positive class, 0 to 1
   * @param labels 1 where the positive class came true, else 0
   */
  public static ScoredRows of(float[] probabilities, float[] labels) {
    if (probabilities.length != labels.length || labels.length == 0) {
      throw EvaluationErrors.invalid(
          "rows",
          probabilities.length + " scores, " + labels.length + " labels",
          "must be as many, and at least one");
    }
    int rows = labels.length;
    long[] keys = new long[rows];
    for (int row = 0; row < rows; row++) {
      float probability = probabilities[row];
      if (!(probability >= 0 && probability <= 1)) {
        throw EvaluationErrors.notAProbability(row, probability);
      }
      // Adding zero turns -0 into 0. Bits of floats that are not negative sort as the floats do.
      keys[row] = ((long) ~Float.floatToRawIntBits(probability + 0f) << 32) | row;
    }
    Arrays.sort(keys);
    float[] ranked = new float[rows];
    boolean[] rankedLabels = new boolean[rows];
    int[] rowOf = new int[rows];
    int positives = 0;
    for (int rank = 0; rank < rows; rank++) {
      int row = (int) keys[rank];
      rowOf[rank] = row;
      ranked[rank] = probabilities[row];
      rankedLabels[rank] = label(row, labels[row]);
      positives += rankedLabels[rank] ? 1 : 0;
    }
    return new ScoredRows(ranked, rankedLabels, rowOf, positives);
  }

  private static boolean label(int row, float label) {
    if (label != 0 && label != 1) {
      throw EvaluationErrors.invalid("label", label + " in row " + row, "must be 0 or 1");
    }
    return label == 1;
  }

  public int size() {
    return labels.length;
  }

  public int positives() {
    return positives;
  }

  float probability(int rank) {
    return probabilities[rank];
  }

  boolean positive(int rank) {
    return labels[rank];
  }

  /** The row's position before ranking. */
  int row(int rank) {
    return rowOf[rank];
  }

  /** The first rank after {@code rank} with another probability. */
  int endOfTie(int rank) {
    int end = rank + 1;
    while (end < probabilities.length && probabilities[end] == probabilities[rank]) {
      end++;
    }
    return end;
  }
}

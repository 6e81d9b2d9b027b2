package io.boathouse.training.evaluate;

import java.util.ArrayList;
import java.util.List;

/**
 * How well probabilities keep their word: rows in ten bins of (nearly) equal size by rising
 * probability. Rows of equal probability share a bin, so that the order of rows changes nothing.
 *
 * @param bins those that hold rows, by rising probability
 */
public record Calibration(List<Bin> bins) {
  private static final int BINS = 10;

  /**
   * One bin.
   *
   * @param predicted mean probability of its rows
   * @param observed share of its rows that came true
   */
  public record Bin(long rows, double predicted, double observed) {}

  /** Copies the bins in. */
  public Calibration {
    bins = List.copyOf(bins);
  }

  /** Bins by decile of probability. */
  public static Calibration of(ScoredRows scored) {
    int size = scored.size();
    long[] rows = new long[BINS];
    double[] predicted = new double[BINS];
    long[] positives = new long[BINS];
    int rank = 0;
    while (rank < size) {
      int end = scored.endOfTie(rank);
      // Ranks fall; the middle of the tie decides.
      double middle = size - (rank + end) / 2.0;
      int bin = Math.min(BINS - 1, (int) (middle * BINS / size));
      rows[bin] += end - rank;
      for (; rank < end; rank++) {
        predicted[bin] += scored.probability(rank);
        positives[bin] += scored.positive(rank) ? 1 : 0;
      }
    }
    var bins = new ArrayList<Bin>();
    for (int bin = 0; bin < BINS; bin++) {
      if (rows[bin] > 0) {
        bins.add(
            new Bin(rows[bin], predicted[bin] / rows[bin], (double) positives[bin] / rows[bin]));
      }
    }
    return new Calibration(bins);
  }

  /** Expected calibration error: the bins' mean gap of predicted and observed, weighted by rows. */
  public double expectedError() {
    double gap = 0;
    long rows = 0;
    for (Bin bin : bins) {
      gap += bin.rows() * Math.abs(bin.predicted() - bin.observed());
      rows += bin.rows();
    }
    return gap / rows;
  }
}

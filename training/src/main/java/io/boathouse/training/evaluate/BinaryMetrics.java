package io.boathouse.training.evaluate;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Metrics of probabilities against what came true.
 *
 * @param auc area under the ROC curve: the chance that a positive outranks a negative, a tie
 *     counting half; NaN when one class is absent
 * @param averagePrecision the sum over thresholds of precision times gained recall, tied rows
 *     passing a threshold together; NaN without positives
 * @param logLoss mean negative log likelihood, in nats, probabilities clipped to 1e-7 from 0 and 1
 * @param brier mean squared difference of probability and outcome
 */
public record BinaryMetrics(
    long rows, long positives, double auc, double averagePrecision, double logLoss, double brier) {
  static final double CLIP = 1e-7;

  /** Measures all rows, each counting once. */
  public static BinaryMetrics of(ScoredRows scored) {
    long above = 0;
    long positivesAbove = 0;
    double concordant = 0;
    double precisionArea = 0;
    double loss = 0;
    double squares = 0;
    int rank = 0;
    while (rank < scored.size()) {
      int end = scored.endOfTie(rank);
      long tied = 0;
      long tiedPositives = 0;
      for (; rank < end; rank++) {
        tied++;
        tiedPositives += scored.positive(rank) ? 1 : 0;
      }
      long tiedNegatives = tied - tiedPositives;
      float probability = scored.probability(end - 1);
      concordant += tiedNegatives * (positivesAbove + 0.5 * tiedPositives);
      above += tied;
      positivesAbove += tiedPositives;
      precisionArea += tiedPositives * ((double) positivesAbove / above);
      loss +=
          tiedPositives * logLoss(probability, true) + tiedNegatives * logLoss(probability, false);
      squares +=
          tiedPositives * square(1 - (double) probability) + tiedNegatives * square(probability);
    }
    double negatives = above - positivesAbove;
    return new BinaryMetrics(
        above,
        positivesAbove,
        concordant / (positivesAbove * negatives),
        precisionArea / positivesAbove,
        loss / above,
        squares / above);
  }

  /** The metrics by the names they are logged under. */
  public Map<String, Double> byName() {
    var named = new LinkedHashMap<String, Double>();
    named.put("auc", auc);
    named.put("average_precision", averagePrecision);
    named.put("log_loss", logLoss);
    named.put("brier", brier);
    return named;
  }

  static double logLoss(float probability, boolean positive) {
    double clipped = Math.min(1 - CLIP, Math.max(CLIP, probability));
    return -Math.log(positive ? clipped : 1 - clipped);
  }

  static double square(double value) {
    return value * value;
  }
}

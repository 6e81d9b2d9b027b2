package io.boathouse.training.evaluate;

/**
 * Decisions against outcomes when a probability of at least {@code threshold} means yes. Ratios
 * whose denominator is zero are NaN.
 */
public record Confusion(
    double threshold,
    long truePositives,
    long falsePositives,
    long trueNegatives,
    long falseNegatives) {

  /** Counts decisions at a threshold. */
  public static Confusion of(ScoredRows scored, double threshold) {
    if (!(threshold >= 0 && threshold <= 1)) {
      throw EvaluationErrors.invalid("threshold", Double.toString(threshold), "must be 0 to 1");
    }
    long chosen = 0;
    long hits = 0;
    while (chosen < scored.size() && scored.probability((int) chosen) >= threshold) {
      hits += scored.positive((int) chosen) ? 1 : 0;
      chosen++;
    }
    long misses = scored.positives() - hits;
    return new Confusion(threshold, hits, chosen - hits, scored.size() - chosen - misses, misses);
  }

  public double precision() {
    return (double) truePositives / (truePositives + falsePositives);
  }

  public double recall() {
    return (double) truePositives / (truePositives + falseNegatives);
  }

  public double accuracy() {
    return (double) (truePositives + trueNegatives)
        / (truePositives + trueNegatives + falsePositives + falseNegatives);
  }

  public double f1() {
    return 2.0 * truePositives / (2 * truePositives + falsePositives + falseNegatives);
  }
}

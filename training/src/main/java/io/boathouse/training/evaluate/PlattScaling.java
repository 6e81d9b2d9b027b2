package io.boathouse.training.evaluate;

import java.util.Optional;

/**
 * A correction of a model's log-odds: {@code slope * logit + intercept}, with a positive slope so
 * that the order of rows stays. Fitted by Newton's method with backtracking on smoothed targets,
 * after Lin, Lin and Weng, "A note on Platt's probabilistic outputs for support vector machines",
 * Machine Learning 68 (2007).
 */
public record PlattScaling(double slope, double intercept) {
  private static final int MAX_STEPS = 100;
  private static final double RIDGE = 1e-12;
  private static final double SETTLED = 1e-10;

  /** Refuses what would turn the order of rows or is no number. */
  public PlattScaling {
    if (!(slope > 0) || !Double.isFinite(slope) || !Double.isFinite(intercept)) {
      throw EvaluationErrors.invalid(
          "calibration", slope + ", " + intercept, "must be finite with a positive slope");
    }
  }

  /**
   * Fits the correction on rows that the model was not trained on.
   *
   * @param logits log-odds from the model; infinite ones count as ±40
   * @return empty when the best slope is not positive, or the rows do not determine one
   */
  public static Optional<PlattScaling> fit(float[] logits, float[] labels) {
    double positives = 0;
    double[] x = new double[logits.length];
    boolean varied = false;
    for (int i = 0; i < logits.length; i++) {
      x[i] = Math.max(-40, Math.min(40, logits[i]));
      positives += labels[i];
      varied |= x[i] != x[0];
    }
    double negatives = logits.length - positives;
    if (!varied || positives == 0 || negatives == 0) {
      return Optional.empty();
    }
    double[] targets = new double[logits.length];
    for (int i = 0; i < targets.length; i++) {
      targets[i] = labels[i] == 1 ? (positives + 1) / (positives + 2) : 1 / (negatives + 2);
    }
    double[] fitted = newton(x, targets, Math.log((positives + 1) / (negatives + 1)));
    return fitted[0] > 0 && Double.isFinite(fitted[0]) && Double.isFinite(fitted[1])
        ? Optional.of(new PlattScaling(fitted[0], fitted[1]))
        : Optional.empty();
  }

  private static double[] newton(double[] x, double[] targets, double startIntercept) {
    double slope = 0;
    double intercept = startIntercept;
    double loss = loss(x, targets, slope, intercept);
    for (int step = 0; step < MAX_STEPS; step++) {
      double g0 = 0;
      double g1 = 0;
      double h00 = RIDGE;
      double h01 = 0;
      double h11 = RIDGE;
      for (int i = 0; i < x.length; i++) {
        double p = 1 / (1 + Math.exp(-(slope * x[i] + intercept)));
        double curve = p * (1 - p);
        double gap = p - targets[i];
        g0 += gap * x[i];
        g1 += gap;
        h00 += curve * x[i] * x[i];
        h01 += curve * x[i];
        h11 += curve;
      }
      if (Math.abs(g0) + Math.abs(g1) < SETTLED * x.length) {
        break;
      }
      double determinant = h00 * h11 - h01 * h01;
      double d0 = -(h11 * g0 - h01 * g1) / determinant;
      double d1 = -(h00 * g1 - h01 * g0) / determinant;
      double descent = g0 * d0 + g1 * d1;
      double size = 1;
      double candidate = loss(x, targets, slope + d0, intercept + d1);
      while (candidate > loss + 1e-4 * size * descent && size > 1e-10) {
        size /= 2;
        candidate = loss(x, targets, slope + size * d0, intercept + size * d1);
      }
      slope += size * d0;
      intercept += size * d1;
      loss = candidate;
    }
    return new double[] {slope, intercept};
  }

  private static double loss(double[] x, double[] targets, double slope, double intercept) {
    double loss = 0;
    for (int i = 0; i < x.length; i++) {
      double z = slope * x[i] + intercept;
      // log(1 + e^z) - t z, written so that it cannot overflow.
      loss += Math.max(z, 0) + Math.log1p(Math.exp(-Math.abs(z))) - targets[i] * z;
    }
    return loss;
  }
}

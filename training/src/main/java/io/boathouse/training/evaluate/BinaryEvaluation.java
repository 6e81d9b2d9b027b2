package io.boathouse.training.evaluate;

import io.boathouse.training.evaluate.BlockBootstrap.Interval;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Everything that is measured of one model on one set of rows.
 *
 * @param intervals by metric name; empty where the rows have no blocks
 */
public record BinaryEvaluation(
    BinaryMetrics metrics,
    Calibration calibration,
    Confusion confusion,
    RocCurve roc,
    Map<String, Interval> intervals) {

  /** Copies the intervals in. */
  public BinaryEvaluation {
    intervals = Collections.unmodifiableMap(new LinkedHashMap<>(intervals));
  }

  /** Measures without intervals. */
  public static BinaryEvaluation of(ScoredRows scored, double threshold) {
    return new BinaryEvaluation(
        BinaryMetrics.of(scored),
        Calibration.of(scored),
        Confusion.of(scored, threshold),
        RocCurve.of(scored),
        Map.of());
  }

  /** Measures with intervals. */
  public static BinaryEvaluation of(ScoredRows scored, double threshold, BlockBootstrap bootstrap) {
    BinaryEvaluation plain = of(scored, threshold);
    return new BinaryEvaluation(
        plain.metrics, plain.calibration, plain.confusion, plain.roc, bootstrap.intervals(scored));
  }

  /** The figures worth logging by name; those that do not exist for these rows are left out. */
  public Map<String, Double> figures() {
    var figures = new LinkedHashMap<>(metrics.byName());
    figures.put("ece", calibration.expectedError());
    figures.put("precision", confusion.precision());
    figures.put("recall", confusion.recall());
    figures.put("f1", confusion.f1());
    figures.put("accuracy", confusion.accuracy());
    figures.put("rows", (double) metrics.rows());
    figures.put("positives", (double) metrics.positives());
    intervals.forEach(
        (name, interval) -> {
          figures.put(name + "_low", interval.low());
          figures.put(name + "_high", interval.high());
        });
    figures.values().removeIf(value -> !Double.isFinite(value));
    return figures;
  }
}

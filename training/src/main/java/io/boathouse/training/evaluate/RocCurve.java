package io.boathouse.training.evaluate;

import java.util.ArrayList;
import java.util.List;

/** The ROC curve from (0,0) to (1,1), thinned to a number of points that a plot can use. */
public record RocCurve(List<Point> points) {
  private static final int MAX_POINTS = 400;

  /** One threshold. */
  public record Point(double falsePositiveRate, double truePositiveRate) {}

  /** Copies the points in. */
  public RocCurve {
    points = List.copyOf(points);
  }

  /** Walks the thresholds, tied rows together; empty when one class is absent. */
  public static RocCurve of(ScoredRows scored) {
    double positives = scored.positives();
    double negatives = scored.size() - positives;
    if (positives == 0 || negatives == 0) {
      return new RocCurve(List.of());
    }
    var points = new ArrayList<Point>();
    points.add(new Point(0, 0));
    double step = (double) scored.size() / MAX_POINTS;
    double next = step;
    long hits = 0;
    int rank = 0;
    while (rank < scored.size()) {
      int end = scored.endOfTie(rank);
      for (; rank < end; rank++) {
        hits += scored.positive(rank) ? 1 : 0;
      }
      if (end >= next || end == scored.size()) {
        points.add(new Point((end - hits) / negatives, hits / positives));
        next = end + step;
      }
    }
    return new RocCurve(points);
  }
}

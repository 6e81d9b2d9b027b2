package io.boathouse.featurestore.browse;

import java.util.List;

/**
 * How the values of a feature differ between two versions of its table.
 *
 * @param stability the population stability index over the bins, rows without a value being one
 * @param distance the greatest difference of the cumulative shares of the bins, 0 to 1
 */
public record FeatureDrift(long from, long to, List<Bin> bins, double stability, double distance) {
  /** Shares below this count as this, so that an empty bin does not weigh infinitely. */
  private static final double LEAST = 1e-4;

  /** What there is of values in one bin. @param label its values, for people */
  public record Bin(String label, long from, long to) {}

  public FeatureDrift {
    bins = List.copyOf(bins);
  }

  static FeatureDrift of(long from, long to, List<Bin> bins) {
    double before = Math.max(1, bins.stream().mapToLong(Bin::from).sum());
    double after = Math.max(1, bins.stream().mapToLong(Bin::to).sum());
    double stability = 0;
    double distance = 0;
    double cumulative = 0;
    for (Bin bin : bins) {
      double p = bin.from() / before;
      double q = bin.to() / after;
      cumulative += q - p;
      distance = Math.max(distance, Math.abs(cumulative));
      double least = Math.max(q, LEAST);
      double base = Math.max(p, LEAST);
      stability += (least - base) * Math.log(least / base);
    }
    return new FeatureDrift(from, to, bins, stability, Math.min(1, distance));
  }

  /** What people usually say of the index: below 0.1 stable, below 0.25 moderate. */
  public String verdict() {
    return stability < 0.1 ? "STABLE" : stability < 0.25 ? "MODERATE" : "MAJOR";
  }
}

package io.boathouse.featurestore.browse;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * What the values of one feature look like in one version of its table, as far as the caller may
 * read it.
 *
 * @param nulls rows without a value
 * @param distinct roughly
 * @param numbers of numbers, booleans (0 and 1) and times (seconds since the epoch)
 * @param common the most frequent values of a text, at most twenty
 * @param outOfRange rows whose number is outside what is expected; empty if no range is
 * @param newestEvent the greatest event time of any row
 */
public record FeatureProfile(
    long version,
    long rows,
    long nulls,
    long distinct,
    Optional<Numbers> numbers,
    List<Frequent> common,
    List<Period> overTime,
    Optional<Long> outOfRange,
    Optional<Instant> newestEvent) {
  public FeatureProfile {
    common = List.copyOf(common);
    overTime = List.copyOf(overTime);
  }

  /**
   * Finite values.
   *
   * @param quantiles at {@link #QUANTILES}
   * @param bins counts in equal steps from min to max
   */
  public record Numbers(
      double min, double max, double mean, List<Double> quantiles, List<Long> bins) {
    /** The shares of values below each quantile. */
    public static final List<Double> QUANTILES = List.of(0.01, 0.05, 0.25, 0.5, 0.75, 0.95, 0.99);

    public Numbers {
      quantiles = List.copyOf(quantiles);
      bins = List.copyOf(bins);
    }
  }

  /** A value and how many rows have it. */
  public record Frequent(String value, long rows) {}

  /**
   * Rows whose event is in a period.
   *
   * @param mean of the numbers, if there are any
   */
  public record Period(Instant start, long rows, long nulls, Optional<Double> mean) {}

  /** The share of rows with a value, 1 without rows. */
  public double completeness() {
    return rows == 0 ? 1 : (rows - nulls) / (double) rows;
  }
}

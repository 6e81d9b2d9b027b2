package io.boathouse.training.evaluate;

import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SplittableRandom;

/**
 * Percentile intervals of metrics by resampling whole blocks of rows, such as days, with
 * replacement: rows of one block are alike, so resampling single rows would flatter the model.
 * After Efron and Tibshirani, "An Introduction to the Bootstrap" (1993), chapters 8 and 13.
 */
public final class BlockBootstrap {
  private static final double LEVEL = 0.95;
  private final long[] groups;
  private final int rounds;
  private final long seed;

  /** An interval that holds {@code level} of the resampled values. */
  public record Interval(double low, double high, double level) {}

  /**
   * Prepares resampling.
   *
   * @param groups the block of each row, in the order of the rows
   */
  public BlockBootstrap(long[] groups, int rounds, long seed) {
    if (rounds < 1 || rounds > 100_000) {
      throw EvaluationErrors.invalid(
          "bootstrap_rounds", Integer.toString(rounds), "must be 1 to 100000");
    }
    this.groups = groups.clone();
    this.rounds = rounds;
    this.seed = seed;
  }

  /** The 95 % interval of each metric by name; the same seed gives the same intervals. */
  public Map<String, Interval> intervals(ScoredRows scored) {
    if (groups.length != scored.size()) {
      throw EvaluationErrors.invalid(
          "groups", Integer.toString(groups.length), "must be one a row: " + scored.size());
    }
    var blocks = new HashMap<Long, Integer>();
    int[] blockOf = new int[groups.length];
    for (int row = 0; row < groups.length; row++) {
      Integer block = blocks.putIfAbsent(groups[row], blocks.size());
      blockOf[row] = block == null ? blocks.size() - 1 : block;
    }
    var drawn = new LinkedHashMap<String, double[]>();
    var random = new SplittableRandom(seed);
    var ranks = new ResampledRanks(scored, blockOf, blocks.size());
    int[] copies = new int[blocks.size()];
    for (int round = 0; round < rounds; round++) {
      Arrays.fill(copies, 0);
      for (int draw = 0; draw < copies.length; draw++) {
        copies[random.nextInt(copies.length)]++;
      }
      for (var metric : ranks.measure(copies).byName().entrySet()) {
        drawn.computeIfAbsent(metric.getKey(), name -> new double[rounds])[round] =
            metric.getValue();
      }
    }
    var intervals = new LinkedHashMap<String, Interval>();
    drawn.forEach((name, values) -> intervals.put(name, interval(values)));
    return intervals;
  }

  private static Interval interval(double[] values) {
    Arrays.sort(values);
    int finite = values.length;
    while (finite > 0 && Double.isNaN(values[finite - 1])) {
      finite--;
    }
    double tail = (1 - LEVEL) / 2;
    return new Interval(quantile(values, finite, tail), quantile(values, finite, 1 - tail), LEVEL);
  }

  private static double quantile(double[] sorted, int length, double share) {
    if (length == 0) {
      return Double.NaN;
    }
    double position = share * (length - 1);
    int below = (int) position;
    int above = Math.min(length - 1, below + 1);
    return sorted[below] + (position - below) * (sorted[above] - sorted[below]);
  }
}

package io.boathouse.training.evaluate;

/**
 * Ranked rows laid out so that their metrics can be measured again and again with blocks of rows
 * counted several times. What adds up over rows is added up once for each block; only what depends
 * on the order is one pass over the ranks. Not thread-safe.
 */
final class ResampledRanks {
  private final int[] blockAt;
  private final boolean[] positive;
  private final boolean[] endsTie;
  private final long[] rows;
  private final long[] positives;
  private final double[] loss;
  private final double[] squares;

  /**
   * @param blockOf the block of each row, in the order of the rows, from 0
   */
  ResampledRanks(ScoredRows scored, int[] blockOf, int blocks) {
    int size = scored.size();
    blockAt = new int[size];
    positive = new boolean[size];
    endsTie = new boolean[size];
    rows = new long[blocks];
    positives = new long[blocks];
    loss = new double[blocks];
    squares = new double[blocks];
    for (int rank = 0; rank < size; rank++) {
      int block = blockOf[scored.row(rank)];
      float probability = scored.probability(rank);
      blockAt[rank] = block;
      positive[rank] = scored.positive(rank);
      endsTie[rank] = rank + 1 == size || scored.probability(rank + 1) != probability;
      rows[block]++;
      positives[block] += positive[rank] ? 1 : 0;
      loss[block] += BinaryMetrics.logLoss(probability, positive[rank]);
      squares[block] += BinaryMetrics.square((positive[rank] ? 1 : 0) - (double) probability);
    }
  }

  /**
   * The metrics of all rows, each counted as often as its block.
   *
   * @param copies how often each block counts
   */
  BinaryMetrics measure(int[] copies) {
    long all = 0;
    long allPositives = 0;
    double lossSum = 0;
    double squareSum = 0;
    for (int block = 0; block < copies.length; block++) {
      all += copies[block] * rows[block];
      allPositives += copies[block] * positives[block];
      lossSum += copies[block] * loss[block];
      squareSum += copies[block] * squares[block];
    }
    long above = 0;
    long positivesAbove = 0;
    long tied = 0;
    long tiedPositives = 0;
    double concordant = 0;
    double precisionArea = 0;
    for (int rank = 0; rank < blockAt.length; rank++) {
      int weight = copies[blockAt[rank]];
      tied += weight;
      tiedPositives += positive[rank] ? weight : 0;
      if (endsTie[rank] && tied > 0) {
        concordant += (tied - tiedPositives) * (positivesAbove + 0.5 * tiedPositives);
        above += tied;
        positivesAbove += tiedPositives;
        if (tiedPositives > 0) {
          precisionArea += tiedPositives * ((double) positivesAbove / above);
        }
        tied = 0;
        tiedPositives = 0;
      }
    }
    double negatives = all - allPositives;
    return new BinaryMetrics(
        all,
        allPositives,
        concordant / (allPositives * negatives),
        precisionArea / allPositives,
        lossSum / all,
        squareSum / all);
  }
}

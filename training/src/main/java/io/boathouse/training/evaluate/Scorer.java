package io.boathouse.training.evaluate;

/** Scores rows with one trained binary model. Not thread-safe. */
public interface Scorer extends AutoCloseable {
  /**
   * Scores rows; a row's score does not depend on the rows beside it.
   *
   * @param rows {@code [count × features]} row by row, float32, NaN where a value is missing
   * @return the probability of the positive class, one a row
   */
  float[] score(float[] rows, int count);

  @Override
  void close();
}

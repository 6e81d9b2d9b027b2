package io.boathouse.benchmark;

/**
 * How much is measured.
 *
 * @param rounds of every comparison
 * @param labels rows of the training set that come from before June; June comes whole
 * @param rate predictions a second
 * @param warmupSeconds of predictions that are not counted
 * @param seconds of predictions that are
 * @param restSeconds between the last work and the look at the memory
 * @param tableRows of the table that is filled, read and merged into
 * @param commits of one row
 * @param logCommits of the table whose log is opened
 */
record Scale(
    int rounds,
    int labels,
    double rate,
    double warmupSeconds,
    double seconds,
    double restSeconds,
    long tableRows,
    int commits,
    int logCommits) {
  /** What the figures in the README come from. */
  static final Scale FULL = new Scale(5, 300_000, 500, 30, 200, 60, 10_000_000, 10_000, 10_000);

  /** To look at a change before the figures are taken. */
  static final Scale SHORT = new Scale(2, 30_000, 500, 10, 40, 5, 1_000_000, 1_000, 1_000);

  /** Everything once, to see that it runs. */
  static final Scale SMOKE = new Scale(1, 500, 50, 0.2, 1, 0, 10_000, 20, 50);
}

package io.boathouse.platform.lane;

/**
 * Settings under {@code lanes:}.
 *
 * @param eventLoops threads that parse requests and answer hot paths
 * @param computeThreads threads that burn processor time
 * @param computeQueue how many tasks may wait for them before the next is refused
 */
public record LaneConfig(int eventLoops, int computeThreads, int computeQueue) {
  /** Two event loops at most by default: they only parse and serve hot paths. */
  public static final LaneConfig DEFAULTS =
      new LaneConfig(
          Math.min(2, Runtime.getRuntime().availableProcessors()),
          Runtime.getRuntime().availableProcessors(),
          1_000);

  public LaneConfig {
    if (eventLoops < 1) {
      throw new IllegalArgumentException("event_loops: " + eventLoops + " (expected: >= 1)");
    }
    if (computeThreads < 1) {
      throw new IllegalArgumentException(
          "compute_threads: " + computeThreads + " (expected: >= 1)");
    }
    if (computeQueue < 1) {
      throw new IllegalArgumentException("compute_queue: " + computeQueue + " (expected: >= 1)");
    }
  }
}

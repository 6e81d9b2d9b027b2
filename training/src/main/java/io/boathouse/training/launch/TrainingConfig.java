package io.boathouse.training.launch;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * Settings under {@code training:}.
 *
 * @param maxRunning training processes of one server at once; further jobs wait
 * @param heapBytes the Java heap of one training process; its libraries take memory on top
 * @param threads of one training process, unless a job sets its trainer's own parameter
 * @param deadline how long one attempt may take before its process is ended
 * @param stopGrace how long a process may take to stop before it is killed
 * @param matrixCacheBytes disk for exported training sets that further jobs may need
 * @param neuralModule the folder of the optional module for neural networks; without it their
 *     trainers are refused
 */
public record TrainingConfig(
    int maxRunning,
    long heapBytes,
    int threads,
    Duration deadline,
    Duration stopGrace,
    long matrixCacheBytes,
    Optional<Path> neuralModule) {
  public static final TrainingConfig DEFAULTS =
      new TrainingConfig(
          2, 1L << 30, 1, Duration.ofHours(6), Duration.ofSeconds(5), 2L << 30, Optional.empty());

  private static final long SMALLEST_HEAP = 64L << 20;

  public TrainingConfig {
    if (maxRunning < 1 || threads < 1) {
      throw new IllegalArgumentException(
          "max_running, threads: %d, %d (expected: >= 1)".formatted(maxRunning, threads));
    }
    if (heapBytes < SMALLEST_HEAP) {
      throw new IllegalArgumentException("heap_bytes: %d (expected: >= 64MB)".formatted(heapBytes));
    }
    if (deadline.isNegative() || deadline.isZero() || stopGrace.isNegative()) {
      throw new IllegalArgumentException(
          "deadline, stop_grace: %s, %s (expected: positive)".formatted(deadline, stopGrace));
    }
  }
}

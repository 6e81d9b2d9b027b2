package io.boathouse.serving.capture;

import java.time.Duration;

/**
 * How much the log holds and how often it writes.
 *
 * @param rows how many rows of one endpoint may wait
 * @param bytes about how much memory they may take
 * @param interval how long a row waits at most before it is written
 */
public record CaptureLimits(int rows, long bytes, Duration interval) {
  public static final CaptureLimits DEFAULTS =
      new CaptureLimits(20_000, 64L << 20, Duration.ofSeconds(5));

  public CaptureLimits {
    if (rows < 1 || bytes < 1) {
      throw new IllegalArgumentException(
          "rows, bytes: %d, %d (expected: >= 1)".formatted(rows, bytes));
    }
  }
}

package io.boathouse.serving.scale;

import java.time.Duration;

/**
 * Settings under {@code serving.scale_to_zero:}.
 *
 * @param idle how long a model that may be unloaded is kept without a request
 * @param waiting how many requests wait for one model to be loaded again; more are told to wait
 */
public record ScaleToZero(Duration idle, int waiting) {
  public static final ScaleToZero DEFAULTS = new ScaleToZero(Duration.ofMinutes(30), 64);

  public ScaleToZero {
    if (!idle.isPositive()) {
      throw new IllegalArgumentException("idle: " + idle + " (expected: above 0)");
    }
    if (waiting < 1) {
      throw new IllegalArgumentException("waiting: " + waiting + " (expected: >= 1)");
    }
  }
}

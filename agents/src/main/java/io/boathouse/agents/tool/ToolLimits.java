package io.boathouse.agents.tool;

import java.time.Duration;

/**
 * What one call may use.
 *
 * @param deadline how long a tool may work
 * @param resultBytes how large its result may be as JSON
 */
public record ToolLimits(Duration deadline, int resultBytes) {
  public static final ToolLimits DEFAULTS = new ToolLimits(Duration.ofSeconds(60), 1 << 20);

  public ToolLimits {
    if (deadline.isNegative() || deadline.isZero()) {
      throw new IllegalArgumentException("deadline: " + deadline + " (expected: > 0)");
    }
    if (resultBytes < 1) {
      throw new IllegalArgumentException("resultBytes: " + resultBytes + " (expected: >= 1)");
    }
  }
}

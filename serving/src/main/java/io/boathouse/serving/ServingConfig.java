package io.boathouse.serving;

import io.boathouse.serving.capture.CaptureLimits;

/**
 * Settings under {@code serving:}.
 *
 * @param concurrentRequests how many requests one endpoint takes at once; more are told to wait
 * @param capture how much inference tables hold back and how often they are written
 */
public record ServingConfig(int concurrentRequests, CaptureLimits capture) {
  public static final ServingConfig DEFAULTS = new ServingConfig(256, CaptureLimits.DEFAULTS);

  public ServingConfig {
    if (concurrentRequests < 1) {
      throw new IllegalArgumentException(
          "concurrent_requests: " + concurrentRequests + " (expected: >= 1)");
    }
  }
}

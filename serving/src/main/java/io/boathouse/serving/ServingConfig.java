package io.boathouse.serving;

import io.boathouse.serving.capture.CaptureLimits;
import java.util.Optional;

/**
 * Settings under {@code serving:}.
 *
 * @param concurrentRequests how many requests one endpoint takes at once; more are told to wait
 * @param capture how much inference tables hold back and how often they are written
 * @param invocationsEndpoint which endpoint answers {@code POST /invocations} that names none
 */
public record ServingConfig(
    int concurrentRequests, CaptureLimits capture, Optional<String> invocationsEndpoint) {
  public static final ServingConfig DEFAULTS = new ServingConfig(256, CaptureLimits.DEFAULTS);

  /** Without an endpoint for requests that name none. */
  public ServingConfig(int concurrentRequests, CaptureLimits capture) {
    this(concurrentRequests, capture, Optional.empty());
  }

  public ServingConfig {
    if (concurrentRequests < 1) {
      throw new IllegalArgumentException(
          "concurrent_requests: " + concurrentRequests + " (expected: >= 1)");
    }
  }
}

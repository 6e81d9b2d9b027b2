package io.boathouse.serving;

import com.sun.management.OperatingSystemMXBean;
import io.boathouse.serving.capture.CaptureLimits;
import io.boathouse.serving.scale.ScaleToZero;
import java.lang.management.ManagementFactory;
import java.util.Optional;

/**
 * Settings under {@code serving:}.
 *
 * @param concurrentRequests how many requests one endpoint takes at once; more are told to wait
 * @param memoryBytes how much memory all models may take together; half of the machine's or the
 *     container's if nobody says
 * @param scaleToZero when models are unloaded that may be
 * @param capture how much inference tables hold back and how often they are written
 * @param invocationsEndpoint which endpoint answers {@code POST /invocations} that names none
 */
public record ServingConfig(
    int concurrentRequests,
    long memoryBytes,
    ScaleToZero scaleToZero,
    CaptureLimits capture,
    Optional<String> invocationsEndpoint) {
  public static final ServingConfig DEFAULTS =
      new ServingConfig(
          256, machineBytes() / 2, ScaleToZero.DEFAULTS, CaptureLimits.DEFAULTS, Optional.empty());

  public ServingConfig {
    if (concurrentRequests < 1) {
      throw new IllegalArgumentException(
          "concurrent_requests: " + concurrentRequests + " (expected: >= 1)");
    }
    if (memoryBytes < 1) {
      throw new IllegalArgumentException("memory_bytes: " + memoryBytes + " (expected: >= 1)");
    }
  }

  /** The same with other limits of requests and inference tables. */
  public ServingConfig with(int requests, CaptureLimits captures) {
    return new ServingConfig(requests, memoryBytes, scaleToZero, captures, invocationsEndpoint);
  }

  /** The same with another budget and other times. */
  public ServingConfig with(long bytes, ScaleToZero scale) {
    return new ServingConfig(concurrentRequests, bytes, scale, capture, invocationsEndpoint);
  }

  /** The same with an endpoint for requests that name none. */
  public ServingConfig with(String endpoint) {
    return new ServingConfig(
        concurrentRequests, memoryBytes, scaleToZero, capture, Optional.of(endpoint));
  }

  private static long machineBytes() {
    return ManagementFactory.getOperatingSystemMXBean() instanceof OperatingSystemMXBean machine
        ? machine.getTotalMemorySize()
        : 4 * Runtime.getRuntime().maxMemory();
  }
}

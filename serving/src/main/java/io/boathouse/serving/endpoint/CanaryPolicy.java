package io.boathouse.serving.endpoint;

import java.time.Duration;
import java.util.List;

/**
 * How a new configuration takes over by and by, and what takes it back.
 *
 * @param steps its percentages of the traffic, rising; after the last it has all
 * @param stepTime how long a step lasts at least
 * @param minRequests how many it must have answered in a step
 * @param limits what it must keep
 */
public record CanaryPolicy(List<Integer> steps, Duration stepTime, int minRequests, Limits limits) {

  /**
   * What a new configuration must keep, beside the one that it follows.
   *
   * @param errorRate how much larger its share of failures may be, 0 to 1
   * @param latencyRatio how many times as long its 95th percentile may be
   */
  public record Limits(double errorRate, double latencyRatio) {}

  public CanaryPolicy {
    steps = List.copyOf(steps);
    int before = 0;
    for (int step : steps) {
      if (step <= before || step >= 100) {
        throw EndpointErrors.invalid(
            "config.canary.steps", steps.toString(), "rising percentages from 1 to 99");
      }
      before = step;
    }
    if (steps.isEmpty()) {
      throw EndpointErrors.invalid("config.canary.steps", "[]", "at least one percentage");
    }
    if (stepTime.isNegative() || stepTime.compareTo(Duration.ofDays(7)) > 0) {
      throw EndpointErrors.invalid(
          "config.canary.step_seconds", Long.toString(stepTime.toSeconds()), "0 to 604800");
    }
    if (minRequests < 1) {
      throw EndpointErrors.invalid(
          "config.canary.min_requests", Integer.toString(minRequests), "at least 1");
    }
    if (!(limits.errorRate() >= 0 && limits.errorRate() <= 1)) {
      throw EndpointErrors.invalid(
          "config.canary.max_error_rate", Double.toString(limits.errorRate()), "0 to 1");
    }
    if (!(limits.latencyRatio() >= 1)) {
      throw EndpointErrors.invalid(
          "config.canary.max_latency_ratio", Double.toString(limits.latencyRatio()), "at least 1");
    }
  }
}

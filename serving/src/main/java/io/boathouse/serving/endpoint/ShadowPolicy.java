package io.boathouse.serving.endpoint;

/**
 * Which entity is asked beside those that answer.
 *
 * @param percentage of the requests
 * @param tolerance how far numbers may be apart, relative to the larger
 */
public record ShadowPolicy(String entity, int percentage, double tolerance) {
  public ShadowPolicy {
    if (percentage < 1 || percentage > 100) {
      throw EndpointErrors.invalid(
          "config.traffic_config.shadow.percentage", Integer.toString(percentage), "1 to 100");
    }
    if (!(tolerance >= 0 && tolerance < 1)) {
      throw EndpointErrors.invalid(
          "config.traffic_config.shadow.tolerance",
          Double.toString(tolerance),
          "a number from 0 to less than 1");
    }
  }
}

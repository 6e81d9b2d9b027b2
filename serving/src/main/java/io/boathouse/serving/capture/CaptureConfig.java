package io.boathouse.serving.capture;

import io.boathouse.catalog.securable.FullName;

/**
 * Where an endpoint's predictions are kept.
 *
 * @param table the inference table
 * @param policy what happens when the log cannot keep up
 */
public record CaptureConfig(FullName table, Policy policy) {

  /** What happens to a request whose row the log has no room for. */
  public enum Policy {
    /** The request is refused, so that no prediction is made that is not kept. */
    REQUIRED,
    /** The request is answered and its row dropped and counted. */
    BEST_EFFORT
  }
}

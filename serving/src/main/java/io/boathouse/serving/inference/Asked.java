package io.boathouse.serving.inference;

import java.time.Instant;

/**
 * A request to a model, before anybody looked into it.
 *
 * @param predictionId unique, given by the server
 * @param requester the principal
 * @param beganNanos of the system's nano time
 */
public record Asked(
    String predictionId, String requester, Instant time, long beganNanos, byte[] body) {

  /** The same request in another form. */
  public Asked withBody(byte[] other) {
    return new Asked(predictionId, requester, time, beganNanos, other);
  }
}

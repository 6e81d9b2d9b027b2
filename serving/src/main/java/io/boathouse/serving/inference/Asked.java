package io.boathouse.serving.inference;

import io.boathouse.serving.batch.Call;
import java.time.Instant;
import java.util.Optional;

/**
 * A request to a model, before anybody looked into it.
 *
 * @param predictionId unique, given by the server
 * @param from who asks
 * @param time when it arrived
 * @param beganNanos the same of the system's nano time
 */
public record Asked(String predictionId, From from, Instant time, long beganNanos, byte[] body) {

  /**
   * Who asks.
   *
   * @param principal the principal's name
   * @param routingKey requests of one key are answered by one entity, as long as it has its traffic
   * @param call how long the answer is waited for
   */
  public record From(String principal, Optional<String> routingKey, Call call) {}

  /** The principal's name. */
  public String requester() {
    return from.principal();
  }

  /** The same request in another form. */
  public Asked withBody(byte[] other) {
    return new Asked(predictionId, from, time, beganNanos, other);
  }
}

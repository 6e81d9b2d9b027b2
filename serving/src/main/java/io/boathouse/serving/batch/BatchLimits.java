package io.boathouse.serving.batch;

import java.time.Duration;

/**
 * How requests of an endpoint are joined.
 *
 * @param maxRows of a batch
 * @param maxDelay how long a request may wait for company while another batch is being scored; a
 *     lone request never waits
 * @param queueRows that may wait; more are told to come back
 */
public record BatchLimits(int maxRows, Duration maxDelay, int queueRows) {
  public static final BatchLimits DEFAULTS = new BatchLimits(64, Duration.ZERO, 1024);
}

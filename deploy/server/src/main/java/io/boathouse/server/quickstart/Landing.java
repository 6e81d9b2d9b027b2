package io.boathouse.server.quickstart;

/**
 * A flight that has landed, which is when its delay becomes known.
 *
 * @param micros when, since the epoch
 * @param delay in minutes
 */
record Landing(String origin, String destination, long micros, long delay) {
  /** Whether it came more than a quarter of an hour late. */
  boolean late() {
    return delay > 15;
  }
}

package io.boathouse.serving.inference;

/**
 * A configuration that answers a part of an endpoint's requests, to be compared with the one that
 * answers the rest.
 *
 * @param percent how much of the traffic it has
 * @param beganNanos when it was given that much
 * @param outcomes its own since then
 * @param baseline those of the rest since then
 */
public record LiveCanary(
    LiveEndpoint candidate, int percent, long beganNanos, Outcomes outcomes, Outcomes baseline) {

  /** A canary that begins now. */
  public static LiveCanary begin(LiveEndpoint candidate, int percent, long nowNanos) {
    return new LiveCanary(candidate, percent, nowNanos, new Outcomes(), new Outcomes());
  }
}

package io.boathouse.serving.capture;

import io.boathouse.catalog.securable.FullName;

/**
 * Where an endpoint's predictions are kept, and which.
 *
 * @param table the inference table
 * @param policy what happens when the log cannot keep up
 * @param samplingFraction of the predictions that are kept, above 0 and at most 1
 * @param maxPayloadBytes bodies longer than this are left out of their row
 */
public record CaptureConfig(
    FullName table, Policy policy, double samplingFraction, int maxPayloadBytes) {
  public static final int USUAL_PAYLOAD = 1 << 20;

  public CaptureConfig {
    if (!(samplingFraction > 0 && samplingFraction <= 1)) {
      throw CaptureErrors.invalid(
          "sampling_fraction", Double.toString(samplingFraction), "a number above 0, at most 1");
    }
    if (maxPayloadBytes < 0 || maxPayloadBytes > USUAL_PAYLOAD) {
      throw CaptureErrors.invalid(
          "max_payload_bytes", Integer.toString(maxPayloadBytes), "0 to " + USUAL_PAYLOAD);
    }
  }

  /** What happens to a request whose row the log has no room for. */
  public enum Policy {
    /** The row is on disk before the answer goes out; without it there is no answer. */
    REQUIRED,
    /** The request is answered and its row dropped and counted. */
    BEST_EFFORT
  }
}

package io.boathouse.featurestore.table;

import java.time.Duration;

/** The rule that says when a feature row became known, which a training set must respect. */
public sealed interface KnownAt {
  /** Known at its event time plus a delay. */
  record Delay(Duration delay) implements KnownAt {
    public Delay {
      if (delay.isNegative() || delay.toDays() > 3660) {
        throw FeatureTableErrors.invalid(
            "known_at.delay_seconds", delay.toString(), "0 to ten years");
      }
    }
  }

  /** Known at the time that a column of the row says. */
  record Column(String column) implements KnownAt {}

  /** Known at the event time itself. */
  static KnownAt event() {
    return new Delay(Duration.ZERO);
  }
}

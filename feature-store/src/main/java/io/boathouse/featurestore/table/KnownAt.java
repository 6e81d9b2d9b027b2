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

  /**
   * Known at the time that an expression of the row's columns gives.
   *
   * @param text of a TIMESTAMP, in the SQL of feature functions
   */
  record Expression(String text) implements KnownAt {}

  /**
   * Known when the row was committed to the table, as its change feed tells; what a row was before
   * it was changed stays known for the time until then.
   */
  record CommitTime() implements KnownAt {}

  /** Known at the event time itself. */
  static KnownAt event() {
    return new Delay(Duration.ZERO);
  }
}

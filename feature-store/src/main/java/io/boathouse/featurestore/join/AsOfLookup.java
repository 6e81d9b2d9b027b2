package io.boathouse.featurestore.join;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * One lookup of a point-in-time join: which rows of which relation, matched how, giving what.
 *
 * @param relation a relation of the session, by its plain name
 * @param labelKeys columns of the labels, in the order of the feature keys
 * @param featureKeys key columns of the relation
 * @param eventTime when a feature row was true; TIMESTAMPTZ
 * @param knownTime when it became known; empty if that is the event time plus {@code delay}
 * @param delay added to the event time where there is no known time
 * @param uniqueRows whether no two rows share key, event and known time, so that none need be
 *     chosen
 * @param tolerance a row older than this at the label's time is none; empty for any age
 * @param features what to take
 */
record AsOfLookup(
    String relation,
    List<String> labelKeys,
    List<String> featureKeys,
    String eventTime,
    Optional<String> knownTime,
    Duration delay,
    boolean uniqueRows,
    Optional<Duration> tolerance,
    List<Output> features) {
  AsOfLookup {
    labelKeys = List.copyOf(labelKeys);
    featureKeys = List.copyOf(featureKeys);
    features = List.copyOf(features);
    if (labelKeys.size() != featureKeys.size() || labelKeys.isEmpty()) {
      throw new IllegalArgumentException(
          "labelKeys: " + labelKeys + " (expected: one per feature key " + featureKeys + ")");
    }
  }

  /**
   * @param column of the relation
   * @param name in the training set
   * @param defaultValue taken where no row matches or its value is null; empty for null
   */
  record Output(String column, String name, Optional<Object> defaultValue) {}

  /** Whether a row may be known at another time than its event. */
  boolean knownLater() {
    return !oneAxis() || !delay.isZero();
  }

  /** Whether rows are known in the order in which they are true, so that one axis decides. */
  boolean oneAxis() {
    return knownTime.isEmpty() || knownTime.get().equals(eventTime);
  }
}

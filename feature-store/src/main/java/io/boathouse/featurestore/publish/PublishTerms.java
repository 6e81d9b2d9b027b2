package io.boathouse.featurestore.publish;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * What of a feature table goes online and how it is kept fresh. An online store has the newest row
 * of every key, so a whole table is all of its keys.
 *
 * @param knownBefore only rows known before this; a snapshot only
 * @param window only rows whose event is not older than this
 * @param ttl after how long a row is no longer served, counted from its event
 */
public record PublishTerms(
    Mode mode, Optional<Instant> knownBefore, Optional<Duration> window, Optional<Duration> ttl) {

  /** When changes of the table follow. */
  public enum Mode {
    /** Never: what was published stays until it is published again. */
    SNAPSHOT,
    /** When somebody asks for it. */
    TRIGGERED,
    /** By themselves, within seconds. */
    CONTINUOUS
  }

  public PublishTerms {
    window.ifPresent(length -> requirePositive("window_seconds", length));
    ttl.ifPresent(length -> requirePositive("ttl_seconds", length));
    if (knownBefore.isPresent() && mode != Mode.SNAPSHOT) {
      throw PublishErrors.invalid(
          "known_before", knownBefore.get().toString(), "none, unless mode is SNAPSHOT");
    }
  }

  /** The whole table, once. */
  public static PublishTerms snapshot(Optional<Instant> knownBefore) {
    return new PublishTerms(Mode.SNAPSHOT, knownBefore, Optional.empty(), Optional.empty());
  }

  /** The oldest event that stays at an instant. */
  Optional<Instant> oldest(Instant now) {
    Optional<Instant> byWindow = window.map(now::minus);
    Optional<Instant> byTtl = ttl.map(now::minus);
    return byWindow.isPresent() && byTtl.isPresent()
        ? Optional.of(byWindow.get().isAfter(byTtl.get()) ? byWindow.get() : byTtl.get())
        : byWindow.or(() -> byTtl);
  }

  private static void requirePositive(String field, Duration length) {
    if (!length.isPositive() || length.toDays() > 36_600) {
      throw PublishErrors.invalid(
          field, Long.toString(length.toSeconds()), "1 second to 100 years");
    }
  }
}

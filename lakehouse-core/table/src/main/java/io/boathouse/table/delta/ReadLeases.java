package io.boathouse.table.delta;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/**
 * Which versions of tables somebody has begun to read here, each until an instant: what they need
 * is not vacuumed, however old it is. Nobody has to say that he has ended. Thread-safe.
 */
public final class ReadLeases {
  /** No statement runs longer. */
  public static final Duration USUAL = Duration.ofHours(2);

  private static final int BETWEEN_CLEANINGS = 1_000;

  private final InstantSource clock;
  private final Map<UUID, Map<Hold, Instant>> held = new HashMap<>();
  private int taken;

  public ReadLeases(InstantSource clock) {
    this.clock = clock;
  }

  /**
   * What is held.
   *
   * @param changes whether everything is that commits from this version on name, instead of the
   *     version's own files
   */
  public record Hold(long version, boolean changes) {}

  /** Keeps the files of a version for as long as a statement may run. */
  public void hold(UUID tableId, long version) {
    hold(tableId, new Hold(version, false), clock.instant().plus(USUAL));
  }

  /** Keeps all files that commits since a version name for as long as a statement may run. */
  public void holdChanges(UUID tableId, long since) {
    hold(tableId, new Hold(since, true), clock.instant().plus(USUAL));
  }

  /** Keeps files until an instant, or longer if somebody else said so. */
  public synchronized void hold(UUID tableId, Hold hold, Instant until) {
    if (++taken % BETWEEN_CLEANINGS == 0) {
      List.copyOf(held.keySet()).forEach(this::clean);
    }
    held.computeIfAbsent(tableId, id -> new HashMap<>())
        .merge(hold, until, (one, other) -> one.isAfter(other) ? one : other);
  }

  /** What of a table is held now. */
  public synchronized Map<Hold, Instant> of(UUID tableId) {
    clean(tableId);
    return Map.copyOf(held.getOrDefault(tableId, Map.of()));
  }

  private void clean(UUID tableId) {
    Map<Hold, Instant> holds = held.get(tableId);
    if (holds != null) {
      Instant now = clock.instant();
      holds.values().removeIf(until -> until.isBefore(now));
      if (holds.isEmpty()) {
        held.remove(tableId);
      }
    }
  }
}

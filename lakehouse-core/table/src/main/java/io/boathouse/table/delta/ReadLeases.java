package io.boathouse.table.delta;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Collectors;

/**
 * Which versions of tables somebody has begun to read here, each until an instant: what they need
 * is not vacuumed, however old it is. Nobody has to say that he has ended. Of one table so many are
 * told apart; beyond that more is kept than was asked for. Thread-safe.
 */
public final class ReadLeases {
  /** No statement runs longer. */
  public static final Duration USUAL = Duration.ofHours(2);

  private static final int BETWEEN_CLEANINGS = 1_000;

  /** More holds on a table than these are put together, by when they end. */
  private static final int MOST_OF_TABLE = 1_000;

  private static final int MOST_OF_WINDOW = 20;
  private static final long WINDOW_SECONDS = 300;

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
    Map<Hold, Instant> holds = held.computeIfAbsent(tableId, id -> new HashMap<>());
    Instant unused = holds.merge(hold, until, ReadLeases::later);
    if (holds.size() > MOST_OF_TABLE) {
      clean(tableId);
      putTogether(holds);
    }
  }

  private static Instant later(Instant one, Instant other) {
    return one.isAfter(other) ? one : other;
  }

  /**
   * What a version has and the newest one has not was taken away by a commit between them. So all
   * that commits since a version name is enough for every reader of that version and of later ones.
   */
  private static void putTogether(Map<Hold, Instant> holds) {
    Map<Long, List<Map.Entry<Hold, Instant>>> windows =
        Map.copyOf(holds).entrySet().stream()
            .collect(
                Collectors.groupingBy(
                    hold -> Math.floorDiv(hold.getValue().getEpochSecond(), WINDOW_SECONDS)));
    for (List<Map.Entry<Hold, Instant>> window : windows.values()) {
      if (window.size() > MOST_OF_WINDOW) {
        window.forEach(hold -> holds.remove(hold.getKey()));
        long oldest =
            window.stream().mapToLong(hold -> hold.getKey().version()).min().orElseThrow();
        Instant until =
            window.stream().map(Map.Entry::getValue).reduce(ReadLeases::later).orElseThrow();
        Instant unused = holds.merge(new Hold(oldest, true), until, ReadLeases::later);
      }
    }
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

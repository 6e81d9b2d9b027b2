package io.boathouse.sql.statement;

import io.boathouse.platform.auth.Caller;
import io.boathouse.sql.engine.ReadTotals;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;

/**
 * A statement in the history.
 *
 * @param text shortened to 64 KiB
 * @param kind such as "SELECT"; "OTHER" until it was read
 * @param errorForOthers what its failure tells those who may not see what it read
 * @param rows of its result; 0 until it ended
 * @param read of its tables; nothing until it ended
 * @param fromCache whether the result of an equal statement answered it
 */
public record HistoryEntry(
    UUID id,
    UUID principalId,
    String principal,
    String warehouseId,
    String text,
    String kind,
    String state,
    Optional<String> error,
    Optional<String> errorForOthers,
    long rows,
    ReadTotals.Read read,
    boolean fromCache,
    Instant startedAt,
    Optional<Instant> endedAt) {
  /** The entry as a caller may see it. */
  HistoryEntry seenBy(Caller caller) {
    if (caller.principalId().equals(principalId)) {
      return this;
    }
    return new HistoryEntry(
        id,
        principalId,
        principal,
        warehouseId,
        text,
        kind,
        state,
        errorForOthers,
        errorForOthers,
        rows,
        read,
        fromCache,
        startedAt,
        endedAt);
  }

  /** How long it took; empty while it runs. */
  public Optional<Duration> duration() {
    return endedAt.map(end -> Duration.between(startedAt, end));
  }
}

package io.boathouse.featurestore.online;

import java.util.List;
import java.util.Optional;

/**
 * What became of one key: the stored row is taken back unless it is newer than an event and known
 * time, then the row is written as any other.
 *
 * @param key one value per key column, none of them null
 * @param row what the key has now; empty if nothing
 */
public record OnlineChange(
    List<Object> key, long eventMicros, long knownMicros, Optional<OnlineRow> row) {
  public OnlineChange {
    key = List.copyOf(key);
  }
}

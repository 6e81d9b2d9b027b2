package io.boathouse.featurestore.online;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/** After how long the rows of a table are no longer served. Thread-safe; reading takes no lock. */
public final class OnlineLifetimes {
  private final InstantSource clock;
  private volatile Map<UUID, Duration> lifetimes = Map.of();

  public OnlineLifetimes(InstantSource clock) {
    this.clock = clock;
  }

  /** The oldest event that is served now; {@link Long#MIN_VALUE} for any. */
  public long oldestMicros(UUID table) {
    Duration lifetime = lifetimes.get(table);
    if (lifetime == null) {
      return Long.MIN_VALUE;
    }
    Instant oldest = clock.instant().minus(lifetime);
    return ChronoUnit.MICROS.between(Instant.EPOCH, oldest);
  }

  /** Sets the lifetime of one table; empty for any. */
  public synchronized void set(UUID table, Optional<Duration> lifetime) {
    Map<UUID, Duration> changed = new HashMap<>(lifetimes);
    if (lifetime.isPresent()) {
      changed.put(table, lifetime.get());
    } else {
      changed.remove(table);
    }
    lifetimes = Map.copyOf(changed);
  }

  /** Sets the lifetimes of all tables. */
  public synchronized void setAll(Map<UUID, Duration> all) {
    lifetimes = Map.copyOf(all);
  }

  /** The table's rows are gone, or count for ever. */
  public void forget(UUID table) {
    set(table, Optional.empty());
  }
}

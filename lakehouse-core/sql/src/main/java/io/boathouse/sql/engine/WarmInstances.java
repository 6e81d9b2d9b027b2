package io.boathouse.sql.engine;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.boathouse.platform.duckdb.DuckAccess;
import io.boathouse.platform.duckdb.DuckInstance;
import io.boathouse.platform.duckdb.DuckSession;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.LongSupplier;

/**
 * Keeps the instances of the last queries open, as opening and locking one costs 14 to 20 ms: one
 * for each set of folders that queries read, a few at most, none that nobody used for a minute.
 * Queries get one only if they may read all that it can.
 */
final class WarmInstances implements AutoCloseable {
  private static final int MOST = 4;
  private static final long IDLE_NANOS = Duration.ofMinutes(1).toNanos();

  private final Function<DuckAccess, DuckInstance> opening;
  private final LongSupplier nanoTime;

  @GuardedBy("this")
  private final LinkedHashMap<DuckAccess, Warm> instances = new LinkedHashMap<>(8, 0.75f, true);

  private record Warm(DuckInstance instance, long usedAt) {}

  WarmInstances(Function<DuckAccess, DuckInstance> opening, LongSupplier nanoTime) {
    this.opening = opening;
    this.nanoTime = nanoTime;
  }

  /** A session in an instance with exactly this access. */
  synchronized DuckSession session(DuckAccess access) {
    Warm warm = instances.get(access);
    DuckInstance instance = warm == null ? opening.apply(access) : warm.instance();
    instances.put(access, new Warm(instance, nanoTime.getAsLong()));
    DuckSession session = instance.session();
    if (instances.size() > MOST) {
      Iterator<Warm> eldest = instances.values().iterator();
      eldest.next().instance().close();
      eldest.remove();
    }
    return session;
  }

  /** Lets an instance go; its sessions end as they do. */
  synchronized void discard(DuckAccess access) {
    Warm warm = instances.remove(access);
    if (warm != null) {
      warm.instance().close();
    }
  }

  synchronized void closeIdle() {
    long now = nanoTime.getAsLong();
    List<DuckAccess> idle = new ArrayList<>();
    for (Map.Entry<DuckAccess, Warm> entry : instances.entrySet()) {
      if (now - entry.getValue().usedAt() > IDLE_NANOS) {
        idle.add(entry.getKey());
      }
    }
    idle.forEach(this::discard);
  }

  @Override
  public synchronized void close() {
    instances.values().forEach(warm -> warm.instance().close());
    instances.clear();
  }
}

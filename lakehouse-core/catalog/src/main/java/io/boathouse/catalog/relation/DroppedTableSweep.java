package io.boathouse.catalog.relation;

import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Removes dropped tables whose time is over, now and then, on a thread of its own. */
public final class DroppedTableSweep implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(DroppedTableSweep.class);
  private static final Duration EVERY = Duration.ofHours(1);

  private final DroppedTables tables;
  private final InstantSource clock;
  private final Thread thread;
  private volatile boolean closed;

  /** Sweeps at once, and then every hour until it is closed. */
  public DroppedTableSweep(DroppedTables tables, InstantSource clock) {
    this.tables = tables;
    this.clock = clock;
    this.thread = Thread.ofVirtual().name("dropped-tables").start(this::run);
  }

  private void run() {
    while (!closed) {
      try {
        int purged = tables.purge(clock.instant());
        if (purged > 0) {
          log.info("Removed {} tables that were dropped {} ago", purged, DroppedTables.RETENTION);
        }
      } catch (RuntimeException e) {
        if (!closed) {
          log.warn("Dropped tables could not be removed; tried again in an hour", e);
        }
      }
      if (!closed) {
        LockSupport.parkNanos(EVERY.toNanos());
      }
    }
  }

  @Override
  public void close() {
    closed = true;
    LockSupport.unpark(thread);
    try {
      boolean unused = thread.join(Duration.ofSeconds(5));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}

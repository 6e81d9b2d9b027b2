package io.boathouse.catalog.grant;

import io.boathouse.platform.db.Database;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A number that moves whenever somebody's rights, groups or tokens may have changed. What was
 * computed under another number is forgotten; so a revoked right is gone from every cache before
 * the revoking call returns.
 */
public final class AccessStamp {
  private final AtomicLong current = new AtomicLong();
  private final Database database;

  public AccessStamp(Database database) {
    this.database = database;
  }

  /** Read it before reading what is to be cached. */
  public long current() {
    return current.get();
  }

  /** Moves the number when the transaction of this thread has ended, or at once without one. */
  public void changed() {
    database.afterEnd(current::incrementAndGet);
  }

  /**
   * Whether this thread may use and fill caches: not while it has changes that others cannot see.
   */
  boolean cacheable() {
    return !database.inTransaction();
  }
}

package io.boathouse.platform.db;

import java.util.function.Consumer;
import java.util.function.Function;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;

/**
 * The metadata database. A transaction is bound to the calling thread: work that several modules do
 * inside {@link #inTransaction} (securable, detail row, audit row) commits or rolls back as one.
 * Thread-safe; every method blocks, so never on the event loop.
 */
public final class Database {
  private final Jdbi jdbi;

  // One per database, as a thread may be in a transaction of each.
  @SuppressWarnings("ThreadLocalUsage")
  private final ThreadLocal<Handle> bound = new ThreadLocal<>();

  /** Creates a database over a pool; the pool's owner closes it. */
  public Database(Jdbi jdbi) {
    this.jdbi = jdbi;
  }

  /**
   * Runs the work in the transaction of this thread, or in a new one if there is none. The
   * outermost call commits; an exception that leaves it rolls everything back. There are no
   * savepoints.
   */
  public <T> T inTransaction(Function<Handle, T> work) {
    Handle current = bound.get();
    if (current != null) {
      return work.apply(current);
    }
    return jdbi.inTransaction(
        handle -> {
          bound.set(handle);
          try {
            return work.apply(handle);
          } finally {
            bound.remove();
          }
        });
  }

  /** Like {@link #inTransaction} without a result. */
  public void useTransaction(Consumer<Handle> work) {
    inTransaction(
        handle -> {
          work.accept(handle);
          return true;
        });
  }

  /** Reads; sees the writes of this thread's own transaction if there is one. */
  public <T> T read(Function<Handle, T> work) {
    Handle current = bound.get();
    if (current != null) {
      return work.apply(current);
    }
    return jdbi.withHandle(work::apply);
  }

  /** Whether this thread is inside a transaction; remote calls and file writes should not be. */
  public boolean inTransaction() {
    return bound.get() != null;
  }
}

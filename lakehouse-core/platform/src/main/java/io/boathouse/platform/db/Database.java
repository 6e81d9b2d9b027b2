package io.boathouse.platform.db;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.HandleCallback;
import org.jdbi.v3.core.Jdbi;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The metadata database. A transaction is bound to the calling thread: work that several modules do
 * inside {@link #inTransaction} (securable, detail row, audit row) commits or rolls back as one.
 * Thread-safe; every method blocks, so never on the event loop.
 */
public final class Database {
  private static final Logger log = LoggerFactory.getLogger(Database.class);

  private final Jdbi jdbi;

  // One per database, as a thread may be in a transaction of each.
  @SuppressWarnings("ThreadLocalUsage")
  private final ThreadLocal<Transaction> bound = new ThreadLocal<>();

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
    Transaction current = bound.get();
    if (current != null) {
      return work.apply(current.handle());
    }
    Set<Runnable> beforeCommit = new LinkedHashSet<>();
    List<Runnable> afterCommit = new ArrayList<>();
    List<Runnable> afterEnd = new ArrayList<>();
    T result;
    try {
      result =
          jdbi.inTransaction(
              handle -> {
                bound.set(new Transaction(handle, beforeCommit, afterCommit, afterEnd));
                try {
                  T made = work.apply(handle);
                  beforeCommit.forEach(Runnable::run);
                  return made;
                } finally {
                  bound.remove();
                }
              });
    } finally {
      afterEnd.forEach(Database::runLate);
    }
    afterCommit.forEach(Database::runLate);
    return result;
  }

  /** Like {@link #inTransaction(Function)} for work that speaks no SQL itself. */
  public <T> T inTransaction(Supplier<T> work) {
    return inTransaction(handle -> work.get());
  }

  /** Like {@link #inTransaction(Function)} without a result. */
  public void useTransaction(Consumer<Handle> work) {
    inTransaction(
        handle -> {
          work.accept(handle);
          return true;
        });
  }

  /** Like {@link #useTransaction(Consumer)} for work that speaks no SQL itself. */
  public void useTransaction(Runnable work) {
    useTransaction(handle -> work.run());
  }

  /** Reads; sees the writes of this thread's own transaction if there is one. */
  public <T> T read(Function<Handle, T> work) {
    Transaction current = bound.get();
    if (current != null) {
      return work.apply(current.handle());
    }
    return jdbi.withHandle(work::apply);
  }

  /**
   * Runs a single statement that writes, which commits by itself: one way to the database and back
   * instead of three. Joins this thread's transaction if there is one.
   */
  public <T> T inOneStatement(Function<Handle, T> work) {
    return read(work);
  }

  /**
   * Reads outside of any transaction; a database that does not answer for this long, as behind a
   * line that was cut, fails it.
   */
  public <T> T readWithin(Duration patience, Function<Handle, T> work) {
    HandleCallback<T, SQLException> within =
        handle -> {
          Connection connection = handle.getConnection();
          int usual = connection.getNetworkTimeout();
          connection.setNetworkTimeout(Runnable::run, Math.toIntExact(patience.toMillis()));
          T found = work.apply(handle);
          connection.setNetworkTimeout(Runnable::run, usual);
          return found;
        };
    try {
      return jdbi.withHandle(within);
    } catch (SQLException e) {
      throw DatabaseErrors.unreachable(e);
    }
  }

  /** Whether this thread is inside a transaction; remote calls and file writes should not be. */
  public boolean inTransaction() {
    return bound.get() != null;
  }

  /**
   * Runs the work as the last of this thread's transaction, once however often it was asked for; in
   * a transaction of its own if there is none. What it locks is so held for the shortest time, and
   * nothing is locked after it. Its failure fails the transaction; it may not ask for more such
   * work.
   */
  public void beforeCommit(Runnable work) {
    Transaction current = bound.get();
    if (current != null) {
      boolean unused = current.beforeCommit().add(work);
    } else {
      useTransaction(work);
    }
  }

  /**
   * Runs the work when this thread's transaction has committed, before the outermost call returns;
   * at once if there is no transaction. It is outside the transaction, and its failure is logged
   * and undoes nothing.
   */
  public void afterCommit(Runnable work) {
    Transaction current = bound.get();
    if (current != null) {
      current.afterCommit().add(work);
    } else {
      runLate(work);
    }
  }

  /**
   * Like {@link #afterCommit} but also after a rollback or a commit of unknown outcome, and before
   * all that waits for the commit: for forgetting what may no longer be true.
   */
  public void afterEnd(Runnable work) {
    Transaction current = bound.get();
    if (current != null) {
      current.afterEnd().add(work);
    } else {
      runLate(work);
    }
  }

  private static void runLate(Runnable work) {
    try {
      work.run();
    } catch (RuntimeException e) {
      log.error("Work after a transaction failed", e);
    }
  }

  private record Transaction(
      Handle handle,
      Set<Runnable> beforeCommit,
      List<Runnable> afterCommit,
      List<Runnable> afterEnd) {}
}

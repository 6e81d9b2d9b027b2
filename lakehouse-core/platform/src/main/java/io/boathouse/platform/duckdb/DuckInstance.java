package io.boathouse.platform.duckdb;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.duckdb.DuckDBConnection;

/**
 * A locked DuckDB instance that several sessions share: its files, its memory and its threads. What
 * a session makes as TEMP is its own and gone with it. Thread-safe.
 */
public final class DuckInstance implements AutoCloseable {
  private final Connection root;
  private final Path folder;
  private final AtomicLong opened = new AtomicLong();
  private final AtomicInteger users = new AtomicInteger(1);

  DuckInstance(Connection root, Path folder) {
    this.root = root;
    this.folder = folder;
  }

  /**
   * A session of this instance, whose results are computed while they are read: one must be closed
   * before the session's next statement runs.
   *
   * @throws IllegalStateException after {@link #close}
   */
  public DuckSession session() {
    if (users.getAndUpdate(count -> count == 0 ? 0 : count + 1) == 0) {
      throw new IllegalStateException("instance: closed (expected: open)");
    }
    Path own = folder.resolve(DuckSession.SCRATCH).resolve("session-" + opened.incrementAndGet());
    try {
      Connection connection = root.unwrap(DuckDBConnection.class).duplicate();
      return new DuckSession(connection, own, this::release);
    } catch (SQLException e) {
      release();
      throw DuckDbErrors.of(e);
    }
  }

  /** Takes no more sessions; ends when the last one does. */
  @Override
  public void close() {
    release();
  }

  private void release() {
    if (users.decrementAndGet() == 0) {
      DuckSession.discard(root, folder);
    }
  }
}

package io.boathouse.platform.duckdb;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.duckdb.DuckDBConnection;
import org.duckdb.DuckDBDataChunkReader;
import org.duckdb.DuckDBFunctions;
import org.duckdb.DuckDBReadableVector;
import org.duckdb.DuckDBWritableVector;
import org.duckdb.ProfilerPrintFormat;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A locked DuckDB instance with one connection and a scratch folder. Used by one thread at a time;
 * only {@link #interrupt} and {@link #close} may come from another.
 */
public final class DuckSession implements AutoCloseable {
  static final String SCRATCH = "scratch";
  private static final Logger LOG = LoggerFactory.getLogger(DuckSession.class);

  private final Connection connection;
  private final Path folder;
  private final Runnable afterwards;
  private volatile @Nullable Statement running;
  private volatile boolean interrupted;

  DuckSession(Connection connection, Path folder) {
    this(connection, folder, () -> {});
  }

  /**
   * @param afterwards runs after the session has closed
   */
  DuckSession(Connection connection, Path folder, Runnable afterwards) {
    this.connection = connection;
    this.folder = folder;
    this.afterwards = afterwards;
  }

  /** The session's connection, for what the methods here do not offer; closed with the session. */
  public Connection connection() {
    return connection;
  }

  /** Runs one or more statements without looking at their results. */
  public void execute(String sql) {
    try (Statement statement = connection.createStatement()) {
      start(statement);
      boolean unused = statement.execute(sql);
    } catch (SQLException e) {
      throw DuckDbErrors.of(e);
    } finally {
      running = null;
    }
  }

  /**
   * Runs a query and maps every row.
   *
   * @param binds values of the parameters {@code ?}; null stands for NULL
   */
  public <T> List<T> query(String sql, RowMapper<T> mapper, @Nullable Object... binds) {
    return queryUntil(row -> false, sql, mapper, binds);
  }

  /**
   * Runs a query and maps its rows up to the last one that is wanted; in a session whose results
   * stream, the rows after it are not computed.
   *
   * @param isLast is asked about every row, in order
   */
  public <T> List<T> queryUntil(
      Predicate<? super T> isLast, String sql, RowMapper<T> mapper, @Nullable Object... binds) {
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      for (int i = 0; i < binds.length; i++) {
        statement.setObject(
            i + 1, binds[i] instanceof Instant time ? time.atOffset(ZoneOffset.UTC) : binds[i]);
      }
      start(statement);
      List<T> rows = new ArrayList<>();
      try (ResultSet result = statement.executeQuery()) {
        while (result.next()) {
          T row = mapper.map(result);
          rows.add(row);
          if (isLast.test(row)) {
            break;
          }
        }
      }
      return rows;
    } catch (SQLException e) {
      throw DuckDbErrors.of(e);
    } finally {
      running = null;
    }
  }

  /**
   * Gives the instance a function; its calls are never left out or put together, for what it gives
   * may differ each time. Not for a session that shares its instance.
   */
  public void register(String name, BatchFunction function) {
    try (var builder = DuckDBFunctions.scalarFunction()) {
      var unused =
          builder
              .withName(name)
              .withParameters(String.class, String.class)
              .withReturnType(String.class)
              .withVolatile()
              .withVectorizedFunction((rows, results) -> apply(function, rows, results))
              .register(connection);
    } catch (SQLException e) {
      throw DuckDbErrors.of(e);
    }
  }

  private static void apply(
      BatchFunction function, DuckDBDataChunkReader rows, DuckDBWritableVector results) {
    if (rows.rowCount() == 0) {
      return;
    }
    List<@Nullable String> values = function.apply(texts(rows, 0), texts(rows, 1));
    for (int i = 0; i < rows.rowCount(); i++) {
      String value = values.get(i);
      if (value == null) {
        results.setNull(i);
      } else {
        results.setString(i, value);
      }
    }
  }

  private static List<@Nullable String> texts(DuckDBDataChunkReader rows, int column) {
    DuckDBReadableVector vector = rows.vector(column);
    List<@Nullable String> texts = new ArrayList<>();
    for (int i = 0; i < rows.rowCount(); i++) {
      texts.add(vector.isNull(i) ? null : vector.getString(i));
    }
    return texts;
  }

  /** What the last query did, as DuckDB's JSON; only in a session that measures. */
  public String profile() {
    try {
      return connection
          .unwrap(DuckDBConnection.class)
          .getProfilingInformation(ProfilerPrintFormat.JSON);
    } catch (SQLException e) {
      throw DuckDbErrors.of(e);
    }
  }

  /** A folder that the session's SQL may write to; it goes when the session closes. */
  public Path scratch() {
    try {
      return Files.createDirectories(folder.resolve(SCRATCH));
    } catch (IOException e) {
      throw DuckDbErrors.noSessionFolder(e);
    }
  }

  /**
   * Stops the statement that runs in {@link #execute} or {@link #query}, and refuses later ones. A
   * statement that is just about to start may slip through; calling again stops it.
   */
  public void interrupt() {
    interrupted = true;
    Statement current = running;
    if (current != null) {
      try {
        current.cancel();
      } catch (SQLException e) {
        LOG.debug("The statement ended before it could be cancelled", e);
      }
    }
  }

  @Override
  public void close() {
    try {
      discard(connection, folder);
    } finally {
      afterwards.run();
    }
  }

  static void discard(@Nullable Connection connection, Path folder) {
    try {
      if (connection != null) {
        connection.close();
      }
    } catch (SQLException e) {
      LOG.warn("A DuckDB instance did not close", e);
    }
    if (!Files.exists(folder)) {
      return; // of a session that shares an instance and never wrote
    }
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted((a, b) -> b.compareTo(a)).toList()) {
        Files.deleteIfExists(file);
      }
    } catch (IOException e) {
      LOG.warn("The session folder {} could not be deleted", folder, e);
    }
  }

  private void start(Statement statement) throws SQLException {
    running = statement;
    if (interrupted) {
      throw new SQLException("INTERRUPT Error: the session was interrupted");
    }
  }
}

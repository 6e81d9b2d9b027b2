package io.boathouse.platform.db;

import java.io.IOException;
import java.io.OutputStream;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import javax.sql.DataSource;
import org.postgresql.PGConnection;

/**
 * The metadata database as it was at one moment, read while others write on: one transaction that
 * sees no later commit. Not thread-safe; whoever opens it closes it.
 */
public final class DatabaseSnapshot implements AutoCloseable {
  private static final String TABLES =
      """
      SELECT c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
      WHERE n.nspname = current_schema() AND c.relkind = 'r' ORDER BY c.relname
      """;
  private static final String SEQUENCES =
      """
      SELECT sequencename, last_value FROM pg_sequences
      WHERE schemaname = current_schema() AND last_value IS NOT NULL ORDER BY sequencename
      """;
  static final String HISTORY = "_schema_history";

  private final Connection connection;

  private DatabaseSnapshot(Connection connection) {
    this.connection = connection;
  }

  /** Takes the snapshot now. */
  public static DatabaseSnapshot open(DataSource dataSource) {
    try {
      Connection connection = dataSource.getConnection();
      try {
        connection.setAutoCommit(false);
        connection.setReadOnly(true);
        connection.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
        DatabaseSnapshot snapshot = new DatabaseSnapshot(connection);
        List<String> unused = snapshot.tables(); // the first query fixes what is seen
        return snapshot;
      } catch (SQLException | RuntimeException e) {
        connection.close();
        throw e;
      }
    } catch (SQLException e) {
      throw DatabaseErrors.unreachable(e);
    }
  }

  /** The tables with rows of ours, sorted; the histories of migrations are not among them. */
  public List<String> tables() {
    return names().stream().filter(name -> !name.endsWith(HISTORY)).toList();
  }

  /** The newest migration of each module, in the order in which the modules first came. */
  public Map<String, String> migrations() {
    try {
      List<Migrated> found = new ArrayList<>();
      for (String name : names()) {
        if (name.endsWith(HISTORY)) {
          found.add(newest(name));
        }
      }
      found.sort(Comparator.comparing(Migrated::first));
      Map<String, String> versions = new LinkedHashMap<>();
      found.forEach(module -> versions.put(module.name(), module.version()));
      return versions;
    } catch (SQLException e) {
      throw DatabaseErrors.unreachable(e);
    }
  }

  private record Migrated(String name, String version, String first) {}

  /** Where each sequence stands, if it was used. */
  public Map<String, Long> sequences() {
    try (Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(SEQUENCES)) {
      Map<String, Long> found = new LinkedHashMap<>();
      while (rows.next()) {
        found.put(rows.getString(1), rows.getLong(2));
      }
      return found;
    } catch (SQLException e) {
      throw DatabaseErrors.unreachable(e);
    }
  }

  /**
   * Writes the rows of a table in the text form of PostgreSQL's COPY.
   *
   * @return how many
   */
  public long copy(String table, OutputStream out) throws IOException {
    try {
      PGConnection postgres = connection.unwrap(PGConnection.class);
      return postgres
          .getCopyAPI()
          .copyOut("COPY " + postgres.escapeIdentifier(table) + " TO STDOUT", out);
    } catch (SQLException e) {
      throw DatabaseErrors.unreachable(e);
    }
  }

  private List<String> names() {
    return names(connection);
  }

  static List<String> names(Connection connection) {
    try (Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(TABLES)) {
      List<String> found = new ArrayList<>();
      while (rows.next()) {
        found.add(rows.getString(1));
      }
      return found;
    } catch (SQLException e) {
      throw DatabaseErrors.unreachable(e);
    }
  }

  private Migrated newest(String history) throws SQLException {
    String table = connection.unwrap(PGConnection.class).escapeIdentifier(history);
    try (Statement statement = connection.createStatement();
        ResultSet row =
            statement.executeQuery(
                """
                SELECT (SELECT version FROM %1$s WHERE version IS NOT NULL AND success
                  ORDER BY installed_rank DESC LIMIT 1), min(installed_on)::text FROM %1$s
                """
                    .formatted(table))) {
      row.next();
      String module = history.substring(0, history.length() - HISTORY.length());
      return new Migrated(module, row.getString(1), row.getString(2));
    }
  }

  @Override
  public void close() {
    try (connection) {
      connection.rollback();
    } catch (SQLException e) {
      throw DatabaseErrors.unreachable(e);
    }
  }
}

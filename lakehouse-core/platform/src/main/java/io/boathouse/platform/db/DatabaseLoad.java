package io.boathouse.platform.db;

import java.io.IOException;
import java.io.InputStream;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import javax.sql.DataSource;
import org.postgresql.PGConnection;

/** Fills an empty metadata database with the rows of a {@link DatabaseSnapshot}, all or none. */
public final class DatabaseLoad {
  private static final String REFERENCES =
      """
      SELECT conrelid::regclass::text, confrelid::regclass::text FROM pg_constraint
      WHERE contype = 'f' AND conrelid <> confrelid
      """;

  private final DataSource target;

  public DatabaseLoad(DataSource target) {
    this.target = target;
  }

  /** The rows of a table as {@link DatabaseSnapshot#copy} wrote them; the caller closes. */
  @FunctionalInterface
  public interface Content {
    InputStream open(String table) throws IOException;
  }

  /**
   * Makes the tables as they were, by the same migrations, and loads them.
   *
   * @param migrations the newest migration of each module, in order
   * @param tables what there is content for
   * @param sequences where they stood
   * @return rows loaded
   * @throws io.boathouse.platform.error.LakeException FAILED_PRECONDITION if the database has
   *     tables already, or if this server lacks a migration
   */
  public long run(
      Map<String, String> migrations,
      Set<String> tables,
      Map<String, Long> sequences,
      Content content)
      throws IOException {
    try (Connection connection = target.getConnection()) {
      if (!DatabaseSnapshot.names(connection).isEmpty()) {
        throw DatabaseErrors.notEmpty();
      }
      migrations.forEach((module, version) -> Migrations.run(target, module, version));
      connection.setAutoCommit(false);
      List<String> order = order(connection);
      if (!Set.copyOf(order).equals(tables)) {
        throw DatabaseErrors.otherTables(tables, order);
      }
      truncate(connection, order);
      long rows = 0;
      PGConnection postgres = connection.unwrap(PGConnection.class);
      for (String table : order) {
        try (InputStream in = content.open(table)) {
          String command = "COPY " + postgres.escapeIdentifier(table) + " FROM STDIN";
          rows += postgres.getCopyAPI().copyIn(command, in);
        }
      }
      set(connection, sequences);
      connection.commit();
      return rows;
    } catch (SQLException e) {
      throw DatabaseErrors.unreachable(e);
    }
  }

  /** Every table after those that it refers to. */
  private static List<String> order(Connection connection) throws SQLException {
    Map<String, Set<String>> needs = new HashMap<>();
    try (Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(REFERENCES)) {
      while (rows.next()) {
        needs.computeIfAbsent(rows.getString(1), key -> new HashSet<>()).add(rows.getString(2));
      }
    }
    List<String> left =
        DatabaseSnapshot.names(connection).stream()
            .filter(name -> !name.endsWith(DatabaseSnapshot.HISTORY))
            .collect(Collectors.toCollection(ArrayList::new));
    List<String> order = new ArrayList<>();
    while (!left.isEmpty()) {
      List<String> ready =
          left.stream()
              .filter(table -> order.containsAll(needs.getOrDefault(table, Set.of())))
              .toList();
      if (ready.isEmpty()) {
        throw new IllegalStateException("tables refer to each other: " + left);
      }
      order.addAll(ready);
      left.removeAll(ready);
    }
    return order;
  }

  /** Migrations may have put rows there. */
  private static void truncate(Connection connection, List<String> tables) throws SQLException {
    List<String> names = new ArrayList<>();
    for (String table : tables) {
      names.add(connection.unwrap(PGConnection.class).escapeIdentifier(table));
    }
    try (Statement statement = connection.createStatement()) {
      statement.execute("TRUNCATE " + String.join(", ", names));
    }
  }

  private static void set(Connection connection, Map<String, Long> sequences) throws SQLException {
    try (PreparedStatement statement =
        connection.prepareStatement("SELECT setval(CAST(quote_ident(?) AS regclass), ?, true)")) {
      for (Map.Entry<String, Long> sequence : sequences.entrySet()) {
        statement.setString(1, sequence.getKey());
        statement.setLong(2, sequence.getValue());
        statement.execute();
      }
    }
  }
}

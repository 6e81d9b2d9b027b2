package io.boathouse.featurestore.online;

import io.boathouse.featurestore.online.OnlineStore.OnlineStatistics;
import io.boathouse.platform.db.Database;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import org.jdbi.v3.core.Handle;

/**
 * The tables online_table and online_row. Works on whole batches in one statement each, which bind
 * arrays, so they speak JDBC. Where rows of one key come twice, the newest goes out.
 */
final class OnlineRowRepository {
  private static final String LOOKUP =
      """
      SELECT r.key, r.record FROM online_table t
      LEFT JOIN online_row r
        ON r.id = t.id AND r.generation = t.generation AND r.key = ANY (?)
      WHERE t.id = ?
      """;
  private static final String CREATE =
      """
      INSERT INTO online_table (id, generation) VALUES (:id, nextval('online_generation'))
      ON CONFLICT (id) DO NOTHING
      """;
  private static final String HOLD =
      """
      SELECT generation FROM online_table WHERE id = :id FOR SHARE
      """;
  private static final String TAKE_BACK =
      """
      DELETE FROM online_row r
      USING (SELECT ?::uuid AS id, ?::bigint AS generation) AS t,
        unnest(?, ?, ?) AS c (key, event_micros, known_micros)
      WHERE r.id = t.id AND r.generation = t.generation AND r.key = c.key
        AND (r.event_micros, r.known_micros) <= (c.event_micros, c.known_micros)
      """;
  private static final String WRITE =
      """
      INSERT INTO online_row (id, generation, key, event_micros, known_micros, record)
      SELECT ?, ?, c.key, c.event_micros, c.known_micros, c.record
      FROM unnest(?, ?, ?, ?) AS c (key, event_micros, known_micros, record)
      ON CONFLICT (id, generation, key) DO UPDATE SET event_micros = excluded.event_micros,
        known_micros = excluded.known_micros, record = excluded.record
      WHERE (excluded.event_micros, excluded.known_micros)
        >= (online_row.event_micros, online_row.known_micros)
      """;
  private static final String GENERATION =
      """
      SELECT nextval('online_generation')
      """;
  private static final String SWITCH =
      """
      INSERT INTO online_table (id, generation) VALUES (:id, :generation)
      ON CONFLICT (id) DO UPDATE SET generation = excluded.generation
      """;
  private static final String EXPIRE =
      """
      DELETE FROM online_row r USING online_table t
      WHERE t.id = :id AND r.id = t.id AND r.generation = t.generation
        AND r.event_micros < :oldest
      """;
  private static final String CLEAR =
      """
      DELETE FROM online_row WHERE id = :id AND generation < :generation
      """;
  private static final String TABLES =
      """
      SELECT id FROM online_table
      """;
  private static final String DROP_ROWS =
      """
      DELETE FROM online_row WHERE id = :id
      """;
  private static final String DROP =
      """
      DELETE FROM online_table WHERE id = :id
      """;
  private static final String COUNT =
      """
      SELECT count(*) FROM online_table t
      JOIN online_row r ON r.id = t.id AND r.generation = t.generation WHERE t.id = :id
      """;
  private static final String STATISTICS =
      """
      SELECT count(r.key) AS rows, coalesce(sum(pg_column_size(r.record)), 0) AS bytes,
        max(r.event_micros) AS newest
      FROM online_table t JOIN online_row r ON r.id = t.id AND r.generation = t.generation
      WHERE t.id = :id
      """;

  private static final int BATCH = 5_000;

  private final Database database;

  OnlineRowRepository(Database database) {
    this.database = database;
  }

  /** A row as it is stored. A removal has an empty record. */
  record Stored(byte[] key, long eventMicros, long knownMicros, byte[] record) {
    boolean isOlderThan(Stored other) {
      return eventMicros < other.eventMicros
          || (eventMicros == other.eventMicros && knownMicros < other.knownMicros);
    }
  }

  /** Reads keys into a block. @return whether the table is there */
  boolean lookup(UUID table, List<byte[]> keys, int[] features, FeatureBlock block) {
    Optional<Map<ByteBuffer, byte[]>> found =
        database.read(handle -> connected(handle, connection -> records(connection, table, keys)));
    found.ifPresent(
        records -> {
          for (int row = 0; row < keys.size(); row++) {
            byte[] record = records.get(ByteBuffer.wrap(keys.get(row)));
            if (record != null) {
              RecordCodec.read(MemorySegment.ofArray(record), 0, features, block, row);
            }
          }
        });
    return found.isPresent();
  }

  private static Optional<Map<ByteBuffer, byte[]>> records(
      Connection connection, UUID table, List<byte[]> keys) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(LOOKUP)) {
      statement.setArray(1, connection.createArrayOf("bytea", keys.toArray(byte[][]::new)));
      statement.setObject(2, table);
      Map<ByteBuffer, byte[]> found = HashMap.newHashMap(keys.size());
      boolean there = false;
      try (ResultSet result = statement.executeQuery()) {
        while (result.next()) {
          there = true;
          byte[] key = result.getBytes(1);
          if (key != null) {
            found.put(ByteBuffer.wrap(key), result.getBytes(2));
          }
        }
      }
      return there ? Optional.of(found) : Optional.empty();
    }
  }

  /** Takes rows back up to their times, then writes rows; all or none. @return rows kept */
  long change(UUID table, List<Stored> removals, List<Stored> rows) {
    return database.inTransaction(
        handle -> {
          int unused = handle.createUpdate(CREATE).bind("id", table).execute();
          long generation = handle.createQuery(HOLD).bind("id", table).mapTo(Long.class).one();
          Target target = new Target(table, generation);
          return connected(
              handle,
              connection -> {
                takeBack(connection, target, removals);
                return write(connection, target, rows);
              });
        });
  }

  /** Writes a generation and changes over to it. @return rows that are there */
  long replace(UUID table, Iterator<Stored> rows) {
    return database.inTransaction(
        handle -> {
          long generation = handle.createQuery(GENERATION).mapTo(Long.class).one();
          Target target = new Target(table, generation);
          int unusedRows =
              connected(
                  handle,
                  connection -> {
                    List<Stored> batch = new ArrayList<>();
                    while (rows.hasNext()) {
                      batch.add(rows.next());
                      if (batch.size() == BATCH || !rows.hasNext()) {
                        long unusedKept = write(connection, target, batch);
                        batch.clear();
                      }
                    }
                    return 0;
                  });
          int unusedSwitched =
              handle
                  .createUpdate(SWITCH)
                  .bind("id", table)
                  .bind("generation", generation)
                  .execute();
          int unusedCleared =
              handle.createUpdate(CLEAR).bind("id", table).bind("generation", generation).execute();
          return handle.createQuery(COUNT).bind("id", table).mapTo(Long.class).one();
        });
  }

  long expire(UUID table, long oldestEventMicros) {
    return database.inTransaction(
        handle ->
            (long)
                handle
                    .createUpdate(EXPIRE)
                    .bind("id", table)
                    .bind("oldest", oldestEventMicros)
                    .execute());
  }

  List<UUID> tables() {
    return database.read(handle -> handle.createQuery(TABLES).mapTo(UUID.class).list());
  }

  void drop(UUID table) {
    database.useTransaction(
        handle -> {
          int unusedTable = handle.createUpdate(DROP).bind("id", table).execute();
          int unusedRows = handle.createUpdate(DROP_ROWS).bind("id", table).execute();
        });
  }

  OnlineStatistics statistics(UUID table) {
    return database.read(
        handle ->
            handle
                .createQuery(STATISTICS)
                .bind("id", table)
                .map(
                    (row, context) -> {
                      long newest = row.getLong("newest");
                      return new OnlineStatistics(
                          row.getLong("rows"),
                          row.getLong("bytes"),
                          row.wasNull() ? Long.MIN_VALUE : newest);
                    })
                .one());
  }

  private record Target(UUID table, long generation) {}

  private static void takeBack(Connection connection, Target target, List<Stored> removals)
      throws SQLException {
    if (removals.isEmpty()) {
      return;
    }
    try (PreparedStatement statement = connection.prepareStatement(TAKE_BACK)) {
      statement.setObject(1, target.table());
      statement.setLong(2, target.generation());
      bind(statement, 3, newest(removals));
      int unused = statement.executeUpdate();
    }
  }

  private static long write(Connection connection, Target target, List<Stored> rows)
      throws SQLException {
    if (rows.isEmpty()) {
      return 0;
    }
    List<Stored> newest = newest(rows);
    try (PreparedStatement statement = connection.prepareStatement(WRITE)) {
      statement.setObject(1, target.table());
      statement.setLong(2, target.generation());
      int next = bind(statement, 3, newest);
      statement.setArray(
          next,
          connection.createArrayOf(
              "bytea", newest.stream().map(Stored::record).toArray(byte[][]::new)));
      return statement.executeUpdate();
    }
  }

  private static int bind(PreparedStatement statement, int at, List<Stored> rows)
      throws SQLException {
    Connection connection = statement.getConnection();
    statement.setArray(
        at,
        connection.createArrayOf("bytea", rows.stream().map(Stored::key).toArray(byte[][]::new)));
    statement.setArray(
        at + 1,
        connection.createArrayOf("bigint", rows.stream().map(Stored::eventMicros).toArray()));
    statement.setArray(
        at + 2,
        connection.createArrayOf("bigint", rows.stream().map(Stored::knownMicros).toArray()));
    return at + 3;
  }

  /** The newest row of each key, in the order of keys, so that writers never wait in a circle. */
  private static List<Stored> newest(List<Stored> rows) {
    Map<ByteBuffer, Stored> newest = new TreeMap<>();
    for (Stored row : rows) {
      newest.merge(ByteBuffer.wrap(row.key()), row, (a, b) -> b.isOlderThan(a) ? a : b);
    }
    return List.copyOf(newest.values());
  }

  private static <T> T connected(Handle handle, Statements<T> work) {
    try {
      return work.apply(handle.getConnection());
    } catch (SQLException e) {
      throw OnlineErrors.unavailable(PostgresOnlineStore.NAME, e);
    }
  }

  /** Statements on one connection. */
  private interface Statements<T> {
    T apply(Connection connection) throws SQLException;
  }
}

package io.boathouse.sql.statement;

import io.boathouse.platform.db.Database;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** What the copies of sql_statement ask of it. */
final class HistoryFeedRepository {
  /** Of those who ask at once, one makes a batch and the others find it. */
  private static final String HOLD = "SELECT pg_advisory_xact_lock(hashtext('sql_statement'))";

  private static final String NEXT_BATCH =
      "SELECT min(batch) FROM sql_statement WHERE batch > :after";
  private static final String NEW_BATCH =
      """
      UPDATE sql_statement SET batch = :batch WHERE id IN (
        SELECT id FROM sql_statement WHERE batch IS NULL AND ended_at IS NOT NULL
        ORDER BY ended_at LIMIT :most FOR UPDATE SKIP LOCKED)
      """;
  private static final String BATCH =
      """
      SELECT id, principal_id, principal, warehouse_id, text, kind, state, error_for_others, client,
        row_count, rows_read, files_read, bytes_read, files_pruned, result_bytes, execution_ms, from_cache,
        started_at, ended_at
      FROM sql_statement WHERE batch = :batch ORDER BY ended_at, id
      """;
  private static final String NEXT_HOUR =
      """
      SELECT floor(extract(epoch FROM min(ended_at)) / 3600)::bigint
      FROM sql_statement WHERE ended_at >= :after AND ended_at < :before
      """;
  private static final String USED =
      """
      SELECT principal_id, max(principal) AS principal, warehouse_id, count(*) AS statements,
        sum(execution_ms) AS milliseconds, sum(row_count) AS rows,
        sum(bytes_read + result_bytes) AS bytes
      FROM sql_statement WHERE ended_at >= :from AND ended_at < :until
      GROUP BY principal_id, warehouse_id ORDER BY principal_id, warehouse_id
      """;

  private final Database database;

  HistoryFeedRepository(Database database) {
    this.database = database;
  }

  /** An ended statement as others may see it. */
  record Ended(
      UUID id,
      UUID principalId,
      String principal,
      String warehouse,
      String text,
      String kind,
      String state,
      Optional<String> error,
      String client,
      Counts counts,
      long executionMillis,
      boolean fromCache,
      Instant startedAt,
      Instant endedAt) {}

  /** What it read and made. */
  record Counts(
      long produced, long readRows, long readFiles, long readBytes, long pruned, long bytes) {}

  /** What somebody used of a warehouse. */
  record Used(
      UUID principalId,
      String principal,
      String warehouse,
      long statements,
      long milliseconds,
      long rows,
      long bytes) {}

  Optional<Long> nextBatch(long after, int most) {
    return database.inTransaction(
        handle -> {
          String unused = handle.createQuery(HOLD).map((row, context) -> "").one();
          @Nullable Long present =
              handle
                  .createQuery(NEXT_BATCH)
                  .bind("after", after)
                  .map((row, context) -> row.getObject(1, Long.class))
                  .one();
          if (present != null) {
            return Optional.of(present);
          }
          int taken =
              handle.createUpdate(NEW_BATCH).bind("batch", after + 1).bind("most", most).execute();
          return taken > 0 ? Optional.of(after + 1) : Optional.empty();
        });
  }

  List<Ended> batch(long number) {
    return database.read(
        handle ->
            handle
                .createQuery(BATCH)
                .bind("batch", number)
                .map((row, context) -> ended(row))
                .list());
  }

  /** The first hour since the epoch in which statements ended. */
  Optional<Long> nextHour(Instant from, Instant before) {
    return database.read(
        handle ->
            Optional.ofNullable(
                handle
                    .createQuery(NEXT_HOUR)
                    .bind("after", from.atOffset(ZoneOffset.UTC))
                    .bind("before", before.atOffset(ZoneOffset.UTC))
                    .map((row, context) -> row.getObject(1, Long.class))
                    .one()));
  }

  List<Used> used(Instant from, Instant until) {
    return database.read(
        handle ->
            handle
                .createQuery(USED)
                .bind("from", from.atOffset(ZoneOffset.UTC))
                .bind("until", until.atOffset(ZoneOffset.UTC))
                .map(
                    (row, context) ->
                        new Used(
                            row.getObject("principal_id", UUID.class),
                            row.getString("principal"),
                            row.getString("warehouse_id"),
                            row.getLong("statements"),
                            row.getLong("milliseconds"),
                            row.getLong("rows"),
                            row.getLong("bytes")))
                .list());
  }

  private static Ended ended(ResultSet row) throws SQLException {
    return new Ended(
        row.getObject("id", UUID.class),
        row.getObject("principal_id", UUID.class),
        row.getString("principal"),
        row.getString("warehouse_id"),
        row.getString("text"),
        row.getString("kind"),
        row.getString("state"),
        Optional.ofNullable(row.getString("error_for_others")),
        row.getString("client"),
        new Counts(
            row.getLong("row_count"),
            row.getLong("rows_read"),
            row.getLong("files_read"),
            row.getLong("bytes_read"),
            row.getLong("files_pruned"),
            row.getLong("result_bytes")),
        row.getLong("execution_ms"),
        row.getBoolean("from_cache"),
        row.getObject("started_at", OffsetDateTime.class).toInstant(),
        row.getObject("ended_at", OffsetDateTime.class).toInstant());
  }
}

package io.boathouse.sql.statement;

import io.boathouse.platform.db.Database;
import io.boathouse.platform.json.Json;
import io.boathouse.sql.engine.QueryProfile;
import io.boathouse.sql.engine.ReadTotals;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/** The sql_statement table. Joins the transaction of the calling thread. */
final class HistoryRepository {
  /**
   * Nobody waits for the disk here: what a crash of the database within a blink would lose is no
   * harm, and waiting costs more. It is said in the statement itself, which so needs no transaction
   * around it.
   */
  private static final String INSERT =
      """
      INSERT INTO sql_statement (id, principal_id, principal, warehouse_id, text, kind, state,
        error, row_count, started_at, ended_at, client)
      SELECT :id, :principalId, :principal, :warehouseId, :text, :kind, :state,
        NULL, 0, :startedAt, NULL, :client
      FROM (SELECT set_config('synchronous_commit', 'off', TRUE) AS waiting) AS commit
      WHERE commit.waiting = 'off'
      """;

  private static final String END =
      """
      UPDATE sql_statement
      SET kind = :kind, state = :state, error = :error, row_count = :rows, ended_at = :endedAt,
        files_read = :files, bytes_read = :bytes, files_pruned = :prunedFiles,
        bytes_pruned = :prunedBytes, rows_read = :rowsRead, result_bytes = :resultBytes, from_cache = :fromCache,
        execution_ms = :executionMillis, error_for_others = :errorForOthers,
        profile = CAST(:profile AS jsonb)
      FROM (SELECT set_config('synchronous_commit', 'off', TRUE) AS waiting) AS commit
      WHERE id = :id AND commit.waiting = 'off'
      """;
  private static final String END_ABANDONED =
      """
      UPDATE sql_statement
      SET state = 'FAILED', error = 'The server stopped while the statement ran.',
        error_for_others = 'The server stopped while the statement ran.',
        ended_at = :endedAt
      WHERE ended_at IS NULL
      """;
  private static final String LIST =
      """
      SELECT id, principal_id, principal, warehouse_id, text, kind, state, error,
        error_for_others, row_count, files_read, bytes_read, files_pruned, bytes_pruned, rows_read,
        from_cache, started_at, ended_at
      FROM sql_statement
      WHERE (CAST(:owner AS uuid) IS NULL OR principal_id = CAST(:owner AS uuid))
        AND (cardinality(CAST(:states AS text[])) = 0 OR state = ANY (CAST(:states AS text[])))
        AND (CAST(:beforeTime AS timestamptz) IS NULL
          OR (started_at, id) < (CAST(:beforeTime AS timestamptz), CAST(:beforeId AS uuid)))
      ORDER BY started_at DESC, id DESC LIMIT :limit
      """;

  private static final String FIND =
      """
      SELECT id, principal_id, principal, warehouse_id, text, kind, state, error,
        error_for_others, row_count, files_read, bytes_read, files_pruned, bytes_pruned, rows_read,
        from_cache, started_at, ended_at, CAST(profile AS text) AS profile
      FROM sql_statement WHERE id = :id
      """;

  private final Database database;

  /** Which statements; the two befores are where a page starts. */
  record Filter(
      Optional<UUID> owner,
      List<String> states,
      Optional<Instant> beforeTime,
      Optional<UUID> beforeId,
      int limit) {}

  HistoryRepository(Database database) {
    this.database = database;
  }

  /**
   * @param client the program that sent it
   */
  void insert(HistoryEntry entry, String client) {
    Map<String, Object> values = new HashMap<>();
    values.put("id", entry.id());
    values.put("principalId", entry.principalId());
    values.put("principal", entry.principal());
    values.put("warehouseId", entry.warehouseId());
    values.put("text", entry.text());
    values.put("kind", entry.kind());
    values.put("state", entry.state());
    values.put("client", client.replace("\0", ""));
    values.put("startedAt", entry.startedAt().atOffset(ZoneOffset.UTC));
    int unused =
        database.inOneStatement(handle -> handle.createUpdate(INSERT).bindMap(values).execute());
  }

  /** How a statement ended. */
  record End(
      String kind,
      String state,
      Optional<String> error,
      Optional<String> errorForOthers,
      Cost cost,
      Instant at) {}

  /** What a statement cost. */
  record Cost(
      long rows,
      long resultBytes,
      long executionMillis,
      ReadTotals.Read read,
      boolean fromCache,
      Optional<QueryProfile> profile) {}

  void end(UUID id, End end) {
    int unused =
        database.inOneStatement(
            handle ->
                handle
                    .createUpdate(END)
                    .bind("id", id)
                    .bind("kind", end.kind())
                    .bind("state", end.state())
                    .bind("error", end.error().map(text -> text.replace("\0", "")).orElse(null))
                    .bind(
                        "errorForOthers",
                        end.errorForOthers().map(text -> text.replace("\0", "")).orElse(null))
                    .bind("profile", end.cost().profile().map(Json::writeText).orElse(null))
                    .bind("rows", end.cost().rows())
                    .bind("resultBytes", end.cost().resultBytes())
                    .bind("executionMillis", end.cost().executionMillis())
                    .bind("fromCache", end.cost().fromCache())
                    .bind("rowsRead", end.cost().read().rows())
                    .bind("files", end.cost().read().files())
                    .bind("bytes", end.cost().read().bytes())
                    .bind("prunedFiles", end.cost().read().prunedFiles())
                    .bind("prunedBytes", end.cost().read().prunedBytes())
                    .bind("endedAt", end.at().atOffset(ZoneOffset.UTC))
                    .execute());
  }

  void endAbandoned(Instant at) {
    database.useTransaction(
        handle ->
            handle
                .createUpdate(END_ABANDONED)
                .bind("endedAt", at.atOffset(ZoneOffset.UTC))
                .execute());
  }

  List<HistoryEntry> list(Filter filter) {
    return database.read(
        handle ->
            handle
                .createQuery(LIST)
                .bind("owner", filter.owner().orElse(null))
                .bindArray("states", String.class, filter.states())
                .bind(
                    "beforeTime",
                    filter.beforeTime().map(time -> time.atOffset(ZoneOffset.UTC)).orElse(null))
                .bind("beforeId", filter.beforeId().orElse(null))
                .bind("limit", filter.limit())
                .map((row, context) -> entry(row))
                .list());
  }

  Optional<HistoryService.Profiled> find(UUID id) {
    return database.read(
        handle ->
            handle
                .createQuery(FIND)
                .bind("id", id)
                .map(
                    (row, context) ->
                        new HistoryService.Profiled(
                            entry(row), Optional.ofNullable(row.getString("profile"))))
                .findOne());
  }

  private static HistoryEntry entry(ResultSet row) throws SQLException {
    return new HistoryEntry(
        row.getObject("id", UUID.class),
        row.getObject("principal_id", UUID.class),
        row.getString("principal"),
        row.getString("warehouse_id"),
        row.getString("text"),
        row.getString("kind"),
        row.getString("state"),
        Optional.ofNullable(row.getString("error")),
        Optional.ofNullable(row.getString("error_for_others")),
        row.getLong("row_count"),
        new ReadTotals.Read(
            row.getLong("files_read"),
            row.getLong("bytes_read"),
            row.getLong("files_pruned"),
            row.getLong("bytes_pruned"),
            row.getLong("rows_read")),
        row.getBoolean("from_cache"),
        row.getObject("started_at", OffsetDateTime.class).toInstant(),
        Optional.ofNullable(row.getObject("ended_at", OffsetDateTime.class))
            .map(OffsetDateTime::toInstant));
  }
}

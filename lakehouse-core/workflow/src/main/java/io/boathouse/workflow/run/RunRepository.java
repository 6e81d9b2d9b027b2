package io.boathouse.workflow.run;

import com.fasterxml.jackson.databind.JsonNode;
import io.boathouse.platform.json.Json;
import java.nio.charset.StandardCharsets;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.Query;
import org.jdbi.v3.core.statement.StatementContext;
import org.jdbi.v3.core.statement.Update;
import org.jspecify.annotations.Nullable;

/** The workflow_run table. Knows SQL and nothing else; the caller owns the transaction. */
final class RunRepository {
  private static final String COLUMNS =
      """
      id, kind, parameters, state, attempt, not_before, worker, lease_until, cancel_requested,
      error_code, error_message, submitted_by, submitter, progress, checkpoint, result,
      created_at, started_at, ended_at
      """;

  /** Inserts a queued run unless the submitter used the key before. */
  boolean insert(Handle handle, Run run, Optional<String> idempotencyKey) {
    return handle
            .createUpdate(
                """
                INSERT INTO workflow_run (id, kind, parameters, state, attempt, not_before,
                  submitted_by, submitter, idempotency_key, created_at)
                VALUES (:id, :kind, cast(:parameters AS jsonb), 'QUEUED', 0, :createdAt,
                  :submittedBy, :submitter, :key, :createdAt)
                ON CONFLICT (submitted_by, idempotency_key) DO NOTHING
                """)
            .bind("id", run.id())
            .bind("kind", run.kind())
            .bind("parameters", text(run.parameters()))
            .bind("submittedBy", run.submittedBy())
            .bind("submitter", run.submitter())
            .bind("key", idempotencyKey.orElse(null))
            .bind("createdAt", time(run.createdAt()))
            .execute()
        == 1;
  }

  Optional<Run> find(Handle handle, UUID id) {
    return select(handle, "WHERE id = :id").bind("id", id).map(RunRepository::run).findOne();
  }

  /** The run, locked until the transaction ends. */
  Optional<Run> lock(Handle handle, UUID id) {
    return select(handle, "WHERE id = :id FOR UPDATE")
        .bind("id", id)
        .map(RunRepository::run)
        .findOne();
  }

  Optional<Run> findByKey(Handle handle, UUID submittedBy, String key) {
    return select(handle, "WHERE submitted_by = :by AND idempotency_key = :key")
        .bind("by", submittedBy)
        .bind("key", key)
        .map(RunRepository::run)
        .findOne();
  }

  /** The oldest run of these kinds that a worker may take, locked; others skip it. */
  Optional<Run> lockClaimable(Handle handle, List<String> kinds, Instant now) {
    return select(
            handle,
            """
            WHERE kind = ANY(:kinds)
              AND ((state = 'QUEUED' AND not_before <= :now)
                OR (state = 'RUNNING' AND lease_until <= :now))
            ORDER BY created_at, id LIMIT 1 FOR UPDATE SKIP LOCKED
            """)
        .bindArray("kinds", String.class, kinds)
        .bind("now", time(now))
        .map(RunRepository::run)
        .findOne();
  }

  /** Newest first; all submitters if {@code by} is empty, all kinds if {@code kind} is. */
  List<Run> list(Handle handle, Optional<UUID> by, Optional<String> kind, int offset, int limit) {
    return select(
            handle,
            """
            WHERE (cast(:by AS uuid) IS NULL OR submitted_by = cast(:by AS uuid))
              AND (cast(:kind AS text) IS NULL OR kind = cast(:kind AS text))
            ORDER BY created_at DESC, id LIMIT :limit OFFSET :offset
            """)
        .bind("by", by.orElse(null))
        .bind("kind", kind.orElse(null))
        .bind("limit", limit)
        .bind("offset", offset)
        .map(RunRepository::run)
        .list();
  }

  int countQueued(Handle handle) {
    return handle
        .createQuery("SELECT count(*) FROM workflow_run WHERE state = 'QUEUED'")
        .mapTo(Integer.class)
        .one();
  }

  void updateState(Handle handle, UUID id, RunMachine.Next next, Instant now) {
    StateColumns columns = StateColumns.of(next.state());
    handle
        .createUpdate(
            """
            UPDATE workflow_run SET state = :state, attempt = :attempt, not_before = :notBefore,
              worker = :worker, lease_until = :leaseUntil, cancel_requested = :cancelRequested,
              error_code = :errorCode, error_message = :errorMessage,
              started_at = CASE WHEN :state = 'RUNNING' THEN coalesce(started_at, :now)
                ELSE started_at END,
              ended_at = CASE WHEN :ended THEN cast(:now AS timestamptz) ELSE NULL END
            WHERE id = :id
            """)
        .bind("id", id)
        .bind("attempt", next.attempt())
        .bind("state", columns.state())
        .bind("notBefore", time(columns.notBefore()))
        .bind("worker", columns.worker())
        .bind("leaseUntil", time(columns.leaseUntil()))
        .bind("cancelRequested", columns.cancelRequested())
        .bind("errorCode", columns.errorCode())
        .bind("errorMessage", columns.errorMessage())
        .bind("now", time(now))
        .bind("ended", next.state().ended())
        .execute();
  }

  void updateProgress(Handle handle, UUID id, String worker, JsonNode progress) {
    byWorker(handle, "progress = cast(:value AS jsonb)", id, worker)
        .bind("value", text(progress))
        .execute();
  }

  /** Keeps a checkpoint if the worker still has the run. */
  boolean updateCheckpoint(Handle handle, UUID id, String worker, JsonNode checkpoint) {
    return byWorker(handle, "checkpoint = cast(:value AS jsonb)", id, worker)
            .bind("value", text(checkpoint))
            .execute()
        == 1;
  }

  void updateResult(Handle handle, UUID id, JsonNode result) {
    handle
        .createUpdate("UPDATE workflow_run SET result = cast(:value AS jsonb) WHERE id = :id")
        .bind("id", id)
        .bind("value", text(result))
        .execute();
  }

  private static Update byWorker(Handle handle, String assignment, UUID id, String worker) {
    return handle
        .createUpdate(
            "UPDATE workflow_run SET "
                + assignment
                + " WHERE id = :id AND worker = :worker AND state = 'RUNNING'")
        .bind("id", id)
        .bind("worker", worker);
  }

  private static Query select(Handle handle, String rest) {
    return handle.createQuery("SELECT " + COLUMNS + " FROM workflow_run " + rest);
  }

  private static Run run(ResultSet row, StatementContext context) throws SQLException {
    return new Run(
        row.getObject("id", UUID.class),
        row.getString("kind"),
        json(row, "parameters"),
        state(row),
        row.getInt("attempt"),
        row.getObject("submitted_by", UUID.class),
        row.getString("submitter"),
        json(row, "progress"),
        json(row, "checkpoint"),
        Optional.ofNullable(row.getString("result")).map(RunRepository::parse),
        instant(row, "created_at").orElseThrow(),
        instant(row, "started_at"),
        instant(row, "ended_at"));
  }

  private static RunState state(ResultSet row) throws SQLException {
    String state = row.getString("state");
    return switch (state) {
      case "QUEUED" -> new RunState.Queued(instant(row, "not_before").orElseThrow());
      case "RUNNING" ->
          new RunState.Running(
              row.getString("worker"),
              instant(row, "lease_until").orElseThrow(),
              row.getBoolean("cancel_requested"));
      case "SUCCEEDED" -> new RunState.Succeeded();
      case "FAILED" ->
          new RunState.Failed(row.getString("error_code"), row.getString("error_message"));
      case "CANCELED" -> new RunState.Canceled();
      default -> throw new IllegalStateException("state: " + state + " (expected: a known one)");
    };
  }

  private static Optional<Instant> instant(ResultSet row, String column) throws SQLException {
    return Optional.ofNullable(row.getObject(column, OffsetDateTime.class))
        .map(OffsetDateTime::toInstant);
  }

  private static @Nullable OffsetDateTime time(@Nullable Instant instant) {
    return instant == null ? null : instant.atOffset(ZoneOffset.UTC);
  }

  private static JsonNode json(ResultSet row, String column) throws SQLException {
    return parse(row.getString(column));
  }

  private static JsonNode parse(String text) {
    return Json.parse(text.getBytes(StandardCharsets.UTF_8));
  }

  private static String text(JsonNode value) {
    return new String(Json.write(value), StandardCharsets.UTF_8);
  }

  /** A state spread over the columns that hold it. */
  private record StateColumns(
      String state,
      @Nullable Instant notBefore,
      @Nullable String worker,
      @Nullable Instant leaseUntil,
      boolean cancelRequested,
      @Nullable String errorCode,
      @Nullable String errorMessage) {
    static StateColumns of(RunState state) {
      return switch (state) {
        case RunState.Queued q ->
            new StateColumns("QUEUED", q.notBefore(), null, null, false, null, null);
        case RunState.Running r ->
            new StateColumns(
                "RUNNING", null, r.worker(), r.leaseUntil(), r.cancelRequested(), null, null);
        case RunState.Succeeded s ->
            new StateColumns("SUCCEEDED", null, null, null, false, null, null);
        case RunState.Failed f ->
            new StateColumns("FAILED", null, null, null, false, f.code(), f.message());
        case RunState.Canceled c ->
            new StateColumns("CANCELED", null, null, null, false, null, null);
      };
    }
  }
}

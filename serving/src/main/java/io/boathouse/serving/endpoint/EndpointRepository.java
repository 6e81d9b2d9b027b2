package io.boathouse.serving.endpoint;

import com.fasterxml.jackson.core.type.TypeReference;
import io.boathouse.platform.json.Json;
import io.boathouse.serving.endpoint.ServingEndpoint.Details;
import io.boathouse.serving.endpoint.ServingEndpoint.Freeze;
import io.boathouse.serving.inference.RateLimit;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.UUID;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.Update;

/** The serving_endpoint table. Knows SQL and nothing else; the caller owns the transaction. */
final class EndpointRepository {
  /** A row without its securable. */
  record Row(UUID id, EndpointState state, Details details, Instant updatedAt) {}

  void insert(Handle handle, Row row) {
    int unused =
        bound(
                handle.createUpdate(
                    """
                    INSERT INTO serving_endpoint
                      (securable_id, active, pending, update_state, canary_step, message, last_version,
                       tags, rate_limits, frozen, updated_at)
                    VALUES (:id, CAST(:active AS jsonb), CAST(:pending AS jsonb), :update, :canary_step,
                       :message, :last_version, CAST(:tags AS jsonb), CAST(:rate_limits AS jsonb),
                       CAST(:frozen AS jsonb), :updated_at)
                    """),
                row)
            .execute();
  }

  void update(Handle handle, Row row) {
    int unused =
        bound(
                handle.createUpdate(
                    """
                    UPDATE serving_endpoint
                    SET active = CAST(:active AS jsonb), pending = CAST(:pending AS jsonb),
                      update_state = :update, canary_step = :canary_step, message = :message,
                      last_version = :last_version, tags = CAST(:tags AS jsonb),
                      rate_limits = CAST(:rate_limits AS jsonb), frozen = CAST(:frozen AS jsonb),
                      updated_at = :updated_at
                    WHERE securable_id = :id
                    """),
                row)
            .execute();
  }

  private static Update bound(Update statement, Row row) {
    EndpointState state = row.state();
    return statement
        .bind("id", row.id())
        .bind("active", state.active().map(DeploymentJson::write).orElse(null))
        .bind("pending", state.pending().map(DeploymentJson::write).orElse(null))
        .bind("update", state.update().name())
        .bind(
            "canary_step",
            state.progress().canaryStep().isPresent()
                ? state.progress().canaryStep().getAsInt()
                : null)
        .bind("message", state.message().orElse(null))
        .bind("last_version", state.lastVersion())
        .bind("tags", Json.writeText(row.details().tags()))
        .bind("rate_limits", Json.writeText(row.details().rateLimits()))
        .bind("frozen", row.details().frozen().map(Json::writeText).orElse(null))
        .bind("updated_at", row.updatedAt().atOffset(ZoneOffset.UTC));
  }

  /** Finds and keeps others from changing it until the transaction ends. */
  Optional<Row> lock(Handle handle, UUID id) {
    return handle
        .createQuery(
            """
            SELECT securable_id, active, pending, update_state, canary_step, message, last_version, tags,
              rate_limits, frozen, updated_at
            FROM serving_endpoint WHERE securable_id = :id FOR UPDATE
            """)
        .bind("id", id)
        .map((row, context) -> row(row))
        .findOne();
  }

  Map<UUID, Row> find(Handle handle, Collection<UUID> ids) {
    List<Row> found =
        handle
            .createQuery(
                """
                SELECT securable_id, active, pending, update_state, canary_step, message, last_version, tags,
                  rate_limits, frozen, updated_at
                FROM serving_endpoint WHERE securable_id = ANY(:ids)
                """)
            .bindArray("ids", UUID.class, ids)
            .map((row, context) -> row(row))
            .list();
    Map<UUID, Row> rows = new LinkedHashMap<>();
    found.forEach(row -> rows.put(row.id(), row));
    return rows;
  }

  List<Row> all(Handle handle) {
    return handle
        .createQuery(
            """
            SELECT securable_id, active, pending, update_state, canary_step, message, last_version, tags,
              rate_limits, frozen, updated_at
            FROM serving_endpoint ORDER BY securable_id
            """)
        .map((row, context) -> row(row))
        .list();
  }

  private static Row row(ResultSet row) throws SQLException {
    return new Row(
        row.getObject("securable_id", UUID.class),
        new EndpointState(
            Optional.ofNullable(row.getString("active")).map(DeploymentJson::read),
            Optional.ofNullable(row.getString("pending")).map(DeploymentJson::read),
            progress(row),
            Optional.ofNullable(row.getString("message")),
            row.getInt("last_version")),
        new Details(
            tags(row.getString("tags")),
            rateLimits(row.getString("rate_limits")),
            Optional.ofNullable(row.getString("frozen"))
                .map(text -> Json.bind(Json.parse(text), Freeze.class))),
        row.getObject("updated_at", OffsetDateTime.class).toInstant());
  }

  private static EndpointState.Progress progress(ResultSet row) throws SQLException {
    int step = row.getInt("canary_step");
    return new EndpointState.Progress(
        EndpointState.Update.valueOf(row.getString("update_state")),
        row.wasNull() ? OptionalInt.empty() : OptionalInt.of(step));
  }

  private static List<RateLimit> rateLimits(String text) {
    return Json.mapper().convertValue(Json.parse(text), new TypeReference<List<RateLimit>>() {});
  }

  private static Map<String, String> tags(String text) {
    return Json.mapper()
        .convertValue(Json.parse(text), new TypeReference<LinkedHashMap<String, String>>() {});
  }
}

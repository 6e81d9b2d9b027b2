package io.boathouse.featurestore.spec;

import io.boathouse.catalog.grant.Authorizer;
import io.boathouse.catalog.securable.Securable;
import io.boathouse.platform.json.Json;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.core.Handle;

/** The featurestore_spec table. Knows SQL and nothing else; the caller owns the transaction. */
final class FeatureSpecRepository {
  private static final String INSERT =
      """
      INSERT INTO featurestore_spec (id, version, definition, outputs, created_at, created_by)
      VALUES (:id, :version, CAST(:definition AS jsonb), CAST(:outputs AS jsonb), :at, :by)
      """;
  private static final String FIND =
      """
      SELECT version, definition::text AS definition, outputs::text AS outputs, created_at,
        created_by
      FROM featurestore_spec
      WHERE id = :id AND (CAST(:version AS int) IS NULL OR version = :version)
      ORDER BY version DESC LIMIT 1
      """;
  private static final String LOCK =
      """
      SELECT version FROM featurestore_spec WHERE id = :id ORDER BY version DESC FOR UPDATE
      """;
  private static final String LIST =
      """
      SELECT s.full_name FROM <securables> s
      WHERE (<visible>) AND s.type = 'FUNCTION'
        AND EXISTS (SELECT 1 FROM featurestore_spec f WHERE f.id = s.id)
        AND (CAST(:within AS text) IS NULL OR starts_with(s.full_name, :within))
        AND (CAST(:after AS text) IS NULL OR s.full_name > :after)
      ORDER BY s.full_name LIMIT :limit
      """;

  /** One version as it is kept. */
  record Row(
      int version,
      SpecJson definition,
      ResolvedJson resolved,
      Instant createdAt,
      String createdBy) {
    FeatureSpec of(Securable securable) {
      return new FeatureSpec(
          securable,
          version,
          definition.toDefinition(),
          resolved.toOutputs(),
          resolved.toHidden(),
          resolved.toInputs(),
          createdAt,
          createdBy);
    }
  }

  void insert(Handle handle, UUID id, Row row) {
    handle
        .createUpdate(INSERT)
        .bind("id", id)
        .bind("version", row.version())
        .bind("definition", Json.writeText(row.definition()))
        .bind("outputs", Json.writeText(row.resolved()))
        .bind("at", row.createdAt().atOffset(ZoneOffset.UTC))
        .bind("by", row.createdBy())
        .execute();
  }

  /**
   * @param version empty for the newest
   */
  Optional<Row> find(Handle handle, UUID id, Optional<Integer> version) {
    return handle
        .createQuery(FIND)
        .bind("id", id)
        .bind("version", version.orElse(null))
        .map((row, context) -> row(row))
        .findOne();
  }

  /** The newest version's number, locked; 0 if there is none. */
  int lockNewest(Handle handle, UUID id) {
    return handle.createQuery(LOCK).bind("id", id).mapTo(Integer.class).stream()
        .mapToInt(Integer::intValue)
        .max()
        .orElse(0);
  }

  /**
   * @param within the start of the full name, with its last dot
   */
  List<String> list(
      Handle handle,
      Authorizer.Visible visible,
      Optional<String> within,
      Optional<String> after,
      int limit) {
    return handle
        .createQuery(LIST)
        .define("securables", Authorizer.Visible.SECURABLES)
        .define("visible", visible.condition())
        .bindMap(visible.parameters())
        .bind("within", within.orElse(null))
        .bind("after", after.orElse(null))
        .bind("limit", limit)
        .mapTo(String.class)
        .list();
  }

  private static Row row(ResultSet row) throws SQLException {
    return new Row(
        row.getInt("version"),
        Json.bind(Json.parse(row.getString("definition")), SpecJson.class),
        Json.bind(Json.parse(row.getString("outputs")), ResolvedJson.class),
        row.getObject("created_at", OffsetDateTime.class).toInstant(),
        row.getString("created_by"));
  }
}

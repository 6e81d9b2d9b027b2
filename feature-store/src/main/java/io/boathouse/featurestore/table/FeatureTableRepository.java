package io.boathouse.featurestore.table;

import io.boathouse.catalog.grant.Authorizer;
import io.boathouse.catalog.securable.Securable;
import io.boathouse.featurestore.table.FeatureTable.Shape;
import io.boathouse.featurestore.table.FeatureTableJson.ShapeJson;
import io.boathouse.featurestore.table.FeatureTableJson.WindowedJson;
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
import org.jspecify.annotations.Nullable;

/** The featurestore_table table. Knows SQL and nothing else; the caller owns the transaction. */
final class FeatureTableRepository {
  private static final String UPSERT =
      """
      INSERT INTO featurestore_table (id, shape, windowed, version, refreshed_at, refreshed_by)
      VALUES (:id, CAST(:shape AS jsonb), CAST(:windowed AS jsonb), :version, :at, :by)
      ON CONFLICT (id) DO UPDATE SET shape = excluded.shape, windowed = excluded.windowed,
        version = excluded.version, refreshed_at = excluded.refreshed_at,
        refreshed_by = excluded.refreshed_by
      """;
  private static final String FIND =
      """
      SELECT shape::text AS shape, windowed::text AS windowed, version, refreshed_at
      FROM featurestore_table WHERE id = :id
      """;
  private static final String DELETE =
      """
      DELETE FROM featurestore_table WHERE id = :id
      """;
  private static final String LIST =
      """
      SELECT s.id, s.full_name
      FROM featurestore_table f JOIN <securables> s ON s.id = f.id
      WHERE (<visible>)
        AND (CAST(:within AS text) IS NULL OR starts_with(s.full_name, :within))
        AND (CAST(:contains AS text) IS NULL
          OR position(:contains IN lower(s.full_name || ' ' || coalesce(s.comment, '') || ' '
            || f.shape::text)) > 0)
        AND (CAST(:after AS text) IS NULL OR s.full_name > :after)
      ORDER BY s.full_name LIMIT :limit
      """;

  /** What is kept of a feature table besides the securable. */
  record Row(
      Shape shape, Optional<WindowedDefinition> windowed, long version, Instant refreshedAt) {
    FeatureTable of(Securable securable) {
      return new FeatureTable(securable, shape, windowed, version, refreshedAt);
    }
  }

  /**
   * @param within the start of the full name, with its last dot
   */
  record Listing(
      Authorizer.Visible visible,
      Optional<String> within,
      Optional<String> contains,
      Optional<String> after,
      int limit) {}

  record Listed(UUID id, String fullName) {}

  void upsert(Handle handle, UUID id, Row row, String by) {
    handle
        .createUpdate(UPSERT)
        .bind("id", id)
        .bind("shape", Json.writeText(ShapeJson.of(row.shape())))
        .bind("windowed", row.windowed().map(w -> Json.writeText(WindowedJson.of(w))).orElse(null))
        .bind("version", row.version())
        .bind("at", row.refreshedAt().atOffset(ZoneOffset.UTC))
        .bind("by", by)
        .execute();
  }

  Optional<Row> find(Handle handle, UUID id) {
    return handle.createQuery(FIND).bind("id", id).map((row, context) -> row(row)).findOne();
  }

  boolean delete(Handle handle, UUID id) {
    return handle.createUpdate(DELETE).bind("id", id).execute() > 0;
  }

  List<Listed> list(Handle handle, Listing listing) {
    return handle
        .createQuery(LIST)
        .define("securables", Authorizer.Visible.SECURABLES)
        .define("visible", listing.visible().condition())
        .bindMap(listing.visible().parameters())
        .bind("within", listing.within().orElse(null))
        .bind("contains", listing.contains().orElse(null))
        .bind("after", listing.after().orElse(null))
        .bind("limit", listing.limit())
        .map(
            (row, context) ->
                new Listed(row.getObject("id", UUID.class), row.getString("full_name")))
        .list();
  }

  private static Row row(ResultSet row) throws SQLException {
    @Nullable String windowed = row.getString("windowed");
    return new Row(
        Json.bind(Json.parse(row.getString("shape")), ShapeJson.class).toShape(),
        Optional.ofNullable(windowed)
            .map(text -> Json.bind(Json.parse(text), WindowedJson.class).toDefinition()),
        row.getLong("version"),
        row.getObject("refreshed_at", OffsetDateTime.class).toInstant());
  }
}

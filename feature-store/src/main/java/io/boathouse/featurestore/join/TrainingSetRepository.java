package io.boathouse.featurestore.join;

import io.boathouse.featurestore.join.TrainingSetJson.ColumnJson;
import io.boathouse.featurestore.join.TrainingSetJson.RequestJson;
import io.boathouse.featurestore.join.TrainingSetJson.ResultJson;
import io.boathouse.platform.json.Json;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import org.jdbi.v3.core.Handle;

/** The featurestore_training_set table. Knows SQL and nothing else. */
final class TrainingSetRepository {
  private static final String INSERT =
      """
      INSERT INTO featurestore_training_set (id, spec, spec_version, request, result, created_at,
        created_by, creator)
      VALUES (:id, :spec, :specVersion, CAST(:request AS jsonb), CAST(:result AS jsonb), :at, :by,
        :creator)
      """;
  private static final String COLUMNS =
      """
      SELECT id, request::text AS request, result::text AS result, created_at, created_by, creator
      FROM featurestore_training_set
      """;
  private static final String FIND = COLUMNS + "WHERE id = :id";
  private static final String LIST =
      COLUMNS
          + """
          WHERE CAST(:by AS uuid) IS NULL OR created_by = CAST(:by AS uuid)
          ORDER BY created_at DESC, id LIMIT :limit
          """;

  void insert(Handle handle, TrainingSet set) {
    ResultJson result =
        new ResultJson(
            set.columns().stream().map(ColumnJson::of).toList(),
            set.features(),
            set.labelVersions(),
            set.featureVersions(),
            set.shown().policies(),
            set.shown().groups(),
            set.rows(),
            set.notFound(),
            set.notKnown(),
            set.sha256());
    handle
        .createUpdate(INSERT)
        .bind("id", set.id())
        .bind("spec", set.request().spec().toString())
        .bind("specVersion", set.request().specVersion())
        .bind("request", Json.writeText(RequestJson.of(set.request())))
        .bind("result", Json.writeText(result))
        .bind("at", set.createdAt().atOffset(ZoneOffset.UTC))
        .bind("by", set.createdBy())
        .bind("creator", set.creator())
        .execute();
  }

  Optional<TrainingSet> find(Handle handle, String id) {
    return handle.createQuery(FIND).bind("id", id).map((row, context) -> set(row)).findOne();
  }

  /** Newest first. @param by only what this principal made */
  List<TrainingSet> list(Handle handle, Optional<UUID> by, int limit) {
    return handle
        .createQuery(LIST)
        .bind("by", by.orElse(null))
        .bind("limit", limit)
        .map((row, context) -> set(row))
        .list();
  }

  private static TrainingSet set(ResultSet row) throws SQLException {
    ResultJson result = Json.bind(Json.parse(row.getString("result")), ResultJson.class);
    return new TrainingSet(
        row.getString("id"),
        Json.bind(Json.parse(row.getString("request")), RequestJson.class).toRequest(),
        result.columns().stream()
            .map(column -> new TrainingSet.Column(column.name(), column.type()))
            .toList(),
        result.features(),
        new TreeMap<>(result.labelVersions()),
        new TreeMap<>(result.featureVersions()),
        result.shown(),
        result.rows(),
        new TreeMap<>(result.notFound()),
        result.notKnown() == null ? new TreeMap<>() : new TreeMap<>(result.notKnown()),
        result.sha256(),
        row.getObject("created_at", OffsetDateTime.class).toInstant(),
        row.getObject("created_by", UUID.class),
        row.getString("creator"));
  }
}

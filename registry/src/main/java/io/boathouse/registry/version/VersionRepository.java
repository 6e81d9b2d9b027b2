package io.boathouse.registry.version;

import io.boathouse.catalog.grant.Authorizer.Visible;
import io.boathouse.catalog.securable.FullName;
import io.boathouse.platform.json.Json;
import io.boathouse.platform.storage.StoragePath;
import io.boathouse.registry.artifact.ArtifactFile;
import io.boathouse.registry.model.ModelNames;
import io.boathouse.registry.model.ModelSearch;
import io.boathouse.registry.model.Tag;
import io.boathouse.registry.search.SearchField;
import io.boathouse.registry.search.SearchSql;
import io.boathouse.registry.search.SearchTarget;
import io.boathouse.registry.signature.MlModelParser;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.TemplateEngine;

/** The tables of versions. Knows SQL and nothing else; the caller owns the transaction. */
final class VersionRepository {
  private static final SearchTarget TARGET =
      SearchTarget.orderedBy("v.updated_at DESC, s.full_name COLLATE \"C\" ASC, v.number DESC")
          .attribute(SearchField.text(ModelNames.SQL), "name")
          .attribute(SearchField.text("v.run_id").withLists(), "run_id")
          .attribute(SearchField.text("v.source"), "source_path", "source")
          .attribute(SearchField.number("v.number"), "version_number")
          .attribute(
              SearchField.number("v.created_at").only(SearchField.Use.ORDER), "creation_timestamp")
          .attribute(
              SearchField.number("v.updated_at").only(SearchField.Use.ORDER),
              "last_updated_timestamp")
          .open(
              SearchField.texts(
                  "registry_version_tag t WHERE t.model_id = v.model_id AND t.number = v.number",
                  "t.key",
                  "t.value"),
              "tag",
              "tags")
          .missingCountsAs("tag", "mlflow.prompt.is_prompt", "false")
          .build();

  private static final String SELECT =
      """
      SELECT v.model_id, v.number, v.source, v.run_id, v.run_link, v.logged_model_id,
             v.description, v.status, v.status_message, v.stage, v.mlmodel, v.artifact_bytes,
             v.created_at, v.created_by, v.updated_at, v.updated_by, m.spelling, s.full_name
      FROM registry_version v
      JOIN registry_model m ON m.id = v.model_id
      JOIN
      """
          + Visible.SECURABLES
          + """
          s ON s.id = v.model_id
          """;

  private final ModelNames names;

  VersionRepository(ModelNames names) {
    this.names = names;
  }

  /** Parses the search, so that a bad one fails before anything is read. */
  SearchSql compile(ModelSearch search) {
    return TARGET.compile(search.filter(), search.orderBy());
  }

  /** Takes the next number of a model; its row stays locked until the transaction ends. */
  int nextNumber(Handle handle, UUID modelId) {
    return handle
        .createQuery(
            """
            UPDATE registry_model SET last_version = last_version + 1 WHERE id = :id
            RETURNING last_version
            """)
        .bind("id", modelId)
        .mapTo(Integer.class)
        .one();
  }

  /**
   * @param filesBy COPIED or UPLOADED
   */
  void insert(Handle handle, ModelVersion version, String filesBy) {
    handle
        .createUpdate(
            """
            INSERT INTO registry_version
              (model_id, number, source, run_id, run_link, logged_model_id, description, status,
               files_by, stage, created_at, created_by, updated_at, updated_by)
            VALUES (:model, :number, :source, :run, :link, :logged, :comment, :status,
                    :filesBy, :stage, :created, :createdBy, :updated, :updatedBy)
            """)
        .bind("model", version.modelId())
        .bind("number", version.number())
        .bind("source", version.source())
        .bind("run", version.runId())
        .bind("link", version.runLink())
        .bind("logged", version.loggedModelId())
        .bind("comment", version.comment())
        .bind("status", version.status().name())
        .bind("filesBy", filesBy)
        .bind("stage", version.stage().text())
        .bind("created", version.createdAt())
        .bind("createdBy", version.createdBy())
        .bind("updated", version.updatedAt())
        .bind("updatedBy", version.updatedBy())
        .execute();
    version.tags().forEach(tag -> setTag(handle, version.modelId(), version.number(), tag));
  }

  Optional<ModelVersion> find(Handle handle, UUID modelId, int number) {
    return query(
            handle,
            "WHERE v.model_id = :model AND v.number = :number",
            Map.of("model", modelId, "number", number))
        .stream()
        .findFirst();
  }

  Optional<ModelVersion> findByAlias(Handle handle, UUID modelId, String alias) {
    return query(
            handle,
            """
            WHERE v.model_id = :model AND v.number = (
              SELECT a.number FROM registry_alias a
              WHERE a.model_id = :model AND a.alias = :alias)
            """,
            Map.of("model", modelId, "alias", alias))
        .stream()
        .findFirst();
  }

  Optional<ModelVersion> findNewest(Handle handle, UUID modelId) {
    return query(
            handle,
            "WHERE v.model_id = :model ORDER BY v.number DESC LIMIT 1",
            Map.of("model", modelId))
        .stream()
        .findFirst();
  }

  /** The newest version in each stage, of several models. */
  List<ModelVersion> newestByStage(Handle handle, List<UUID> modelIds) {
    handle.registerArrayType(UUID.class, "uuid");
    List<ModelVersion> found =
        handle
            .createQuery(
                SELECT
                    + """
                    WHERE v.model_id = ANY(:models) AND v.number = (
                      SELECT max(w.number) FROM registry_version w
                      WHERE w.model_id = v.model_id AND w.stage = v.stage)
                    ORDER BY v.model_id, v.number
                    """)
            .bindArray("models", UUID.class, modelIds)
            .map((rows, context) -> row(rows))
            .list();
    return complete(handle, found);
  }

  /** Versions of one model by descending number. */
  List<ModelVersion> list(Handle handle, UUID modelId, int below, int limit) {
    return query(
        handle,
        """
        WHERE v.model_id = :model AND v.number < :below ORDER BY v.number DESC LIMIT :limit
        """,
        Map.of("model", modelId, "below", below, "limit", limit));
  }

  List<ModelVersion> search(Handle handle, SearchSql sql, Visible visible, ModelSearch search) {
    String query =
        SELECT
            + sql.joins()
            + " WHERE ("
            + visible.condition()
            + ") AND "
            + sql.condition()
            + " ORDER BY "
            + sql.orderBy()
            + " LIMIT :limit OFFSET :offset";
    List<ModelVersion> found =
        handle
            .createQuery(query)
            .setTemplateEngine(TemplateEngine.NOP)
            .bindMap(visible.parameters())
            .bindMap(sql.bindings())
            .bind("prefix", names.prefix())
            .bind("limit", search.page().rows())
            .bind("offset", search.page().offset())
            .map((rows, context) -> row(rows))
            .list();
    return complete(handle, found);
  }

  /** Ends the registration of a version that is still pending. @return whether it was */
  boolean makeReady(Handle handle, ModelVersion version, ReadyFiles files) {
    boolean pending =
        handle
                .createUpdate(
                    """
                    UPDATE registry_version
                    SET status = 'READY', status_message = NULL, mlmodel = :mlmodel,
                        artifact_bytes = :bytes, updated_at = :now, updated_by = :by
                    WHERE model_id = :model AND number = :number
                      AND status = 'PENDING_REGISTRATION'
                    """)
                .bind("model", version.modelId())
                .bind("number", version.number())
                .bind("mlmodel", files.mlModel())
                .bind("bytes", files.files().stream().mapToLong(ArtifactFile::size).sum())
                .bind("now", files.now())
                .bind("by", files.by())
                .execute()
            == 1;
    if (pending) {
      insertFiles(handle, version, files.files());
    }
    return pending;
  }

  /** What is known of a version's files once they are there. @param mlModel as JSON text */
  record ReadyFiles(List<ArtifactFile> files, Optional<String> mlModel, long now, String by) {}

  private static void insertFiles(Handle handle, ModelVersion version, List<ArtifactFile> files) {
    handle
        .registerArrayType(String.class, "text")
        .registerArrayType(Long.class, "bigint")
        .createUpdate(
            """
            INSERT INTO registry_version_file (model_id, number, path, size, sha256)
            SELECT :model, :number, f.path, f.size, f.sha256
            FROM unnest(:paths, :sizes, :digests) AS f (path, size, sha256)
            """)
        .bind("model", version.modelId())
        .bind("number", version.number())
        .bindArray("paths", String.class, files.stream().map(f -> f.path().value()).toList())
        .bindArray("sizes", Long.class, files.stream().map(ArtifactFile::size).toList())
        .bindArray("digests", String.class, files.stream().map(ArtifactFile::sha256).toList())
        .execute();
  }

  List<ArtifactFile> files(Handle handle, UUID modelId, int number) {
    return handle
        .createQuery(
            """
            SELECT path, size, sha256 FROM registry_version_file
            WHERE model_id = :model AND number = :number ORDER BY path
            """)
        .bind("model", modelId)
        .bind("number", number)
        .map(
            (rows, context) ->
                new ArtifactFile(
                    StoragePath.of(rows.getString(1)), rows.getLong(2), rows.getString(3)))
        .list();
  }

  /** Gives up versions whose copying began before an instant and never ended. */
  int failAbandoned(Handle handle, long createdBefore, String message) {
    return handle
        .createUpdate(
            """
            UPDATE registry_version SET status = 'FAILED_REGISTRATION', status_message = :message
            WHERE status = 'PENDING_REGISTRATION' AND files_by = 'COPIED' AND created_at < :before
            """)
        .bind("before", createdBefore)
        .bind("message", message)
        .execute();
  }

  boolean delete(Handle handle, UUID modelId, int number) {
    return handle
            .createUpdate(
                "DELETE FROM registry_version WHERE model_id = :model AND number = :number")
            .bind("model", modelId)
            .bind("number", number)
            .execute()
        == 1;
  }

  void setComment(Handle handle, ModelVersion version, String comment) {
    handle
        .createUpdate(
            """
            UPDATE registry_version SET description = :comment
            WHERE model_id = :model AND number = :number
            """)
        .bind("model", version.modelId())
        .bind("number", version.number())
        .bind("comment", comment)
        .execute();
  }

  void setStage(Handle handle, ModelVersion version, Stage stage) {
    handle
        .createUpdate(
            """
            UPDATE registry_version SET stage = :stage
            WHERE model_id = :model AND number = :number
            """)
        .bind("model", version.modelId())
        .bind("number", version.number())
        .bind("stage", stage.text())
        .execute();
  }

  /** Archives the other versions of a stage. */
  void archiveOthers(Handle handle, ModelVersion version, Stage stage, long now) {
    handle
        .createUpdate(
            """
            UPDATE registry_version SET stage = 'Archived', updated_at = :now
            WHERE model_id = :model AND number <> :number AND stage = :stage
            """)
        .bind("model", version.modelId())
        .bind("number", version.number())
        .bind("stage", stage.text())
        .bind("now", now)
        .execute();
  }

  void touch(Handle handle, ModelVersion version, long now, String by) {
    handle
        .createUpdate(
            """
            UPDATE registry_version SET updated_at = :now, updated_by = :by
            WHERE model_id = :model AND number = :number
            """)
        .bind("model", version.modelId())
        .bind("number", version.number())
        .bind("now", now)
        .bind("by", by)
        .execute();
  }

  void setTag(Handle handle, UUID modelId, int number, Tag tag) {
    handle
        .createUpdate(
            """
            INSERT INTO registry_version_tag (model_id, number, key, value)
            VALUES (:model, :number, :key, :value)
            ON CONFLICT (model_id, number, key) DO UPDATE SET value = excluded.value
            """)
        .bind("model", modelId)
        .bind("number", number)
        .bind("key", tag.key())
        .bind("value", tag.value())
        .execute();
  }

  void deleteTag(Handle handle, ModelVersion version, String key) {
    handle
        .createUpdate(
            """
            DELETE FROM registry_version_tag
            WHERE model_id = :model AND number = :number AND key = :key
            """)
        .bind("model", version.modelId())
        .bind("number", version.number())
        .bind("key", key)
        .execute();
  }

  private List<ModelVersion> query(Handle handle, String where, Map<String, Object> bindings) {
    return complete(
        handle,
        handle
            .createQuery(SELECT + where)
            .setTemplateEngine(TemplateEngine.NOP)
            .bindMap(bindings)
            .map((rows, context) -> row(rows))
            .list());
  }

  private static List<ModelVersion> complete(Handle handle, List<ModelVersion> versions) {
    Object[] ids = versions.stream().map(ModelVersion::modelId).distinct().toArray();
    handle.registerArrayType(UUID.class, "uuid");
    Map<String, List<Tag>> tags = new HashMap<>();
    handle
        .createQuery(
            """
            SELECT model_id, number, key, value FROM registry_version_tag
            WHERE model_id = ANY(:ids) ORDER BY model_id, number, key
            """)
        .bindArray("ids", UUID.class, ids)
        .map(
            (rows, context) ->
                tags.computeIfAbsent(rows.getString(1) + rows.getInt(2), k -> new ArrayList<>())
                    .add(new Tag(rows.getString(3), rows.getString(4))))
        .list();
    Map<String, List<String>> aliases = new HashMap<>();
    handle
        .createQuery(
            """
            SELECT model_id, number, alias FROM registry_alias
            WHERE model_id = ANY(:ids) ORDER BY model_id, number, alias
            """)
        .bindArray("ids", UUID.class, ids)
        .map(
            (rows, context) ->
                aliases
                    .computeIfAbsent(rows.getString(1) + rows.getInt(2), k -> new ArrayList<>())
                    .add(rows.getString(3)))
        .list();
    return versions.stream()
        .map(
            version -> {
              String key = version.modelId().toString() + version.number();
              return version.with(
                  tags.getOrDefault(key, List.of()), aliases.getOrDefault(key, List.of()));
            })
        .toList();
  }

  private ModelVersion row(ResultSet rows) throws SQLException {
    FullName name = FullName.parse(rows.getString("full_name"));
    return new ModelVersion(
        rows.getObject("model_id", UUID.class),
        name,
        names.mlflowName(name, rows.getString("spelling")),
        rows.getInt("number"),
        VersionStatus.valueOf(rows.getString("status")),
        Optional.ofNullable(rows.getString("status_message")),
        Stage.parse(rows.getString("stage")),
        rows.getString("source"),
        Optional.ofNullable(rows.getString("run_id")),
        Optional.ofNullable(rows.getString("run_link")),
        Optional.ofNullable(rows.getString("logged_model_id")),
        rows.getString("description"),
        Optional.ofNullable(rows.getString("mlmodel"))
            .map(text -> MlModelParser.of(Json.parse(text))),
        rows.getLong("artifact_bytes"),
        rows.getLong("created_at"),
        rows.getString("created_by"),
        rows.getLong("updated_at"),
        rows.getString("updated_by"),
        List.of(),
        List.of());
  }
}

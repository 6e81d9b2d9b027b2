package io.boathouse.registry.model;

import io.boathouse.catalog.grant.Authorizer.Visible;
import io.boathouse.catalog.securable.FullName;
import io.boathouse.registry.search.SearchField;
import io.boathouse.registry.search.SearchSql;
import io.boathouse.registry.search.SearchTarget;
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

/** The tables of registered models. Knows SQL and nothing else; the caller owns the transaction. */
final class ModelRepository {
  private static final SearchTarget TARGET =
      SearchTarget.orderedBy("s.full_name COLLATE \"C\" ASC")
          .attribute(SearchField.text(ModelNames.SQL), "name")
          .attribute(
              SearchField.number("extract(epoch FROM s.created_at)").only(SearchField.Use.ORDER),
              "creation_timestamp")
          .attribute(
              SearchField.number("m.updated_at").only(SearchField.Use.ORDER),
              "last_updated_timestamp",
              "timestamp")
          .open(
              SearchField.texts("registry_model_tag t WHERE t.model_id = m.id", "t.key", "t.value"),
              "tag",
              "tags")
          .missingCountsAs("tag", "mlflow.prompt.is_prompt", "false")
          .build();

  private static final String SELECT =
      """
      SELECT m.id, m.spelling, m.updated_at, s.full_name, s.comment, s.created_at, s.created_by,
             s.updated_by
      FROM registry_model m JOIN
      """
          + Visible.SECURABLES
          + """
          s ON s.id = m.id
          """;

  private final ModelNames names;

  ModelRepository(ModelNames names) {
    this.names = names;
  }

  /** Parses the search, so that a bad one fails before anything is read. */
  SearchSql compile(ModelSearch search) {
    return TARGET.compile(search.filter(), search.orderBy());
  }

  void insert(Handle handle, UUID id, String spelling, long now) {
    handle
        .createUpdate(
            "INSERT INTO registry_model (id, spelling, updated_at) VALUES (:id, :spelling, :now)")
        .bind("id", id)
        .bind("spelling", spelling)
        .bind("now", now)
        .execute();
  }

  List<RegisteredModel> byIds(Handle handle, List<UUID> ids) {
    return complete(
        handle,
        handle
            .registerArrayType(UUID.class, "uuid")
            .createQuery(SELECT + "WHERE m.id = ANY(:ids) ORDER BY s.full_name")
            .bindArray("ids", UUID.class, ids)
            .map((rows, context) -> row(rows))
            .list());
  }

  List<RegisteredModel> search(Handle handle, SearchSql sql, Visible visible, ModelSearch search) {
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
    return complete(
        handle,
        handle
            .createQuery(query)
            .setTemplateEngine(TemplateEngine.NOP)
            .bindMap(visible.parameters())
            .bindMap(sql.bindings())
            .bind("prefix", names.prefix())
            .bind("limit", search.page().rows())
            .bind("offset", search.page().offset())
            .map((rows, context) -> row(rows))
            .list());
  }

  /** Whether a model has versions; locks it so that none is added before the transaction ends. */
  boolean hasVersions(Handle handle, UUID id) {
    return handle
        .createQuery(
            """
            SELECT EXISTS (SELECT 1 FROM registry_version v WHERE v.model_id = m.id)
            FROM registry_model m WHERE m.id = :id FOR UPDATE
            """)
        .bind("id", id)
        .mapTo(Boolean.class)
        .one();
  }

  void setSpelling(Handle handle, UUID id, String spelling) {
    handle
        .createUpdate("UPDATE registry_model SET spelling = :spelling WHERE id = :id")
        .bind("id", id)
        .bind("spelling", spelling)
        .execute();
  }

  void touch(Handle handle, UUID id, long now) {
    handle
        .createUpdate("UPDATE registry_model SET updated_at = :now WHERE id = :id")
        .bind("id", id)
        .bind("now", now)
        .execute();
  }

  void setTag(Handle handle, UUID id, Tag tag) {
    handle
        .createUpdate(
            """
            INSERT INTO registry_model_tag (model_id, key, value) VALUES (:id, :key, :value)
            ON CONFLICT (model_id, key) DO UPDATE SET value = excluded.value
            """)
        .bind("id", id)
        .bind("key", tag.key())
        .bind("value", tag.value())
        .execute();
  }

  void deleteTag(Handle handle, UUID id, String key) {
    handle
        .createUpdate("DELETE FROM registry_model_tag WHERE model_id = :id AND key = :key")
        .bind("id", id)
        .bind("key", key)
        .execute();
  }

  private static List<RegisteredModel> withDetails(
      List<RegisteredModel> models,
      Map<UUID, List<Tag>> tags,
      Map<UUID, Map<String, Integer>> aliases) {
    return models.stream()
        .map(
            model ->
                new RegisteredModel(
                    model.id(),
                    model.name(),
                    model.mlflowName(),
                    model.description(),
                    model.createdAt(),
                    model.createdBy(),
                    model.updatedAt(),
                    model.updatedBy(),
                    tags.getOrDefault(model.id(), List.of()),
                    aliases.getOrDefault(model.id(), Map.of())))
        .toList();
  }

  private static List<RegisteredModel> complete(Handle handle, List<RegisteredModel> models) {
    Object[] ids = models.stream().map(RegisteredModel::id).toArray();
    handle.registerArrayType(UUID.class, "uuid");
    Map<UUID, List<Tag>> tags = new HashMap<>();
    handle
        .createQuery(
            """
            SELECT model_id, key, value FROM registry_model_tag
            WHERE model_id = ANY(:ids) ORDER BY model_id, key
            """)
        .bindArray("ids", UUID.class, ids)
        .map(
            (rows, context) ->
                tags.computeIfAbsent(rows.getObject(1, UUID.class), id -> new ArrayList<>())
                    .add(new Tag(rows.getString(2), rows.getString(3))))
        .list();
    Map<UUID, Map<String, Integer>> aliases = new HashMap<>();
    handle
        .createQuery(
            "SELECT model_id, alias, number FROM registry_alias WHERE model_id = ANY(:ids)")
        .bindArray("ids", UUID.class, ids)
        .map(
            (rows, context) ->
                Optional.ofNullable(
                    aliases
                        .computeIfAbsent(rows.getObject(1, UUID.class), id -> new HashMap<>())
                        .put(rows.getString(2), rows.getInt(3))))
        .list();
    return withDetails(models, tags, aliases);
  }

  private RegisteredModel row(ResultSet rows) throws SQLException {
    FullName name = FullName.parse(rows.getString("full_name"));
    return new RegisteredModel(
        rows.getObject("id", UUID.class),
        name,
        names.mlflowName(name, rows.getString("spelling")),
        Optional.ofNullable(rows.getString("comment")).orElse(""),
        rows.getTimestamp("created_at").getTime(),
        rows.getString("created_by"),
        rows.getLong("updated_at"),
        rows.getString("updated_by"),
        List.of(),
        Map.of());
  }
}

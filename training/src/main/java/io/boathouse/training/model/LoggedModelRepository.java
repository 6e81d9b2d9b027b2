package io.boathouse.training.model;

import io.boathouse.registry.search.SearchField;
import io.boathouse.registry.search.SearchSql;
import io.boathouse.registry.search.SearchTarget;
import io.boathouse.training.experiment.KeyValue;
import io.boathouse.training.experiment.Lifecycle;
import io.boathouse.training.model.LoggedModel.Measure;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.TemplateEngine;

/** The tables of logged models. Knows SQL and nothing else; the caller owns the transaction. */
final class LoggedModelRepository {
  private static final SearchTarget TARGET =
      SearchTarget.orderedBy("l.created_at DESC, l.id ASC")
          .attribute(SearchField.text("l.name").withLists(), "name")
          .attribute(SearchField.text("l.id").withLists(), "model_id")
          .attribute(SearchField.text("l.model_type"), "model_type")
          .attribute(SearchField.text("'LOGGED_MODEL_' || l.status"), "status")
          .attribute(SearchField.text("l.source_run_id").withLists(), "source_run_id")
          .attribute(
              SearchField.number("l.created_at"),
              "creation_timestamp",
              "creation_time",
              "creation_timestamp_ms")
          .attribute(
              SearchField.number("l.updated_at"),
              "last_updated_timestamp",
              "last_updated_time",
              "last_updated_timestamp_ms")
          .open(
              SearchField.doubles(
                  """
                  (SELECT DISTINCT ON (x.model_id, x.key) x.* FROM training_logged_model_metric x
                   ORDER BY x.model_id, x.key, x.step DESC, x."timestamp" DESC, x.value DESC) m
                  WHERE m.model_id = l.id\
                  """,
                  "m.key",
                  "m.value"),
              "metric",
              "metrics")
          .open(
              SearchField.texts(
                  "training_logged_model_param p WHERE p.model_id = l.id", "p.key", "p.value"),
              "parameter",
              "parameters",
              "param",
              "params")
          .open(
              SearchField.texts(
                  "training_logged_model_tag t WHERE t.model_id = l.id", "t.key", "t.value"),
              "tag",
              "tags")
          .build();

  private static final String SELECT =
      """
      SELECT l.id, l.experiment_id, l.name, l.model_type, l.source_run_id, l.artifact_uri,
             l.status, l.lifecycle_stage, l.created_at, l.updated_at
      FROM training_logged_model l
      """;

  /** Parses the search, so that a bad one fails before anything is read. */
  SearchSql compile(LoggedModelSearch search) {
    return TARGET.compile(search.filter(), search.orderBy());
  }

  void insert(Handle handle, LoggedModel model) {
    handle
        .createUpdate(
            """
            INSERT INTO training_logged_model
              (id, experiment_id, name, model_type, source_run_id, artifact_uri, status,
               lifecycle_stage, created_at, updated_at)
            VALUES (:id, :experiment, :name, :type, :run, :uri, :status, :stage, :created, :updated)
            """)
        .bind("id", model.id())
        .bind("experiment", model.experimentId())
        .bind("name", model.name())
        .bind("type", model.modelType())
        .bind("run", model.sourceRunId())
        .bind("uri", model.artifactUri())
        .bind("status", model.status().name())
        .bind("stage", model.stage().text())
        .bind("created", model.createdAt())
        .bind("updated", model.updatedAt())
        .execute();
  }

  Optional<LoggedModel> find(Handle handle, String id) {
    return complete(
            handle,
            handle
                .createQuery(SELECT + "WHERE l.id = :id")
                .bind("id", id)
                .map((rows, context) -> row(rows))
                .list())
        .stream()
        .findFirst();
  }

  void update(Handle handle, String id, LoggedModel.Status status, Lifecycle stage, long now) {
    handle
        .createUpdate(
            """
            UPDATE training_logged_model
            SET status = :status, lifecycle_stage = :stage, updated_at = :now
            WHERE id = :id
            """)
        .bind("id", id)
        .bind("status", status.name())
        .bind("stage", stage.text())
        .bind("now", now)
        .execute();
  }

  List<LoggedModel> search(
      Handle handle, List<Long> experiments, SearchSql sql, LoggedModelSearch search) {
    String query =
        SELECT
            + sql.joins()
            + " WHERE l.experiment_id = ANY(:experiments) AND l.lifecycle_stage = 'active' AND "
            + sql.condition()
            + " ORDER BY "
            + sql.orderBy()
            + " LIMIT :limit OFFSET :offset";
    return complete(
        handle,
        handle
            .registerArrayType(Long.class, "bigint")
            .createQuery(query)
            .setTemplateEngine(TemplateEngine.NOP)
            .bindArray("experiments", Long.class, experiments)
            .bindMap(sql.bindings())
            .bind("limit", search.page().rows())
            .bind("offset", search.page().offset())
            .map((rows, context) -> row(rows))
            .list());
  }

  void putParams(Handle handle, String id, List<KeyValue> params) {
    put(
        handle,
        """
        INSERT INTO training_logged_model_param (model_id, key, value)
        VALUES (:id, :key, :value) ON CONFLICT DO NOTHING
        """,
        id,
        params);
  }

  void putTags(Handle handle, String id, List<KeyValue> tags) {
    put(
        handle,
        """
        INSERT INTO training_logged_model_tag (model_id, key, value)
        VALUES (:id, :key, :value)
        ON CONFLICT (model_id, key) DO UPDATE SET value = excluded.value
        """,
        id,
        tags);
  }

  boolean deleteTag(Handle handle, String id, String key) {
    return handle
            .createUpdate(
                "DELETE FROM training_logged_model_tag WHERE model_id = :id AND key = :key")
            .bind("id", id)
            .bind("key", key)
            .execute()
        > 0;
  }

  private static void put(Handle handle, String sql, String id, List<KeyValue> entries) {
    for (KeyValue entry : entries) {
      handle
          .createUpdate(sql)
          .bind("id", id)
          .bind("key", entry.key())
          .bind("value", entry.value())
          .execute();
    }
  }

  private static List<LoggedModel> complete(Handle handle, List<LoggedModel> models) {
    List<String> ids = models.stream().map(LoggedModel::id).toList();
    Map<String, List<KeyValue>> params =
        entries(
            handle,
            """
            SELECT model_id, key, value FROM training_logged_model_param
            WHERE model_id = ANY(:ids) ORDER BY model_id, key
            """,
            ids);
    Map<String, List<KeyValue>> tags =
        entries(
            handle,
            """
            SELECT model_id, key, value FROM training_logged_model_tag
            WHERE model_id = ANY(:ids) ORDER BY model_id, key
            """,
            ids);
    Map<String, List<Measure>> metrics = measures(handle, ids);
    return models.stream()
        .map(
            model ->
                model.with(
                    params.getOrDefault(model.id(), List.of()),
                    tags.getOrDefault(model.id(), List.of()),
                    metrics.getOrDefault(model.id(), List.of())))
        .toList();
  }

  private static Map<String, List<Measure>> measures(Handle handle, List<String> ids) {
    Map<String, List<Measure>> measures = new HashMap<>();
    handle
        .registerArrayType(String.class, "text")
        .createQuery(
            """
            SELECT DISTINCT ON (model_id, key, dataset_name, dataset_digest)
              model_id, key, value, "timestamp", step, run_id, dataset_name, dataset_digest
            FROM training_logged_model_metric WHERE model_id = ANY(:ids)
            ORDER BY model_id, key, dataset_name, dataset_digest,
              step DESC, "timestamp" DESC, value DESC
            """)
        .bindArray("ids", String.class, ids)
        .map(
            (rows, context) ->
                measures
                    .computeIfAbsent(rows.getString("model_id"), id -> new ArrayList<>())
                    .add(
                        new Measure(
                            rows.getString("key"),
                            rows.getDouble("value"),
                            rows.getLong("timestamp"),
                            rows.getLong("step"),
                            rows.getString("run_id"),
                            filled(rows, "dataset_name"),
                            filled(rows, "dataset_digest"))))
        .list();
    return measures;
  }

  private static Optional<String> filled(ResultSet rows, String column) throws SQLException {
    return Optional.of(rows.getString(column)).filter(text -> !text.isEmpty());
  }

  private static Map<String, List<KeyValue>> entries(Handle handle, String sql, List<String> ids) {
    Map<String, List<KeyValue>> entries = new HashMap<>();
    handle
        .registerArrayType(String.class, "text")
        .createQuery(sql)
        .bindArray("ids", String.class, ids)
        .map(
            (rows, context) ->
                entries
                    .computeIfAbsent(rows.getString(1), id -> new ArrayList<>())
                    .add(new KeyValue(rows.getString(2), rows.getString(3))))
        .list();
    return entries;
  }

  private static LoggedModel row(ResultSet rows) throws SQLException {
    return new LoggedModel(
        rows.getString("id"),
        rows.getLong("experiment_id"),
        rows.getString("name"),
        Optional.ofNullable(rows.getString("model_type")).orElse(""),
        Optional.ofNullable(rows.getString("source_run_id")),
        rows.getString("artifact_uri"),
        LoggedModel.Status.valueOf(rows.getString("status")),
        Lifecycle.of(rows.getString("lifecycle_stage")),
        rows.getLong("created_at"),
        rows.getLong("updated_at"),
        List.of(),
        List.of(),
        List.of());
  }
}

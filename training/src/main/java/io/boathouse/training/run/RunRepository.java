package io.boathouse.training.run;

import io.boathouse.registry.search.SearchField;
import io.boathouse.registry.search.SearchSql;
import io.boathouse.registry.search.SearchTarget;
import io.boathouse.training.experiment.KeyValue;
import io.boathouse.training.experiment.Lifecycle;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.TemplateEngine;

/** The tables of runs. Knows SQL and nothing else; the caller owns the transaction. */
final class RunRepository {
  private static final String DATASETS = "training_dataset_input d WHERE d.run_id = r.id";
  private static final SearchTarget TARGET =
      SearchTarget.orderedBy("r.start_time DESC NULLS LAST, r.id ASC")
          .attribute(SearchField.text("r.id").withLists(), "run_id")
          .attribute(SearchField.text("r.name"), "run_name", "run name", "Run name", "Run Name")
          .attribute(SearchField.text("r.status"), "status")
          .attribute(SearchField.text("r.artifact_uri"), "artifact_uri")
          .attribute(SearchField.text("r.user_id"), "user_id")
          .attribute(SearchField.number("r.start_time"), "start_time", "created", "Created")
          .attribute(SearchField.number("r.end_time"), "end_time")
          .open(
              SearchField.doubles(
                  "training_latest_metric m WHERE m.run_id = r.id", "m.key", "m.value"),
              "metric",
              "metrics")
          .open(
              SearchField.texts("training_param p WHERE p.run_id = r.id", "p.key", "p.value"),
              "parameter",
              "parameters",
              "param",
              "params")
          .open(
              SearchField.texts("training_tag t WHERE t.run_id = r.id", "t.key", "t.value"),
              "tag",
              "tags")
          .entity(
              Map.of(
                  "name", SearchField.related(DATASETS, "d.name"),
                  "digest", SearchField.related(DATASETS, "d.digest"),
                  "context", SearchField.related(DATASETS, "d.context")),
              "dataset",
              "datasets")
          .build();

  private static final String SELECT =
      """
      SELECT r.id, r.name, r.experiment_id, r.user_id, r.status, r.start_time, r.end_time,
             r.artifact_uri, r.lifecycle_stage
      FROM training_run r
      """;

  /** Parses the search, so that a bad one fails before anything is read. */
  SearchSql compile(RunSearch search) {
    return TARGET.compile(search.filter(), search.orderBy());
  }

  void insert(Handle handle, RunInfo run) {
    handle
        .createUpdate(
            """
            INSERT INTO training_run
              (id, name, experiment_id, user_id, status, start_time, end_time, artifact_uri,
               lifecycle_stage)
            VALUES (:id, :name, :experiment, :user, :status, :start, :end, :uri, :stage)
            """)
        .bind("id", run.id())
        .bind("name", run.name())
        .bind("experiment", run.experimentId())
        .bind("user", run.userId())
        .bind("status", run.status().name())
        .bind("start", run.startTime())
        .bind("end", run.endTime())
        .bind("uri", run.artifactUri())
        .bind("stage", run.stage().text())
        .execute();
  }

  Optional<RunInfo> find(Handle handle, String id) {
    return handle
        .createQuery(SELECT + "WHERE r.id = :id")
        .bind("id", id)
        .map((rows, context) -> row(rows))
        .findOne();
  }

  /** Serialises writers of the run; readers do not wait. */
  Optional<RunInfo> lock(Handle handle, String id) {
    return handle
        .createQuery(SELECT + "WHERE r.id = :id FOR NO KEY UPDATE")
        .bind("id", id)
        .map((rows, context) -> row(rows))
        .findOne();
  }

  void update(Handle handle, RunInfo run) {
    handle
        .createUpdate(
            """
            UPDATE training_run
            SET name = :name, status = :status, end_time = :end, lifecycle_stage = :stage
            WHERE id = :id
            """)
        .bind("id", run.id())
        .bind("name", run.name())
        .bind("status", run.status().name())
        .bind("end", run.endTime())
        .bind("stage", run.stage().text())
        .execute();
  }

  List<RunInfo> search(Handle handle, List<Long> experiments, SearchSql sql, RunSearch search) {
    String query =
        SELECT
            + sql.joins()
            + " WHERE r.experiment_id = ANY(:experiments) AND r.lifecycle_stage = ANY(:stages) AND "
            + sql.condition()
            + " ORDER BY "
            + sql.orderBy()
            + " LIMIT :limit OFFSET :offset";
    return handle
        .registerArrayType(String.class, "text")
        .registerArrayType(Long.class, "bigint")
        .createQuery(query)
        .setTemplateEngine(TemplateEngine.NOP)
        .bindArray("experiments", Long.class, experiments)
        .bindArray("stages", String.class, search.view().stages())
        .bindMap(sql.bindings())
        .bind("limit", search.page().rows())
        .bind("offset", search.page().offset())
        .map((rows, context) -> row(rows))
        .list();
  }

  /** Adds parameters that are new. */
  void insertParams(Handle handle, String runId, Map<String, String> params) {
    upsert(
        handle,
        """
        INSERT INTO training_param (run_id, key, value)
        SELECT :run, e.key, e.value FROM unnest(:keys, :values_) AS e (key, value)
        ON CONFLICT DO NOTHING
        """,
        runId,
        params);
  }

  void putTags(Handle handle, String runId, Map<String, String> tags) {
    upsert(
        handle,
        """
        INSERT INTO training_tag (run_id, key, value)
        SELECT :run, e.key, e.value FROM unnest(:keys, :values_) AS e (key, value)
        ON CONFLICT (run_id, key) DO UPDATE SET value = excluded.value
        """,
        runId,
        tags);
  }

  boolean deleteTag(Handle handle, String runId, String key) {
    return handle
            .createUpdate("DELETE FROM training_tag WHERE run_id = :run AND key = :key")
            .bind("run", runId)
            .bind("key", key)
            .execute()
        > 0;
  }

  Map<String, List<KeyValue>> params(Handle handle, List<String> runIds) {
    return entries(
        handle,
        """
        SELECT run_id, key, value FROM training_param
        WHERE run_id = ANY(:runs) ORDER BY run_id, key
        """,
        runIds);
  }

  Map<String, List<KeyValue>> tags(Handle handle, List<String> runIds) {
    return entries(
        handle,
        """
        SELECT run_id, key, value FROM training_tag
        WHERE run_id = ANY(:runs) ORDER BY run_id, key
        """,
        runIds);
  }

  Map<String, List<Metric>> latestMetrics(Handle handle, List<String> runIds) {
    Map<String, List<Metric>> metrics = new HashMap<>();
    handle
        .registerArrayType(String.class, "text")
        .createQuery(
            """
            SELECT run_id, key, value, "timestamp", step FROM training_latest_metric
            WHERE run_id = ANY(:runs) ORDER BY run_id, key
            """)
        .bindArray("runs", String.class, runIds)
        .map(
            (rows, context) ->
                metrics
                    .computeIfAbsent(rows.getString(1), id -> new ArrayList<>())
                    .add(
                        Metric.of(
                            rows.getString(2),
                            rows.getDouble(3),
                            rows.getLong(4),
                            rows.getLong(5))))
        .list();
    return metrics;
  }

  private static void upsert(Handle handle, String sql, String runId, Map<String, String> entries) {
    List<String> keys = List.copyOf(entries.keySet());
    handle
        .registerArrayType(String.class, "text")
        .createUpdate(sql)
        .bind("run", runId)
        .bindArray("keys", String.class, keys)
        .bindArray("values_", String.class, keys.stream().map(entries::get).toList())
        .execute();
  }

  private static Map<String, List<KeyValue>> entries(
      Handle handle, String sql, List<String> runIds) {
    Map<String, List<KeyValue>> entries = new HashMap<>();
    handle
        .registerArrayType(String.class, "text")
        .createQuery(sql)
        .bindArray("runs", String.class, runIds)
        .map(
            (rows, context) ->
                entries
                    .computeIfAbsent(rows.getString(1), id -> new ArrayList<>())
                    .add(new KeyValue(rows.getString(2), rows.getString(3))))
        .list();
    return entries;
  }

  private static RunInfo row(ResultSet rows) throws SQLException {
    return new RunInfo(
        rows.getString("id"),
        rows.getString("name"),
        rows.getLong("experiment_id"),
        rows.getString("user_id"),
        RunStatus.valueOf(rows.getString("status")),
        optional(rows, "start_time"),
        optional(rows, "end_time"),
        rows.getString("artifact_uri"),
        Lifecycle.of(rows.getString("lifecycle_stage")));
  }

  private static Optional<Long> optional(ResultSet rows, String column) throws SQLException {
    return Optional.ofNullable(rows.getObject(column, Long.class));
  }
}

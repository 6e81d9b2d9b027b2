package io.boathouse.training.experiment;

import io.boathouse.catalog.grant.Authorizer.Visible;
import io.boathouse.registry.search.SearchField;
import io.boathouse.registry.search.SearchSql;
import io.boathouse.registry.search.SearchTarget;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.TemplateEngine;

/** The tables of experiments. Knows SQL and nothing else; the caller owns the transaction. */
final class ExperimentRepository {
  private static final SearchTarget TARGET =
      SearchTarget.orderedBy("e.created_at DESC, e.id ASC")
          .attribute(SearchField.text("s.name"), "name")
          .attribute(SearchField.number("e.created_at"), "creation_time", "created")
          .attribute(SearchField.number("e.updated_at"), "last_update_time")
          .attribute(SearchField.number("e.id").only(SearchField.Use.ORDER), "experiment_id")
          .open(
              SearchField.texts(
                  "training_experiment_tag t WHERE t.experiment_id = e.id", "t.key", "t.value"),
              "tag",
              "tags")
          .build();

  private static final String SELECT =
      """
      SELECT e.id, e.securable_id, s.name, e.artifact_location, e.lifecycle_stage,
             e.created_at, e.updated_at
      FROM training_experiment e JOIN
      """
          + Visible.SECURABLES
          + """
          s ON s.id = e.securable_id
          """;

  /** Parses the search, so that a bad one fails before anything is read. */
  SearchSql compile(ExperimentSearch search) {
    return TARGET.compile(search.filter(), search.orderBy());
  }

  long nextId(Handle handle) {
    return handle
        .createQuery("SELECT nextval('training_experiment_number')")
        .mapTo(Long.class)
        .one();
  }

  void insert(Handle handle, Experiment experiment) {
    handle
        .createUpdate(
            """
            INSERT INTO training_experiment
              (id, securable_id, artifact_location, lifecycle_stage, created_at, updated_at)
            VALUES (:id, :securable, :location, :stage, :created, :updated)
            """)
        .bind("id", experiment.id())
        .bind("securable", experiment.securableId())
        .bind("location", experiment.artifactLocation())
        .bind("stage", experiment.stage().text())
        .bind("created", experiment.createdAt())
        .bind("updated", experiment.updatedAt())
        .execute();
    experiment.tags().forEach(tag -> setTag(handle, experiment.id(), tag));
  }

  Optional<Experiment> find(Handle handle, long id) {
    return handle
        .createQuery(SELECT + "WHERE e.id = :id")
        .bind("id", id)
        .map((rows, context) -> row(rows))
        .findOne()
        .map(
            experiment ->
                experiment.withTags(tags(handle, List.of(id)).getOrDefault(id, List.of())));
  }

  Optional<Experiment> findBySecurable(Handle handle, UUID securableId) {
    return handle
        .createQuery(SELECT + "WHERE e.securable_id = :id")
        .bind("id", securableId)
        .map((rows, context) -> row(rows))
        .findOne()
        .map(
            experiment ->
                experiment.withTags(
                    tags(handle, List.of(experiment.id()))
                        .getOrDefault(experiment.id(), List.of())));
  }

  /** Serialises with other changes of the experiment, and with runs being created in it. */
  Optional<Lifecycle> lock(Handle handle, long id) {
    return stage(
        handle, id, "SELECT lifecycle_stage FROM training_experiment WHERE id = :id FOR UPDATE");
  }

  /** Serialises with changes of the experiment only. */
  Optional<Lifecycle> lockShared(Handle handle, long id) {
    return stage(
        handle, id, "SELECT lifecycle_stage FROM training_experiment WHERE id = :id FOR SHARE");
  }

  private static Optional<Lifecycle> stage(Handle handle, long id, String query) {
    return handle
        .createQuery(query)
        .bind("id", id)
        .map((rows, context) -> Lifecycle.of(rows.getString(1)))
        .findOne();
  }

  List<Experiment> search(Handle handle, SearchSql sql, Visible visible, ExperimentSearch search) {
    String query =
        SELECT
            + sql.joins()
            + " WHERE e.lifecycle_stage = ANY(:stages) AND ("
            + visible.condition()
            + ") AND "
            + sql.condition()
            + " ORDER BY "
            + sql.orderBy()
            + " LIMIT :limit OFFSET :offset";
    List<Experiment> found =
        handle
            .registerArrayType(String.class, "text")
            .createQuery(query)
            .setTemplateEngine(TemplateEngine.NOP)
            .bindArray("stages", String.class, search.view().stages())
            .bindMap(visible.parameters())
            .bindMap(sql.bindings())
            .bind("limit", search.page().rows())
            .bind("offset", search.page().offset())
            .map((rows, context) -> row(rows))
            .list();
    Map<Long, List<KeyValue>> tags = tags(handle, found.stream().map(Experiment::id).toList());
    return found.stream().map(e -> e.withTags(tags.getOrDefault(e.id(), List.of()))).toList();
  }

  /** Those of the experiments that the condition lets the caller see. */
  List<Experiment> visible(Handle handle, Collection<Long> ids, Visible visible) {
    return handle
        .registerArrayType(Long.class, "bigint")
        .createQuery(SELECT + "WHERE e.id = ANY(:ids) AND (" + visible.condition() + ")")
        .setTemplateEngine(TemplateEngine.NOP)
        .bindArray("ids", Long.class, ids.toArray())
        .bindMap(visible.parameters())
        .map((rows, context) -> row(rows))
        .list();
  }

  void setStage(Handle handle, long id, Lifecycle stage, long now) {
    handle
        .createUpdate(
            """
            UPDATE training_experiment SET lifecycle_stage = :stage, updated_at = :now
            WHERE id = :id
            """)
        .bind("id", id)
        .bind("stage", stage.text())
        .bind("now", now)
        .execute();
  }

  /** Runs follow their experiment into and out of deletion. */
  void setStageOfRuns(Handle handle, long id, Lifecycle stage) {
    handle
        .createUpdate("UPDATE training_run SET lifecycle_stage = :stage WHERE experiment_id = :id")
        .bind("id", id)
        .bind("stage", stage.text())
        .execute();
  }

  void touch(Handle handle, long id, long now) {
    handle
        .createUpdate("UPDATE training_experiment SET updated_at = :now WHERE id = :id")
        .bind("id", id)
        .bind("now", now)
        .execute();
  }

  void setTag(Handle handle, long id, KeyValue tag) {
    handle
        .createUpdate(
            """
            INSERT INTO training_experiment_tag (experiment_id, key, value)
            VALUES (:id, :key, :value)
            ON CONFLICT (experiment_id, key) DO UPDATE SET value = excluded.value
            """)
        .bind("id", id)
        .bind("key", tag.key())
        .bind("value", tag.value())
        .execute();
  }

  boolean deleteTag(Handle handle, long id, String key) {
    return handle
            .createUpdate(
                "DELETE FROM training_experiment_tag WHERE experiment_id = :id AND key = :key")
            .bind("id", id)
            .bind("key", key)
            .execute()
        > 0;
  }

  private static Map<Long, List<KeyValue>> tags(Handle handle, List<Long> ids) {
    Map<Long, List<KeyValue>> tags = new LinkedHashMap<>();
    handle
        .registerArrayType(Long.class, "bigint")
        .createQuery(
            """
            SELECT experiment_id, key, value FROM training_experiment_tag
            WHERE experiment_id = ANY(:ids) ORDER BY experiment_id, key
            """)
        .bindArray("ids", Long.class, ids)
        .map(
            (rows, context) ->
                tags.computeIfAbsent(rows.getLong(1), id -> new ArrayList<>())
                    .add(new KeyValue(rows.getString(2), rows.getString(3))))
        .list();
    return tags;
  }

  private static Experiment row(ResultSet rows) throws SQLException {
    return new Experiment(
        rows.getLong("id"),
        rows.getObject("securable_id", UUID.class),
        rows.getString("name"),
        rows.getString("artifact_location"),
        Lifecycle.of(rows.getString("lifecycle_stage")),
        rows.getLong("created_at"),
        rows.getLong("updated_at"),
        List.of());
  }
}

package io.boathouse.training.run;

import com.fasterxml.jackson.databind.JsonNode;
import io.boathouse.platform.json.Json;
import io.boathouse.training.dataset.DatasetInput;
import io.boathouse.training.experiment.KeyValue;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jdbi.v3.core.Handle;

/** The tables of what runs read and wrote. The caller owns the transaction. */
final class InputRepository {
  /** Adds a dataset; the same name and digest again replaces its tags and source. */
  void putDataset(Handle handle, String runId, DatasetInput dataset) {
    handle
        .createUpdate(
            """
            INSERT INTO training_dataset_input
              (run_id, name, digest, source_type, source, schema, profile, tags, context)
            VALUES (:run, :name, :digest, :type, :source, :schema, :profile, CAST(:tags AS jsonb),
                    :context)
            ON CONFLICT (run_id, name, digest) DO UPDATE
              SET source_type = excluded.source_type, source = excluded.source,
                  schema = excluded.schema, profile = excluded.profile, tags = excluded.tags,
                  context = excluded.context
            """)
        .bind("run", runId)
        .bind("name", dataset.name())
        .bind("digest", dataset.digest())
        .bind("type", dataset.sourceType())
        .bind("source", dataset.source())
        .bind("schema", dataset.schema())
        .bind("profile", dataset.profile())
        .bind("tags", Json.writeText(dataset.tags()))
        .bind("context", dataset.context())
        .execute();
  }

  /**
   * @param direction "input" or "output"
   */
  void putModel(Handle handle, String runId, String direction, ModelLink model) {
    handle
        .createUpdate(
            """
            INSERT INTO training_run_model (run_id, model_id, direction, step)
            VALUES (:run, :model, :direction, :step)
            ON CONFLICT (run_id, direction, model_id) DO UPDATE SET step = excluded.step
            """)
        .bind("run", runId)
        .bind("model", model.modelId())
        .bind("direction", direction)
        .bind("step", model.step())
        .execute();
  }

  Map<String, List<DatasetInput>> datasets(Handle handle, List<String> runIds) {
    Map<String, List<DatasetInput>> inputs = new HashMap<>();
    handle
        .registerArrayType(String.class, "text")
        .createQuery(
            """
            SELECT run_id, name, digest, source_type, source, schema, profile, tags
            FROM training_dataset_input WHERE run_id = ANY(:runs) ORDER BY run_id, position
            """)
        .bindArray("runs", String.class, runIds)
        .map(
            (rows, context) ->
                inputs
                    .computeIfAbsent(rows.getString("run_id"), id -> new ArrayList<>())
                    .add(
                        new DatasetInput(
                            rows.getString("name"),
                            rows.getString("digest"),
                            rows.getString("source_type"),
                            rows.getString("source"),
                            Optional.ofNullable(rows.getString("schema")),
                            Optional.ofNullable(rows.getString("profile")),
                            tags(rows.getString("tags")))))
        .list();
    return inputs;
  }

  Map<String, List<ModelLink>> models(Handle handle, String direction, List<String> runIds) {
    Map<String, List<ModelLink>> links = new HashMap<>();
    handle
        .registerArrayType(String.class, "text")
        .createQuery(
            """
            SELECT run_id, model_id, step FROM training_run_model
            WHERE run_id = ANY(:runs) AND direction = :direction ORDER BY run_id, position
            """)
        .bindArray("runs", String.class, runIds)
        .bind("direction", direction)
        .map(
            (rows, context) ->
                links
                    .computeIfAbsent(rows.getString("run_id"), id -> new ArrayList<>())
                    .add(
                        new ModelLink(
                            rows.getString("model_id"),
                            Optional.ofNullable(rows.getObject("step", Long.class)))))
        .list();
    return links;
  }

  /** Datasets of the experiments, each once with each context. */
  List<DatasetSummary> summaries(Handle handle, List<Long> experimentIds, int limit) {
    return handle
        .registerArrayType(Long.class, "bigint")
        .createQuery(
            """
            SELECT DISTINCT r.experiment_id, d.name, d.digest, d.context
            FROM training_dataset_input d JOIN training_run r ON r.id = d.run_id
            WHERE r.experiment_id = ANY(:experiments) AND r.lifecycle_stage = 'active'
            ORDER BY r.experiment_id, d.name, d.digest, d.context LIMIT :limit
            """)
        .bindArray("experiments", Long.class, experimentIds)
        .bind("limit", limit)
        .map(
            (rows, context) ->
                new DatasetSummary(
                    Long.toString(rows.getLong("experiment_id")),
                    rows.getString("name"),
                    rows.getString("digest"),
                    Optional.ofNullable(rows.getString("context"))))
        .list();
  }

  private static List<KeyValue> tags(String json) {
    List<KeyValue> tags = new ArrayList<>();
    for (JsonNode tag : Json.parse(json)) {
      tags.add(new KeyValue(tag.path("key").asText(), tag.path("value").asText()));
    }
    return tags;
  }
}

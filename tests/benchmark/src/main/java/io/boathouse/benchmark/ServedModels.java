package io.boathouse.benchmark;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;

/** Registers models as a training run leaves them, and waits until endpoints answer. */
final class ServedModels {
  private final Rest rest;
  private final String experiment;

  /**
   * @param experiment whose runs have the models; it is made
   */
  ServedModels(Rest rest, String experiment) {
    this.rest = rest;
    this.experiment =
        rest.post("/api/2.0/mlflow/experiments/create", Map.of("name", experiment))
            .get("experiment_id")
            .asText();
  }

  /**
   * Makes version 1 of a model.
   *
   * @param files of the model's folder
   * @param tags of the version
   */
  void register(String model, Map<String, byte[]> files, List<Map<String, String>> tags) {
    JsonNode run =
        rest.post("/api/2.0/mlflow/runs/create", Map.of("experiment_id", experiment)).get("run");
    String id = run.at("/info/run_id").asText();
    String root = run.at("/info/artifact_uri").asText().replaceFirst("^mlflow-artifacts:/+", "");
    files.forEach(
        (name, bytes) ->
            rest.put("/api/2.0/mlflow-artifacts/artifacts/" + root + "/model/" + name, bytes));
    JsonNode unused = rest.post("/api/2.0/mlflow/registered-models/create", Map.of("name", model));
    unused =
        rest.post(
            "/api/2.0/mlflow/model-versions/create",
            Map.of("name", model, "source", "runs:/" + id + "/model", "run_id", id, "tags", tags));
  }

  /**
   * Makes an endpoint that answers with version 1 of a model and keeps its predictions.
   *
   * @param more fields of the configuration, as JSON that begins with a comma; empty for none
   */
  void deploy(String endpoint, String model, String more) {
    JsonNode unused =
        rest.post(
            "/api/2.0/serving-endpoints",
            """
            {"name": "%s", "config": {"served_entities": [
              {"name": "only", "entity_name": "%s", "entity_version": "1",
               "workload_size": "Small", "scale_to_zero_enabled": true}],
              "auto_capture_config": {"catalog_name": "main", "schema_name": "default",
                "table_name_prefix": "%s", "enabled": true}%s}}
            """
                .formatted(endpoint, model, endpoint.replace('-', '_'), more));
    for (int i = 0; i < 600; i++) {
      JsonNode found = rest.get("/api/2.0/serving-endpoints/" + endpoint);
      if (found.at("/state/ready").asText().equals("READY")) {
        return;
      }
      LockSupport.parkNanos(100_000_000);
    }
    throw new IllegalStateException("The endpoint does not become ready.");
  }
}

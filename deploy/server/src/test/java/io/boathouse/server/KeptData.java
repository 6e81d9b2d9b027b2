package io.boathouse.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.boathouse.platform.json.Json;
import io.boathouse.server.client.RestClient;
import io.boathouse.server.client.SqlClient;
import io.boathouse.serving.TestServing;
import io.boathouse.serving.runtime.OnnxModels;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;

/**
 * A little of everything that a server keeps, and what must be true of it in every later version.
 */
final class KeptData {
  private static final String FEATURES = "/api/2.0/boathouse/feature-tables";
  private static final String TRAINING_SETS = "/api/2.0/boathouse/training-sets";
  private static final String MLFLOW = "/api/2.0/mlflow/";
  private static final String VOLUME = "/api/2.0/fs/files/Volumes/main/default/papers/a/b.txt";
  private static final String INVOCATIONS = "/serving-endpoints/delay/invocations";
  private static final String CONTENT = "what was written";

  private final RestClient client;
  private final SqlClient sql;

  KeptData(RestClient client) {
    this.client = client;
    this.sql = new SqlClient(client);
  }

  /**
   * Fills an empty server.
   *
   * @param folder for files on their way
   */
  void fill(Path folder) throws Exception {
    tables();
    access();
    features();
    model(folder);
    endpoint();
  }

  private void tables() throws Exception {
    run(
        "CREATE TABLE kept (n BIGINT, name STRING) TBLPROPERTIES"
            + " ('delta.enableDeletionVectors' = 'true', 'delta.enableChangeDataFeed' = 'true')");
    run("INSERT INTO kept SELECT range, 'row ' || range FROM range(1000)");
    run("DELETE FROM kept WHERE n % 10 = 0");
    run("UPDATE kept SET name = 'changed' WHERE n = 7");
    run(
        "CREATE TABLE flights AS SELECT range AS flight_id, ['SFO', 'LAX', 'ATL'][range % 3 + 1] AS"
            + " origin, TIMESTAMPTZ '2001-01-01 00:00:00Z' + INTERVAL 10 minute * range AS"
            + " departure, TIMESTAMPTZ '2001-01-01 01:30:00Z' + INTERVAL 10 minute * range AS"
            + " landing, (range * 7) % 40 AS delay, 100 + range AS distance, range // 144 AS day,"
            + " 'train' AS part FROM range(1000)");
  }

  private void access() throws Exception {
    post("/api/2.0/preview/scim/v2/Users", Map.of("userName", "ann"));
    run("GRANT SELECT ON TABLE main.default.kept TO `ann`");
    post(
        "/api/2.1/unity-catalog/volumes",
        Map.of(
            "catalog_name", "main",
            "schema_name", "default",
            "name", "papers",
            "volume_type", "MANAGED"));
  }

  private void features() throws Exception {
    post(FEATURES, Json.parse(LateFlights.FEATURE_TABLE));
    post(FEATURES + "/main.default.departures/publish", Map.of());
    post("/api/2.0/boathouse/feature-specs", Json.parse(LateFlights.SPEC));
    post(TRAINING_SETS, Json.parse(LateFlights.TRAINING_SET));
  }

  private void model(Path folder) throws Exception {
    Path paper = Files.writeString(folder.resolve("b.txt"), CONTENT);
    JsonNode unusedPaper = client.upload("PUT", VOLUME, paper);
    String experiment =
        client
            .post(MLFLOW + "experiments/create", Map.of("name", "kept"))
            .path("experiment_id")
            .asText();
    JsonNode run =
        client.post(MLFLOW + "runs/create", Map.of("experiment_id", experiment)).at("/run/info");
    String id = run.path("run_id").asText();
    post(
        MLFLOW + "runs/log-metric",
        Map.of("run_id", id, "key", "auc", "value", 0.75, "timestamp", 1, "step", 3));
    String artifacts = run.path("artifact_uri").asText().replaceFirst("^mlflow-artifacts:/+", "");
    Map<String, byte[]> files =
        TestServing.onnx(OnnxModels.linear(1, 2), "[{\"type\":\"double\",\"name\":\"distance\"}]");
    for (Map.Entry<String, byte[]> file : files.entrySet()) {
      Path local = Files.write(folder.resolve(file.getKey()), file.getValue());
      String path = "/api/2.0/mlflow-artifacts/artifacts/" + artifacts + "/model/" + file.getKey();
      JsonNode unused = client.upload("PUT", path, local);
    }
    post(MLFLOW + "registered-models/create", Map.of("name", "delay"));
    post(
        MLFLOW + "model-versions/create",
        Map.of("name", "delay", "source", "runs:/" + id + "/model", "run_id", id));
    post(
        MLFLOW + "registered-models/alias",
        Map.of("name", "delay", "alias", "champion", "version", "1"));
  }

  private void endpoint() throws Exception {
    post(
        "/api/2.0/serving-endpoints",
        Json.parse(
            """
            {"name": "delay", "config": {
              "served_entities": [{"entity_name": "main.default.delay", "entity_version": "1"}],
              "auto_capture_config": {"catalog_name": "main", "schema_name": "default",
                "table_name_prefix": "delay", "enabled": true}}}
            """));
    served();
    Instant end = Instant.now().plus(Duration.ofSeconds(60));
    while (predictionsLogged() == 0) {
      assertThat(Instant.now()).as("the prediction is logged").isBefore(end);
      LockSupport.parkNanos(200_000_000);
    }
  }

  /** Fails if anything of it is gone, altered, or no longer works. */
  void check() throws Exception {
    assertThat(sql.run("SELECT count(*), sum(n) FROM kept").rows().getFirst().toString())
        .isEqualTo("[\"900\",\"450000\"]");
    assertThat(sql.run("SELECT count(*) FROM kept AT (VERSION => 1)").number(0, 0)).isEqualTo(1000);
    assertThat(sql.run("SELECT count(*) FROM kept WHERE name = 'changed'").number(0, 0)).isOne();
    assertThat(sql.run("SHOW GRANTS ON TABLE kept").rows().toString()).contains("ann", "SELECT");
    assertThat(new String(client.download(VOLUME), StandardCharsets.UTF_8)).isEqualTo(CONTENT);
    checkFeatures();
    checkRun();
    assertThat(predictionsLogged()).isPositive();
    served();
    run("INSERT INTO kept VALUES (-1, 'later')");
    run("DELETE FROM kept WHERE n = 1");
    assertThat(sql.run("SELECT count(*) FROM kept").number(0, 0)).isEqualTo(900);
  }

  private void checkFeatures() throws Exception {
    JsonNode found =
        client.post(
            FEATURES + "/main.default.departures/lookup",
            Map.of("keys", List.of(Map.of("origin", "ATL"))));
    assertThat(found.toString()).contains("PRESENT");
    JsonNode kept = client.get(TRAINING_SETS).at("/training_sets/0");
    JsonNode again = client.post(TRAINING_SETS, Json.parse(LateFlights.TRAINING_SET));
    assertThat(again.path("row_count")).isEqualTo(kept.path("row_count"));
    assertThat(again.path("sha256"))
        .as("the same rows, bit for bit")
        .isEqualTo(kept.path("sha256"));
  }

  private void checkRun() throws Exception {
    JsonNode version =
        client.get(MLFLOW + "model-versions/get?name=delay&version=1").path("model_version");
    JsonNode run = client.get(MLFLOW + "runs/get?run_id=" + version.path("run_id").asText());
    assertThat(run.at("/run/data/metrics/0/value").asDouble()).isEqualTo(0.75);
    assertThat(version.path("aliases").toString()).contains("champion");
  }

  /** Asks until the endpoint is up, since it is made, or made again, after the server answers. */
  private void served() throws Exception {
    Instant end = Instant.now().plus(Duration.ofSeconds(60));
    Map<String, Object> body = Map.of("dataframe_records", List.of(Map.of("distance", 20.0)));
    while (true) {
      var reply = client.exchange("POST", INVOCATIONS, body);
      if (reply.statusCode() == 200) {
        assertThat(Json.parse(reply.body()).at("/predictions/0").asDouble()).isEqualTo(41);
        return;
      }
      assertThat(Instant.now()).as(reply.body()).isBefore(end);
      LockSupport.parkNanos(100_000_000);
    }
  }

  private long predictionsLogged() throws Exception {
    return sql.run("SELECT count(*) FROM delay_payload").number(0, 0);
  }

  private void run(String statement) throws Exception {
    var unused = sql.run(statement);
  }

  private void post(String path, Object body) throws Exception {
    JsonNode unused = client.post(path, body);
  }
}

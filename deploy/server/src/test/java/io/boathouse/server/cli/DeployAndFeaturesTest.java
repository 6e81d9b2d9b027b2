package io.boathouse.server.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.boathouse.platform.backup.DataDirectory;
import io.boathouse.platform.config.ConfigSources;
import io.boathouse.server.Boathouse;
import io.boathouse.server.ServerConfig;
import io.boathouse.server.client.RestClient;
import io.boathouse.server.client.SqlClient;
import io.boathouse.serving.TestServing;
import io.boathouse.serving.runtime.OnnxModels;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The commands {@code deploy} and {@code features} against a server in this process. */
class DeployAndFeaturesTest {
  private static final String FEATURES = "/api/2.0/boathouse/feature-tables";

  @TempDir static Path folder;
  private static DataDirectory directory;
  private static Boathouse boathouse;
  private static RestClient client;

  @BeforeAll
  static void start() throws Exception {
    directory = DataDirectory.open(folder.resolve("data"));
    ServerConfig config =
        ServerConfig.load(
            new ConfigSources(Optional.empty(), Map.of(), Map.of("server.port", "0")));
    boathouse = new Boathouse(directory, config, InstantSource.system());
    String token = boathouse.administratorToken("");
    directory.writeToken(token);
    client = new RestClient(boathouse.uri(), token);
    features();
    model();
  }

  private static void features() throws Exception {
    var unused =
        new SqlClient(client)
            .run(
                "CREATE TABLE main.default.airports AS SELECT * FROM (VALUES ('ATL', TIMESTAMPTZ"
                    + " '2001-06-30 10:00:00Z', 0.25::DOUBLE), ('ORD', TIMESTAMPTZ '2001-06-30"
                    + " 11:00:00Z', NULL)) t(origin, landing, late)");
    JsonNode unusedTable =
        client.post(
            FEATURES,
            Map.of(
                "name", "main.default.airports",
                "primary_keys", List.of("origin"),
                "timestamp_column", "landing"));
    JsonNode unusedStatus = client.post(FEATURES + "/main.default.airports/publish", Map.of());
  }

  private static void model() throws Exception {
    String api = "/api/2.0/mlflow/";
    String experiment =
        client
            .post(api + "experiments/create", Map.of("name", "flights"))
            .path("experiment_id")
            .asText();
    JsonNode run =
        client.post(api + "runs/create", Map.of("experiment_id", experiment)).at("/run/info");
    String artifacts = run.path("artifact_uri").asText().replaceFirst("^mlflow-artifacts:/+", "");
    Map<String, byte[]> files =
        TestServing.onnx(OnnxModels.linear(1, 2), "[{\"type\":\"double\",\"name\":\"distance\"}]");
    for (Map.Entry<String, byte[]> file : files.entrySet()) {
      Path local = Files.write(folder.resolve(file.getKey()), file.getValue());
      JsonNode unused =
          client.upload(
              "PUT",
              "/api/2.0/mlflow-artifacts/artifacts/" + artifacts + "/model/" + file.getKey(),
              local);
    }
    JsonNode unusedModel = client.post(api + "registered-models/create", Map.of("name", "delay"));
    String id = run.path("run_id").asText();
    JsonNode unusedVersion =
        client.post(
            api + "model-versions/create",
            Map.of("name", "delay", "source", "runs:/" + id + "/model", "run_id", id));
  }

  @AfterAll
  static void stop() throws Exception {
    boathouse.close();
    directory.close();
  }

  private record Ended(int code, String out) {}

  private static Ended run(String... arguments) {
    List<String> all = new ArrayList<>(List.of(arguments));
    all.addAll(
        List.of(
            "--url", boathouse.uri().toString(), "--token-file", directory.tokenFile().toString()));
    PrintStream before = System.out;
    var said = new ByteArrayOutputStream();
    System.setOut(new PrintStream(said, true, StandardCharsets.UTF_8));
    try {
      int code = BoathouseCommand.run(all.toArray(String[]::new));
      return new Ended(code, said.toString(StandardCharsets.UTF_8));
    } finally {
      System.setOut(before);
    }
  }

  @Test
  void featuresAreListedDescribedAndLookedUp() {
    Ended list = run("features");
    assertThat(list.code()).isZero();
    assertThat(list.out()).contains("main.default.airports", "origin", "2001-06-30T11:00:00Z");
    Ended described = run("features", "main.default.airports");
    assertThat(described.out()).contains("2 rows", "late", "50.0 %");
    Ended found = run("features", "main.default.airports", "--lookup", "origin=ATL");
    assertThat(found.out()).contains("late", "0.25", "PRESENT");
    assertThat(run("features", "main.default.airports", "--lookup", "origin=XYZ").out())
        .contains("NOT_FOUND");
    assertThat(run("features", "main.default.airports", "--lookup", "wrong=1").code()).isEqualTo(2);
    assertThat(run("features", "main.default.none").code()).isEqualTo(1);
  }

  @Test
  void aModelIsDeployedAndTheExampleItPrintsWorks() throws Exception {
    Ended deployed = run("deploy", "delay", "--endpoint", "delays", "--wait");
    assertThat(deployed.code()).as(deployed.out()).isZero();
    assertThat(deployed.out())
        .contains("Creating endpoint delays with main.default.delay version 1", "READY")
        .contains("/serving-endpoints/delays/invocations")
        .contains("-d '{\"dataframe_records\":[{\"distance\":0}]}'");
    JsonNode answer =
        client.post(
            "/serving-endpoints/delays/invocations",
            Map.of("dataframe_records", List.of(Map.of("distance", 0))));
    assertThat(answer.toString()).isEqualTo("{\"predictions\":[1.0]}");
    Ended again = run("deploy", "main.default.delay/1", "--endpoint", "delays", "--wait");
    assertThat(again.out()).contains("Updating endpoint delays");
    assertThat(run("deploy", "delay/7").code()).isEqualTo(1);
    assertThat(run("deploy", "delay@champion").code()).isEqualTo(1);
    assertThat(run("deploy", "nothing").code()).isEqualTo(1);
    assertThat(run("deploy", "delay/x").code()).isEqualTo(1);
  }

  @Test
  void aTableIsScoredIntoAnother() throws Exception {
    assertThat(run("deploy", "delay", "--endpoint", "scores", "--wait").code()).isZero();
    var sql = new SqlClient(client);
    var unused =
        sql.run(
            "CREATE TABLE main.default.legs AS SELECT i AS id, i * 1.0e0 AS distance FROM"
                + " range(3000) r(i)");
    Ended scored =
        run(
            "score",
            "--table",
            "main.default.legs@0",
            "--endpoint",
            "scores",
            "--into",
            "main.default.scored",
            "--column",
            "id",
            "--wait");
    assertThat(scored.code()).as(scored.out()).isZero();
    assertThat(scored.out())
        .contains("model    main.default.delay version 1")
        .containsPattern("table    main.default.scored version \\d, 3000 rows");
    Ended replaced =
        run(
            "score",
            "--query",
            "SELECT id, distance, 'x' AS y FROM main.default.legs WHERE id < 7",
            "--endpoint",
            "scores",
            "--into",
            "main.default.scored",
            "--column",
            "id",
            "--overwrite",
            "--wait");
    assertThat(replaced.out()).contains(", 7 rows");
    JsonNode total =
        client.post(
            "/api/2.0/sql/statements",
            Map.of(
                "warehouse_id", "default",
                "statement", "SELECT sum(prediction) FROM main.default.scored"));
    assertThat(total.at("/result/data_array/0/0").asText()).isEqualTo("49.0");
    assertThat(
            run(
                    "score",
                    "--table",
                    "main.default.legs",
                    "--endpoint",
                    "none",
                    "--into",
                    "main.default.scored")
                .code())
        .isEqualTo(1);
    assertThat(run("score", "--endpoint", "scores", "--into", "x").code()).isEqualTo(2);
  }

  @Test
  void aFileOfRightsIsPlannedAppliedAndThenInPlace() throws Exception {
    JsonNode unused =
        client.post("/api/2.0/preview/scim/v2/Users", Map.of("userName", "ana", "active", true));
    Path file = folder.resolve("access.yaml");
    Files.writeString(
        file,
        """
        securables:
          - type: catalog
            name: main
            grants:
              ana: [USE_CATALOG, USE_SCHEMA, SELECT]
        """);
    Ended plan = run("plan", "-f", file.toString(), "--detailed-exitcode");
    assertThat(plan.code()).as(plan.out()).isEqualTo(2);
    assertThat(plan.out())
        .contains("grant catalog main: SELECT to ana", "ana gains SELECT on", "airports");
    String digest = plan.out().strip().replaceAll("(?s).*plan ", "");
    assertThat(run("apply", "-f", file.toString(), "--plan", "other").code()).isEqualTo(1);
    assertThat(run("apply", "-f", file.toString(), "--plan", digest).code()).isZero();
    Ended again = run("plan", "-f", file.toString(), "--detailed-exitcode");
    assertThat(again.code()).isZero();
    assertThat(again.out()).contains("Nothing changes");
    Files.writeString(file, "securables: [{type: catalog}]");
    assertThat(run("plan", "-f", file.toString()).code()).isEqualTo(1);
  }
}

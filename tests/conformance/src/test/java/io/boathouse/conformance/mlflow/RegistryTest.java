package io.boathouse.conformance.mlflow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.JsonNode;
import io.boathouse.conformance.Conformance;
import io.boathouse.conformance.Http;
import io.boathouse.conformance.PackagedServer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.mlflow.api.proto.ModelRegistry.ModelVersion;
import org.mlflow.api.proto.ModelRegistry.ModelVersionStatus;
import org.mlflow.api.proto.Service.RunInfo;
import org.mlflow.tracking.MlflowClient;
import org.mlflow.tracking.MlflowHttpException;
import org.mlflow.tracking.ModelVersionsPage;
import org.mlflow.tracking.creds.BasicMlflowHostCreds;

@Conformance
class RegistryTest {
  private static MlflowClient client;
  private static Http http;
  private static RunInfo run;

  @BeforeAll
  static void aRunWithAModel(PackagedServer server) {
    client = new MlflowClient(new BasicMlflowHostCreds(server.url(), server.token()));
    http = new Http(server);
    run = client.createRun(client.createExperiment("registry"));
    upload("model/MLmodel", "flavors:\n  python_function:\n    loader_module: mlflow.sklearn\n");
    upload("model/weights.bin", "12345");
  }

  private static void upload(String path, String text) {
    String folder = run.getArtifactUri().replace("mlflow-artifacts:/", "");
    assertThat(
            http.put(
                    "/api/2.0/mlflow-artifacts/artifacts/" + folder + "/" + path,
                    text.getBytes(StandardCharsets.UTF_8))
                .statusCode())
        .isEqualTo(200);
  }

  @AfterAll
  static void close() {
    client.close();
  }

  private static void newModel(String name, int versions) {
    String unused = client.sendPost("registered-models/create", "{\"name\":\"" + name + "\"}");
    for (int i = 0; i < versions; i++) {
      unused =
          client.sendPost(
              "model-versions/create",
              """
              {"name": "%s", "source": "%s/model", "run_id": "%s"}
              """
                  .formatted(name, run.getArtifactUri(), run.getRunId()));
    }
  }

  private static JsonNode get(String path) {
    return Http.parse(client.sendGet(path));
  }

  @Test
  void versionsCountFromOneAndAreReady() {
    newModel("counted", 2);
    ModelVersion second = client.getModelVersion("counted", "2");
    assertThat(second.getStatus()).isEqualTo(ModelVersionStatus.READY);
    assertThat(second.getRunId()).isEqualTo(run.getRunId());
    assertThat(client.getRegisteredModel("counted").getName()).isEqualTo("counted");
    assertThat(client.getLatestVersions("counted"))
        .extracting(ModelVersion::getVersion)
        .containsExactly("2");
    assertThat(client.getModelVersionDownloadUri("counted", "1")).isNotEmpty();
  }

  @Test
  void aVersionKeepsItsFilesWhenItsRunIsGone() {
    newModel("kept", 1);
    var reply = http.get("/model-versions/get-artifact?name=kept&version=1&path=weights.bin");
    assertThat(reply.statusCode()).as(reply.body()).isEqualTo(200);
    assertThat(reply.body()).isEqualTo("12345");
  }

  @Test
  void anAliasIsSetMovedAndDeleted() {
    newModel("aliased", 2);
    for (String version : List.of("1", "2")) {
      String unused =
          client.sendPost(
              "registered-models/alias",
              "{\"name\":\"aliased\",\"alias\":\"champion\",\"version\":\"" + version + "\"}");
      assertThat(
              get("registered-models/alias?name=aliased&alias=champion")
                  .at("/model_version/version")
                  .textValue())
          .isEqualTo(version);
    }
    assertThat(
            http.send(
                    "DELETE",
                    "/api/2.0/mlflow/registered-models/alias",
                    "{\"name\":\"aliased\",\"alias\":\"champion\"}")
                .statusCode())
        .isEqualTo(200);
    var failure =
        catchThrowableOfType(
            MlflowHttpException.class,
            () -> client.sendGet("registered-models/alias?name=aliased&alias=champion"));
    assertThat(failure.getStatusCode()).isIn(400, 404);
    assertThat(failure.getBodyMessage()).contains("champion");
  }

  @Test
  void versionsAreSearchedByModelAndRunInPages() {
    newModel("searched", 3);
    assertThat(client.searchModelVersions("run_id='" + run.getRunId() + "'").getItems())
        .hasSizeGreaterThanOrEqualTo(3);
    List<String> versions = new ArrayList<>();
    ModelVersionsPage page =
        client.searchModelVersions("name='searched'", 2, List.of("version_number ASC"));
    page.getItems().forEach(version -> versions.add(version.getVersion()));
    assertThat(page.hasNextPage()).isTrue();
    page.getNextPage().getItems().forEach(version -> versions.add(version.getVersion()));
    assertThat(versions).containsExactly("1", "2", "3");
  }

  @Test
  void stagesMoveAVersionAndArchiveTheOneBefore() {
    newModel("staged", 2);
    for (int version = 1; version <= 2; version++) {
      String unused =
          client.sendPost(
              "model-versions/transition-stage",
              """
              {"name": "staged", "version": "%d", "stage": "Production",
               "archive_existing_versions": true}
              """
                  .formatted(version));
    }
    assertThat(client.getLatestVersions("staged", List.of("Production")))
        .extracting(ModelVersion::getVersion)
        .containsExactly("2");
    assertThat(client.getModelVersion("staged", "1").getCurrentStage()).isEqualTo("Archived");
  }

  @Test
  void aDescriptionIsUpdated() {
    newModel("described", 1);
    String unused =
        client.sendPatch(
            "registered-models/update", "{\"name\":\"described\",\"description\":\"a boat\"}");
    unused =
        client.sendPatch(
            "model-versions/update",
            "{\"name\":\"described\",\"version\":\"1\",\"description\":\"its first\"}");
    assertThat(client.getRegisteredModel("described").getDescription()).isEqualTo("a boat");
    assertThat(client.getModelVersion("described", "1").getDescription()).isEqualTo("its first");
  }

  @Test
  void aTakenNameAndAnAbsentModelAreRefusedWithTheProtocolsCodes() {
    newModel("once", 0);
    var taken = catchThrowableOfType(MlflowHttpException.class, () -> newModel("once", 0));
    assertThat(taken.getStatusCode()).isEqualTo(400);
    assertThat(taken.getBodyMessage()).contains("RESOURCE_ALREADY_EXISTS");
    var absent =
        catchThrowableOfType(
            MlflowHttpException.class, () -> client.getRegisteredModel("never_made"));
    assertThat(absent.getStatusCode()).isEqualTo(404);
    assertThat(absent.getBodyMessage()).contains("RESOURCE_DOES_NOT_EXIST", "never_made");
  }

  @Test
  void aSourceThatClimbsOutIsRefused() {
    newModel("climbing", 0);
    for (String source : List.of("mlflow-artifacts:/../../etc", "file:///etc", "/etc/passwd")) {
      var failure =
          catchThrowableOfType(
              MlflowHttpException.class,
              () ->
                  client.sendPost(
                      "model-versions/create",
                      "{\"name\":\"climbing\",\"source\":\"" + source + "\"}"));
      assertThat(failure.getStatusCode()).as(source).isBetween(400, 404);
    }
    assertThat(client.getLatestVersions("climbing")).isEmpty();
  }
}

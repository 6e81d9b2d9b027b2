package io.boathouse.registry.protocol;

import static io.boathouse.platform.http.TestServer.json;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.boathouse.catalog.grant.Privilege;
import io.boathouse.catalog.securable.SecurableType;
import io.boathouse.platform.http.TestServer;
import io.boathouse.registry.RegistryConfig;
import io.boathouse.registry.RegistryServer;
import java.net.URI;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Unity Catalog's calls for models over HTTP, on the rows that MLflow's calls see too. */
class UnityModelsTest {
  private static final String BASE = "/api/2.1/unity-catalog/models";
  private static final String CREDENTIALS =
      "/api/2.1/unity-catalog/temporary-model-version-credentials";
  private static RegistryServer server;
  private static TestServer http;

  @BeforeAll
  static void start() {
    server = RegistryServer.start();
    http = server.http();
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  private static JsonNode ok(HttpResponse<String> reply) {
    assertThat(reply.statusCode()).as(reply.body()).isEqualTo(200);
    return json(reply);
  }

  private static JsonNode model(String name) {
    return ok(
        http.post(
            BASE,
            "{\"name\":\"%s\",\"catalog_name\":\"main\",\"schema_name\":\"default\",\"comment\":\"c\"}"
                .formatted(name)));
  }

  private static JsonNode version(String name) {
    return ok(
        http.post(
            BASE + "/versions",
            """
            {"model_name":"%s","catalog_name":"main","schema_name":"default","source":"dbfs:/x",
             "run_id":"r1","comment":"v"}
            """
                .formatted(name)));
  }

  @Test
  void modelsAreCreatedReadListedChangedAndDeleted() {
    JsonNode made = model("Unity_One");
    assertThat(made.path("full_name").asText()).isEqualTo("main.default.unity_one");
    assertThat(made.path("owner").asText()).isEqualTo("admin");
    assertThat(made.path("id").asText()).isNotEmpty();
    assertThat(made.path("storage_location").asText()).startsWith("file:///");
    assertThat(ok(http.get(BASE + "/main.default.unity_one")).path("comment").asText())
        .isEqualTo("c");
    model("unity_two");
    JsonNode page = ok(http.get(BASE + "?catalog_name=main&schema_name=default&max_results=1"));
    assertThat(page.path("registered_models")).hasSize(1);
    JsonNode next =
        ok(
            http.get(
                BASE
                    + "?catalog_name=main&schema_name=default&max_results=100&page_token="
                    + page.path("next_page_token").asText()));
    assertThat(next.path("registered_models").findValuesAsText("name")).contains("unity_two");
    JsonNode changed =
        ok(
            http.send(
                "PATCH",
                BASE + "/main.default.unity_two",
                "{\"comment\":\"c2\",\"new_name\":\"Unity_Three\"}"));
    assertThat(changed.path("full_name").asText()).isEqualTo("main.default.unity_three");
    assertThat(changed.path("comment").asText()).isEqualTo("c2");
    assertThat(
            ok(http.get("/api/2.0/mlflow/registered-models/get?name=unity_three"))
                .at("/registered_model/name")
                .asText())
        .isEqualTo("Unity_Three");
    assertThat(http.delete(BASE + "/main.default.unity_three").statusCode()).isEqualTo(200);
    HttpResponse<String> gone = http.get(BASE + "/main.default.unity_three");
    assertThat(gone.statusCode()).isEqualTo(404);
    assertThat(json(gone).path("error_code").asText()).isEqualTo("NOT_FOUND");
  }

  @Test
  void aVersionIsUploadedFinalizedAndThenFixed() throws Exception {
    JsonNode unused = model("uploaded");
    JsonNode pending = version("uploaded");
    assertThat(pending.path("status").asText()).isEqualTo("PENDING_REGISTRATION");
    assertThat(pending.path("version").isInt()).isTrue();
    Path folder = Path.of(URI.create(pending.path("storage_location").asText()));
    Files.createDirectories(folder);
    Files.writeString(folder.resolve("MLmodel"), "flavors: {onnx: {data: m.onnx}}\n");
    Files.writeString(folder.resolve("m.onnx"), "onnx");
    String one = BASE + "/main.default.uploaded/versions/1";
    JsonNode ready =
        ok(
            http.send(
                "PATCH",
                one + "/finalize",
                "{\"full_name\":\"main.default.uploaded\",\"version\":1}"));
    assertThat(ready.path("status").asText()).isEqualTo("READY");
    HttpResponse<String> again = http.send("PATCH", one + "/finalize", "{}");
    assertThat(again.statusCode()).isEqualTo(400);
    assertThat(json(again).path("error_code").asText()).isEqualTo("FAILED_PRECONDITION");
    assertThat(http.get("/model-versions/get-artifact?name=uploaded&version=1&path=m.onnx").body())
        .isEqualTo("onnx");
    assertThat(ok(http.send("PATCH", one, "{\"comment\":\"new\"}")).path("comment").asText())
        .isEqualTo("new");
    version("uploaded");
    JsonNode page = ok(http.get(BASE + "/main.default.uploaded/versions?max_results=1"));
    assertThat(page.at("/model_versions/0/version").asInt()).isEqualTo(2);
    JsonNode last =
        ok(
            http.get(
                BASE
                    + "/main.default.uploaded/versions?page_token="
                    + page.path("next_page_token").asText()));
    assertThat(last.at("/model_versions/0/version").asInt()).isEqualTo(1);
    assertThat(last.has("next_page_token")).isFalse();
    assertThat(http.delete(BASE + "/main.default.uploaded").statusCode()).isEqualTo(400);
    assertThat(http.delete(one).statusCode()).isEqualTo(200);
    assertThat(Files.exists(folder)).isFalse();
    assertThat(http.delete(BASE + "/main.default.uploaded?force=true").statusCode()).isEqualTo(200);
  }

  @Test
  void aliasesOfUnityAreThoseOfMlflow() {
    JsonNode unused = model("aliased");
    JsonNode unusedToo = version("aliased");
    String alias = BASE + "/main.default.aliased/aliases/champion";
    assertThat(ok(http.send("PUT", alias, "{\"version_num\":1}")).path("alias_name").asText())
        .isEqualTo("champion");
    assertThat(ok(http.get(alias)).path("version").asInt()).isEqualTo(1);
    assertThat(
            ok(http.get("/api/2.0/mlflow/registered-models/alias?name=aliased&alias=champion"))
                .at("/model_version/version")
                .asText())
        .isEqualTo("1");
    assertThat(http.delete(alias).statusCode()).isEqualTo(200);
    assertThat(http.get(alias).statusCode()).isEqualTo(400);
  }

  @Test
  void missingAndWrongPartsAreNamed() {
    for (String body :
        new String[] {
          "{}",
          "{\"name\":\"x\",\"catalog_name\":\"main\"}",
          "{\"name\":\"a.b\",\"catalog_name\":\"main\",\"schema_name\":\"default\"}"
        }) {
      HttpResponse<String> reply = http.post(BASE, body);
      assertThat(reply.statusCode()).as(body).isEqualTo(400);
      assertThat(json(reply).path("error_code").asText()).isEqualTo("INVALID_ARGUMENT");
    }
    assertThat(http.get(BASE + "/main.default").statusCode()).isEqualTo(400);
    assertThat(http.get(BASE + "?catalog_name=main").statusCode()).isEqualTo(400);
    assertThat(http.get(BASE + "/main.default.x/versions/0").statusCode()).isEqualTo(400);
    assertThat(http.post(CREDENTIALS, "{}").statusCode()).isEqualTo(400);
  }

  private static HttpResponse<String> credentials(TestServer who, String model, String operation) {
    return who.post(
        CREDENTIALS,
        """
        {"catalog_name":"main","schema_name":"default","model_name":"%s","version":1,
         "operation":"%s"}
        """
            .formatted(model, operation));
  }

  private static HttpResponse<String> put(String address, String content) {
    return http.send(http.request(address).method("PUT", BodyPublishers.ofString(content)));
  }

  /** Fails when AccessService.requireModel does not ask whether the folder may be written. */
  @Test
  void case28_credentialsToWriteAVersionEndWhenItIsReady() {
    JsonNode unused = model("vended");
    JsonNode unusedVersion = version("vended");
    JsonNode issued = ok(credentials(http, "vended", "READ_WRITE_MODEL_VERSION"));
    assertThat(issued.path("url").asText()).endsWith("/1/model");
    String writing = issued.path("file_access").asText();
    assertThat(put(writing + "/MLmodel", "flavors: {onnx: {data: m.onnx}}\n").statusCode())
        .isEqualTo(200);
    assertThat(put(writing + "/m.onnx", "onnx").statusCode()).isEqualTo(200);
    String one = BASE + "/main.default.vended/versions/1";
    assertThat(ok(http.send("PATCH", one + "/finalize", "{}")).path("status").asText())
        .isEqualTo("READY");

    assertThat(put(writing + "/m.onnx", "forged").statusCode()).isNotEqualTo(200);
    assertThat(credentials(http, "vended", "READ_WRITE_MODEL_VERSION").body())
        .contains("VERSION_NOT_PENDING");
    String reading =
        ok(credentials(http, "vended", "READ_MODEL_VERSION")).path("file_access").asText();
    assertThat(http.get(reading + "/m.onnx").body()).isEqualTo("onnx");
    assertThat(put(reading + "/m.onnx", "forged").statusCode()).isEqualTo(403);
  }

  @Test
  void credentialsOfAVersionNeedTheRightsToTheModel() {
    JsonNode unused = model("guarded");
    JsonNode unusedVersion = version("guarded");
    String name = "eve@example.org";
    TestServer eve = server.as(name);
    server.grant(SecurableType.CATALOG, "main", name, Privilege.USE_CATALOG);
    server.grant(SecurableType.SCHEMA, "main.default", name, Privilege.USE_SCHEMA);
    assertThat(credentials(eve, "guarded", "READ_MODEL_VERSION").statusCode()).isEqualTo(404);
    server.grant(SecurableType.REGISTERED_MODEL, "main.default.guarded", name, Privilege.EXECUTE);
    assertThat(credentials(eve, "guarded", "READ_MODEL_VERSION").statusCode()).isEqualTo(200);
    assertThat(credentials(eve, "guarded", "READ_WRITE_MODEL_VERSION").statusCode()).isEqualTo(403);
    assertThat(credentials(http, "absent", "READ_MODEL_VERSION").statusCode()).isEqualTo(404);
  }

  @Test
  void aCopyThatAStoppedServerLeftIsGivenUpAndAnUploadIsNot() {
    JsonNode unused = model("abandoned");
    JsonNode upload = version("abandoned");
    server
        .database()
        .database()
        .useTransaction(
            handle ->
                handle.execute(
                    """
                    INSERT INTO registry_version (model_id, number, source, description, status,
                      files_by, stage, created_at, created_by, updated_at, updated_by)
                    SELECT model_id, 2, source, description, status, 'COPIED', stage, created_at,
                      created_by, updated_at, updated_by
                    FROM registry_version WHERE model_id IN (
                      SELECT id FROM registry_model WHERE spelling = 'abandoned')
                    """));
    server.pass(Duration.ofMinutes(61));
    server.registry().recover(server.admin(), RegistryConfig.DEFAULTS);
    String versions = BASE + "/main.default.abandoned/versions/";
    assertThat(ok(http.get(versions + 2)).path("status").asText()).isEqualTo("FAILED_REGISTRATION");
    assertThat(ok(http.get(versions + upload.path("version").asInt())).path("status").asText())
        .isEqualTo("PENDING_REGISTRATION");
  }
}

package io.boathouse.registry.protocol;

import static io.boathouse.platform.http.TestServer.json;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.boathouse.catalog.grant.Privilege;
import io.boathouse.catalog.lineage.LineageNode;
import io.boathouse.catalog.securable.SecurableType;
import io.boathouse.platform.http.TestServer;
import io.boathouse.registry.RegistryServer;
import java.net.URLEncoder;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** MLflow's registry calls over HTTP. */
class MlflowRegistryTest {
  private static final String BASE = "/api/2.0/mlflow/";
  private static final AtomicInteger numbers = new AtomicInteger();
  private static RegistryServer server;
  private static TestServer http;

  @BeforeAll
  static void start() {
    server = RegistryServer.start();
    http = server.http();
    server.source("m/MLmodel", "flavors: {onnx: {data: model.onnx}}\n");
    server.source("m/model.onnx", "onnx");
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  private static JsonNode ok(HttpResponse<String> reply) {
    assertThat(reply.statusCode()).as(reply.body()).isEqualTo(200);
    return json(reply);
  }

  private static void refused(HttpResponse<String> reply, int status, String code, String text) {
    assertThat(reply.statusCode()).as(reply.body()).isEqualTo(status);
    assertThat(json(reply).path("error_code").asText()).isEqualTo(code);
    assertThat(json(reply).path("message").asText()).contains(text);
  }

  private static JsonNode post(String path, String body) {
    return ok(http.post(BASE + path, body));
  }

  private static String model() {
    String name = "model_" + numbers.incrementAndGet();
    JsonNode unused = post("registered-models/create", "{\"name\":\"" + name + "\"}");
    return name;
  }

  private static JsonNode version(String model) {
    return post(
            "model-versions/create",
            "{\"name\":\"" + model + "\",\"source\":\"runs:/m\",\"run_id\":\"r1\"}")
        .path("model_version");
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }

  @Test
  void failuresAreWordedAsMlflowWordsThem() {
    String name = model();
    refused(
        http.post(BASE + "registered-models/create", "{\"name\":\"" + name + "\"}"),
        400,
        "RESOURCE_ALREADY_EXISTS",
        "already exists");
    refused(
        http.get(BASE + "registered-models/get?name=absent"),
        404,
        "RESOURCE_DOES_NOT_EXIST",
        "Registered Model with name=absent not found");
    refused(
        http.get(BASE + "model-versions/get?version=1&name=" + name),
        404,
        "RESOURCE_DOES_NOT_EXIST",
        "Model Version (name=" + name + ", version=1) not found");
    refused(
        http.get(BASE + "registered-models/alias?alias=nope&name=" + name),
        400,
        "INVALID_PARAMETER_VALUE",
        "Registered model alias nope not found.");
    refused(
        http.get(BASE + "model-versions/get?version=x&name=" + name),
        400,
        "INVALID_PARAMETER_VALUE",
        "'x'");
    refused(
        http.post(BASE + "registered-models/create", "{\"name\":\"two.parts\"}"),
        400,
        "INVALID_PARAMETER_VALUE",
        "catalog.schema.name");
    refused(
        http.post(BASE + "model-versions/create", "{\"name\":\"absent\",\"source\":\"runs:/m\"}"),
        404,
        "RESOURCE_DOES_NOT_EXIST",
        "absent");
  }

  @Test
  void versionsAreNumberedAndNumbersNeverComeBack() {
    String name = model();
    assertThat(version(name).path("version").asText()).isEqualTo("1");
    assertThat(version(name).path("version").asText()).isEqualTo("2");
    String second = "{\"name\":\"" + name + "\",\"version\":\"2\"}";
    assertThat(http.send("DELETE", BASE + "model-versions/delete", second).body()).isEqualTo("{}");
    assertThat(version(name).path("version").asText()).isEqualTo("3");
    refused(
        http.send("DELETE", BASE + "model-versions/delete", second),
        404,
        "RESOURCE_DOES_NOT_EXIST",
        "version=2");
  }

  @Test
  void case74_versionsCreatedAtOnceGetDifferentNumbers() throws Exception {
    String name = model();
    List<Callable<String>> creates = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      creates.add(() -> version(name).path("version").asText());
    }
    List<String> given = new ArrayList<>();
    try (ExecutorService threads = Executors.newFixedThreadPool(8)) {
      for (Future<String> reply : threads.invokeAll(creates)) {
        given.add(reply.get());
      }
    }
    assertThat(given).doesNotHaveDuplicates().hasSize(20).contains("1", "20");
  }

  @Test
  void aVersionThatCannotBeReadLeavesNothingBehind() throws Exception {
    server.source("broken/MLmodel", "flavors: {a: 1, a: 2}");
    server.source("broken/data.bin", "x");
    String name = model();
    refused(
        http.post(
            BASE + "model-versions/create",
            "{\"name\":\"" + name + "\",\"source\":\"runs:/broken\"}"),
        400,
        "INVALID_PARAMETER_VALUE",
        "MLmodel");
    assertThat(
            ok(http.get(BASE + "model-versions/search?filter=" + encoded("name='" + name + "'")))
                .path("model_versions"))
        .isEmpty();
    String id =
        server
            .registry()
            .models()
            .get(server.admin(), server.registry().names().parse(name))
            .id()
            .toString();
    try (var files = Files.walk(server.root())) {
      assertThat(files.filter(Files::isRegularFile).map(Path::toString))
          .noneMatch(path -> path.contains(id));
    }
  }

  @Test
  void aVersionWithoutFilesAndOneElsewhereRegister() {
    String name = model();
    JsonNode empty =
        post(
            "model-versions/create",
            "{\"name\":\"" + name + "\",\"source\":\"runs:/nothing/here\",\"run_id\":\"unknown\"}");
    assertThat(empty.at("/model_version/status").asText()).isEqualTo("READY");
    JsonNode elsewhere =
        post(
            "model-versions/create",
            "{\"name\":\"" + name + "\",\"source\":\"s3://bucket/model\"}");
    assertThat(elsewhere.at("/model_version/status").asText()).isEqualTo("READY");
    assertThat(
            ok(http.get(BASE + "model-versions/get-download-uri?version=2&name=" + name))
                .path("artifact_uri")
                .asText())
        .isEqualTo("s3://bucket/model");
  }

  @Test
  void aliasesMoveAndGoWithTheirVersion() {
    String name = model();
    version(name);
    version(name);
    for (int number = 1; number <= 2; number++) {
      assertThat(
              http.post(
                      BASE + "registered-models/alias",
                      "{\"name\":\"%s\",\"alias\":\"champion\",\"version\":\"%d\"}"
                          .formatted(name, number))
                  .body())
          .isEqualTo("{}");
    }
    JsonNode found =
        ok(http.get(BASE + "registered-models/alias?alias=champion&name=" + name))
            .path("model_version");
    assertThat(found.path("version").asText()).isEqualTo("2");
    assertThat(found.path("aliases").toString()).isEqualTo("[\"champion\"]");
    assertThat(
            ok(http.get(BASE + "registered-models/get?name=" + name))
                .at("/registered_model/aliases/0")
                .toString())
        .isEqualTo("{\"alias\":\"champion\",\"version\":\"2\"}");
    assertThat(
            ok(http.get(BASE + "registered-models/alias?alias=latest&name=" + name))
                .at("/model_version/version")
                .asText())
        .isEqualTo("2");
    HttpResponse<String> unused =
        http.send(
            "DELETE",
            BASE + "model-versions/delete",
            "{\"name\":\"" + name + "\",\"version\":\"2\"}");
    refused(
        http.get(BASE + "registered-models/alias?alias=champion&name=" + name),
        400,
        "INVALID_PARAMETER_VALUE",
        "champion");
    for (String bad : new String[] {"latest", "V12", "a b", "x".repeat(256), "a/b"}) {
      refused(
          http.post(
              BASE + "registered-models/alias",
              "{\"name\":\"%s\",\"alias\":\"%s\",\"version\":\"1\"}".formatted(name, bad)),
          400,
          "INVALID_PARAMETER_VALUE",
          "alias");
    }
    String gone = "{\"name\":\"" + name + "\",\"alias\":\"absent\"}";
    assertThat(http.send("DELETE", BASE + "registered-models/alias", gone).body()).isEqualTo("{}");
  }

  @Test
  void stagesAreReadInAnyCaseAndArchiveOnDemand() {
    String name = model();
    version(name);
    version(name);
    String move =
        "{\"name\":\"%s\",\"version\":\"%d\",\"stage\":\"%s\",\"archive_existing_versions\":%s}";
    post("model-versions/transition-stage", move.formatted(name, 1, "PRODUCTION", false));
    JsonNode second =
        post("model-versions/transition-stage", move.formatted(name, 2, "production", true));
    assertThat(second.at("/model_version/current_stage").asText()).isEqualTo("Production");
    JsonNode latest =
        ok(http.get(BASE + "registered-models/get-latest-versions?name=" + name))
            .path("model_versions");
    assertThat(latest.findValuesAsText("current_stage"))
        .containsExactlyInAnyOrder("Archived", "Production");
    assertThat(
            post(
                    "registered-models/get-latest-versions",
                    "{\"name\":\"" + name + "\",\"stages\":[\"archived\"]}")
                .at("/model_versions/0/version")
                .asText())
        .isEqualTo("1");
    refused(
        http.post(
            BASE + "model-versions/transition-stage", move.formatted(name, 1, "Nowhere", false)),
        400,
        "INVALID_PARAMETER_VALUE",
        "Value must be one of None, Staging, Production, Archived");
    refused(
        http.post(BASE + "model-versions/transition-stage", move.formatted(name, 1, "None", true)),
        400,
        "INVALID_PARAMETER_VALUE",
        "not an Active stage");
  }

  @Test
  void tagsDescriptionsAndNamesChange() {
    String name = model();
    version(name);
    String base = "{\"name\":\"" + name + "\",";
    post("registered-models/set-tag", base + "\"key\":\"k\",\"value\":\"v\"}");
    post("model-versions/set-tag", base + "\"version\":\"1\",\"key\":\"k\",\"value\":\"v\"}");
    http.send(
        "PATCH", BASE + "model-versions/update", base + "\"version\":\"1\",\"description\":\"d\"}");
    JsonNode version =
        ok(http.get(BASE + "model-versions/get?version=1&name=" + name)).path("model_version");
    assertThat(version.at("/tags/0/value").asText()).isEqualTo("v");
    assertThat(version.path("description").asText()).isEqualTo("d");
    http.send("DELETE", BASE + "registered-models/delete-tag", base + "\"key\":\"k\"}");
    String inQuery = "model-versions/delete-tag?version=1&key=k&name=" + name;
    assertThat(http.send("DELETE", BASE + inQuery, "").body()).isEqualTo("{}");
    assertThat(
            ok(http.get(BASE + "registered-models/get?name=" + name))
                .path("registered_model")
                .has("tags"))
        .isFalse();
    JsonNode renamed =
        post("registered-models/rename", base + "\"new_name\":\"Renamed_" + name + "\"}");
    assertThat(renamed.at("/registered_model/name").asText()).isEqualTo("Renamed_" + name);
    assertThat(http.get(BASE + "registered-models/get?name=" + name).statusCode()).isEqualTo(404);
    assertThat(
            ok(http.get(BASE + "model-versions/get?version=1&name=renamed_" + name))
                .at("/model_version/name")
                .asText())
        .isEqualTo("Renamed_" + name);
  }

  @Test
  void modelsAndVersionsAreSearchedByTheSameGrammar() {
    String prefix = "Search" + numbers.incrementAndGet();
    for (int i = 0; i < 3; i++) {
      post(
          "registered-models/create",
          "{\"name\":\"%s_%d\",\"tags\":[{\"key\":\"n\",\"value\":\"%d\"}]}"
              .formatted(prefix, i, i));
    }
    JsonNode first =
        ok(
            http.get(
                BASE
                    + "registered-models/search?max_results=2&order_by=name%20DESC&filter="
                    + encoded(
                        "name LIKE '"
                            + prefix
                            + "%' AND tags.`mlflow.prompt.is_prompt` != 'true'")));
    assertThat(first.path("registered_models").findValuesAsText("name"))
        .containsExactly(prefix + "_2", prefix + "_1");
    assertThat(
            ok(http.get(
                    BASE
                        + "registered-models/search?filter="
                        + encoded(
                            "tags.n = '1' AND name ILIKE '"
                                + prefix.toLowerCase(java.util.Locale.ROOT)
                                + "%'")))
                .path("registered_models"))
        .hasSize(1);
    String name = model();
    version(name);
    version(name);
    String mine = "name='" + name + "' AND ";
    for (String filter :
        new String[] {
          "run_id = 'r1'",
          "run_id IN ('r1', 'r2')",
          "source_path LIKE 'runs:/%'",
          "version_number >= 1"
        }) {
      assertThat(
              ok(http.get(BASE + "model-versions/search?filter=" + encoded(mine + filter)))
                  .path("model_versions"))
          .as(filter)
          .hasSize(2);
    }
    assertThat(
            ok(http.get(
                    BASE + "model-versions/search?filter=" + encoded(mine + "version_number = 2")))
                .path("model_versions"))
        .hasSize(1);
    refused(
        http.get(BASE + "model-versions/search?filter=" + encoded("stage = 'x'")),
        400,
        "INVALID_PARAMETER_VALUE",
        "Invalid attribute key 'stage'");
  }

  @Test
  void rightsOnTheModelOpenItsCalls() {
    String name = model();
    version(name);
    TestServer ben = server.as("ben" + name);
    String get = BASE + "registered-models/get?name=" + name;
    String getVersion = BASE + "model-versions/get?version=1&name=" + name;
    String search = BASE + "model-versions/search?filter=" + encoded("name='" + name + "'");
    String tag = "{\"name\":\"" + name + "\",\"key\":\"k\",\"value\":\"v\"}";
    refused(ben.get(get), 404, "RESOURCE_DOES_NOT_EXIST", "not found");
    assertThat(ok(ben.get(search)).path("model_versions")).isEmpty();

    server.grant(SecurableType.CATALOG, "main", "ben" + name, Privilege.USE_CATALOG);
    server.grant(SecurableType.SCHEMA, "main.default", "ben" + name, Privilege.USE_SCHEMA);
    String full = "main.default." + name;
    server.grant(SecurableType.REGISTERED_MODEL, full, "ben" + name, Privilege.EXECUTE);
    assertThat(ben.get(getVersion).statusCode()).isEqualTo(200);
    assertThat(ok(ben.get(search)).path("model_versions")).hasSize(1);
    refused(ben.post(BASE + "registered-models/set-tag", tag), 403, "PERMISSION_DENIED", "");

    server.grant(SecurableType.REGISTERED_MODEL, full, "ben" + name, Privilege.MODIFY);
    assertThat(ben.post(BASE + "registered-models/set-tag", tag).statusCode()).isEqualTo(200);
    String delete = "{\"name\":\"" + name + "\"}";
    refused(
        ben.send("DELETE", BASE + "registered-models/delete", delete),
        403,
        "PERMISSION_DENIED",
        "");
  }

  @Test
  void lineageLeadsFromTheRunToTheVersion() {
    String name = model();
    version(name);
    LineageNode version = new LineageNode("MODEL_VERSION", "main.default." + name, Optional.of(1L));
    assertThat(server.catalog().lineage().upstream(server.admin(), version, 1))
        .anyMatch(edge -> edge.from().equals(new LineageNode("RUN", "r1", Optional.empty())));
  }

  @Test
  void deletingAModelDeletesItsFiles() throws Exception {
    String name = model();
    version(name);
    HttpResponse<String> unused =
        http.send("DELETE", BASE + "registered-models/delete", "{\"name\":\"" + name + "\"}");
    assertThat(http.get(BASE + "registered-models/get?name=" + name).statusCode()).isEqualTo(404);
    JsonNode again = post("registered-models/create", "{\"name\":\"" + name + "\"}");
    assertThat(again.path("registered_model").has("latest_versions")).isFalse();
  }

  @Test
  void whatIsNotBuiltSaysSo() {
    refused(http.post(BASE + "webhooks", "{}"), 501, "NOT_IMPLEMENTED", "not implemented");
    refused(http.get("/ajax-api/2.0/mlflow/transition-requests/list"), 501, "NOT_IMPLEMENTED", "");
  }
}

package io.boathouse.training.model;

import static io.boathouse.platform.http.TestServer.json;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.boathouse.catalog.grant.Privilege;
import io.boathouse.catalog.lineage.LineageNode;
import io.boathouse.catalog.securable.FullName;
import io.boathouse.catalog.securable.SecurableType;
import io.boathouse.platform.http.TestServer;
import io.boathouse.registry.version.ModelVersion;
import io.boathouse.registry.version.VersionFiles;
import io.boathouse.training.TrackingServer;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The sequence of calls by which MLflow's Python client logs and registers a model. */
class LoggedModelTest {
  private static final String BASE = "/api/2.0/mlflow/";
  private static final String MLMODEL =
      """
      artifact_path: model
      flavors:
        onnx: {onnx_version: 1.17.0, data: model.onnx}
        python_function: {loader_module: mlflow.onnx}
      signature:
        inputs: '[{"type": "double", "name": "x", "required": true}]'
        outputs: '[{"type": "tensor", "tensor-spec": {"dtype": "float32", "shape": [-1, 1]}}]'
        params: null
      metadata: {boathouse: {feature_spec: main.default.spec}}
      """;
  private static TrackingServer server;
  private static TestServer http;

  @BeforeAll
  static void start() {
    server = TrackingServer.start();
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

  private static JsonNode post(String path, String body) {
    return ok(http.post(BASE + path, body));
  }

  private static String experiment(String name) {
    return post("experiments/create", "{\"name\":\"" + name + "\"}").path("experiment_id").asText();
  }

  private static String run(String experiment) {
    return post("runs/create", "{\"experiment_id\":\"" + experiment + "\"}")
        .at("/run/info/run_id")
        .asText();
  }

  private static void put(String uri, String content) {
    String path = uri.substring("mlflow-artifacts:/".length());
    JsonNode unused =
        ok(
            http.send(
                http.request("/api/2.0/mlflow-artifacts/artifacts/" + path)
                    .PUT(BodyPublishers.ofString(content))));
  }

  @Test
  void aModelIsLoggedMeasuredFinishedAndRegistered() {
    String experiment = experiment("sequence");
    String run = run(experiment);
    JsonNode created =
        post(
            "logged-models",
            """
            {"experiment_id":"%s","name":"clf","source_run_id":"%s",
             "params":[{"key":"lr","value":"0.01"}]}
            """
                .formatted(experiment, run));
    String id = created.at("/model/info/model_id").asText();
    assertThat(id).matches("m-[0-9a-f]{32}");
    assertThat(created.at("/model/info/status").asText()).isEqualTo("LOGGED_MODEL_PENDING");
    post("logged-models/" + id + "/params", "{\"params\":[{\"key\":\"depth\",\"value\":\"6\"}]}");
    post(
        "runs/outputs",
        "{\"run_id\":\"%s\",\"models\":[{\"model_id\":\"%s\",\"step\":\"0\"}]}".formatted(run, id));
    post(
        "runs/log-batch",
        """
        {"run_id":"%s","metrics":[{"key":"auc","value":0.7,"timestamp":1,"step":0,"model_id":"%s",
          "dataset_name":"d","dataset_digest":"1"},
          {"key":"auc","value":0.9,"timestamp":1,"step":1,"model_id":"%s"}]}
        """
            .formatted(run, id, id));
    String uri = created.at("/model/info/artifact_uri").asText();
    put(uri + "/MLmodel", MLMODEL);
    put(uri + "/model.onnx", "onnx");
    JsonNode ready =
        ok(
            http.send(
                "PATCH",
                BASE + "logged-models/" + id,
                "{\"model_id\":\"" + id + "\",\"status\":2}"));
    assertThat(ready.at("/model/info/status").asText()).isEqualTo("LOGGED_MODEL_READY");
    JsonNode data = ok(http.get(BASE + "logged-models/" + id)).at("/model/data");
    assertThat(data.path("params")).hasSize(2);
    assertThat(data.path("metrics")).hasSize(2);

    post("registered-models/create", "{\"name\":\"Clf\"}");
    JsonNode version =
        post(
            "model-versions/create",
            """
            {"name":"Clf","source":"models:/%s","run_id":"%s","model_id":"%s","tags":[]}
            """
                .formatted(id, run, id));
    assertThat(version.at("/model_version/name").asText()).isEqualTo("Clf");
    assertThat(version.at("/model_version/version").asText()).isEqualTo("1");
    assertThat(version.at("/model_version/status").asText()).isEqualTo("READY");
    assertThat(version.at("/model_version/model_id").asText()).isEqualTo(id);

    FullName name = FullName.of("main", "default", "clf");
    ModelVersion read = server.registry().versions().get(server.admin(), name, 1);
    assertThat(read.mlModel().orElseThrow().flavorNames())
        .containsExactly("onnx", "python_function");
    assertThat(read.featureSpec()).hasValue("main.default.spec");
    VersionFiles files = server.registry().versions().files(server.admin(), name, 1);
    assertThat(files.files()).hasSize(2);
    assertThat(files.files().get(1).sha256()).isEqualTo(sha256("onnx"));
    assertThat(
            server
                .catalog()
                .lineage()
                .upstream(
                    server.admin(),
                    new LineageNode("MODEL_VERSION", "main.default.clf", Optional.of(1L)),
                    3))
        .anyMatch(edge -> edge.from().equals(new LineageNode("RUN", run, Optional.empty())));
  }

  private static String sha256(String content) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      return HexFormat.of().formatHex(digest.digest(content.getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void whatWasRegisteredStaysWhenTheRunChanges() {
    String run = run(experiment("pinned"));
    String uri =
        ok(http.get(BASE + "runs/get?run_id=" + run)).at("/run/info/artifact_uri").asText();
    put(uri + "/model/MLmodel", MLMODEL);
    put(uri + "/model/model.onnx", "first");
    post("registered-models/create", "{\"name\":\"pinned\"}");
    post(
        "model-versions/create",
        "{\"name\":\"pinned\",\"source\":\"runs:/" + run + "/model\",\"run_id\":\"" + run + "\"}");
    put(uri + "/model/model.onnx", "second");
    String download =
        ok(http.get(BASE + "model-versions/get-download-uri?name=pinned&version=1"))
            .path("artifact_uri")
            .asText();
    String path = download.substring("mlflow-artifacts:/".length());
    assertThat(http.get("/api/2.0/mlflow-artifacts/artifacts/" + path + "/model.onnx").body())
        .isEqualTo("first");
    assertThat(http.get("/api/2.0/mlflow-artifacts/artifacts/" + path + "/MLmodel").body())
        .isEqualTo(MLMODEL);
    assertThat(
            http.get("/model-versions/get-artifact?name=pinned&version=1&path=model.onnx").body())
        .isEqualTo("first");
    HttpResponse<String> overwrite =
        http.send(
            http.request("/api/2.0/mlflow-artifacts/artifacts/" + path + "/model.onnx")
                .PUT(BodyPublishers.ofString("third")));
    assertThat(overwrite.statusCode()).isEqualTo(403);
    JsonNode copied =
        post("model-versions/create", "{\"name\":\"pinned\",\"source\":\"models:/pinned/1\"}");
    assertThat(copied.at("/model_version/version").asText()).isEqualTo("2");
    assertThat(
            http.get("/model-versions/get-artifact?name=pinned&version=2&path=model.onnx").body())
        .isEqualTo("first");
  }

  /** case06: without locate() checking rights, ben registered the files of ann's run. */
  @Test
  void case06_aSourceIsReadWithTheRightsOfWhoRegisters() {
    String run = run(experiment("secret"));
    String uri =
        ok(http.get(BASE + "runs/get?run_id=" + run)).at("/run/info/artifact_uri").asText();
    put(uri + "/model/MLmodel", MLMODEL);
    post("registered-models/create", "{\"name\":\"anns\"}");
    JsonNode unused =
        post("model-versions/create", "{\"name\":\"anns\",\"source\":\"" + uri + "/model\"}");
    TestServer ben = server.as("registering-ben");
    for (Privilege privilege : new Privilege[] {Privilege.USE_SCHEMA, Privilege.CREATE_MODEL}) {
      server.grant(SecurableType.SCHEMA, "main.default", "registering-ben", privilege);
    }
    server.grant(SecurableType.CATALOG, "main", "registering-ben", Privilege.USE_CATALOG);
    assertThat(ben.post(BASE + "registered-models/create", "{\"name\":\"bens\"}").statusCode())
        .isEqualTo(200);
    String id =
        server
            .registry()
            .models()
            .get(server.admin(), FullName.of("main", "default", "anns"))
            .id()
            .toString();
    for (String source :
        new String[] {
          uri + "/model",
          "runs:/" + run + "/model",
          "models:/anns/1",
          "mlflow-artifacts:/models/" + id + "/1/model"
        }) {
      HttpResponse<String> reply =
          ben.post(
              BASE + "model-versions/create", "{\"name\":\"bens\",\"source\":\"" + source + "\"}");
      assertThat(reply.statusCode()).as(source).isEqualTo(404);
    }
    for (String source :
        new String[] {
          "file:///etc/passwd",
          "/etc/passwd",
          "jar:file:/x!/y",
          "mlflow-artifacts:/../../etc",
          "runs:/" + run + "/../../x",
          "runs:/" + run + "/%2e%2e/x",
          "mlflow-artifacts://host/x",
          "s3://bucket/../x",
          "https://host/%2e%2e/x",
          "relative/path"
        }) {
      HttpResponse<String> reply =
          http.post(
              BASE + "model-versions/create", "{\"name\":\"bens\",\"source\":\"" + source + "\"}");
      assertThat(reply.statusCode()).as(source + reply.body()).isEqualTo(400);
    }
    JsonNode versions = ok(http.get(BASE + "model-versions/search?filter=name%3D'bens'"));
    assertThat(versions.path("model_versions")).isEmpty();
  }

  @Test
  void loggedModelsAreSearchedTaggedAndDeleted() {
    String experiment = experiment("searched");
    String run = run(experiment);
    String[] ids = new String[2];
    for (int i = 0; i < 2; i++) {
      ids[i] =
          post(
                  "logged-models",
                  "{\"experiment_id\":\"%s\",\"name\":\"m%d\",\"tags\":[{\"key\":\"t\",\"value\":\"%d\"}]}"
                      .formatted(experiment, i, i))
              .at("/model/info/model_id")
              .asText();
      post(
          "runs/log-metric",
          "{\"run_id\":\"%s\",\"key\":\"f1-score\",\"value\":%d,\"timestamp\":1,\"model_id\":\"%s\"}"
              .formatted(run, i, ids[i]));
    }
    String in = "{\"experiment_ids\":[\"" + experiment + "\"],";
    JsonNode best =
        post(
            "logged-models/search",
            in
                + "\"order_by\":[{\"field_name\":\"metrics.f1-score\",\"ascending\":false}],"
                + "\"max_results\":1}");
    assertThat(best.at("/models/0/info/name").asText()).isEqualTo("m1");
    assertThat(best.path("next_page_token").asText()).isNotEmpty();
    assertThat(post("logged-models/search", in + "\"filter\":\"tags.t = '0'\"}").path("models"))
        .hasSize(1);
    assertThat(
            post("logged-models/search", in + "\"filter\":\"metrics.`f1-score` > 0.5\"}")
                .path("models"))
        .hasSize(1);
    JsonNode tagged =
        ok(
            http.send(
                "PATCH",
                BASE + "logged-models/" + ids[0] + "/tags",
                "{\"tags\":[{\"key\":\"u\",\"value\":\"1\"}]}"));
    assertThat(tagged.at("/model/info/tags")).hasSize(2);
    assertThat(http.delete(BASE + "logged-models/" + ids[0] + "/tags/u").body()).isEqualTo("{}");
    assertThat(http.delete(BASE + "logged-models/" + ids[0] + "/tags/u").statusCode())
        .isEqualTo(404);
    assertThat(http.delete(BASE + "logged-models/" + ids[0]).body()).isEqualTo("{}");
    assertThat(http.get(BASE + "logged-models/" + ids[0]).statusCode()).isEqualTo(404);
    assertThat(http.get(BASE + "logged-models/" + ids[0] + "?allow_deleted=true").statusCode())
        .isEqualTo(200);
    assertThat(post("logged-models/search", in + "\"filter\":\"\"}").path("models")).hasSize(1);
  }

  @Test
  void measuringAModelThatIsNotThereLogsNothing() {
    String run = run(experiment("unmeasured"));
    HttpResponse<String> reply =
        http.post(
            BASE + "runs/log-metric",
            "{\"run_id\":\"%s\",\"key\":\"a\",\"value\":1,\"timestamp\":1,\"model_id\":\"m-0\"}"
                .formatted(run));
    assertThat(reply.statusCode()).isEqualTo(404);
    assertThat(ok(http.get(BASE + "runs/get?run_id=" + run)).at("/run/data").has("metrics"))
        .isFalse();
  }
}

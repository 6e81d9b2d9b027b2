package io.boathouse.serving.endpoint;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.boathouse.catalog.grant.Privilege;
import io.boathouse.catalog.securable.FullName;
import io.boathouse.catalog.securable.SecurableType;
import io.boathouse.platform.http.TestServer;
import io.boathouse.serving.TestServing;
import io.boathouse.serving.runtime.OnnxModels;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EndpointRoutesTest {
  private static final String BASE = "/api/2.0/serving-endpoints";
  private static final String ONE_COLUMN = "[{\"type\":\"double\",\"name\":\"a\"}]";
  private static final String ASK = "{\"instances\":[[1]]}";

  @TempDir static Path folder;
  private static TestServing serving;

  @BeforeAll
  static void start() {
    serving = new TestServing(folder);
    for (int version = 1; version <= 2; version++) {
      var unused =
          serving.register("m", TestServing.onnx(OnnxModels.linear(version, 0), ONE_COLUMN));
    }
    var unused =
        serving
            .registry
            .aliases()
            .set(serving.admin, FullName.of("main", "default", "m"), "champion", 2);
  }

  @AfterAll
  static void stop() {
    serving.close();
  }

  private static String ask(String endpoint) {
    return serving.http().post("/serving-endpoints/" + endpoint + "/invocations", ASK).body();
  }

  @Test
  void anEndpointLivesThroughCreateUpdateRestartAndDelete() {
    HttpResponse<String> created =
        serving.http().post(BASE, TestServing.creation("life", "m", 1, ""));
    assertThat(created.statusCode()).as(created.body()).isEqualTo(200);
    JsonNode first = TestServer.json(created);
    assertThat(first.at("/state/config_update").asText()).isEqualTo("IN_PROGRESS");
    assertThat(first.at("/pending_config/config_version").asInt()).isEqualTo(1);
    JsonNode ready = serving.await("life");
    assertThat(ready.at("/state/ready").asText()).isEqualTo("READY");
    assertThat(ready.at("/config/served_entities/0/state/deployment").asText())
        .isEqualTo("DEPLOYMENT_READY");
    assertThat(ready.at("/config/served_entities/0/workload_size").asText()).isEqualTo("Small");
    assertThat(ask("life")).isEqualTo("{\"predictions\":[1.0]}");
    HttpResponse<String> updated =
        serving
            .http()
            .send(
                "PUT",
                BASE + "/life/config",
                """
                {"served_entities":[
                   {"entity_name":"main.default.m","entity_version":"champion"},
                   {"entity_name":"main.default.m","entity_version":"1"}],
                 "traffic_config":{"routes":[
                   {"served_entity_name":"m-2","traffic_percentage":75},
                   {"served_model_name":"m-1","traffic_percentage":25}]}}
                """);
    assertThat(updated.statusCode()).as(updated.body()).isEqualTo(200);
    JsonNode second = serving.await("life");
    assertThat(second.at("/config/config_version").asInt()).isEqualTo(2);
    assertThat(second.at("/config/served_entities/0/entity_version").asText()).isEqualTo("2");
    int newer = 0;
    for (int i = 0; i < 100; i++) {
      newer += ask("life").contains("2.0") ? 1 : 0;
    }
    assertThat(newer).isEqualTo(75);
    serving.restart();
    assertThat(serving.await("life").at("/state/ready").asText()).isEqualTo("READY");
    assertThat(ask("life")).contains("predictions");
    assertThat(serving.http().get(BASE).body()).contains("\"life\"");
    assertThat(serving.http().delete(BASE + "/life").statusCode()).isEqualTo(200);
    assertThat(serving.http().get(BASE + "/life").statusCode()).isEqualTo(404);
    assertThat(serving.http().post("/serving-endpoints/life/invocations", ASK).statusCode())
        .isEqualTo(404);
  }

  /** What ServingEndpoint.publishing closes is a short gap, once seen on a busy machine. */
  @Test
  void whatIsThroughAnswers() {
    for (int i = 0; i < 20; i++) {
      int version = i % 2 + 1;
      HttpResponse<String> asked =
          i == 0
              ? serving.http().post(BASE, TestServing.creation("through", "m", version, ""))
              : serving
                  .http()
                  .send(
                      "PUT",
                      BASE + "/through/config",
                      """
                      {"served_entities":[
                        {"entity_name":"main.default.m","entity_version":"%d"}]}
                      """
                          .formatted(version));
      assertThat(asked.statusCode()).as(asked.body()).isEqualTo(200);
      JsonNode found;
      do {
        found = TestServer.json(serving.http().get(BASE + "/through"));
      } while (found.at("/state/config_update").asText().equals("IN_PROGRESS"));
      assertThat(found.at("/state/ready").asText()).as("%d: %s", i, found).isEqualTo("READY");
      assertThat(ask("through"))
          .as("%d", i)
          .isEqualTo("{\"predictions\":[%d.0]}".formatted(version));
    }
  }

  /** Seen to answer 503 now and then without the second try in Predictor.answer. */
  @Test
  void noRequestFailsWhileConfigurationsChange() throws Exception {
    var unused = serving.deploy("busy", "m", 1, "");
    var stop = new AtomicBoolean();
    var answered = new AtomicInteger();
    var failure = new AtomicReference<String>("");
    Thread client =
        Thread.ofVirtual()
            .start(
                () -> {
                  while (!stop.get()) {
                    HttpResponse<String> response =
                        serving.http().post("/serving-endpoints/busy/invocations", ASK);
                    if (response.statusCode() != 200) {
                      failure.set(response.body());
                    }
                    answered.incrementAndGet();
                  }
                });
    for (int i = 0; i < 8; i++) {
      HttpResponse<String> response =
          serving
              .http()
              .send(
                  "PUT",
                  BASE + "/busy/config",
                  """
                  {"served_entities":[{"entity_name":"main.default.m","entity_version":"%d"}]}
                  """
                      .formatted(1 + i % 2));
      assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
      unused = serving.await("busy");
    }
    stop.set(true);
    client.join();
    assertThat(failure.get()).isEmpty();
    assertThat(answered.get()).isPositive();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          {} | name
          {"name":"a b","config":{}} | name
          {"name":"x","config":{}} | served_entities
          {"name":"x","config":{"served_entities":[]}} | served_entities
          {"name":"x","config":{"served_entities":[{"entity_version":"1"}]}} | entity_name
          {"name":"x","config":{"served_entities":[{"entity_name":"main.default.m"}]}} | entity_version
          {"name":"x","config":{"served_entities":[{"entity_name":"m","entity_version":"1"}]}} | entity_name
          {"name":"x","config":{"served_entities":[{"entity_name":"main.default.m","entity_version":"0"}]}} | entity_version
          {"name":"x","config":{"served_entities":[{"entity_name":"main.default.m","entity_version":"nobody"}]}} | nobody
          {"name":"x","config":{"served_entities":[{"entity_name":"main.default.m","entity_version":"1"}],"traffic_config":{"routes":[{"served_entity_name":"m-1","traffic_percentage":99}]}}} | add up to 100
          {"name":"x","config":{"served_entities":[{"entity_name":"main.default.m","entity_version":"1"}],"traffic_config":{"routes":[{"served_entity_name":"other","traffic_percentage":100}]}}} | other
          {"name":"x","config":{"served_entities":[{"entity_name":"main.default.m","entity_version":"1"},{"entity_name":"main.default.m","entity_version":"1"}]}} | different name
          {"name":"x","config":{"served_entities":[{"entity_name":"main.default.m","entity_version":"1"}],"auto_capture_config":{"schema_name":"default","table_name_prefix":"x"}}} | catalog_name
          """)
  void wrongConfigurationIs400AndNamesTheField(String body, String named) {
    HttpResponse<String> response = serving.http().post(BASE, body);
    assertThat(response.statusCode()).as(response.body()).isEqualTo(400);
    assertThat(TestServer.json(response).get("message").asText()).contains(named);
    assertThat(serving.http().get(BASE + "/x").statusCode()).isEqualTo(404);
  }

  @Test
  void aFlavorThatIsNotServedIs400AndNamesThoseFoundAndServed() {
    String mlModel = "flavors:\n  sklearn:\n    pickled_model: model.pkl\n";
    var version =
        serving.register("pickle", Map.of("MLmodel", mlModel.getBytes(StandardCharsets.UTF_8)));
    HttpResponse<String> response =
        serving.http().post(BASE, TestServing.creation("p", "pickle", version.number(), ""));
    assertThat(response.statusCode()).isEqualTo(400);
    assertThat(response.body()).contains("sklearn", "onnx", "tribuo");
  }

  @Test
  void aModelThatCannotBeLoadedFailsTheUpdateAndSaysWhy() {
    var version =
        serving.register(
            "broken", TestServing.onnx("garbage".getBytes(StandardCharsets.UTF_8), ONE_COLUMN));
    JsonNode failed = serving.deploy("broken", "broken", version.number(), "");
    assertThat(failed.at("/state/config_update").asText()).isEqualTo("UPDATE_FAILED");
    assertThat(
            failed.at("/pending_config/served_entities/0/state/deployment_state_message").asText())
        .contains("ONNX");
    HttpResponse<String> asked = serving.http().post("/serving-endpoints/broken/invocations", ASK);
    assertThat(asked.statusCode()).isEqualTo(503);
    assertThat(asked.body()).contains("ONNX");
  }

  @Test
  void rightsAreAskedForEachStep() {
    var unused = serving.deploy("guarded", "m", 1, "");
    TestServer bob = serving.as("bob");
    String update =
        "{\"served_entities\":[{\"entity_name\":\"main.default.m\",\"entity_version\":\"1\"}]}";
    assertThat(bob.post(BASE, TestServing.creation("mine", "m", 1, "")).statusCode())
        .isIn(403, 404);
    assertThat(bob.get(BASE + "/guarded").statusCode()).isEqualTo(404);
    assertThat(bob.get(BASE).body()).doesNotContain("guarded");
    serving.grant(SecurableType.SERVING_ENDPOINT, "guarded", "bob", Privilege.CAN_QUERY);
    assertThat(bob.get(BASE + "/guarded").statusCode()).isEqualTo(200);
    assertThat(bob.send("PUT", BASE + "/guarded/config", update).statusCode()).isEqualTo(403);
    assertThat(bob.delete(BASE + "/guarded").statusCode()).isEqualTo(403);
    serving.grant(SecurableType.METASTORE, "", "bob", Privilege.CREATE_SERVING_ENDPOINT);
    HttpResponse<String> withoutModel = bob.post(BASE, TestServing.creation("mine", "m", 1, ""));
    assertThat(withoutModel.statusCode()).as(withoutModel.body()).isIn(403, 404);
    assertThat(serving.http().get(BASE + "/mine").statusCode()).isEqualTo(404);
  }

  @Test
  void theDescriptionOfAnEndpointTellsItsColumns() {
    serving.deploy("told", "m", 1, "");
    HttpResponse<String> found = serving.http().get(BASE + "/told/openapi");
    assertThat(found.statusCode()).as(found.body()).isEqualTo(200);
    JsonNode row = TestServer.json(found).findPath("dataframe_records").path("items");
    assertThat(row.at("/properties/a/type/0").asText()).isEqualTo("number");
    assertThat(row.at("/required/0").asText()).isEqualTo("a");
    assertThat(serving.as("olga").get(BASE + "/told/openapi").statusCode()).isEqualTo(404);
  }

  @Test
  void theWorkspacesPermissionsAreTheSameGrants() {
    JsonNode endpoint = serving.deploy("shared", "m", 1, "");
    String path = "/api/2.0/permissions/serving-endpoints/" + endpoint.path("id").asText();
    TestServer pia = serving.as("pia");
    assertThat(pia.get(path).statusCode()).isEqualTo(404);
    HttpResponse<String> added =
        serving
            .http()
            .send(
                "PATCH",
                path,
                "{\"access_control_list\":[{\"user_name\":\"pia\","
                    + "\"permission_level\":\"CAN_QUERY\"}]}");
    assertThat(added.statusCode()).as(added.body()).isEqualTo(200);
    assertThat(added.body()).contains("\"user_name\":\"pia\"", "CAN_QUERY");
    assertThat(pia.post("/serving-endpoints/shared/invocations", ASK).statusCode()).isEqualTo(200);
    assertThat(pia.get(path + "/permissionLevels").body()).contains("CAN_MANAGE", "CAN_VIEW");
    assertThat(
            pia.send(
                    "PATCH",
                    path,
                    "{\"access_control_list\":[{\"user_name\":\"pia\","
                        + "\"permission_level\":\"CAN_MANAGE\"}]}")
                .statusCode())
        .isEqualTo(403);
    HttpResponse<String> set =
        serving
            .http()
            .send(
                "PUT",
                path,
                "{\"access_control_list\":[{\"user_name\":\"pia\","
                    + "\"permission_level\":\"CAN_VIEW\"}]}");
    assertThat(set.body()).contains("CAN_VIEW").doesNotContain("CAN_QUERY");
    assertThat(pia.post("/serving-endpoints/shared/invocations", ASK).statusCode()).isEqualTo(403);
    assertThat(
            serving
                .http()
                .send(
                    "PATCH",
                    path,
                    "{\"access_control_list\":[{\"user_name\":\"pia\","
                        + "\"permission_level\":\"CAN_FLY\"}]}")
                .statusCode())
        .isEqualTo(400);
    assertThat(serving.http().get("/api/2.0/permissions/serving-endpoints/nothing").statusCode())
        .isEqualTo(404);
  }

  @Test
  void theMetricsOfAnEndpointCountItsOwnRequests() {
    var unused = serving.deploy("metered", "m", 1, "");
    for (int i = 0; i < 3; i++) {
      assertThat(ask("metered")).contains("1.0");
    }
    String wrong = "{\"instances\":[[\"x\"]]}";
    assertThat(serving.http().post("/serving-endpoints/metered/invocations", wrong).statusCode())
        .isEqualTo(400);
    HttpResponse<String> reply = serving.http().get(BASE + "/metered/metrics");
    assertThat(reply.headers().firstValue("content-type").orElse("")).startsWith("text/plain");
    String labels = "{endpoint_name=\"metered\"}";
    assertThat(reply.body().lines())
        .contains(
            "request_count_total" + labels + " 4.0",
            "request_4xx_count_total" + labels + " 1.0",
            "request_5xx_count_total" + labels + " 0.0",
            "# TYPE request_latency_ms histogram",
            "request_latency_ms_count" + labels + " 4.0",
            "request_latency_ms_bucket{endpoint_name=\"metered\",le=\"+Inf\"} 4.0",
            "boathouse_phase_latency_ms_count{endpoint_name=\"metered\",phase=\"score\"} 3.0",
            "provisioned_concurrent_requests_total" + labels + " 16.0")
        .noneMatch(line -> line.contains("NaN"))
        .allMatch(line -> line.matches("# (HELP|TYPE) .*|[a-z0-9_]+\\{[^}]*} [-0-9.E]+"));
    assertThat(serving.as("nosy").get(BASE + "/metered/metrics").statusCode()).isEqualTo(404);
    assertThat(serving.http().get(BASE + "/nowhere/metrics").statusCode()).isEqualTo(404);
  }

  @Test
  void theLogOfAServedModelTellsOfItsLoadAndOfErrorsWithoutTheirContent() {
    var unused = serving.deploy("logged", "m", 2, "");
    String wrong = "{\"instances\":[[\"a secret\"]]}";
    assertThat(serving.http().post("/serving-endpoints/logged/invocations", wrong).statusCode())
        .isEqualTo(400);
    String served = BASE + "/logged/served-models/";
    String build = logs(served + "only/build-logs");
    assertThat(build.lines())
        .hasSize(2)
        .anyMatch(line -> line.endsWith("INFO Loading main.default.m version 2 as admin"))
        .anyMatch(line -> line.contains("is loaded by OnnxRuntime; features none"));
    assertThat(logs(served + "only/logs"))
        .startsWith(build)
        .contains("ERROR prediction ", "INVALID_ARGUMENT ")
        .doesNotContain("secret");
    HttpResponse<String> absent = serving.http().get(served + "other/logs");
    assertThat(absent.statusCode()).isEqualTo(404);
    assertThat(absent.body()).contains("SERVED_ENTITY_NOT_FOUND", "It serves: only.");
    TestServer reader = serving.as("reader");
    serving.grant(SecurableType.SERVING_ENDPOINT, "logged", "reader", Privilege.CAN_VIEW);
    assertThat(reader.get(served + "only/logs").statusCode()).isEqualTo(403);
  }

  private static String logs(String path) {
    return TestServer.json(serving.http().get(path)).path("logs").asText();
  }

  private static List<String> events(String endpoint) {
    List<String> types = new ArrayList<>();
    TestServer.json(
            serving.http().get("/api/2.0/boathouse/serving-endpoints/" + endpoint + "/events"))
        .path("events")
        .forEach(event -> types.add(event.path("type").asText()));
    return types;
  }

  /** Held by the throw in RateGate.admit. */
  @Test
  void aFrozenEndpointAnswersNobodyUntilItIsThawedAndThroughARestart() {
    var unused = serving.deploy("icy", "m", 1, "");
    String freeze = "/api/2.0/boathouse/serving-endpoints/icy/freeze";
    String reason = "{\"reason\":\"trained on a recalled file\"}";
    assertThat(serving.as("zoe").send("PUT", freeze, reason).statusCode()).isEqualTo(404);
    serving.grant(SecurableType.SERVING_ENDPOINT, "icy", "zoe", Privilege.CAN_QUERY);
    assertThat(serving.as("zoe").send("PUT", freeze, reason).statusCode()).isEqualTo(403);
    assertThat(serving.http().send("PUT", freeze, "{}").statusCode()).isEqualTo(400);
    HttpResponse<String> frozen = serving.http().send("PUT", freeze, reason);
    assertThat(frozen.statusCode()).as(frozen.body()).isEqualTo(200);
    assertThat(TestServer.json(frozen).at("/frozen/by").asText()).isEqualTo("admin");
    serving.restart();
    assertThat(serving.await("icy").at("/state/ready").asText()).isEqualTo("READY");
    HttpResponse<String> refused =
        serving.as("zoe").post("/serving-endpoints/icy/invocations", ASK);
    assertThat(refused.statusCode()).isEqualTo(400);
    assertThat(refused.body()).contains("is frozen: trained on a recalled file");
    HttpResponse<String> inferred =
        serving
            .http()
            .post(
                "/v2/models/icy/infer",
                "{\"inputs\":[{\"name\":\"x\",\"shape\":[1,1],\"datatype\":\"FP32\",\"data\":[1]}]}");
    assertThat(inferred.statusCode()).as(inferred.body()).isEqualTo(400);
    assertThat(inferred.body()).contains("is frozen");
    assertThat(serving.http().delete(freeze).statusCode()).isEqualTo(200);
    assertThat(ask("icy")).isEqualTo("{\"predictions\":[1.0]}");
    assertThat(events("icy"))
        .containsExactly("THAWED", "RESTORED", "FROZEN", "DEPLOYED", "LOADED", "UPDATE_STARTED");
  }

  @Test
  void eventsTellWhyAnUpdateFailedToThoseWhoMaySeeTheEndpoint() {
    var unused = serving.deploy("heard", "m", 1, "");
    var broken = serving.register("broken", TestServing.onnx(new byte[] {1, 2, 3}, ONE_COLUMN));
    HttpResponse<String> asked =
        serving
            .http()
            .send(
                "PUT",
                BASE + "/heard/config",
                "{\"served_entities\":[{\"entity_name\":\"main.default.broken\",\"entity_version\":\"%d\"}]}"
                    .formatted(broken.number()));
    assertThat(asked.statusCode()).as(asked.body()).isEqualTo(200);
    assertThat(serving.await("heard").at("/state/config_update").asText())
        .isEqualTo("UPDATE_FAILED");
    assertThat(events("heard"))
        .containsExactly("UPDATE_FAILED", "UPDATE_STARTED", "DEPLOYED", "LOADED", "UPDATE_STARTED");
    String events = "/api/2.0/boathouse/serving-endpoints/heard/events";
    assertThat(serving.http().get(events).body()).contains("cannot be loaded");
    assertThat(serving.as("yan").get(events).statusCode()).isEqualTo(404);
  }
}

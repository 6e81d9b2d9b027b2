package io.boathouse.serving.endpoint;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.boathouse.catalog.grant.Privilege;
import io.boathouse.catalog.securable.FullName;
import io.boathouse.catalog.securable.SecurableType;
import io.boathouse.platform.http.TestServer;
import io.boathouse.serving.TestServing;
import io.boathouse.serving.runtime.OnnxModels;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TrafficTest {
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
        serving.register(
            "m",
            TestServing.onnx(
                OnnxModels.linear(3, 0, 0),
                "[{\"type\":\"double\",\"name\":\"a\"},{\"type\":\"double\",\"name\":\"b\","
                    + "\"required\":true}]"));
  }

  @AfterAll
  static void stop() {
    serving.close();
  }

  private static HttpResponse<String> ask(String endpoint) {
    return serving.http().post("/serving-endpoints/" + endpoint + "/invocations", ASK);
  }

  private static void update(String endpoint, String config) {
    HttpResponse<String> reply =
        serving.http().send("PUT", BASE + "/" + endpoint + "/config", config);
    assertThat(reply.statusCode()).as(reply.body()).isEqualTo(200);
  }

  private static JsonNode traffic(String endpoint) {
    return TestServer.json(
        serving.http().get("/api/2.0/boathouse/serving-endpoints/" + endpoint + "/traffic"));
  }

  private static String canary(int version, String more) {
    return """
    {"served_entities": [{"name": "only", "entity_name": "main.default.m", "entity_version": "%d"}],
     "canary": {"steps": [20, 60], "step_seconds": 0, "min_requests": 8, "max_error_rate": 0.1,
       "max_latency_ratio": 1000}%s}
    """
        .formatted(version, more);
  }

  @Test
  void aCanaryThatDoesAsWellTakesOverStepByStep() {
    var unused = serving.deploy("well", "m", 1, "");
    update("well", canary(2, ""));
    Set<Integer> shares = new HashSet<>();
    int asked = 0;
    while (traffic("well").path("config_version").asInt() == 1 && asked < 2000) {
      shares.add(traffic("well").at("/canary/traffic_percentage").asInt());
      assertThat(ask("well").statusCode()).isEqualTo(200);
      asked++;
    }
    assertThat(shares).contains(20, 60);
    JsonNode promoted = serving.await("well");
    assertThat(promoted.at("/config/config_version").asInt()).isEqualTo(2);
    assertThat(promoted.at("/config/canary/steps/1").asInt()).isEqualTo(60);
    assertThat(ask("well").body()).isEqualTo("{\"predictions\":[2.0]}");
  }

  /** Seen to go on failing requests without the comparison in CanaryJudge. */
  @Test
  void aCanaryWhoseRequestsFailIsTakenBack() {
    var unused = serving.deploy("ill", "m", 1, "");
    update("ill", canary(3, ""));
    int failed = 0;
    for (int i = 0; i < 2000 && traffic("ill").path("message").isMissingNode(); i++) {
      failed += ask("ill").statusCode() == 200 ? 0 : 1;
    }
    JsonNode taken = serving.await("ill");
    assertThat(taken.at("/state/config_update").asText()).isEqualTo("UPDATE_FAILED");
    assertThat(taken.at("/config/config_version").asInt()).isEqualTo(1);
    assertThat(traffic("ill").path("message").asText()).contains("taken back", "requests failed");
    assertThat(failed).isPositive();
    assertThat(ask("ill").body()).isEqualTo("{\"predictions\":[1.0]}");
  }

  @Test
  void aCanaryStaysAtItsStepThroughARestartAndGivesWayToWhatIsAskedFor() {
    var unused = serving.deploy("stays", "m", 1, "");
    update("stays", canary(2, "").replace("\"min_requests\": 8", "\"min_requests\": 100000"));
    awaitCanary();
    serving.restart();
    awaitCanary();
    int newer = 0;
    for (int i = 0; i < 100; i++) {
      newer += ask("stays").body().contains("2.0") ? 1 : 0;
    }
    assertThat(newer).isEqualTo(20);
    update(
        "stays",
        "{\"served_entities\": [{\"entity_name\": \"main.default.m\", \"entity_version\":"
            + " \"1\"}]}");
    assertThat(serving.await("stays").at("/config/config_version").asInt()).isEqualTo(3);
    assertThat(traffic("stays").has("canary")).isFalse();
  }

  private static void awaitCanary() {
    for (int i = 0; i < 400 && !traffic("stays").has("canary"); i++) {
      LockSupport.parkNanos(25_000_000);
    }
    assertThat(traffic("stays").at("/canary/traffic_percentage").asInt()).isEqualTo(20);
  }

  @Test
  void aShadowIsAskedBesideAndItsAnswersAreComparedAndGoNowhere() {
    HttpResponse<String> created =
        serving
            .http()
            .post(
                BASE,
                """
                {"name": "shaded", "config": {"served_entities": [
                  {"name": "old", "entity_name": "main.default.m", "entity_version": "1"},
                  {"name": "same", "entity_name": "main.default.m", "entity_version": "1"},
                  {"name": "new", "entity_name": "main.default.m", "entity_version": "2"}],
                  "traffic_config": {"routes": [
                    {"served_entity_name": "old", "traffic_percentage": 100}],
                    "shadow": {"served_entity_name": "new", "percentage": 50}}}}
                """);
    assertThat(created.statusCode()).as(created.body()).isEqualTo(200);
    JsonNode ready = serving.await("shaded");
    assertThat(ready.at("/config/traffic_config/shadow/percentage").asInt()).isEqualTo(50);
    for (int i = 0; i < 100; i++) {
      assertThat(ask("shaded").body()).isEqualTo("{\"predictions\":[1.0]}");
    }
    JsonNode shadow = awaitCompared(50);
    assertThat(shadow.path("different").asInt() + shadow.path("dropped").asInt()).isEqualTo(50);
    assertThat(shadow.path("largest_difference").asDouble()).isEqualTo(0.5);
    assertThat(shadow.path("last_different_prediction_id").asText()).hasSize(36);
    update(
        "shaded",
        """
        {"served_entities": [
          {"name": "old", "entity_name": "main.default.m", "entity_version": "1"},
          {"name": "same", "entity_name": "main.default.m", "entity_version": "1"}],
         "traffic_config": {"shadow": {"served_entity_name": "same"}}}
        """);
    var unused = serving.await("shaded");
    for (int i = 0; i < 5; i++) {
      unused = TestServer.json(ask("shaded"));
    }
    JsonNode equal = awaitCompared(5);
    assertThat(equal.path("different").asInt()).isZero();
    assertThat(equal.path("same").asInt()).isPositive();
  }

  private static JsonNode awaitCompared(int wanted) {
    JsonNode shadow = traffic("shaded").path("shadow");
    for (int i = 0;
        i < 400
            && shadow.path("same").asInt()
                    + shadow.path("different").asInt()
                    + shadow.path("dropped").asInt()
                < wanted;
        i++) {
      LockSupport.parkNanos(25_000_000);
      shadow = traffic("shaded").path("shadow");
    }
    return shadow;
  }

  @Test
  void requestsOfOneRoutingKeyAreAnsweredByOneEntity() {
    HttpResponse<String> created =
        serving
            .http()
            .post(
                BASE,
                """
                {"name": "sticky", "config": {"served_entities": [
                  {"name": "a", "entity_name": "main.default.m", "entity_version": "1"},
                  {"name": "b", "entity_name": "main.default.m", "entity_version": "2"}],
                  "traffic_config": {"routes": [
                    {"served_entity_name": "a", "traffic_percentage": 50},
                    {"served_entity_name": "b", "traffic_percentage": 50}]}}}
                """);
    assertThat(created.statusCode()).as(created.body()).isEqualTo(200);
    var unused = serving.await("sticky");
    int first = 0;
    for (int key = 0; key < 60; key++) {
      Set<String> answers = new HashSet<>();
      for (int i = 0; i < 3; i++) {
        answers.add(keyed("k" + key));
      }
      assertThat(answers).hasSize(1);
      first += answers.contains("{\"predictions\":[1.0]}") ? 1 : 0;
    }
    assertThat(first).isBetween(15, 45);
  }

  private static String keyed(String key) {
    return serving
        .http()
        .send(
            serving
                .http()
                .request("/serving-endpoints/sticky/invocations")
                .header("X-Routing-Key", key)
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString(ASK)))
        .body();
  }

  @Test
  void anAliasThatMovesRollsTheEndpointOutAnewWhereThePolicySaysSo() {
    FullName model = FullName.of("main", "default", "m");
    var unused = serving.registry.aliases().set(serving.admin, model, "live", 1);
    HttpResponse<String> created =
        serving
            .http()
            .post(
                BASE,
                """
                {"name": "follows", "config": {"on_alias_change": "redeploy", "served_entities": [
                  {"name": "only", "entity_name": "main.default.m", "entity_version": "live"}]}}
                """);
    assertThat(created.statusCode()).as(created.body()).isEqualTo(200);
    assertThat(serving.await("follows").at("/config/on_alias_change").asText())
        .isEqualTo("redeploy");
    assertThat(ask("follows").body()).contains("1.0");
    unused = serving.registry.aliases().set(serving.admin, model, "live", 2);
    for (int i = 0; i < 400 && ask("follows").body().contains("1.0"); i++) {
      LockSupport.parkNanos(25_000_000);
    }
    assertThat(ask("follows").body()).contains("2.0");
    assertThat(serving.await("follows").at("/config/config_version").asInt()).isEqualTo(2);
  }

  /** Seen to answer 200 without RateGate.admit in LiveEndpoint.enter. */
  @Test
  void whoAsksTooOftenIsToldWhenToComeBack() {
    var unused = serving.deploy("limited", "m", 1, "");
    HttpResponse<String> set =
        serving
            .http()
            .send(
                "PUT",
                BASE + "/limited/rate-limits",
                "{\"rate_limits\":[{\"calls\":2,\"key\":\"user\",\"renewal_period\":\"minute\"}]}");
    assertThat(set.body())
        .isEqualTo(
            "{\"rate_limits\":[{\"calls\":2,\"key\":\"user\",\"renewal_period\":\"minute\"}]}");
    assertThat(ask("limited").statusCode()).isEqualTo(200);
    assertThat(ask("limited").statusCode()).isEqualTo(200);
    HttpResponse<String> refused = ask("limited");
    assertThat(refused.statusCode()).isEqualTo(429);
    assertThat(Integer.parseInt(refused.headers().firstValue("retry-after").orElse("0")))
        .isBetween(1, 60);
    assertThat(TestServer.json(refused).path("error_code").asText())
        .isEqualTo("REQUEST_LIMIT_EXCEEDED");
    TestServer uma = serving.as("uma");
    serving.grant(SecurableType.SERVING_ENDPOINT, "limited", "uma", Privilege.CAN_QUERY);
    assertThat(uma.post("/serving-endpoints/limited/invocations", ASK).statusCode()).isEqualTo(200);
    assertThat(uma.send("PUT", BASE + "/limited/rate-limits", "{}").statusCode()).isEqualTo(403);
    unused = TestServer.json(serving.http().send("PUT", BASE + "/limited/rate-limits", "{}"));
    assertThat(ask("limited").statusCode()).isEqualTo(200);
  }

  @Test
  void tagsAreAddedAndTakenAway() {
    var unused = serving.deploy("tagged", "m", 1, "");
    HttpResponse<String> added =
        serving
            .http()
            .send(
                "PATCH",
                BASE + "/tagged/tags",
                "{\"add_tags\":[{\"key\":\"team\",\"value\":\"sea\"},{\"key\":\"old\"}]}");
    assertThat(added.body())
        .isEqualTo(
            "{\"tags\":[{\"key\":\"old\",\"value\":\"\"},{\"key\":\"team\",\"value\":\"sea\"}]}");
    HttpResponse<String> removed =
        serving.http().send("PATCH", BASE + "/tagged/tags", "{\"delete_tags\":[\"old\"]}");
    assertThat(removed.body()).isEqualTo("{\"tags\":[{\"key\":\"team\",\"value\":\"sea\"}]}");
    assertThat(serving.await("tagged").at("/tags/0/key").asText()).isEqualTo("team");
  }

  @Test
  void environmentVariablesAreKeptAndSecretsStayReferences() {
    String variables =
        """
        {"name": "env", "config": {"served_entities": [{"entity_name": "main.default.m",
          "entity_version": "1", "environment_vars": {"MODE": "fast", "KEY": "%s"}}]}}
        """;
    HttpResponse<String> wrong =
        serving.http().post(BASE, variables.formatted("{{secrets/only-a-scope}}"));
    assertThat(wrong.statusCode()).isEqualTo(400);
    assertThat(wrong.body()).contains("environment_vars.KEY");
    HttpResponse<String> created =
        serving.http().post(BASE, variables.formatted("{{secrets/prod/key}}"));
    assertThat(created.statusCode()).as(created.body()).isEqualTo(200);
    assertThat(serving.await("env").at("/config/served_entities/0/environment_vars/KEY").asText())
        .isEqualTo("{{secrets/prod/key}}");
  }
}

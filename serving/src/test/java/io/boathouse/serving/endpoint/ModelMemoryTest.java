package io.boathouse.serving.endpoint;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.boathouse.catalog.grant.Privilege;
import io.boathouse.catalog.securable.SecurableType;
import io.boathouse.platform.http.TestServer;
import io.boathouse.serving.ServingConfig;
import io.boathouse.serving.TestServing;
import io.boathouse.serving.runtime.OnnxModels;
import io.boathouse.serving.scale.ScaleToZero;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Each model here needs a bit more than 4 MB the first time: 1 MB and three times its file of 1 MB.
 * Two of them leave less than any file takes.
 */
class ModelMemoryTest {
  private static final long BUDGET = 9L << 20;
  private static final String BASE = "/api/2.0/serving-endpoints";
  private static final String INPUT =
      "[{\"type\":\"tensor\",\"name\":\"input\",\"tensor-spec\":{\"dtype\":\"float32\","
          + "\"shape\":[-1,512]}}]";

  @TempDir Path folder;
  private TestServing serving;

  @BeforeEach
  void start() {
    serving =
        new TestServing(
            folder,
            ServingConfig.DEFAULTS.with(BUDGET, new ScaleToZero(Duration.ofMillis(400), 64)));
    for (String model : List.of("a", "b", "c", "nap", "x", "y", "z", "a")) {
      var unused = serving.register(model, TestServing.onnx(OnnxModels.slow(512, 1), INPUT));
    }
  }

  @AfterEach
  void stop() {
    serving.close();
  }

  private static String entity(String model, int version, boolean sleeps) {
    return """
    {"served_entities": [{"name": "only", "entity_name": "main.default.%s",
      "entity_version": "%d", "scale_to_zero_enabled": %s}]}
    """
        .formatted(model, version, sleeps);
  }

  private void create(String endpoint, boolean sleeps) {
    HttpResponse<String> reply =
        serving
            .http()
            .post(
                BASE,
                "{\"name\": \""
                    + endpoint
                    + "\", \"config\": "
                    + entity(endpoint, 1, sleeps)
                    + "}");
    assertThat(reply.statusCode()).as(reply.body()).isEqualTo(200);
  }

  private JsonNode deploy(String endpoint, boolean sleeps) {
    create(endpoint, sleeps);
    return serving.await(endpoint);
  }

  private JsonNode get(String endpoint) {
    return TestServer.json(serving.http().get(BASE + "/" + endpoint));
  }

  private static String update(JsonNode endpoint) {
    return endpoint.path("state").path("config_update").asText();
  }

  private static JsonNode only(JsonNode endpoint) {
    return endpoint.path("config").path("served_entities").path(0);
  }

  private HttpResponse<String> ask(String endpoint) {
    String row = "0,".repeat(511) + "0";
    return serving
        .http()
        .post(
            "/serving-endpoints/" + endpoint + "/invocations",
            "{\"inputs\": {\"input\": [[" + row + "]]}}");
  }

  private double used() {
    return serving.meters.get("boathouse.serving.model.memory.used").gauge().value();
  }

  private void awaitSleep(String endpoint) {
    for (int i = 0; i < 400; i++) {
      if (only(get(endpoint))
          .path("state")
          .path("deployment_state_message")
          .asText()
          .equals("Scaled to zero")) {
        return;
      }
      LockSupport.parkNanos(25_000_000);
    }
    throw new AssertionError(get(endpoint).toString());
  }

  private List<String> events(String endpoint) {
    List<String> types = new ArrayList<>();
    TestServer.json(
            serving.http().get("/api/2.0/boathouse/serving-endpoints/" + endpoint + "/events"))
        .path("events")
        .forEach(event -> types.add(event.path("type").asText()));
    return types;
  }

  @Test
  void whatDoesNotFitIsRefusedWithTheFiguresAndWhatAnswersGoesOn() {
    assertThat(update(deploy("a", false))).isEqualTo("NOT_UPDATING");
    assertThat(only(get("a")).path("model_memory_bytes").asLong()).isBetween(4L << 20, 5L << 20);
    assertThat(update(deploy("b", false))).isEqualTo("NOT_UPDATING");
    // Both the old and the new configuration would be in memory.
    HttpResponse<String> asked =
        serving.http().send("PUT", BASE + "/a/config", entity("a", 2, false));
    assertThat(asked.statusCode()).isEqualTo(200);
    JsonNode refused = serving.await("a");
    assertThat(update(refused)).isEqualTo("UPDATE_FAILED");
    assertThat(
            refused.at("/pending_config/served_entities/0/state/deployment_state_message").asText())
        .contains("of the " + BUDGET + " bytes")
        .contains("a/only of configuration 1: ")
        .contains("b/only of configuration 1: ");
    assertThat(only(refused).path("entity_version").asText()).isEqualTo("1");
    assertThat(ask("a").statusCode()).as(ask("a").body()).isEqualTo(200);
    assertThat(events("a")).contains("UPDATE_FAILED");
    assertThat(serving.http().get(BASE + "/a/metrics").body())
        .contains("boathouse_model_memory_bytes{endpoint_name=\"a\",config_version=\"1\"");
    assertThat(serving.http().send("DELETE", BASE + "/b", "").statusCode()).isEqualTo(200);
    for (int i = 0; i < 400 && used() > 5 << 20; i++) {
      LockSupport.parkNanos(25_000_000);
    }
    var unused = serving.http().send("PUT", BASE + "/a/config", entity("a", 2, false));
    assertThat(update(serving.await("a"))).isEqualTo("NOT_UPDATING");
    assertThat(serving.query("SELECT 1")).isNotEmpty();
  }

  @Test
  void ofTwoRolloutsAtOnceOneGetsTheLastBytes() {
    assertThat(update(deploy("a", false))).isEqualTo("NOT_UPDATING");
    try (var threads = Executors.newFixedThreadPool(2)) {
      CompletableFuture.allOf(
              CompletableFuture.runAsync(() -> create("b", false), threads),
              CompletableFuture.runAsync(() -> create("c", false), threads))
          .join();
    }
    assertThat(List.of(update(serving.await("b")), update(serving.await("c"))))
        .containsExactlyInAnyOrder("NOT_UPDATING", "UPDATE_FAILED");
    assertThat(used()).isBetween(1.0, (double) BUDGET);
  }

  @Test
  void whatNobodyAsksForSleepsAndTheNextRequestWakesIt() {
    var unused = deploy("nap", true);
    awaitSleep("nap");
    assertThat(get("nap").path("state").path("ready").asText()).isEqualTo("READY");
    assertThat(only(get("nap")).path("state").path("deployment").asText())
        .isEqualTo("DEPLOYMENT_READY");
    assertThat(used()).isZero();
    List<CompletableFuture<HttpResponse<String>>> replies = new ArrayList<>();
    try (var threads = Executors.newFixedThreadPool(12)) {
      for (int i = 0; i < 12; i++) {
        replies.add(CompletableFuture.supplyAsync(() -> ask("nap"), threads));
      }
    }
    assertThat(replies).allMatch(reply -> reply.join().statusCode() == 200);
    assertThat(events("nap").stream().filter("COLD_START"::equals).count()).isEqualTo(1);
    assertThat(events("nap")).contains("SCALED_TO_ZERO");
    assertThat(
            serving
                .meters
                .get("boathouse.serving.cold.start.duration")
                .tag("endpoint", "nap")
                .timer()
                .count())
        .isEqualTo(1);
    // What the process grew by corrects the estimate, within bounds.
    assertThat(only(get("nap")).path("model_memory_bytes").asLong()).isBetween(1L << 20, 9L << 20);
  }

  @Test
  void aColdStartThatFindsNoRoomSaysSoAndNamesNoOther() {
    var unused = deploy("nap", true);
    awaitSleep("nap");
    unused = deploy("a", false);
    unused = deploy("b", false);
    HttpResponse<String> refused = ask("nap");
    assertThat(refused.statusCode()).as(refused.body()).isEqualTo(503);
    assertThat(refused.headers().firstValue("retry-after")).isPresent();
    assertThat(refused.body())
        .contains(Long.toString(BUDGET))
        .contains("others: 2")
        .doesNotContain("a/only");
    assertThat(events("nap")).contains("COLD_START_FAILED");
    assertThat(serving.http().send("DELETE", BASE + "/a", "").statusCode()).isEqualTo(200);
    int status = 503;
    for (int i = 0; i < 400 && status == 503; i++) {
      LockSupport.parkNanos(25_000_000);
      status = ask("nap").statusCode();
    }
    assertThat(status).isEqualTo(200);
  }

  private String index(String body) {
    return serving.http().post("/v2/repository/index", body).body();
  }

  @Test
  void theRepositoryUnloadsAndLoadsForWhoManagesTheEndpoint() {
    var unused = deploy("a", false);
    unused = deploy("b", true);
    assertThat(serving.as("asker").get(BASE + "/a").statusCode()).isEqualTo(404);
    serving.grant(SecurableType.SERVING_ENDPOINT, "a", "asker", Privilege.CAN_QUERY);
    String unload = "/v2/repository/models/a/unload";
    String load = "/v2/repository/models/a/load";
    assertThat(serving.as("asker").post(unload, "{}").statusCode()).isEqualTo(403);
    assertThat(serving.as("stranger").post(load, "{}").statusCode()).isEqualTo(404);
    assertThat(ask("a").statusCode()).isEqualTo(200);
    awaitSleep("b");
    assertThat(serving.http().post(unload, "").statusCode()).isEqualTo(200);
    assertThat(used()).isZero();
    assertThat(index("{}")).contains("\"unloaded\"", "\"scaled to zero\"");
    assertThat(index("{\"ready\": true}")).isEqualTo("[]");
    HttpResponse<String> refused = ask("a");
    assertThat(refused.statusCode()).isEqualTo(400);
    assertThat(refused.body()).contains("was unloaded by who manages it");
    assertThat(serving.http().post(load, "{\"parameters\": {\"config\": \"{}\"}}").body())
        .contains("'config' is not taken");
    assertThat(serving.http().post(load, "{}").statusCode()).isEqualTo(200);
    assertThat(index("{\"ready\": true}")).contains("\"READY\"").doesNotContain("UNAVAILABLE");
    assertThat(ask("a").statusCode()).isEqualTo(200);
  }

  @Test
  void moreThanFitsComesBackAfterARestart() {
    for (String name : List.of("x", "y", "z")) {
      var unused = deploy(name, true);
      awaitSleep(name);
    }
    serving.restart();
    for (String name : List.of("x", "y", "z")) {
      var unused = serving.await(name);
      int status = 503;
      for (int i = 0; i < 400 && status == 503; i++) {
        status = ask(name).statusCode();
        LockSupport.parkNanos(25_000_000);
      }
      assertThat(status).isEqualTo(200);
      assertThat(used()).isBetween(1.0, (double) BUDGET);
    }
  }
}

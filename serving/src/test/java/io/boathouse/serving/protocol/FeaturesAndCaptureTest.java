package io.boathouse.serving.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.boathouse.catalog.grant.Privilege;
import io.boathouse.catalog.securable.SecurableType;
import io.boathouse.platform.error.LakeException;
import io.boathouse.platform.http.TestServer;
import io.boathouse.serving.LateEndpoint;
import io.boathouse.serving.TestServing;
import io.boathouse.serving.capture.InferenceTable;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A model with a feature spec, whose predictions are kept: the whole way of one request. */
class FeaturesAndCaptureTest {
  @TempDir static Path folder;
  private static TestServing serving;

  @BeforeAll
  static void start() {
    serving = new TestServing(folder);
    JsonNode endpoint = LateEndpoint.deploy(serving);
    assertThat(endpoint.at("/state/ready").asText()).as("%s", endpoint).isEqualTo("READY");
  }

  @AfterAll
  static void stop() {
    serving.close();
  }

  private static HttpResponse<String> ask(TestServer as, String row) {
    return as.post("/serving-endpoints/late/invocations", "{\"dataframe_records\":[" + row + "]}");
  }

  @Test
  void featuresComeFromTheStoreInTheOrderOfTheSignature() {
    float expected = (float) 0.1 + 0.5f * 8 + 100f * 7;
    HttpResponse<String> response =
        ask(serving.http(), "{\"origin\":\"ATL\",\"distance\":8,\"late_share\":99}");
    assertThat(response.body()).isEqualTo("{\"predictions\":[" + expected + "]}");
  }

  @Test
  void aNullFeatureAndAnUnknownKeyAreMissingValues() {
    assertThat(ask(serving.http(), "{\"origin\":\"ORD\",\"distance\":8}").body())
        .isEqualTo("{\"predictions\":[null]}");
    assertThat(ask(serving.http(), "{\"origin\":\"XYZ\",\"distance\":8}").body())
        .isEqualTo("{\"predictions\":[null]}");
  }

  @Test
  void case87_aMissingOrWrongLookupKeyIs400AndNamed() {
    HttpResponse<String> missing = ask(serving.http(), "{\"distance\":8}");
    assertThat(missing.statusCode()).isEqualTo(400);
    assertThat(missing.body()).contains("'origin' is missing in row 0");
    HttpResponse<String> wrong = ask(serving.http(), "{\"origin\":5,\"distance\":8}");
    assertThat(wrong.statusCode()).isEqualTo(400);
    assertThat(wrong.body()).contains("'origin'", "row 0 has 5");
  }

  @Test
  void theCallerNeedsNoRightOnFeaturesButTheDeployerDoes() {
    TestServer bob = serving.as("bob");
    serving.grant(SecurableType.SERVING_ENDPOINT, "late", "bob", Privilege.CAN_QUERY);
    assertThat(ask(bob, "{\"origin\":\"ATL\",\"distance\":8}").statusCode()).isEqualTo(200);
    serving.grant(SecurableType.METASTORE, "", "bob", Privilege.CREATE_SERVING_ENDPOINT);
    serving.grant(SecurableType.CATALOG, "main", "bob", Privilege.USE_CATALOG);
    serving.grant(SecurableType.SCHEMA, "main.default", "bob", Privilege.USE_SCHEMA);
    serving.grant(SecurableType.REGISTERED_MODEL, "main.default.late", "bob", Privilege.EXECUTE);
    HttpResponse<String> denied =
        bob.post("/api/2.0/serving-endpoints", TestServing.creation("bobs", "late", 1, ""));
    assertThat(denied.statusCode()).as(denied.body()).isIn(403, 404);
    assertThat(serving.http().get("/api/2.0/serving-endpoints/bobs").statusCode()).isEqualTo(404);
  }

  @Test
  void aFeatureSpecIsServedWithoutAModelAndAnswersOutputs() {
    HttpResponse<String> created =
        serving
            .http()
            .post(
                "/api/2.0/serving-endpoints",
                """
                {"name": "only-features", "config": {"served_entities": [
                  {"name": "departures", "entity_name": "main.default.departures"}]}}
                """);
    assertThat(created.statusCode()).as(created.body()).isEqualTo(200);
    assertThat(serving.await("only-features").at("/config/served_entities/0/entity_version"))
        .hasToString("\"1\"");
    HttpResponse<String> found =
        serving
            .http()
            .post(
                "/serving-endpoints/only-features/invocations",
                "{\"dataframe_records\":[{\"origin\":\"ATL\",\"distance\":8},"
                    + "{\"origin\":\"XYZ\",\"distance\":1}]}");
    assertThat(found.body())
        .isEqualTo(
            "{\"outputs\":[{\"origin\":\"ATL\",\"distance\":8.0,\"late_share\":0.1,\"flights\":7},"
                + "{\"origin\":\"XYZ\",\"distance\":1.0,\"late_share\":null,\"flights\":null}]}");
    HttpResponse<String> refused =
        serving
            .http()
            .post(
                "/v2/models/only-features/infer",
                "{\"inputs\":[{\"name\":\"x\",\"shape\":[1],\"datatype\":\"FP32\",\"data\":[1]}]}");
    assertThat(refused.statusCode()).isEqualTo(400);
  }

  private static InferenceTable table(String endpoint) {
    return serving
        .module
        .endpoints()
        .requireQueryable(serving.admin, endpoint)
        .capture()
        .orElseThrow();
  }

  /** Held by the throw in InferenceTable.reserve. */
  @Test
  void case62_aFullLogThatIsRequiredRefusesAndCounts() {
    InferenceTable table = table("late");
    String id = UUID.randomUUID().toString();
    int taken = 0;
    try {
      while (true) {
        var unused = table.reserve(id);
        taken++;
      }
    } catch (LakeException full) {
      HttpResponse<String> refused = ask(serving.http(), "{\"origin\":\"ATL\",\"distance\":8}");
      assertThat(refused.statusCode()).isEqualTo(503);
      assertThat(refused.body()).contains("late_payload");
    } finally {
      for (int i = 0; i < taken; i++) {
        table.release(InferenceTable.Place.KEPT);
      }
    }
    double counted =
        serving
            .meters
            .get("boathouse.serving.inference.log.rows")
            .tag("table", "main.default.late_payload")
            .tag("outcome", "refused")
            .counter()
            .count();
    assertThat(counted).isGreaterThanOrEqualTo(2);
    assertThat(ask(serving.http(), "{\"origin\":\"ATL\",\"distance\":8}").statusCode())
        .isEqualTo(200);
  }

  @Test
  void aFullLogThatIsBestEffortAnswersAndCountsWhatItDropped() {
    JsonNode endpoint =
        serving.deploy(
            "effort",
            "late",
            1,
            """
            ,"auto_capture_config": {"catalog_name": "main", "schema_name": "default",
              "table_name_prefix": "effort", "policy": "best_effort"}\
            """);
    assertThat(endpoint.at("/state/ready").asText()).as("%s", endpoint).isEqualTo("READY");
    InferenceTable table = table("effort");
    String id = UUID.randomUUID().toString();
    int taken = 0;
    while (table.reserve(id) == InferenceTable.Place.KEPT) {
      taken++;
    }
    long before = table.dropped();
    HttpResponse<String> answered =
        serving
            .http()
            .post(
                "/serving-endpoints/effort/invocations",
                "{\"dataframe_records\":[{\"origin\":\"ATL\",\"distance\":8}]}");
    assertThat(answered.statusCode()).isEqualTo(200);
    assertThat(table.dropped()).isEqualTo(before + 1);
    for (int i = 0; i < taken; i++) {
      table.release(InferenceTable.Place.KEPT);
    }
  }

  @Test
  void aPredictionCanBeFoundWithWhatTheModelSaw() {
    HttpResponse<String> response =
        serving
            .http()
            .post(
                "/serving-endpoints/late/invocations",
                "{\"client_request_id\":\"mine\",\"dataframe_records\":"
                    + "[{\"origin\":\"ATL\",\"distance\":8}]}");
    String id = response.headers().firstValue("databricks-request-id").orElseThrow();
    HttpResponse<String> found = serving.http().get("/api/2.0/boathouse/predictions/" + id);
    assertThat(found.statusCode()).as(found.body()).isEqualTo(200);
    JsonNode prediction = TestServer.json(found);
    assertThat(prediction.get("prediction_id").asText()).isEqualTo(id);
    assertThat(prediction.get("client_request_id").asText()).isEqualTo("mine");
    assertThat(prediction.get("model").asText()).isEqualTo("main.default.late");
    assertThat(prediction.get("feature_spec").asText()).isEqualTo("main.default.departures/1");
    assertThat(prediction.get("run_id").asText()).hasSize(32);
    assertThat(prediction.get("features").toString())
        .isEqualTo(
            "{\"columns\":[\"late_share\",\"distance\",\"flights\"],\"data\":[[0.1,8.0,7.0]]}");
    assertThat(prediction.get("response")).isEqualTo(TestServer.json(response));
    HttpResponse<String> unknown =
        serving.http().get("/api/2.0/boathouse/predictions/00000000-0000-4000-8000-000000000000");
    assertThat(unknown.statusCode()).isEqualTo(404);
    assertThat(serving.http().get("/api/2.0/boathouse/predictions/x").statusCode()).isEqualTo(400);
    HttpResponse<String> hidden = serving.as("carl").get("/api/2.0/boathouse/predictions/" + id);
    assertThat(hidden.statusCode()).isEqualTo(404);
  }

  @Test
  void aPredictionIsMadeAgainFromItsRowAndDifferencesAreNamed() {
    HttpResponse<String> response =
        serving
            .http()
            .post(
                "/serving-endpoints/late/invocations",
                "{\"dataframe_records\":[{\"origin\":\"ATL\",\"distance\":0.3},"
                    + "{\"origin\":\"ORD\",\"distance\":8}]}");
    String id = response.headers().firstValue("databricks-request-id").orElseThrow();
    String replay = "/api/2.0/boathouse/predictions/" + id + "/replay";
    HttpResponse<String> replayed = serving.http().post(replay, "{}");
    assertThat(replayed.statusCode()).as(replayed.body()).isEqualTo(200);
    JsonNode comparison = TestServer.json(replayed);
    assertThat(comparison.path("same").asBoolean()).as(replayed.body()).isTrue();
    assertThat(comparison.path("replayed")).isEqualTo(TestServer.json(response));
    assertThat(serving.as("dora").post(replay, "{}").statusCode()).isEqualTo(404);

    // The same row with another answer in it, as a table that somebody changed would have.
    serving.module.captures().flush();
    String changed =
        serving.query(
            "UPDATE main.default.late_payload SET response = replace(response, '[', '[1.5,')"
                + " WHERE databricks_request_id = '%s'".formatted(id));
    assertThat(changed).isNotNull();
    JsonNode differs = TestServer.json(serving.http().post(replay, "{}"));
    assertThat(differs.path("same").asBoolean(true)).isFalse();
    assertThat(differs.at("/differences/0/at").asText()).isEqualTo("/predictions/0");
    assertThat(differs.at("/differences/0/logged").asText()).isEqualTo("1.5");
  }

  @Test
  void writingTheLogEndsAlthoughPredictionsKeepComing() throws InterruptedException {
    AtomicBoolean enough = new AtomicBoolean();
    AtomicLong asked = new AtomicLong();
    long end = System.nanoTime() + 8_000_000_000L;
    Thread caller =
        Thread.ofPlatform()
            .start(
                () -> {
                  while (!enough.get() && System.nanoTime() < end) {
                    HttpResponse<String> unused =
                        ask(serving.http(), "{\"origin\":\"ATL\",\"distance\":8}");
                    asked.incrementAndGet();
                  }
                });
    while (asked.get() < 20) {
      Thread.onSpinWait();
    }
    HttpResponse<String> unknown =
        serving.http().get("/api/2.0/boathouse/predictions/00000000-0000-4000-8000-000000000000");
    boolean stillAsking = caller.isAlive();
    enough.set(true);
    caller.join();
    assertThat(unknown.statusCode()).isEqualTo(404);
    assertThat(stillAsking).isTrue();
  }
}

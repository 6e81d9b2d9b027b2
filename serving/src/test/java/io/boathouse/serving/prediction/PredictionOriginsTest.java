package io.boathouse.serving.prediction;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.boathouse.catalog.grant.Privilege;
import io.boathouse.catalog.lineage.LineageNode;
import io.boathouse.catalog.securable.FullName;
import io.boathouse.catalog.securable.SecurableType;
import io.boathouse.featurestore.join.TrainingSet;
import io.boathouse.featurestore.join.TrainingSetRequest;
import io.boathouse.featurestore.online.ValueType;
import io.boathouse.featurestore.spec.FeatureLookup;
import io.boathouse.featurestore.spec.RequestColumn;
import io.boathouse.featurestore.spec.SpecDefinition;
import io.boathouse.featurestore.table.Aggregate;
import io.boathouse.featurestore.table.Window;
import io.boathouse.featurestore.table.WindowedDefinition;
import io.boathouse.platform.http.TestServer;
import io.boathouse.registry.model.Tag;
import io.boathouse.serving.TestServing;
import io.boathouse.serving.runtime.OnnxModels;
import io.boathouse.sql.statement.StatementRequest;
import io.boathouse.sql.statement.StatementState;
import io.boathouse.sql.statement.StatementView;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** From a prediction back to the file, over what each room tells the catalog by itself. */
class PredictionOriginsTest {
  private static final FullName FEATURES = FullName.of("main", "default", "origins");
  private static final FullName SPEC = FullName.of("main", "default", "leaving");
  private static final String RUN = "f".repeat(32);
  private static final String DIGEST = "ab".repeat(32);
  private static final String SIGNATURE =
      """
      [{"type":"double","name":"late_24h","required":false},\
      {"type":"double","name":"distance","required":false}]\
      """;
  private static final String CAPTURE =
      """
      ,"auto_capture_config": {"catalog_name": "main", "schema_name": "default",
        "table_name_prefix": "why", "policy": "required"}\
      """;

  @TempDir static Path folder;
  private static TestServing serving;
  private static String training;
  private static String prediction;

  @BeforeAll
  static void start() {
    serving = new TestServing(folder);
    run("CREATE TABLE raw (origin STRING, landing TIMESTAMP, late DOUBLE, distance DOUBLE)");
    run("INSERT INTO raw VALUES ('ATL', TIMESTAMPTZ '2001-06-01 10:00:00+00', 1.0, 8.0)");
    record(LineageNode.file("raw.csv", DIGEST), table("raw", 1), "LOAD");
    run("CREATE TABLE flights AS SELECT * FROM raw");
    training = trainingSet();
    record(node("TRAINING_SET", training), node("RUN", RUN), "READ");
    var version =
        serving.register(
            "leaving_model",
            TestServing.onnx(OnnxModels.linear(0, 1, 0.5f), SIGNATURE),
            new Tag("boathouse.feature_spec", SPEC + "/1"));
    JsonNode endpoint = serving.deploy("why", "leaving_model", version.number(), CAPTURE);
    assertThat(endpoint.at("/state/ready").asText()).as("%s", endpoint).isEqualTo("READY");
    HttpResponse<String> answer =
        serving
            .http()
            .post(
                "/serving-endpoints/why/invocations",
                "{\"dataframe_records\":[{\"origin\":\"ATL\",\"distance\":8}]}");
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    prediction = answer.headers().firstValue("databricks-request-id").orElseThrow();
  }

  private static String trainingSet() {
    Object unused =
        serving
            .features
            .featureTables()
            .create(
                serving.admin,
                FEATURES,
                new WindowedDefinition(
                    "SELECT origin, landing, late > 0.5 AS late FROM main.default.flights",
                    List.of("origin"),
                    "landing",
                    List.of(Window.parse("24h")),
                    List.of(new Aggregate("late", Aggregate.Function.AVG, Optional.of("late")))),
                Optional.empty());
    unused = serving.features.publishing().publish(serving.admin, FEATURES, Optional.empty());
    unused =
        serving
            .features
            .specs()
            .create(
                serving.admin,
                SPEC,
                new SpecDefinition(
                    List.of(new RequestColumn("distance", ValueType.DOUBLE)),
                    List.of(FeatureLookup.all(FEATURES, List.of("origin"), "")),
                    Optional.empty(),
                    List.of()),
                Optional.empty());
    TrainingSet set =
        serving
            .features
            .trainingSets()
            .create(
                serving.admin,
                new TrainingSetRequest(
                    SPEC,
                    1,
                    "SELECT origin, landing, late AS label, distance FROM main.default.flights",
                    "landing",
                    "label",
                    List.of("origin", "landing")));
    return set.id();
  }

  @AfterAll
  static void stop() {
    serving.close();
  }

  @Test
  void stepsLeadFromThePredictionToTheFileWithItsDigest() {
    JsonNode why = why(serving.http());
    assertThat(why.path("complete").asBoolean()).isTrue();
    assertThat(names(why))
        .startsWith(
            "PREDICTION " + prediction,
            "ENDPOINT why@1",
            "MODEL_VERSION main.default.leaving_model@1",
            "RUN " + RUN,
            "TRAINING_SET " + training)
        .contains(
            "FEATURE_TABLE main.default.origins@0", "TABLE main.default.flights@0", "FILE raw.csv")
        .doesNotHaveDuplicates();
    assertThat(names(why).indexOf("TABLE main.default.flights@0"))
        .as("no step stands before one that came from it")
        .isGreaterThan(names(why).indexOf("FEATURE_TABLE main.default.origins@0"));
    JsonNode file = why.path("steps").path(names(why).indexOf("FILE raw.csv"));
    assertThat(file.path("detail").path("sha256").asText()).isEqualTo(DIGEST);
    assertThat(why.path("prediction").path("prediction_id").asText()).isEqualTo(prediction);
  }

  @Test
  void callerWhoMaySeeThePredictionSeesNoNamesBeyondTheirRights() {
    TestServer ann = serving.as("ann");
    serving.grant(SecurableType.CATALOG, "main", "ann", Privilege.USE_CATALOG);
    serving.grant(SecurableType.SCHEMA, "main.default", "ann", Privilege.USE_SCHEMA);
    serving.grant(SecurableType.SERVING_ENDPOINT, "why", "ann", Privilege.CAN_VIEW);
    serving.grant(SecurableType.TABLE, "main.default.why_payload", "ann", Privilege.SELECT);
    serving.grant(
        SecurableType.REGISTERED_MODEL, "main.default.leaving_model", "ann", Privilege.EXECUTE);
    JsonNode why = why(ann);
    assertThat(names(why)).contains("RUN " + RUN, "TRAINING_SET " + training);
    String lineage = why.path("steps").toString() + why.path("edges");
    assertThat(lineage).doesNotContain("main.default.flights", "origins", "raw", DIGEST);
    assertThat(why.path("steps").findValues("hidden")).isNotEmpty();

    serving.grant(SecurableType.TABLE, "main.default.flights", "ann", Privilege.SELECT);
    assertThat(names(why(ann))).contains("TABLE main.default.flights@0");
    assertThat(why(ann).toString()).doesNotContain("raw.csv");
  }

  @Test
  void whoMayNotReadTheInferenceTableGetsNotFound() {
    HttpResponse<String> reply = serving.as("eve").get(path(prediction));
    assertThat(reply.statusCode()).isEqualTo(404);
    assertThat(reply.body()).contains("PREDICTION_NOT_FOUND").doesNotContain("leaving_model");
    assertThat(serving.http().get(path("x")).statusCode()).isEqualTo(400);
    assertThat(serving.http().get(path("..%2F..%2Fetc")).statusCode()).isEqualTo(400);
  }

  @Test
  void limitsCutTheWalkAndSaySo() {
    JsonNode why = TestServer.json(serving.http().get(path(prediction) + "?hops=1"));
    assertThat(why.path("complete").asBoolean()).isFalse();
    assertThat(names(why)).endsWith("RUN " + RUN);
    assertThat(serving.http().get(path(prediction) + "?hops=many").statusCode()).isEqualTo(400);
  }

  @Test
  void deployedModelLeadsDownstreamToItsEndpointUntilThatGoes() {
    JsonNode second = serving.deploy("brief", "leaving_model", 1, "");
    assertThat(second.at("/state/ready").asText()).isEqualTo("READY");
    LineageNode model =
        new LineageNode("MODEL_VERSION", "main.default.leaving_model", Optional.of(1L));
    LineageNode brief = new LineageNode("ENDPOINT", "brief", Optional.of(1L));
    assertThat(details(model, brief)).containsEntry("traffic", "100").doesNotContainKey("ended");
    assertThat(serving.http().delete("/api/2.0/serving-endpoints/brief").statusCode())
        .isEqualTo(200);
    assertThat(details(model, brief)).containsKey("ended");
  }

  @Test
  void recallLeadsFromTheFileToEveryModelEndpointAndPrediction() {
    for (String start :
        List.of(
            "kind=file&name=raw.csv%23sha256:" + DIGEST,
            "kind=table&name=main.default.raw&version=1",
            "kind=table&name=main.default.origins",
            "kind=model_version&name=main.default.leaving_model&version=1")) {
      JsonNode touched = recall(serving.http(), start);
      assertThat(touched.path("complete").asBoolean()).isTrue();
      assertThat(touched.path("models").findValuesAsText("name"))
          .as(start)
          .contains("main.default.leaving_model");
      assertThat(touched.path("endpoints").findValuesAsText("name")).as(start).contains("why");
      assertThat(touched.path("prediction_count").asInt()).as(start).isEqualTo(1);
      assertThat(touched.at("/prediction_ids/0").asText()).isEqualTo(prediction);
    }
    JsonNode none = recall(serving.http(), "kind=table&name=main.default.absent");
    assertThat(none.path("models")).isEmpty();
    assertThat(none.path("prediction_count").asInt()).isZero();
  }

  @Test
  void recallNamesNothingBeyondTheRightsOfItsCaller() {
    JsonNode touched = recall(serving.as("bob"), "kind=file&name=raw.csv%23sha256:" + DIGEST);
    assertThat(touched.toString()).doesNotContain("main.default", "leaving", prediction, "why");
    assertThat(touched.path("prediction_count").asInt()).isZero();
    assertThat(
            serving
                .http()
                .get("/api/2.0/boathouse/lineage/recall?kind=table&name=x&page_token=y")
                .statusCode())
        .isEqualTo(400);
  }

  private static JsonNode recall(TestServer as, String start) {
    HttpResponse<String> reply = as.get("/api/2.0/boathouse/lineage/recall?" + start);
    assertThat(reply.statusCode()).as(reply.body()).isEqualTo(200);
    return TestServer.json(reply);
  }

  private static Map<String, String> details(LineageNode from, LineageNode to) {
    return serving.catalog.lineage().downstream(serving.admin, from, 1).stream()
        .filter(edge -> edge.to().equals(to))
        .findFirst()
        .orElseThrow()
        .details();
  }

  private static JsonNode why(TestServer as) {
    HttpResponse<String> reply = as.get(path(prediction));
    assertThat(reply.statusCode()).as(reply.body()).isEqualTo(200);
    return TestServer.json(reply);
  }

  private static String path(String id) {
    return "/api/2.0/boathouse/predictions/" + id + "/why";
  }

  private static List<String> names(JsonNode why) {
    List<String> names = new ArrayList<>();
    for (JsonNode step : why.path("steps")) {
      String version = step.has("version") ? "@" + step.path("version").asText() : "";
      names.add(step.path("type").asText() + " " + step.path("name").asText() + version);
    }
    return names;
  }

  private static void run(String statement) {
    StatementView view =
        serving.sql.statements().submit(serving.admin, StatementRequest.of(statement));
    assertThat(view.state()).as(statement).isInstanceOf(StatementState.Succeeded.class);
  }

  private static void record(LineageNode from, LineageNode to, String how) {
    serving.catalog.lineage().record(serving.admin, from, to, how, Map.of());
  }

  private static LineageNode node(String kind, String name) {
    return new LineageNode(kind, name, Optional.empty());
  }

  private static LineageNode table(String name, long version) {
    return new LineageNode("TABLE", "main.default." + name, Optional.of(version));
  }
}

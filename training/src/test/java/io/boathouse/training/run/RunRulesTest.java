package io.boathouse.training.run;

import static io.boathouse.platform.http.TestServer.json;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.boathouse.platform.http.TestServer;
import io.boathouse.training.TrackingServer;
import java.net.http.HttpResponse;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What MLflow clients rely on beyond the happy path, over HTTP. */
class RunRulesTest {
  private static final String BASE = "/api/2.0/mlflow/";
  private static final AtomicInteger names = new AtomicInteger();
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

  private static String experiment() {
    HttpResponse<String> made =
        http.post(BASE + "experiments/create", "{\"name\":\"e" + names.incrementAndGet() + "\"}");
    return json(made).path("experiment_id").asText();
  }

  private static String run(String experiment) {
    HttpResponse<String> made =
        http.post(BASE + "runs/create", "{\"experiment_id\":\"" + experiment + "\"}");
    return json(made).path("run").path("info").path("run_id").asText();
  }

  private static String run() {
    return run(experiment());
  }

  private static JsonNode get(String run) {
    return json(http.get(BASE + "runs/get?run_id=" + run)).path("run");
  }

  private static HttpResponse<String> batch(String run, String rest) {
    return http.post(BASE + "runs/log-batch", "{\"run_id\":\"" + run + "\"," + rest + "}");
  }

  private static void refused(HttpResponse<String> reply, int status, String code, String text) {
    assertThat(reply.statusCode()).as(reply.body()).isEqualTo(status);
    assertThat(json(reply).path("error_code").asText()).isEqualTo(code);
    assertThat(json(reply).path("message").asText()).contains(text);
  }

  @Test
  void numbersAreReadFromStringsAndWrittenAsNumbers() {
    String run = run();
    HttpResponse<String> reply =
        batch(
            run,
            """
            "metrics":[{"key":"a","value":"0.5","timestamp":"1700000000000","step":"2","new":1},
                       {"key":"b","value":"NaN","timestamp":1,"step":null}], "unknown":{}
            """);
    assertThat(reply.body()).isEqualTo("{}");
    JsonNode metrics = get(run).path("data").path("metrics");
    assertThat(metrics.get(0).path("timestamp").isNumber()).isTrue();
    assertThat(metrics.get(0).path("step").asLong()).isEqualTo(2);
    assertThat(metrics.get(1).path("value").asText()).isEqualTo("NaN");
    assertThat(get(run).path("info").path("run_uuid").asText()).isEqualTo(run);
  }

  @Test
  void missingAndMistypedParametersAreNamed() {
    String run = run();
    refused(
        batch(run, "\"metrics\":[{\"value\":1,\"timestamp\":1}]"),
        400,
        "INVALID_PARAMETER_VALUE",
        "Missing value for required parameter 'metrics[0].key'. See the API docs");
    refused(
        batch(run, "\"metrics\":[{\"key\":\"a\",\"value\":\"x\",\"timestamp\":1}]"),
        400,
        "INVALID_PARAMETER_VALUE",
        "'metrics[0].value'");
    refused(
        batch(run, "\"metrics\":[{\"key\":\"a\",\"value\":1,\"timestamp\":9223372036854775808}]"),
        400,
        "INVALID_PARAMETER_VALUE",
        "metrics[0].timestamp");
    refused(
        batch(run, "\"params\":[{\"key\":\"a\",\"value\":1}]"),
        400,
        "INVALID_PARAMETER_VALUE",
        "'params[0].value'");
    refused(batch(run, "\"tags\":{}"), 400, "INVALID_PARAMETER_VALUE", "'tags'");
    refused(
        batch(run, "\"tags\":[{\"key\":\"a\",\"value\":\"\\u0000\"}]"),
        400,
        "INVALID_PARAMETER_VALUE",
        "U+0000");
    refused(http.post(BASE + "runs/get-nothing", "{}"), 404, "ENDPOINT_NOT_FOUND", "");
  }

  @Test
  void aParameterIsWrittenOnceAlsoInsideOneBatch() {
    String run = run();
    String ab = "\"params\":[{\"key\":\"k\",\"value\":\"a\"},{\"key\":\"k\",\"value\":\"b\"}]";
    refused(batch(run, ab), 400, "INVALID_PARAMETER_VALUE", "Changing param values is not allowed");
    assertThat(batch(run, "\"params\":[{\"key\":\"k\",\"value\":\"a\"}]").statusCode())
        .isEqualTo(200);
    refused(
        batch(
            run,
            "\"params\":[{\"key\":\"k\",\"value\":\"z\"},{\"key\":\"other\",\"value\":\"1\"}],"
                + "\"tags\":[{\"key\":\"t\",\"value\":\"1\"}]"),
        400,
        "INVALID_PARAMETER_VALUE",
        "Param with key='k' was already logged with value='a' for run ID='"
            + run
            + "'."
            + " Attempted logging new value 'z'.");
    assertThat(get(run).path("data").path("params")).hasSize(1);
    assertThat(get(run).path("data").path("tags")).hasSize(1);
  }

  @Test
  void theLatestMetricIsTheGreatestByStepThenTimeThenValue() {
    String run = run();
    batch(
        run,
        """
        "metrics":[{"key":"m","value":1,"timestamp":9,"step":1},
                   {"key":"m","value":2,"timestamp":5,"step":2},
                   {"key":"m","value":3,"timestamp":4,"step":2}]
        """);
    assertThat(get(run).at("/data/metrics/0/value").asDouble()).isEqualTo(2);
    batch(run, "\"metrics\":[{\"key\":\"m\",\"value\":4,\"timestamp\":5,\"step\":2}]");
    assertThat(get(run).at("/data/metrics/0/value").asDouble()).isEqualTo(4);
    batch(run, "\"metrics\":[{\"key\":\"m\",\"value\":9,\"timestamp\":99,\"step\":-1}]");
    assertThat(get(run).at("/data/metrics/0/value").asDouble()).isEqualTo(4);
  }

  /** case75: without ON CONFLICT DO NOTHING the second batch was a 500 by the primary key. */
  @Test
  void case75_aBatchSentAgainChangesNothing() {
    String run = run();
    String points =
        IntStream.range(0, 1000)
            .mapToObj(
                i -> "{\"key\":\"m\",\"value\":%d,\"timestamp\":%d,\"step\":%d}".formatted(i, i, i))
            .collect(Collectors.joining(",", "\"metrics\":[", "]"));
    assertThat(batch(run, points).statusCode()).isEqualTo(200);
    assertThat(batch(run, points).statusCode()).isEqualTo(200);
    JsonNode history = json(http.get(BASE + "metrics/get-history?run_id=" + run + "&metric_key=m"));
    assertThat(history.path("metrics")).hasSize(1000);
    assertThat(history.has("next_page_token")).isFalse();
    assertThat(history.at("/metrics/0/run_id").asText()).isEqualTo(run);
  }

  @Test
  void limitsRefuseBatchesAndKeysAndCutValues() {
    String run = run();
    String many =
        IntStream.range(0, 1001)
            .mapToObj(i -> "{\"key\":\"m\",\"value\":1,\"timestamp\":" + i + "}")
            .collect(Collectors.joining(",", "\"metrics\":[", "]"));
    refused(
        batch(run, many),
        400,
        "INVALID_PARAMETER_VALUE",
        "at most 1000 metrics. Got 1001 metrics.");
    for (String bad : new String[] {"a\\\\b", "../x", "/x", "x/", "a//b", "x".repeat(251), "ä#"}) {
      refused(
          batch(run, "\"params\":[{\"key\":\"" + bad + "\",\"value\":\"v\"}]"),
          400,
          "INVALID_PARAMETER_VALUE",
          "param.key");
    }
    batch(run, "\"params\":[{\"key\":\"größe/a b\",\"value\":\"" + "é".repeat(7000) + "\"}]");
    assertThat(get(run).at("/data/params/0/value").asText()).isEqualTo("é".repeat(6000));
    refused(
        batch(run, "\"x\":\"" + "y".repeat(1_000_001) + "\""),
        413,
        "MAX_REQUEST_SIZE_EXCEEDED",
        "at most 1000000 bytes");
  }

  @Test
  void theNameOfARunAndItsTagAreOne() {
    String run = run();
    String name = get(run).at("/info/run_name").asText();
    assertThat(name).matches("[a-z]+-[a-z]+-[0-9]+");
    assertThat(get(run).at("/data/tags/0/value").asText()).isEqualTo(name);
    http.post(BASE + "runs/update", "{\"run_id\":\"" + run + "\",\"run_name\":\"two\"}");
    assertThat(get(run).at("/data/tags/0/value").asText()).isEqualTo("two");
    http.post(
        BASE + "runs/set-tag",
        "{\"run_id\":\"" + run + "\",\"key\":\"mlflow.runName\",\"value\":\"three\"}");
    assertThat(get(run).at("/info/run_name").asText()).isEqualTo("three");
  }

  @Test
  void aDeletedExperimentTakesItsRunsAlongAndAdmitsNoNewOnes() {
    String experiment = experiment();
    String run = run(experiment);
    http.post(BASE + "experiments/delete", "{\"experiment_id\":\"" + experiment + "\"}");
    assertThat(get(run).at("/info/lifecycle_stage").asText()).isEqualTo("deleted");
    refused(
        http.post(BASE + "runs/create", "{\"experiment_id\":\"" + experiment + "\"}"),
        400,
        "INVALID_PARAMETER_VALUE",
        "must be in the 'active' state");
    http.post(BASE + "experiments/restore", "{\"experiment_id\":\"" + experiment + "\"}");
    assertThat(get(run).at("/info/lifecycle_stage").asText()).isEqualTo("active");
  }

  @Test
  void oldNamesTwinPathsAndEnumNumbersAreUnderstood() {
    String run = run();
    assertThat(http.get("/ajax-api/2.0/mlflow/runs/get?run_uuid=" + run).statusCode())
        .isEqualTo(200);
    http.post(
        "/ajax-api/2.0/mlflow/runs/update",
        "{\"run_uuid\":\"" + run + "\",\"status\":3,\"end_time\":\"7\"}");
    assertThat(get(run).at("/info/status").asText()).isEqualTo("FINISHED");
    refused(
        http.post(BASE + "runs/update", "{\"run_id\":\"" + run + "\",\"status\":\"DONE\"}"),
        400,
        "INVALID_PARAMETER_VALUE",
        "'status'");
  }

  @Test
  void wrongPageTokensAndSizesAreRefused() {
    String in = "\"experiment_ids\":[\"" + experiment() + "\"]";
    refused(
        http.post(BASE + "runs/search", "{" + in + ",\"page_token\":\"zzz\"}"),
        400,
        "INVALID_PARAMETER_VALUE",
        "page token");
    refused(
        http.post(BASE + "runs/search", "{" + in + ",\"max_results\":50001}"),
        400,
        "INVALID_PARAMETER_VALUE",
        "max_results");
  }

  @Test
  void historiesAreThinnedToStepsAndKeepTheEnds() {
    String first = run();
    String second = run();
    for (String run : new String[] {first, second}) {
      String points =
          IntStream.range(0, run.equals(first) ? 1000 : 7)
              .mapToObj(i -> "{\"key\":\"m\",\"value\":1,\"timestamp\":1,\"step\":" + i + "}")
              .collect(Collectors.joining(",", "\"metrics\":[", "]"));
      batch(run, points);
    }
    JsonNode sampled =
        json(
            http.get(
                BASE
                    + "metrics/get-history-bulk-interval?metric_key=m&max_results=10&run_ids="
                    + first
                    + "&run_ids="
                    + second));
    assertThat(sampled.path("metrics").size()).isBetween(10, 16);
    assertThat(sampled.path("metrics"))
        .anyMatch(m -> m.path("step").asLong() == 999 && m.path("run_id").asText().equals(first))
        .anyMatch(m -> m.path("step").asLong() == 6 && m.path("run_id").asText().equals(second));
    refused(
        http.get(
            BASE + "metrics/get-history-bulk-interval?metric_key=m&start_step=1&run_ids=" + first),
        400,
        "INVALID_PARAMETER_VALUE",
        "end_step");
  }

  @Test
  void inputsAndOutputsComeBackAndOldModelsAreATag() {
    String run = run();
    HttpResponse<String> logged =
        http.post(
            BASE + "runs/log-inputs",
            """
            {"run_id":"%s","datasets":[{"tags":[{"key":"mlflow.data.context","value":"train"}],
             "dataset":{"name":"flights","digest":"d1","source_type":"delta_table",
               "source":"{\\"table_name\\":\\"main.default.flights\\",\\"version\\":3}"}}]}
            """
                .formatted(run));
    assertThat(logged.body()).isEqualTo("{}");
    assertThat(get(run).at("/inputs/dataset_inputs/0/dataset/name").asText()).isEqualTo("flights");
    assertThat(get(run).at("/inputs/dataset_inputs/0/tags/0/value").asText()).isEqualTo("train");
    for (int i = 0; i < 2; i++) {
      HttpResponse<String> model =
          http.post(
              BASE + "runs/log-model",
              """
              {"run_id":"%s","model_json":"{\\"artifact_path\\":\\"m%d\\",\\"flavors\\":{},\
              \\"utc_time_created\\":\\"t\\",\\"run_id\\":\\"r\\"}"}
              """
                  .formatted(run, i));
      assertThat(model.body()).isEqualTo("{}");
    }
    String history =
        get(run).path("data").path("tags").findParents("key").stream()
            .filter(tag -> tag.path("key").asText().equals("mlflow.log-model.history"))
            .findFirst()
            .orElseThrow()
            .path("value")
            .asText();
    assertThat(history).contains("\"m0\"").contains("\"m1\"");
  }
}

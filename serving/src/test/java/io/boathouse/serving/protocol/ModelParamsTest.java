package io.boathouse.serving.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.boathouse.serving.TestServing;
import io.boathouse.serving.runtime.OnnxModels;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Params of MLflow's protocol, by the signature, with a model that multiplies and adds. */
class ModelParamsTest {
  private static final String COLUMN = "[{\"type\":\"double\",\"name\":\"a\",\"required\":true}]";
  private static final String SHIFT =
      "{\"name\":\"shift\",\"type\":\"double\",\"default\":0.5,\"shape\":null}";
  private static final String PARAMS =
      "[%s, {\"name\":\"factor\",\"type\":\"long\",\"default\":2,\"shape\":null},".formatted(SHIFT)
          + " {\"name\":\"mode\",\"type\":\"string\",\"default\":\"fast\",\"shape\":null}]";

  @TempDir static Path folder;
  private static TestServing serving;

  @BeforeAll
  static void start() {
    serving = new TestServing(folder);
    deploy("scaled", OnnxModels.scaled(true), PARAMS, "");
    deploy(
        "joined",
        OnnxModels.scaled(false),
        "[" + SHIFT + "]",
        ", \"batching\": {\"max_rows\": 64, \"max_delay_ms\": 2}");
    deploy("plain", OnnxModels.linear(0, 1), "[]", "");
  }

  private static void deploy(String name, byte[] model, String params, String more) {
    var unused = serving.register(name, TestServing.onnx(model, COLUMN, params));
    JsonNode made = serving.deploy(name, name, 1, more);
    assertThat(made.at("/state/ready").asText()).as("%s", made).isEqualTo("READY");
  }

  @AfterAll
  static void stop() {
    serving.close();
  }

  private static HttpResponse<String> ask(String endpoint, String body) {
    return serving.http().post("/serving-endpoints/" + endpoint + "/invocations", body);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          {"instances":[[3]]} | [6.5]
          {"instances":[[3]],"params":null} | [6.5]
          {"instances":[[3]],"params":{}} | [6.5]
          {"instances":[[3],[4]],"params":{"shift":1}} | [7.0,9.0]
          {"dataframe_records":[{"a":3},{"a":4}],"params":{"factor":-1,"shift":0.25}} | [-2.75,-3.75]
          """)
  void paramsReachTheModelAndDefaultsStandForOthers(String body, String predictions) {
    HttpResponse<String> answer = ask("scaled", body);
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    assertThat(answer.body()).isEqualTo("{\"predictions\":" + predictions + "}");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          scaled | {"instances":[[3]],"params":{"factr":1}} | 'factr' | [factor, mode, shift]
          scaled | {"instances":[[3]],"params":{"factor":1.5}} | 'factor' is of type long | 1.5
          scaled | {"instances":[[3]],"params":{"factor":[1]}} | 'factor' is of type long | [1]
          scaled | {"instances":[[3]],"params":{"shift":"1"}} | 'shift' is of type double | has 1
          scaled | {"instances":[[3]],"params":{"shift":null}} | 'shift' is of type double | null
          scaled | {"instances":[[3]],"params":{"mode":"slow"}} | 'mode' would change nothing | params
          scaled | {"instances":[[3]],"params":[1]} | 'params' must be | an object
          plain | {"instances":[[3]],"params":{"shift":1}} | has no params | 'shift'
          """)
  void whatDoesNotFitIs400AndNamed(String endpoint, String body, String first, String second) {
    HttpResponse<String> refused = ask(endpoint, body);
    assertThat(refused.statusCode()).as(refused.body()).isEqualTo(400);
    assertThat(refused.body()).contains(first, second);
  }

  /** Fails where a joined request is scored with another's params. */
  @Test
  void requestsThatAreJoinedKeepTheirParams() throws Exception {
    try (var threads = Executors.newFixedThreadPool(16)) {
      List<Future<HttpResponse<String>>> running = new ArrayList<>();
      for (int i = 0; i < 400; i++) {
        int shift = i;
        running.add(
            threads.submit(
                () ->
                    ask(
                        "joined",
                        "{\"instances\":[[1],[2]],\"params\":{\"shift\":%d}}".formatted(shift))));
      }
      for (int i = 0; i < running.size(); i++) {
        HttpResponse<String> answer = running.get(i).get();
        if (answer.statusCode() != 429) {
          assertThat(answer.body())
              .isEqualTo("{\"predictions\":[%d.0,%d.0]}".formatted(2 + i, 4 + i));
        }
      }
    }
  }

  @Test
  void theDocumentOfTheEndpointTellsWhatTheModelTakes() {
    String path = "/api/2.0/serving-endpoints/%s/openapi";
    assertThat(serving.http().get(path.formatted("scaled")).body())
        .contains(
            "\"factor\":{\"type\":\"integer\",\"default\":2}",
            "\"shift\":{\"type\":\"number\",\"default\":0.5}")
        .doesNotContain("mode");
    assertThat(serving.http().get(path.formatted("plain")).body()).doesNotContain("params");
  }

  @Test
  void aParameterThatCannotBecomeItsInputFailsTheDeployment() {
    var unused =
        serving.register(
            "listed",
            TestServing.onnx(
                OnnxModels.scaled(false),
                COLUMN,
                "[{\"name\":\"shift\",\"type\":\"double\",\"default\":[1],\"shape\":[-1]}]"));
    JsonNode made = serving.deploy("listed", "listed", 1, "");
    assertThat(made.at("/state/config_update").asText()).isEqualTo("UPDATE_FAILED");
    assertThat(made.toString()).contains("its parameter 'shift' is a list");
  }
}

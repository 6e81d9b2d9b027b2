package io.boathouse.serving.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.boathouse.platform.http.TestServer;
import io.boathouse.serving.TestServing;
import io.boathouse.serving.runtime.OnnxModels;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OpenInferenceRoutesTest {
  @TempDir static Path folder;
  private static TestServing serving;

  @BeforeAll
  static void start() {
    serving = new TestServing(folder);
    var linear = serving.register("linear", TestServing.onnx(OnnxModels.linear(0, 1, 2), "[]"));
    var words = serving.register("words", TestServing.onnx(OnnxModels.wordAndCount(), "[]"));
    var unused = serving.deploy("m", "linear", linear.number(), "");
    unused = serving.deploy("words", "words", words.number(), "");
  }

  @AfterAll
  static void stop() {
    serving.close();
  }

  @Test
  void theServerAndItsHealthAnswerWithoutAToken() throws Exception {
    for (String path : new String[] {"/v2", "/v2/health/live", "/v2/health/ready"}) {
      HttpResponse<String> response =
          serving
              .http()
              .client()
              .send(
                  HttpRequest.newBuilder(serving.http().uri(path)).build(),
                  BodyHandlers.ofString());
      assertThat(response.statusCode()).isEqualTo(200);
    }
    assertThat(serving.http().get("/v2").body()).contains("\"extensions\":[]");
  }

  @Test
  void aModelDescribesItsTensors() {
    JsonNode model = TestServer.json(serving.http().get("/v2/models/m"));
    assertThat(model.get("platform").asText()).isEqualTo("onnx_onnxv1");
    assertThat(model.get("versions").toString()).isEqualTo("[\"1\"]");
    assertThat(model.get("inputs").toString())
        .isEqualTo("[{\"name\":\"input\",\"datatype\":\"FP32\",\"shape\":[-1,2]}]");
    assertThat(serving.http().get("/v2/models/m/versions/1/ready").body())
        .contains("\"ready\":true");
    HttpResponse<String> unknown = serving.http().get("/v2/models/nothing/ready");
    assertThat(unknown.statusCode()).isEqualTo(404);
    assertThat(TestServer.json(unknown).path("error").asText()).contains("nothing");
    assertThat(serving.http().get("/v2/models/m/versions/7").statusCode()).isEqualTo(404);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          [[1,2],[3,4]]
          [1,2,3,4]
          """)
  void dataMayBeFlatOrNestedAndTheIdComesBack(String data) {
    HttpResponse<String> response =
        serving
            .http()
            .post(
                "/v2/models/m/infer",
                """
                {"id":"42","inputs":[{"name":"input","shape":[2,2],"datatype":"FP32","data":%s}],
                 "outputs":[{"name":"probability"}]}
                """
                    .formatted(data));
    assertThat(response.body())
        .isEqualTo(
            "{\"model_name\":\"m\",\"model_version\":\"1\",\"id\":\"42\",\"outputs\":[{\"name\":"
                + "\"probability\",\"datatype\":\"FP32\",\"shape\":[2,1],\"data\":[5.0,11.0]}]}");
  }

  @Test
  void textAndLargeWholeNumbersPassExactly() {
    HttpResponse<String> response =
        serving
            .http()
            .post(
                "/v2/models/words/versions/1/infer",
                """
                {"inputs":[
                  {"name":"count","shape":[1,1],"datatype":"INT64","data":[9007199254740993]},
                  {"name":"word","shape":[1,1],"datatype":"BYTES","data":["é"]}]}
                """);
    JsonNode outputs = TestServer.json(response).get("outputs");
    assertThat(outputs.get(0).get("data").toString()).isEqualTo("[\"é\"]");
    assertThat(outputs.get(1).get("data").toString()).isEqualTo("[9007199254740994]");
  }

  /** Seen to answer 500 or 200 without the checks of OpenInference.tensor. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          {} | inputs
          {"inputs":[]} | inputs
          {"inputs":[{"name":"x","shape":[1,2],"datatype":"FP32","data":[1,2]}]} | 'x'
          {"inputs":[{"name":"input","shape":[1,3],"datatype":"FP32","data":[1,2,3]}]} | unexpected shape for input 'input' for model 'm'
          {"inputs":[{"name":"input","shape":[-1,2],"datatype":"FP32","data":[1,2]}]} | unexpected shape
          {"inputs":[{"name":"input","shape":[9000000000,2],"datatype":"FP32","data":[1,2]}]} | unexpected shape
          {"inputs":[{"name":"input","shape":[2,2],"datatype":"FP32","data":[1,2]}]} | 'input' has 2 elements
          {"inputs":[{"name":"input","shape":[1,2],"datatype":"FP64","data":[1,2]}]} | 'input' is FP64
          {"inputs":[{"name":"input","shape":[1,2],"datatype":"FP16","data":[1,2]}]} | 'FP16'
          {"inputs":[{"name":"input","shape":[1,2],"datatype":"FP32","data":[1,"2"]}]} | the element "2"
          {"inputs":[{"name":"input","shape":[1,2],"datatype":"FP32"}]} | data
          {"inputs":[{"name":"input","shape":[1,2],"datatype":"FP32","data":[1,2]}],"outputs":[{"name":"y"}]} | 'y'
          """)
  void case87_wrongTensorsAre400AndNamed(String body, String named) {
    HttpResponse<String> response = serving.http().post("/v2/models/m/infer", body);
    assertThat(response.statusCode()).as(response.body()).isEqualTo(400);
    assertThat(TestServer.json(response).get("error").asText()).contains(named);
  }

  @Test
  void whatIsNotOfferedIs501InTheProtocolsOwnWords() {
    HttpResponse<String> response = serving.http().post("/v2/repository/index", "{}");
    assertThat(response.statusCode()).isEqualTo(501);
    assertThat(TestServer.json(response).has("error")).isTrue();
    HttpResponse<String> binary =
        serving
            .http()
            .send(
                serving
                    .http()
                    .request("/v2/models/m/infer")
                    .header("Inference-Header-Content-Length", "10")
                    .POST(HttpRequest.BodyPublishers.ofString("{}")));
    assertThat(binary.statusCode()).isEqualTo(501);
  }
}

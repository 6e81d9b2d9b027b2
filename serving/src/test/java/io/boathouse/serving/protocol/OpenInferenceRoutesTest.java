package io.boathouse.serving.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.boathouse.platform.http.TestServer;
import io.boathouse.serving.TestServing;
import io.boathouse.serving.runtime.OnnxModels;
import io.boathouse.serving.runtime.Tensor;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpVersion;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
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
    assertThat(serving.http().get("/v2").body())
        .contains("\"extensions\":[\"binary_tensor_data\",\"model_repository\"]");
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
    HttpResponse<String> response = serving.http().post("/v2/models/m/generate", "{}");
    assertThat(response.statusCode()).isEqualTo(501);
    assertThat(TestServer.json(response).has("error")).isTrue();
  }

  @Test
  void theIndexTellsWhatAnswersAndTheCallerMayAsk() {
    HttpResponse<String> all = serving.http().post("/v2/repository/index", "{}");
    assertThat(all.body())
        .isEqualTo(
            "[{\"name\":\"m\",\"version\":\"1\",\"state\":\"READY\",\"reason\":\"\"},"
                + "{\"name\":\"words\",\"version\":\"1\",\"state\":\"READY\",\"reason\":\"\"}]");
    assertThat(serving.as("nobody").post("/v2/repository/index", "{}").body()).isEqualTo("[]");
  }

  private static HttpResponse<byte[]> binary(String json, int headerLength, byte[] tensors)
      throws Exception {
    byte[] head = json.getBytes(StandardCharsets.UTF_8);
    byte[] body = Arrays.copyOf(head, head.length + tensors.length);
    System.arraycopy(tensors, 0, body, head.length, tensors.length);
    return serving
        .http()
        .client()
        .send(
            serving
                .http()
                .request("/v2/models/m/infer")
                .header(
                    "Inference-Header-Content-Length",
                    Integer.toString(headerLength < 0 ? head.length : headerLength))
                .header("Content-Type", "application/octet-stream")
                .POST(HttpRequest.BodyPublishers.ofByteArray(body))
                .build(),
            BodyHandlers.ofByteArray());
  }

  private static byte[] floats(float... values) {
    ByteBuffer bytes = ByteBuffer.allocate(4 * values.length).order(ByteOrder.LITTLE_ENDIAN);
    for (float value : values) {
      bytes.putFloat(value);
    }
    return bytes.array();
  }

  @Test
  void tensorsMayComeAndGoInBinaryForm() throws Exception {
    String json =
        """
        {"id":"7","inputs":[{"name":"input","shape":[2,2],"datatype":"FP32",
         "parameters":{"binary_data_size":%d}}],"parameters":{"binary_data_output":%s}}
        """;
    HttpResponse<byte[]> reply = binary(json.formatted(16, true), -1, floats(1, 2, 3, 4));
    assertThat(reply.statusCode()).isEqualTo(200);
    int length =
        Integer.parseInt(
            reply.headers().firstValue("inference-header-content-length").orElse("-1"));
    JsonNode head = new ObjectMapper().readTree(Arrays.copyOf(reply.body(), length));
    assertThat(head.at("/outputs/0/parameters/binary_data_size").asInt()).isEqualTo(8);
    assertThat(Arrays.copyOfRange(reply.body(), length, reply.body().length))
        .isEqualTo(floats(5, 11));
    HttpResponse<byte[]> plain = binary(json.formatted(16, false), -1, floats(1, 2, 3, 4));
    assertThat(new String(plain.body(), StandardCharsets.UTF_8)).contains("\"data\":[5.0,11.0]");
  }

  /** Seen to answer 500 without the checks of sizes in OpenInference.tensor and TensorBytes. */
  @Test
  void case87_binaryTensorsOfAnotherSizeAre400AndNamed() throws Exception {
    String json =
        """
        {"inputs":[{"name":"input","shape":[2,2],"datatype":"FP32",
         "parameters":{"binary_data_size":%d}}]}
        """;
    for (int size : new int[] {12, 15, 99, -1}) {
      HttpResponse<byte[]> reply = binary(json.formatted(size), -1, floats(1, 2, 3, 4));
      assertThat(reply.statusCode()).isEqualTo(400);
      assertThat(new String(reply.body(), StandardCharsets.UTF_8)).contains("'input'");
    }
    assertThat(binary(json.formatted(16), -1, floats(1, 2, 3, 4, 5)).statusCode()).isEqualTo(400);
    assertThat(binary(json.formatted(16), 999_999, floats(1, 2, 3, 4)).statusCode()).isEqualTo(400);
  }

  private record Called(HttpClientResponse response, byte[] message) {
    String status() {
      String trailer = response.getTrailer("grpc-status");
      return trailer == null ? String.valueOf(response.getHeader("grpc-status")) : trailer;
    }
  }

  /** A call as gRPC makes it: HTTP/2 without asking, a frame, the status in the trailers. */
  private static Called call(String method, GrpcMessages.Fields fields, boolean withToken)
      throws Exception {
    byte[] message = GrpcMessages.message(fields);
    var client =
        serving
            .lanes()
            .vertx()
            .createHttpClient(
                new HttpClientOptions()
                    .setProtocolVersion(HttpVersion.HTTP_2)
                    .setHttp2ClearTextUpgrade(false));
    try {
      return client
          .request(
              HttpMethod.POST,
              serving.http().port(),
              "127.0.0.1",
              "/inference.GRPCInferenceService/" + method)
          .compose(
              request -> {
                request.putHeader("content-type", "application/grpc").putHeader("te", "trailers");
                if (withToken) {
                  request.putHeader(
                      "authorization",
                      serving
                          .http()
                          .request("/")
                          .build()
                          .headers()
                          .firstValue("authorization")
                          .orElseThrow());
                }
                return request.send(
                    Buffer.buffer()
                        .appendByte((byte) 0)
                        .appendInt(message.length)
                        .appendBytes(message));
              })
          .compose(response -> response.body().map(body -> new Called(response, body.getBytes())))
          .toCompletionStage()
          .toCompletableFuture()
          .get(30, TimeUnit.SECONDS);
    } finally {
      client.close().toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
    }
  }

  private static GrpcMessages.Fields infer(String model, GrpcMessages.Fields input, byte[] raw) {
    return out -> {
      out.writeString(1, model);
      out.writeString(3, "9");
      out.writeByteArray(5, GrpcMessages.head("input", "FP32", List.of(2L, 2L), input));
      if (raw.length > 0) {
        out.writeByteArray(7, raw);
      }
    };
  }

  private static GrpcMessages.Fields expected(GrpcMessages.Fields output, byte[] raw) {
    return out -> {
      out.writeString(1, "m");
      out.writeString(2, "1");
      out.writeString(3, "9");
      out.writeByteArray(5, GrpcMessages.head("probability", "FP32", List.of(2L, 1L), output));
      if (raw.length > 0) {
        out.writeByteArray(6, raw);
      }
    };
  }

  @Test
  void theRepositoryIsLoadedAndUnloadedOverGrpc() throws Exception {
    var unused = serving.deploy("held", "linear", 1, "");
    byte[] ready = GrpcMessages.index(List.of(new ModelRepository.Entry("held", "1", "READY", "")));
    GrpcMessages.Fields readyOnly = out -> out.writeBool(2, true);
    GrpcMessages.Fields held = out -> out.writeString(2, "held");
    assertThat(called("RepositoryIndex", readyOnly)).contains(text(ready));
    Called unloaded = call("RepositoryModelUnload", held, true);
    assertThat(unloaded.status()).isEqualTo("0");
    assertThat(called("RepositoryIndex", readyOnly)).doesNotContain(text(ready));
    assertThat(call("ModelInfer", infer("held", out -> {}, floats(1, 2, 3, 4)), true).status())
        .isEqualTo("9");
    assertThat(call("RepositoryModelLoad", held, true).status()).isEqualTo("0");
    assertThat(called("RepositoryIndex", readyOnly)).contains(text(ready));
    GrpcMessages.Fields withFile =
        out -> {
          out.writeString(2, "held");
          out.writeByteArray(3, GrpcMessages.message(entry -> entry.writeString(1, "file:1/m")));
        };
    assertThat(call("RepositoryModelLoad", withFile, true).status()).isEqualTo("3");
    assertThat(call("RepositoryModelLoad", out -> out.writeString(2, "none"), true).status())
        .isEqualTo("5");
    assertThat(call("RepositoryModelLoad", held, false).status()).isNotEqualTo("0");
    assertThat(serving.http().send("DELETE", "/api/2.0/serving-endpoints/held", "").statusCode())
        .isEqualTo(200);
  }

  private static String called(String method, GrpcMessages.Fields fields) throws Exception {
    return text(call(method, fields, true).message());
  }

  private static String text(byte[] message) {
    return new String(message, StandardCharsets.ISO_8859_1);
  }

  @Test
  void theSameModelsAnswerOverGrpc() throws Exception {
    Called typed =
        call(
            "ModelInfer",
            infer(
                "m",
                out ->
                    out.writeByteArray(
                        5,
                        GrpcMessages.contents(
                            Tensor.matrix("input", new float[] {1, 2, 3, 4}, 2, 2))),
                new byte[0]),
            true);
    assertThat(typed.status()).isEqualTo("0");
    byte[] contents =
        GrpcMessages.contents(Tensor.matrix("probability", new float[] {5, 11}, 2, 1));
    assertThat(Arrays.copyOfRange(typed.message(), 5, typed.message().length))
        .isEqualTo(
            GrpcMessages.message(expected(out -> out.writeByteArray(5, contents), new byte[0])));
    Called raw = call("ModelInfer", infer("m", out -> {}, floats(1, 2, 3, 4)), true);
    assertThat(Arrays.copyOfRange(raw.message(), 5, raw.message().length))
        .isEqualTo(GrpcMessages.message(expected(out -> {}, floats(5, 11))));
    assertThat(call("ServerLive", out -> {}, true).status()).isEqualTo("0");
    assertThat(call("ModelReady", out -> out.writeString(1, "m"), true).status()).isEqualTo("0");
    Called described = call("ModelMetadata", out -> out.writeString(1, "m"), true);
    assertThat(new String(described.message(), StandardCharsets.UTF_8))
        .contains("onnx_onnxv1", "probability");
  }

  /** Seen to answer 0 without HotPath's check of the right. */
  @Test
  void grpcAsksForTheSameRightsAndTellsItsOwnCodes() throws Exception {
    Called unknown = call("ModelInfer", infer("nothing", out -> {}, floats(1, 2, 3, 4)), true);
    assertThat(unknown.status()).isEqualTo("5");
    assertThat(unknown.response().getHeader("grpc-message")).contains("nothing");
    Called wrong = call("ModelInfer", infer("m", out -> {}, floats(1, 2, 3)), true);
    assertThat(wrong.status()).isEqualTo("3");
    assertThat(wrong.response().getHeader("grpc-message")).contains("'input'");
    Called anonymous = call("ModelInfer", infer("m", out -> {}, floats(1, 2, 3, 4)), false);
    assertThat(anonymous.response().statusCode()).isEqualTo(401);
  }
}

package io.boathouse.serving.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.boathouse.catalog.grant.Privilege;
import io.boathouse.catalog.securable.SecurableType;
import io.boathouse.platform.http.TestServer;
import io.boathouse.serving.ServingConfig;
import io.boathouse.serving.TestServing;
import io.boathouse.serving.capture.CaptureLimits;
import io.boathouse.serving.runtime.OnnxModels;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The calls of a SageMaker container and of MLflow's scoring server. */
class ContainerRoutesTest {
  private static final String COLUMNS = "[{\"type\":\"double\",\"name\":\"a\",\"required\":true}]";
  private static final String BODY = "{\"instances\":[[3]]}";

  @TempDir static Path folder;
  private static TestServing serving;

  @BeforeAll
  static void start() {
    serving =
        new TestServing(
            folder, ServingConfig.DEFAULTS.with(16, CaptureLimits.DEFAULTS).with("doubling"));
    for (String name : new String[] {"doubling", "tripling"}) {
      int factor = name.equals("doubling") ? 2 : 3;
      var unused = serving.register(name, TestServing.onnx(OnnxModels.linear(0, factor), COLUMNS));
      JsonNode made = serving.deploy(name, name, 1, "");
      assertThat(made.at("/state/ready").asText()).as("%s", made).isEqualTo("READY");
    }
  }

  @AfterAll
  static void stop() {
    serving.close();
  }

  private static HttpResponse<String> ask(
      TestServer who, String path, String body, String... headers) {
    HttpRequest.Builder request =
        who.request(path)
            .header("Content-Type", "application/json")
            .POST(BodyPublishers.ofString(body));
    return who.send(headers.length == 0 ? request : request.headers(headers));
  }

  @Test
  void aRequestThatNamesNoModelGoesToTheOneOfTheConfiguration() {
    HttpResponse<String> answer = ask(serving.http(), "/invocations", BODY);
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    assertThat(answer.body()).isEqualTo("{\"predictions\":[6.0]}");
    assertThat(
            ask(
                    serving.http(),
                    "/invocations",
                    "a\n3\n4\n",
                    "X-Amzn-SageMaker-Target-Model",
                    "tripling")
                .statusCode())
        .as("CSV said to be JSON")
        .isEqualTo(400);
  }

  @Test
  void aTargetModelIsAnEndpointWithItsGrants() {
    assertThat(
            ask(serving.http(), "/invocations", BODY, "X-Amzn-SageMaker-Target-Model", "tripling")
                .body())
        .isEqualTo("{\"predictions\":[9.0]}");
    assertThat(ask(serving.http(), "/models/tripling/invoke", BODY).body())
        .isEqualTo("{\"predictions\":[9.0]}");
    TestServer bob = serving.as("bob");
    assertThat(ask(bob, "/invocations", BODY).statusCode()).isIn(403, 404);
    serving.grant(SecurableType.SERVING_ENDPOINT, "tripling", "bob", Privilege.CAN_QUERY);
    assertThat(ask(bob, "/models/tripling/invoke", BODY).statusCode()).isEqualTo(200);
    assertThat(ask(bob, "/invocations", BODY).statusCode()).isIn(403, 404);
    assertThat(ask(serving.http(), "/models/none/invoke", BODY).statusCode()).isEqualTo(404);
  }

  @Test
  void customAttributesComeBackAndOthersAreRefused() {
    String attributes = "X-Amzn-SageMaker-Custom-Attributes";
    HttpResponse<String> answer =
        ask(serving.http(), "/invocations", BODY, attributes, "trace=7,cox=false");
    assertThat(answer.headers().firstValue(attributes)).contains("trace=7,cox=false");
    HttpResponse<String> tooLong =
        ask(serving.http(), "/invocations", BODY, attributes, "x".repeat(1025));
    assertThat(tooLong.statusCode()).isEqualTo(400);
    assertThat(tooLong.body()).contains("custom-attributes");
    HttpResponse<String> other =
        ask(serving.http(), "/invocations", BODY, "X-Amzn-SageMaker-Accept", "text/csv");
    assertThat(other.statusCode()).isEqualTo(400);
    assertThat(other.body()).contains("text/csv");
    assertThat(
            ask(
                    serving.http(),
                    "/invocations",
                    BODY,
                    "X-Amzn-SageMaker-Accept",
                    "application/json;q=0.9")
                .statusCode())
        .isEqualTo(200);
  }

  @Test
  void probesAnswerAndWhatIsManagedElsewhereSaysSo() {
    assertThat(serving.http().get("/ping").statusCode()).isEqualTo(200);
    assertThat(TestServer.json(serving.http().get("/execution-parameters")).toString())
        .contains("\"MaxConcurrentTransforms\":16", "MULTI_RECORD");
    HttpResponse<String> load =
        ask(serving.http(), "/models", "{\"model_name\":\"x\",\"url\":\"/opt\"}");
    assertThat(load.statusCode()).isEqualTo(501);
    assertThat(load.body()).contains("loadContainerModel", "/api/2.0/serving-endpoints");
  }
}

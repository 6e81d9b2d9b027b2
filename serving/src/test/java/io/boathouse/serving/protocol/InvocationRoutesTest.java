package io.boathouse.serving.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import io.boathouse.catalog.grant.Privilege;
import io.boathouse.catalog.securable.FullName;
import io.boathouse.catalog.securable.SecurableType;
import io.boathouse.platform.error.LakeException;
import io.boathouse.platform.http.TestServer;
import io.boathouse.serving.TestServing;
import io.boathouse.serving.inference.LiveEndpoint;
import io.boathouse.serving.inference.ServingMeters;
import io.boathouse.serving.runtime.OnnxModels;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class InvocationRoutesTest {
  private static final String COLUMNS =
      """
      [{"type":"double","name":"a","required":true},{"type":"long","name":"b","required":true},\
      {"type":"double","name":"c","required":false}]\
      """;
  private static final String WORDS =
      """
      [{"type":"string","name":"word"},{"type":"long","name":"count"}]\
      """;

  private static final int SLOTS = 16;

  @TempDir static Path folder;
  private static TestServing serving;

  @BeforeAll
  static void start() {
    serving = new TestServing(folder);
    var unused =
        serving.register("linear", TestServing.onnx(OnnxModels.linear(0.5f, 1, 2, 4), COLUMNS));
    var words = serving.register("words", TestServing.onnx(OnnxModels.wordAndCount(), WORDS));
    var linear = serving.deploy("linear", "linear", 1, "");
    assertThat(linear.at("/state/ready").asText()).as("%s", linear).isEqualTo("READY");
    assertThat(serving.deploy("words", "words", words.number(), "").at("/state/ready").asText())
        .isEqualTo("READY");
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
          {"dataframe_split":{"columns":["c","b","a"],"data":[[1,2,3],[0,0,0]]}} | [11.5,0.5]
          {"dataframe_split":{"index":[7],"columns":["a","b","c","x"],"data":[[1,0,0,"?"]]}} | [1.5]
          {"dataframe_records":[{"a":3,"b":2,"c":1}]} | [11.5]
          {"instances":[[3,2,1],[0,0,0.25]]} | [11.5,1.5]
          {"instances":[{"a":3,"b":2,"c":1}]} | [11.5]
          {"inputs":{"a":[3,0],"b":[2,0],"c":[[1],[0]]}} | [11.5,0.5]
          {"inputs":[[3,2,1]]} | [11.5]
          {"dataframe_records":[{"a":1,"b":0}]} | [null]
          {"dataframe_records":[{"a":null,"b":0,"c":1}]} | [null]
          """)
  void everyFormOfMlflowIsUnderstood(String body, String predictions) {
    HttpResponse<String> response = ask("linear", body);
    assertThat(response.body()).isEqualTo("{\"predictions\":" + predictions + "}");
    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(response.headers().firstValue("served-model-name")).hasValue("only");
    assertThat(response.headers().firstValue("x-request-id")).isPresent();
    assertThat(response.headers().firstValue("databricks-request-id")).isPresent();
  }

  /** Seen to answer 200 without the checks of ServedColumn.number and requireKnown. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          {"instances":[[1,2,3]],"inputs":[[1,2,3]]} | exactly one of the input fields
          {} | exactly one of the input fields
          [1] | exactly one of the input fields
          {"dataframe_records":[]} | dataframe_records
          {"dataframe_records":[{"b":1,"c":1}]} | 'a' is missing in row 0
          {"dataframe_records":[{"a":1,"b":1},{"a":1}]} | 'b' is missing in row 1
          {"dataframe_records":[{"A":1}]} | 'a' is missing
          {"dataframe_records":[{"a":"1","b":1}]} | 'a' is of type double and row 0 has "1"
          {"dataframe_records":[{"a":"NaN","b":1}]} | 'a' is of type double
          {"dataframe_records":[{"a":true,"b":1}]} | 'a' is of type double and row 0 has true
          {"dataframe_records":[{"a":1,"b":1.5}]} | 'b' is of type long and row 0 has 1.5
          {"dataframe_records":[{"a":1,"b":9223372036854775808}]} | 'b' is of type long
          {"dataframe_records":[{"a":1,"b":null}]} | 'b' is of type long, which cannot be missing
          {"dataframe_records":[{"a":[1],"b":1}]} | 'a' is of type double and row 0 has [1]
          {"dataframe_split":{"columns":["a","b"],"data":[[1]]}} | dataframe_split.data[0]
          {"dataframe_split":{"columns":["a","a"],"data":[[1,2]]}} | 'a' is given twice
          {"dataframe_split":{"columns":"a","data":[[1]]}} | dataframe_split.columns
          {"instances":[[1,2]]} | 'instances[0]' has 2 cells and there are 3 columns
          {"inputs":{"a":[1,2],"b":[1]}} | 'b' has 1 cells
          {"dataframe_records":[{"a":1,"b":2} | JSON
          {"dataframe_records":[{"a":1e999,"b":2}]} | a
          """)
  void case87_wrongInputIs400AndNamesTheField(String body, String named) {
    HttpResponse<String> response = ask("linear", body);
    assertThat(response.statusCode()).as(response.body()).isEqualTo(400);
    assertThat(TestServer.json(response).get("message").asText()).contains(named);
    assertThat(TestServer.json(response).get("error_code").asText())
        .isIn("BAD_REQUEST", "INVALID_PARAMETER_VALUE", "MALFORMED_REQUEST");
  }

  @Test
  void severalOutputsAreRecordsAndWholeNumbersStayExact() {
    HttpResponse<String> response =
        ask(
            "words",
            "{\"dataframe_records\":[{\"word\":\"ü\",\"count\":9007199254740993},"
                + "{\"word\":\"\",\"count\":-1}]}");
    assertThat(response.body())
        .isEqualTo(
            "{\"predictions\":[{\"said\":\"ü\",\"next\":9007199254740994},"
                + "{\"said\":\"\",\"next\":0}]}");
  }

  private static HttpResponse<String> csv(String endpoint, String body) {
    return serving
        .http()
        .send(
            serving
                .http()
                .request("/serving-endpoints/" + endpoint + "/invocations")
                .header("Content-Type", "text/csv; charset=utf-8")
                .POST(BodyPublishers.ofString(body)));
  }

  @Test
  void csvIsReadByTheTypesOfTheSignature() {
    assertThat(csv("linear", "b,a,c\n2,1,4\n1,0,\n").body())
        .isEqualTo(
            ask(
                    "linear",
                    "{\"dataframe_split\":{\"columns\":[\"b\",\"a\",\"c\"],"
                        + "\"data\":[[2,1.0,4.0],[1,0.0,null]]}}")
                .body());
    assertThat(csv("words", "word,count\r\n\"a \"\"b\"\", c\",1\r\n").body())
        .isEqualTo(
            ask("words", "{\"dataframe_records\":[{\"word\":\"a \\\"b\\\", c\",\"count\":1}]}")
                .body());
  }

  @Test
  void csvThatDoesNotFitIs400AndNamed() {
    assertThat(csv("linear", "a,b\n1\n").body()).contains("Line 2", "1 cells");
    assertThat(csv("linear", "a,b\n1,\"2\n").body()).contains("a quote is not closed");
    HttpResponse<String> wrong = csv("linear", "a,b\n1,1.5\n");
    assertThat(wrong.statusCode()).isEqualTo(400);
    assertThat(wrong.body()).contains("'b'");
    assertThat(csv("linear", "a,b\n").statusCode()).isEqualTo(400);
  }

  /** Held by the semaphore in LiveEndpoint.enter. */
  @Test
  void case62_anEndpointWithoutAFreeSlotSays429AndWhenToRetry() {
    LiveEndpoint live = serving.module.endpoints().requireQueryable(serving.admin, "linear");
    int taken = 0;
    try {
      while (taken < SLOTS) {
        live.enter("admin");
        taken++;
      }
      HttpResponse<String> busy = ask("linear", "{\"instances\":[[1,2,3]]}");
      assertThat(busy.statusCode()).isEqualTo(429);
      assertThat(busy.headers().firstValue("retry-after")).isPresent();
      assertThat(busy.body()).contains("linear");
    } finally {
      for (int i = 0; i < taken; i++) {
        live.leave();
      }
    }
    assertThat(ask("linear", "{\"instances\":[[1,2,3]]}").statusCode()).isEqualTo(200);
  }

  /** Held by the bounded queue of Lanes. */
  @Test
  void case62_aFullComputeQueueSays429InsteadOfWaiting() {
    String large =
        "{\"instances\":["
            + IntStream.range(0, 8_000).mapToObj(i -> "[1,2,3]").collect(Collectors.joining(","))
            + "]}";
    var held = new CountDownLatch(1);
    try {
      // Twice, as a thread may have taken one only when the queue was full.
      int full = 0;
      while (full < 2) {
        try {
          serving
              .lanes()
              .compute()
              .execute(
                  () -> {
                    try {
                      held.await();
                    } catch (InterruptedException e) {
                      Thread.currentThread().interrupt();
                    }
                  });
        } catch (LakeException refused) {
          full++;
          LockSupport.parkNanos(500_000_000);
        }
      }
      HttpResponse<String> busy = ask("linear", large);
      assertThat(busy.statusCode()).isEqualTo(429);
      assertThat(busy.headers().firstValue("retry-after")).isPresent();
    } finally {
      held.countDown();
    }
  }

  @Test
  void otherContentTypesAre415InPlainText() {
    for (String type : new String[] {"text/plain", "application/json; charset=latin-1", "a/b"}) {
      HttpResponse<String> response =
          serving
              .http()
              .send(
                  serving
                      .http()
                      .request("/serving-endpoints/linear/invocations")
                      .header("Content-Type", type)
                      .POST(BodyPublishers.ofString("{}")));
      assertThat(response.statusCode()).isEqualTo(415);
      assertThat(response.headers().firstValue("Content-Type").orElseThrow())
          .startsWith("text/plain");
      assertThat(response.body()).contains(type);
    }
  }

  @Test
  void oneServedModelCanBeAskedByItsNameAndAnUnknownOneIsNamed() {
    String body = "{\"instances\":[[3,2,1]]}";
    String path = "/serving-endpoints/linear/served-models/";
    assertThat(serving.http().post(path + "only/invocations", body).body())
        .isEqualTo("{\"predictions\":[11.5]}");
    HttpResponse<String> unknown = serving.http().post(path + "other/invocations", body);
    assertThat(unknown.statusCode()).isEqualTo(404);
    assertThat(unknown.body()).contains("other", "only");
  }

  @Test
  void theCallerNeedsCanQueryAndARevokeHoldsAtOnce() {
    TestServer bob = serving.as("bob");
    String path = "/serving-endpoints/linear/invocations";
    String body = "{\"instances\":[[3,2,1]]}";
    assertThat(bob.post(path, body).statusCode()).isEqualTo(404);
    serving.grant(SecurableType.SERVING_ENDPOINT, "linear", "bob", Privilege.CAN_VIEW);
    HttpResponse<String> viewer = bob.post(path, body);
    assertThat(viewer.statusCode()).isEqualTo(403);
    assertThat(viewer.body()).contains("CAN_QUERY");
    serving.grant(SecurableType.SERVING_ENDPOINT, "linear", "bob", Privilege.CAN_QUERY);
    assertThat(bob.post(path, body).statusCode()).isEqualTo(200);
    assertThat(bob.post(path, body).statusCode()).isEqualTo(200);
    serving
        .catalog
        .grants()
        .revoke(
            serving.admin,
            SecurableType.SERVING_ENDPOINT,
            FullName.verbatim("linear"),
            "bob",
            Privilege.CAN_QUERY);
    assertThat(bob.post(path, body).statusCode()).isEqualTo(403);
    assertThat(bob.post("/serving-endpoints/nothing/invocations", body).statusCode())
        .isEqualTo(404);
  }

  @Test
  void aLargeBatchIsScoredLikeItsRows() {
    String rows =
        IntStream.range(0, 5_000)
            .mapToObj(i -> "[" + i + ",0,0]")
            .collect(Collectors.joining(",", "[", "]"));
    HttpResponse<String> response = ask("linear", "{\"instances\":" + rows + "}");
    String expected =
        IntStream.range(0, 5_000).mapToObj(i -> i + ".5").collect(Collectors.joining(","));
    assertThat(response.body()).isEqualTo("{\"predictions\":[" + expected + "]}");
  }

  @Test
  void everyPhaseIsMeasured() {
    assertThat(ask("linear", "{\"instances\":[[3,2,1]]}").statusCode()).isEqualTo(200);
    for (ServingMeters.Phase phase : ServingMeters.Phase.values()) {
      var timer =
          serving
              .meters
              .find("boathouse.serving.phase.duration")
              .tag("phase", phase.name().toLowerCase(Locale.ROOT))
              .tag("endpoint", "linear")
              .timer();
      assertThat(timer).isNotNull();
      if (phase != ServingMeters.Phase.LOG) {
        assertThat(timer.count()).isPositive();
      }
    }
  }
}

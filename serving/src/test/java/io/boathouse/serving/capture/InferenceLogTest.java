package io.boathouse.serving.capture;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.boathouse.platform.json.Json;
import io.boathouse.serving.ServingConfig;
import io.boathouse.serving.TestServing;
import io.boathouse.serving.runtime.OnnxModels;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whether a table has what was answered, whatever happens in between. */
class InferenceLogTest {
  private static final int ROOM = 40;

  @TempDir static Path folder;
  private static TestServing serving;

  @BeforeAll
  static void start() {
    serving =
        new TestServing(
            folder,
            ServingConfig.DEFAULTS.with(
                64, new CaptureLimits(ROOM, 64L << 20, Duration.ofHours(1))));
    var unused =
        serving.register(
            "linear",
            TestServing.onnx(
                OnnxModels.linear(0.5f, 1),
                "[{\"type\":\"double\",\"name\":\"a\",\"required\":true}]"));
  }

  @AfterAll
  static void stop() {
    serving.close();
  }

  private static void deploy(String endpoint, String more) {
    JsonNode deployed =
        serving.deploy(
            endpoint,
            "linear",
            1,
            """
            ,"auto_capture_config": {"catalog_name": "main", "schema_name": "default",
              "table_name_prefix": "%s"%s}\
            """
                .formatted(endpoint, more));
    assertThat(deployed.at("/state/ready").asText()).as("%s", deployed).isEqualTo("READY");
  }

  private static HttpResponse<String> ask(String endpoint, String more) {
    return serving
        .http()
        .post(
            "/serving-endpoints/" + endpoint + "/invocations",
            "{\"dataframe_records\":[{\"a\":3" + more + "}]}");
  }

  private static String id(HttpResponse<String> response) {
    return response.headers().firstValue("databricks-request-id").orElseThrow();
  }

  private static JsonNode counted(String endpoint) {
    serving.module.captures().flush();
    return Json.parse(
            serving.query(
                "SELECT count(databricks_request_id), count(DISTINCT databricks_request_id),"
                    + " coalesce(sum(sampled_out), 0), coalesce(sum(dropped), 0)"
                    + " FROM main.default."
                    + endpoint
                    + "_payload"))
        .get(0);
  }

  private static List<String> asked(String endpoint, int threads, int each)
      throws InterruptedException {
    var ids = new ConcurrentLinkedQueue<String>();
    List<Thread> callers = new ArrayList<>();
    for (int i = 0; i < threads; i++) {
      callers.add(
          Thread.ofVirtual()
              .start(
                  () -> {
                    for (int n = 0; n < each; n++) {
                      HttpResponse<String> answered = ask(endpoint, "");
                      if (answered.statusCode() == 200) {
                        ids.add(id(answered));
                      }
                    }
                  }));
    }
    for (Thread caller : callers) {
      caller.join();
    }
    return List.copyOf(ids);
  }

  /** Seen to fail without the counts of {@link InferenceTable#skip}. */
  @Test
  void rowsAreTheAnswersLessThoseSampledOutAndThoseDropped() throws InterruptedException {
    deploy("sampled", ",\"sampling_fraction\": 0.4");
    List<String> answered = asked("sampled", 8, 40);
    JsonNode counted = counted("sampled");
    long rows = counted.get(0).asLong();
    long sampledOut = counted.get(2).asLong();
    long dropped = counted.get(3).asLong();
    assertThat(answered).hasSize(320);
    assertThat(rows + sampledOut + dropped).isEqualTo(320);
    assertThat(rows).isEqualTo(ROOM);
    assertThat(sampledOut).isBetween(130L, 250L);
    assertThat(dropped).isPositive();
    assertThat(
            serving.query(
                "SELECT DISTINCT sampling_fraction, max_payload_bytes FROM"
                    + " main.default.sampled_payload"))
        .contains("0.4", "1048576");
  }

  /** Seen to fail without the files that {@link InferenceLog#open} finds. */
  @Test
  void case68_whatWasAnsweredIsKeptThroughAKillAndOnce() throws Exception {
    deploy("killed", ",\"policy\": \"required\"");
    List<String> answered = new ArrayList<>(asked("killed", 8, 3));
    assertThat(answered).hasSize(24);
    serving.module.captures().abandon();
    serving.restart();
    assertThat(serving.await("killed").at("/state/ready").asText()).isEqualTo("READY");
    assertThat(counted("killed").get(0).asLong()).isEqualTo(24);
    answered.addAll(asked("killed", 4, 2));

    // Killed when the rows were in the table and the files not yet gone.
    Map<Path, byte[]> files = segments();
    assertThat(files).isNotEmpty();
    assertThat(counted("killed").get(0).asLong()).isEqualTo(32);
    serving.module.captures().abandon();
    for (Map.Entry<Path, byte[]> file : files.entrySet()) {
      Path unused = Files.createDirectories(file.getKey().getParent());
      unused = Files.write(file.getKey(), file.getValue());
    }
    serving.restart();
    assertThat(serving.await("killed").at("/state/ready").asText()).isEqualTo("READY");
    JsonNode counted = counted("killed");
    assertThat(counted.get(0).asLong()).isEqualTo(answered.size());
    assertThat(counted.get(1).asLong()).isEqualTo(answered.size());
    assertThat(segments()).isEmpty();
  }

  private static Map<Path, byte[]> segments() throws IOException {
    Map<Path, byte[]> found = new HashMap<>();
    try (Stream<Path> files = Files.walk(folder.resolve("inference-log"))) {
      for (Path file : files.filter(Segment::isSegment).toList()) {
        found.put(file, Files.readAllBytes(file));
      }
    }
    return found;
  }

  /** Seen to fail when the answer does not wait for {@link Segment#write}. */
  @Test
  void case67_aRequiredRowThatTheDiskDoesNotTakeIsNoAnswer() throws IOException {
    deploy("diskless", ",\"policy\": \"required\"");
    InferenceTable table =
        serving
            .module
            .endpoints()
            .requireQueryable(serving.admin, "diskless")
            .capture()
            .orElseThrow();
    Files.delete(table.folder());
    HttpResponse<String> refused = ask("diskless", "");
    assertThat(refused.statusCode()).as(refused.body()).isEqualTo(503);
    assertThat(refused.body()).contains("diskless_payload", "could not be kept");
    assertThat(table.waiting()).isZero();
    Path unused = Files.createDirectory(table.folder());
    HttpResponse<String> answered = ask("diskless", "");
    assertThat(answered.statusCode()).as(answered.body()).isEqualTo(200);
    assertThat(counted("diskless").get(0).asLong()).isEqualTo(1);
  }

  @Test
  void bodiesBeyondTheEndpointsSizeAreLeftOutAndTheRowSaysSo() {
    deploy("small", ",\"max_payload_bytes\": 60");
    HttpResponse<String> unused = ask("small", "");
    unused = ask("small", ",\"more\":\"" + "é".repeat(30) + "\"");
    JsonNode counted = counted("small");
    assertThat(counted.get(0).asLong()).isEqualTo(2);
    assertThat(
            serving.query(
                "SELECT request, logging_error_codes FROM main.default.small_payload ORDER BY"
                    + " length(request)"))
        .contains("MAX_REQUEST_SIZE_EXCEEDED")
        .contains("\\\"a\\\":3}");
  }

  @Test
  void fractionsAndSizesThatCannotBeAreNamed() {
    for (String wrong :
        List.of(
            "\"sampling_fraction\": 0",
            "\"sampling_fraction\": \"x\"",
            "\"max_payload_bytes\": -1")) {
      HttpResponse<String> refused =
          serving
              .http()
              .post(
                  "/api/2.0/serving-endpoints",
                  TestServing.creation(
                      "wrong",
                      "linear",
                      1,
                      ",\"auto_capture_config\": {\"catalog_name\": \"main\", \"schema_name\":"
                          + " \"default\", \"table_name_prefix\": \"wrong\", "
                          + wrong
                          + "}"));
      assertThat(refused.statusCode()).as(refused.body()).isEqualTo(400);
      assertThat(refused.body()).contains(wrong.substring(1, wrong.indexOf('"', 1)));
    }
  }
}

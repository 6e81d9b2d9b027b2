package io.boathouse.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.boathouse.platform.json.Json;
import io.boathouse.server.client.RestClient;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Training jobs on a real server, with real child processes; the killing comes last. */
@Timeout(180)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class TrainingJobsTest {
  private static final String JOBS = "/api/2.0/boathouse/training-jobs";
  private static final String MODEL = "main.default.late";
  private static final int ROWS = 3_000;

  @TempDir static Path folder;

  private static final HttpClient CLIENT =
      HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(5)).build();

  private static ServerProcess server;
  private static String url;
  private static String trainingSet;
  private static JsonNode first;

  @BeforeAll
  static void start() throws Exception {
    serve();
    trainingSet = trainingSet();
  }

  @AfterAll
  static void stop() throws Exception {
    server.close();
    CLIENT.close();
  }

  private static void serve() throws IOException {
    server =
        ServerProcess.start(
            folder,
            List.of(
                "serve",
                "--data-dir",
                "data",
                "--port",
                "0",
                "--set",
                "training.heap_bytes=300MB",
                "--set",
                "training.max_running=1",
                "--set",
                "workflow.lease=3s"));
    url = server.awaitReady();
  }

  @Test
  @Order(1)
  void aJobTrainsInAProcessOfItsOwnAndRegistersTheModel() throws Exception {
    ObjectNode job = job("boosted-trees");
    job.put("model_name", MODEL).put("alias", "champion").put("run_name", "trees");
    job.putObject("tags").put("story", "test");
    job.putArray("evaluations")
        .addObject()
        .put("name", "served")
        .putObject("where")
        .put("part", "may")
        .put("origin", "SFO");
    first = awaited(submit(job));
    assertThat(first.path("state").asText()).as(first.toString()).isEqualTo("SUCCEEDED");
    assertThat(first.path("model_version").asText()).isEqualTo("1");
    JsonNode metrics = first.path("metrics");
    assertThat(metrics.path("test.auc").asDouble()).isBetween(0.6, 1.0);
    assertThat(metrics.path("served.auc").asDouble()).isBetween(0.5, 1.0);
    assertThat(metrics.path("served.rows").asInt())
        .isBetween(1, metrics.path("validation.rows").asInt() - 1);
    assertThat(metrics.path("test.auc_low").isNumber()).isTrue();
    assertThat(files(data("tmp").resolve("training"))).isEmpty();
  }

  @Test
  @Order(2)
  void theRunSaysWhereItsRowsAreFrom() throws Exception {
    JsonNode run =
        get("/api/2.0/mlflow/runs/get?run_id=" + first.path("run_id").asText()).path("run");
    assertThat(run.at("/info/status").asText()).isEqualTo("FINISHED");
    assertThat(run.at("/info/run_name").asText()).isEqualTo("trees");
    JsonNode set = get("/api/2.0/boathouse/training-sets/" + trainingSet);
    assertThat(tag(run, "boathouse.training_set")).contains(trainingSet);
    assertThat(tag(run, "boathouse.training_set.sha256")).contains(set.path("sha256").asText());
    assertThat(tag(run, "boathouse.feature_spec")).contains("main.default.delays/1");
    assertThat(tag(run, "boathouse.label_tables")).contains("main.default.flights@1");
    assertThat(tag(run, "boathouse.feature_tables").orElse(""))
        .startsWith("main.default.departures@");
    assertThat(tag(run, "story")).contains("test");
    assertThat(entry(run.at("/data/params"), "seed")).contains("42");
    assertThat(entry(run.at("/data/params"), "threads")).contains("1");
    assertThat(run.at("/inputs/dataset_inputs")).hasSize(4);
    assertThat(run.at("/inputs/dataset_inputs/0/dataset/digest").asText()).hasSize(32);
    JsonNode version =
        get("/api/2.0/mlflow/model-versions/get?name=" + MODEL + "&version=1")
            .path("model_version");
    assertThat(version.path("run_id").asText()).isEqualTo(first.path("run_id").asText());
    assertThat(entry(version.path("tags"), "boathouse.feature_spec"))
        .contains("main.default.delays/1");
    assertThat(version.path("aliases").get(0).asText()).isEqualTo("champion");
  }

  @Test
  @Order(3)
  void theSameJobAgainGivesTheSameModelFromTheSameExport() throws Exception {
    Path matrices = data("cache").resolve("matrices");
    List<Path> before = files(matrices);
    JsonNode again = awaited(submit(job("boosted-trees")));
    assertThat(again.path("state").asText()).as(again.toString()).isEqualTo("SUCCEEDED");
    assertThat(digest(again, "model/model.onnx")).isEqualTo(digest(first, "model/model.onnx"));
    assertThat(again.at("/metrics/test.auc")).isEqualTo(first.at("/metrics/test.auc"));
    assertThat(files(matrices)).isEqualTo(before);
  }

  @Test
  @Order(4)
  void aTokenOfASubmissionGivesTheFirstJobAgain() throws Exception {
    ObjectNode job = job("base-rate");
    job.put("idempotency_token", "once");
    String id = submit(job);
    assertThat(submit(job)).isEqualTo(id);
    assertThat(awaited(id).path("state").asText()).isEqualTo("SUCCEEDED");
    job.put("seed", 7);
    assertThat(refusal(job)).contains("IDEMPOTENCY_KEY_REUSED");
  }

  @Test
  @Order(5)
  void whatCannotWorkIsRefusedBeforeItIsQueuedAndNamesTheField() throws Exception {
    int before = get(JOBS).path("training_jobs").size();
    ObjectNode job = job("boosted-trees");
    job.put("bogus", 1);
    assertThat(refusal(job)).contains("UNKNOWN_FIELD", "'bogus'");
    job = job("boosted-trees");
    job.putObject("params").put("depht", 3);
    assertThat(refusal(job)).contains("params.depht");
    assertThat(refusal(job("oracle"))).contains("TRAINER_NOT_FOUND");
    job = job("boosted-trees");
    job.putObject("train").putObject("where").put("quarter", "1");
    assertThat(refusal(job)).contains("quarter");
    job = job("boosted-trees");
    job.putArray("features").add("distance").add("late");
    assertThat(refusal(job)).contains("is the label");
    job = job("boosted-trees");
    job.putArray("features").add("origin");
    assertThat(refusal(job)).contains("origin");
    job = job("cart");
    job.put("calibration", "platt");
    assertThat(refusal(job)).contains("\"field\":\"calibration\"");
    job = job("cart");
    job.put("training_set", "0".repeat(32));
    assertThat(refusal(job)).contains("TRAINING_SET_NOT_FOUND");
    job = job("cart");
    job.put("model_name", "nowhere.at.all");
    assertThat(refusal(job)).contains("SCHEMA");
    job = job("cart");
    job.put("experiment_id", "1");
    assertThat(refusal(job)).contains("experiment_name");
    assertThat(get(JOBS).path("training_jobs").size()).isEqualTo(before);
  }

  @Test
  @Order(6)
  void whatTheProcessFindsWrongIsTheJobsError() throws Exception {
    ObjectNode job = job("boosted-trees");
    job.put("label", "distance");
    job.putArray("features").add("late_share_3h");
    JsonNode ended = awaited(submit(job));
    assertThat(ended.path("state").asText()).isEqualTo("FAILED");
    assertThat(ended.at("/error/code").asText()).isEqualTo("INVALID_ARGUMENT");
    assertThat(ended.at("/error/message").asText()).contains("must be 0 or 1");
    assertThat(runStatus(ended)).isEqualTo("FAILED");
  }

  @Test
  @Order(7)
  void theTokensOfEndedJobsAreRevoked() throws Exception {
    assertThat(get("/api/2.0/token/list").toString()).doesNotContain("training job");
  }

  @Test
  @Order(7)
  void theCommandFollowsAJobToItsEndAndFailsWithIt() throws Exception {
    try (ServerProcess trained = command("base-rate", "part=june")) {
      assertThat(trained.awaitExit()).as(trained.errors()).isZero();
      assertThat(String.join("\n", trained.output()))
          .contains("job      ", "run      ", "test.brier");
      assertThat(trained.errors()).contains("running");
    }
    try (ServerProcess refused = command("oracle", "part=june")) {
      assertThat(refused.awaitExit()).isEqualTo(1);
      assertThat(refused.errors()).contains("There is no trainer 'oracle'");
    }
  }

  private static ServerProcess command(String trainer, String test) throws IOException {
    return ServerProcess.start(
        folder,
        List.of(
            "train",
            "--data-dir",
            "data",
            "--training-set",
            trainingSet,
            "--trainer",
            trainer,
            "--experiment",
            "/delays",
            "--train",
            "part=train",
            "--test",
            test,
            "--wait"));
  }

  @Test
  @Order(8)
  void aRunningJobIsCancelledAndItsProcessEnds() throws Exception {
    String running = submit(endless());
    JsonNode shown = awaited(running, job -> job.path("phase").asText().equals("train"));
    ProcessHandle child = trainer().orElseThrow();
    String waiting = submit(job("base-rate"));
    assertThat(get(JOBS + "/" + waiting).path("state").asText()).isEqualTo("QUEUED");
    post(JOBS + "/" + running + "/cancel", "{}");
    assertThat(awaited(running).path("state").asText()).isEqualTo("CANCELED");
    assertThat(child.isAlive()).isFalse();
    assertThat(runStatus(shown)).isEqualTo("KILLED");
    assertThat(awaited(waiting).path("state").asText()).isEqualTo("SUCCEEDED");
  }

  @Test
  @Order(9)
  void aQueuedJobIsCancelledWithoutHavingBegun() throws Exception {
    String running = submit(endless());
    String waiting = submit(endless());
    post(JOBS + "/" + waiting + "/cancel", "{}");
    JsonNode ended = awaited(waiting);
    assertThat(ended.path("state").asText()).isEqualTo("CANCELED");
    assertThat(ended.has("run_id")).isFalse();
    post(JOBS + "/" + running + "/cancel", "{}");
    assertThat(awaited(running).path("state").asText()).isEqualTo("CANCELED");
  }

  @Test
  @Order(10)
  void aJobWhoseServerIsKilledIsDoneByTheNextOneInTheSameRun() throws Exception {
    ObjectNode job = job("boosted-trees");
    job.putObject("params").put("rounds", 800);
    String id = submit(job);
    JsonNode begun = awaited(id, shown -> shown.path("phase").asText().equals("train"));
    ProcessHandle child = trainer().orElseThrow();
    server.kill();
    server.awaitExit();
    child.onExit().get(30, java.util.concurrent.TimeUnit.SECONDS);
    serve();
    JsonNode ended = awaited(id);
    assertThat(ended.path("state").asText()).as(ended.toString()).isEqualTo("SUCCEEDED");
    assertThat(ended.path("attempt").asInt()).isEqualTo(2);
    assertThat(ended.path("run_id")).isEqualTo(begun.path("run_id"));
    assertThat(runStatus(ended)).isEqualTo("FINISHED");
    assertThat(get("/api/2.0/token/list").toString()).doesNotContain("training job");
  }

  @Test
  @Order(11)
  void aServerThatIsToldToStopEndsItsProcessAndGoesOnLater() throws Exception {
    ObjectNode job = job("boosted-trees");
    job.putObject("params").put("rounds", 800);
    job.put("seed", 5);
    String id = submit(job);
    JsonNode unused = awaited(id, shown -> shown.path("phase").asText().equals("train"));
    ProcessHandle child = trainer().orElseThrow();
    server.terminate();
    assertThat(server.awaitExit()).isZero();
    assertThat(child.isAlive()).isFalse();
    serve();
    assertThat(awaited(id).path("state").asText()).isEqualTo("SUCCEEDED");
  }

  private static ObjectNode job(String trainer) {
    ObjectNode job = Json.mapper().createObjectNode();
    job.put("experiment_name", "/delays")
        .put("trainer", trainer)
        .put("training_set", trainingSet)
        .put("group", "day")
        .put("bootstrap_rounds", 20);
    for (String[] part :
        new String[][] {{"train", "train"}, {"validation", "may"}, {"test", "june"}}) {
      job.putObject(part[0]).putObject("where").put("part", part[1]);
    }
    if (trainer.equals("boosted-trees")) {
      job.putObject("params").put("rounds", 20).put("max_depth", 4);
    }
    return job;
  }

  /** A job that nobody would wait for. */
  private static ObjectNode endless() {
    ObjectNode job = job("boosted-trees");
    job.putObject("params").put("rounds", 10_000).put("max_depth", 8);
    return job;
  }

  private static String submit(JsonNode job) throws Exception {
    return post(JOBS, Json.writeText(job)).path("job_id").asText();
  }

  private static JsonNode awaited(String id) throws Exception {
    return awaited(
        id, job -> List.of("SUCCEEDED", "FAILED", "CANCELED").contains(job.path("state").asText()));
  }

  private static JsonNode awaited(String id, Predicate<JsonNode> until) throws Exception {
    Instant end = Instant.now().plusSeconds(120);
    while (true) {
      JsonNode job = get(JOBS + "/" + id);
      if (until.test(job)) {
        return job;
      }
      assertThat(Instant.now()).as(job.toString()).isBefore(end);
      LockSupport.parkNanos(50_000_000);
    }
  }

  private static Optional<ProcessHandle> trainer() {
    return server
        .descendants()
        .filter(child -> child.info().commandLine().orElse("").contains("TrainerMain"))
        .findFirst();
  }

  private static String runStatus(JsonNode job) throws Exception {
    return get("/api/2.0/mlflow/runs/get?run_id=" + job.path("run_id").asText())
        .at("/run/info/status")
        .asText();
  }

  private static Optional<String> tag(JsonNode run, String key) {
    return entry(run.at("/data/tags"), key);
  }

  private static Optional<String> entry(JsonNode entries, String key) {
    for (JsonNode entry : entries) {
      if (entry.path("key").asText().equals(key)) {
        return Optional.of(entry.path("value").asText());
      }
    }
    return Optional.empty();
  }

  private static String digest(JsonNode job, String artifact) throws Exception {
    byte[] bytes =
        client()
            .download(
                "/api/2.0/mlflow-artifacts/artifacts/%s/%s/artifacts/%s"
                    .formatted(
                        job.path("experiment_id").asText(), job.path("run_id").asText(), artifact));
    return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
  }

  private static String refusal(JsonNode job) throws Exception {
    HttpResponse<String> reply = send("POST", JOBS, Json.writeText(job));
    assertThat(reply.statusCode()).as(reply.body()).isBetween(400, 499);
    return reply.body();
  }

  private static String trainingSet() throws Exception {
    String upload = send("POST", "/api/2.0/boathouse/ingest/uploads", LateFlights.csv(ROWS)).body();
    post(
        "/api/2.0/boathouse/ingest/load",
        """
        {"table":"main.default.flights","format":"csv","source":{"upload_id":"%s"}}
        """
            .formatted(Json.parse(upload).path("upload_id").asText()));
    post("/api/2.0/boathouse/feature-tables", LateFlights.FEATURE_TABLE);
    post("/api/2.0/boathouse/feature-specs", LateFlights.SPEC);
    return post("/api/2.0/boathouse/training-sets", LateFlights.TRAINING_SET).path("id").asText();
  }

  private static Path data(String name) {
    return folder.resolve("data").resolve(name);
  }

  private static List<Path> files(Path where) throws IOException {
    if (!Files.exists(where)) {
      return List.of();
    }
    try (Stream<Path> found = Files.list(where)) {
      return found.sorted().toList();
    }
  }

  private static JsonNode get(String path) throws Exception {
    return client().get(path);
  }

  private static JsonNode post(String path, String body) throws Exception {
    return client().post(path, Json.parse(body));
  }

  private static RestClient client() throws IOException {
    return new RestClient(URI.create(url), Files.readString(data("token")).strip());
  }

  private static HttpResponse<String> send(String method, String path, String body)
      throws Exception {
    return CLIENT.send(
        HttpRequest.newBuilder(URI.create(url + path))
            .timeout(Duration.ofSeconds(60))
            .header("Authorization", "Bearer " + Files.readString(data("token")).strip())
            .header("Content-Type", path.endsWith("uploads") ? "text/csv" : "application/json")
            .method(method, BodyPublishers.ofString(body))
            .build(),
        BodyHandlers.ofString());
  }
}

package io.boathouse.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.boathouse.platform.backup.DataDirectory;
import io.boathouse.platform.config.ConfigSources;
import io.boathouse.platform.json.Json;
import io.boathouse.server.Boathouse;
import io.boathouse.server.ServerConfig;
import io.boathouse.server.client.RestClient;
import io.boathouse.server.client.SqlClient;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Rows come in, become features, a training set, a model and an endpoint, and a prediction leads
 * back to the file: the whole house in one process, asked over HTTP.
 */
@Timeout(180)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class RowsToPredictionTest {
  private static final String API = "/api/2.0/boathouse/";
  private static final Instant START = Instant.parse("2001-01-01T00:00:00Z");
  private static final int FLIGHTS = 4000;
  private static final long SEED = 7;

  private static final List<String> LOOKED_UP =
      List.of(
          "landed_late_share_3h", "landed_flights_3h", "landed_late_share_7d", "landed_flights_7d");

  /** The last flight leaves when the one before lands, so that a second decides what it sees. */
  private static final Instant LANDING = START.plus(Duration.ofMinutes(4100));

  @TempDir private static Path folder;
  private DataDirectory directory;
  private Boathouse boathouse;
  private RestClient server;
  private SqlClient sql;

  @BeforeAll
  void open() throws Exception {
    directory = DataDirectory.open(folder.resolve("data"));
    ServerConfig config =
        ServerConfig.load(
            new ConfigSources(Optional.empty(), Map.of(), Map.of("server.port", "0")));
    boathouse = new Boathouse(directory, config, InstantSource.system());
    server = new RestClient(boathouse.uri(), boathouse.administratorToken(""));
    sql = new SqlClient(server);
    load("flights", LANDING);
    load("moved", LANDING.plusSeconds(1));
    for (String flights : List.of("flights", "moved")) {
      JsonNode made = server.post(API + "feature-tables", featureTable(flights));
      assertThat(made.path("name").asText()).isEqualTo("main.default.landed_" + flights);
      JsonNode spec = server.post(API + "feature-specs", spec(flights));
      assertThat(spec.path("version").asInt()).isEqualTo(1);
    }
  }

  @AfterAll
  void close() {
    boathouse.close();
    directory.close();
  }

  @Test
  void predictionLeadsBackToTheFileAndItsVectorIsTheTrainingSets() throws Exception {
    JsonNode set = trainingSet("flights");
    assertThat(set.path("rows").asInt()).isEqualTo(FLIGHTS + 2);
    JsonNode job = trained(set.path("id").asText());
    assertThat(job.path("metrics").path("validation.auc").asDouble()).isGreaterThan(0.6);
    publish("flights", Optional.of(LANDING.plusMillis(1)));
    deploy(job.path("model_version").asText());

    Map<String, Object> question = Map.of("origin", "BBB", "distance", 300);
    HttpResponse<String> reply =
        server.exchange(
            "POST",
            "/serving-endpoints/late/invocations",
            Map.of("dataframe_records", List.of(question)));
    assertThat(reply.statusCode()).as(reply.body()).isEqualTo(200);
    double score = Json.parse(reply.body()).at("/predictions/0").asDouble();
    assertThat(score).isBetween(0.0, 1.0);

    String id = reply.headers().firstValue("databricks-request-id").orElseThrow();
    JsonNode prediction = server.get(API + "predictions/" + id);
    assertThat(prediction.path("run_id").asText()).isEqualTo(job.path("run_id").asText());
    JsonNode online = prediction.at("/features/data/0");
    List<String> features = new ArrayList<>(List.of("distance"));
    features.addAll(LOOKED_UP);
    JsonNode offline = row(set, FLIGHTS + 1, features);
    assertThat(online.size()).isEqualTo(offline.size());
    for (int i = 0; i < offline.size(); i++) {
      assertThat((float) online.get(i).asDouble()).isEqualTo((float) offline.get(i).asDouble());
    }

    JsonNode why = server.get(API + "predictions/" + id + "/why");
    assertThat(why.path("steps").findValuesAsText("type"))
        .contains(
            "ENDPOINT", "MODEL_VERSION", "RUN", "TRAINING_SET", "FEATURE_TABLE", "TABLE", "FILE");
    assertThat(why.path("steps").findValuesAsText("name"))
        .contains("late", "main.default.late", "main.default.landed_flights", "flights.csv");
    SqlClient.Rows logged = sql.run("SELECT count(*) FROM main.default.late_payload");
    assertThat(logged.number(0, 0)).isPositive();
  }

  /**
   * The question is asked at the very second of a landing. One second later, and that flight's
   * delay is not known: the features differ, offline and online alike.
   */
  @Test
  void aFlightMovedAcrossTheLandingLineIsNoLongerSeen() throws Exception {
    JsonNode seen = row(trainingSet("flights"), FLIGHTS + 1, LOOKED_UP);
    JsonNode unseen = row(trainingSet("moved"), FLIGHTS + 1, LOOKED_UP);
    assertThat(seen.get(3).asLong()).isEqualTo(unseen.get(3).asLong() + 1);
    assertThat(seen.get(2).asDouble()).isGreaterThan(unseen.get(2).asDouble());
    assertThat(online("flights", LANDING.plusMillis(1))).isEqualTo(seen);
    assertThat(online("moved", LANDING.plusMillis(1))).isEqualTo(unseen);
  }

  /** What a lookup gives after everything that was known before the instant is online. */
  private JsonNode online(String flights, Instant knownBefore) throws Exception {
    publish(flights, Optional.of(knownBefore));
    return server
        .post(
            API + "feature-tables/main.default.landed_" + flights + "/lookup",
            Map.of("keys", List.of(Map.of("origin", "BBB"))))
        .at("/rows/0/values");
  }

  /** Flights whose delays depend on their origin and hour; the two last ones meet in BBB. */
  private void load(String table, Instant landing) throws Exception {
    Random random = new Random(SEED);
    StringBuilder csv = new StringBuilder("id,origin,distance,departure,landing,delay\n");
    for (int i = 0; i < FLIGHTS; i++) {
      Instant departure = START.plus(Duration.ofMinutes(i));
      int distance = 100 + random.nextInt(900);
      String origin = List.of("AAA", "BBB", "CCC").get(random.nextInt(3));
      boolean late = random.nextDouble() < (origin.equals("CCC") ? 0.7 : 0.1);
      line(csv, i, origin, distance, departure, departure.plusSeconds(60), late ? 30 : 0);
    }
    line(csv, FLIGHTS, "BBB", 300, LANDING.minusSeconds(3600), landing, 90);
    line(csv, FLIGHTS + 1, "BBB", 300, LANDING, LANDING.plusSeconds(3600), 0);
    Path file = folder.resolve(table + ".csv");
    Files.writeString(file, csv);
    String upload = server.upload("POST", API + "ingest/uploads", file).path("upload_id").asText();
    JsonNode load =
        server.post(
            API + "ingest/load",
            Map.of(
                "table",
                "main.default." + table,
                "source",
                Map.of("upload_id", upload, "name", table + ".csv")));
    assertThat(load.path("written").asInt()).isEqualTo(FLIGHTS + 2);
  }

  private static void line(
      StringBuilder csv,
      int id,
      String origin,
      int distance,
      Instant departure,
      Instant landing,
      int delay) {
    csv.append(id).append(',').append(origin).append(',').append(distance).append(',');
    csv.append(departure).append(',').append(landing).append(',').append(delay).append('\n');
  }

  private static Map<String, Object> featureTable(String flights) {
    return Map.of(
        "name",
        "main.default.landed_" + flights,
        "definition",
        Map.of(
            "select",
            "SELECT origin, landing, delay > 15 AS late FROM main.default." + flights,
            "keys",
            List.of("origin"),
            "time_column",
            "landing",
            "windows",
            List.of("3h", "7d"),
            "aggregates",
            List.of(
                Map.of("name", "late_share", "function", "avg", "column", "late"),
                Map.of("name", "flights", "function", "count"))));
  }

  private static Map<String, Object> spec(String flights) {
    return Map.of(
        "name",
        "main.default.question_" + flights,
        "request_columns",
        List.of(Map.of("name", "distance", "type", "bigint")),
        "lookups",
        List.of(
            Map.of(
                "table",
                "main.default.landed_" + flights,
                "lookup_keys",
                List.of("origin"),
                "prefix",
                "landed_")));
  }

  private JsonNode trainingSet(String flights) throws Exception {
    return server.post(
        API + "training-sets",
        Map.of(
            "spec",
            "main.default.question_" + flights,
            "spec_version",
            1,
            "labels",
            "SELECT id, origin, distance, departure, CAST(delay > 15 AS INTEGER) AS late,"
                + " CASE WHEN id % 4 = 0 THEN 'choose' ELSE 'train' END AS part FROM main.default."
                + flights,
            "timestamp_column",
            "departure",
            "label_column",
            "late",
            "order_by",
            List.of("id")));
  }

  private JsonNode row(JsonNode set, int id, List<String> columns) throws Exception {
    return server
        .post(
            API + "training-sets/" + set.path("id").asText() + "/rows",
            Map.of("where", Map.of("id", List.of(id)), "columns", columns))
        .at("/rows/0");
  }

  private JsonNode trained(String set) throws Exception {
    Map<String, Object> job = new LinkedHashMap<>();
    job.put("experiment_name", "/late");
    job.put("trainer", "logistic-liblinear");
    job.put("training_set", set);
    job.put("train", Map.of("where", Map.of("part", "train")));
    job.put("validation", Map.of("where", Map.of("part", "choose")));
    job.put("model_name", "main.default.late");
    job.put("alias", "champion");
    String id = server.post(API + "training-jobs", job).path("job_id").asText();
    return until(
        () -> server.get(API + "training-jobs/" + id),
        found -> !List.of("QUEUED", "RUNNING").contains(found.path("state").asText()),
        found -> found.path("state").asText().equals("SUCCEEDED"));
  }

  private void publish(String flights, Optional<Instant> knownBefore) throws Exception {
    Map<String, Object> body = new LinkedHashMap<>();
    knownBefore.ifPresent(instant -> body.put("known_before", instant.toString()));
    JsonNode status =
        server.post(API + "feature-tables/main.default.landed_" + flights + "/publish", body);
    assertThat(status.path("rows").asInt()).isEqualTo(3);
  }

  private void deploy(String version) throws Exception {
    Map<String, Object> config =
        Map.of(
            "served_entities",
            List.of(Map.of("entity_name", "main.default.late", "entity_version", version)),
            "auto_capture_config",
            Map.of(
                "catalog_name", "main",
                "schema_name", "default",
                "table_name_prefix", "late",
                "enabled", true));
    JsonNode made =
        server.post("/api/2.0/serving-endpoints", Map.of("name", "late", "config", config));
    assertThat(made.path("name").asText()).isEqualTo("late");
    JsonNode ready =
        until(
            () -> server.get("/api/2.0/serving-endpoints/late"),
            found -> !found.at("/state/config_update").asText().equals("IN_PROGRESS"),
            found -> found.at("/state/ready").asText().equals("READY"));
    assertThat(ready.path("name").asText()).isEqualTo("late");
  }

  @FunctionalInterface
  private interface Call {
    JsonNode get() throws IOException, InterruptedException;
  }

  private static JsonNode until(Call call, Predicate<JsonNode> ended, Predicate<JsonNode> good)
      throws Exception {
    List<JsonNode> seen = new ArrayList<>();
    while (seen.isEmpty() || !ended.test(seen.getLast())) {
      seen.add(call.get());
      LockSupport.parkNanos(50_000_000);
    }
    assertThat(good.test(seen.getLast())).as(seen.getLast().toString()).isTrue();
    return seen.getLast();
  }
}

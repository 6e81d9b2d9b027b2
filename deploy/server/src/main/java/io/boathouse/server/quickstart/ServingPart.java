package io.boathouse.server.quickstart;

import com.fasterxml.jackson.databind.JsonNode;
import io.boathouse.platform.json.Json;
import io.boathouse.server.client.SqlClient;
import io.boathouse.server.quickstart.Replay.Answer;
import io.boathouse.training.trainer.OnnxScorer;
import java.io.IOException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The live endpoint, the replayed day, and whether online is what offline was. */
final class ServingPart {
  private static final String ENDPOINTS = "/api/2.0/serving-endpoints";
  private static final long PAUSE_NANOS = 100_000_000;
  private static final int TRIES = 600;

  private final Stage stage;

  ServingPart(Stage stage) {
    this.stage = stage;
  }

  /**
   * What the day has shown.
   *
   * @param vectors answers whose every feature is the training set's, bit for bit
   * @param scores answers whose score is that of the training set's vector, bit for bit
   * @param logged answers whose logged vector is what the model was to see
   * @param late flights of the answers that were late
   */
  record Day(int landings, List<Answer> answers, int vectors, int scores, int logged, int late) {
    Answer first() {
      return answers.getFirst();
    }

    /** The latency in milliseconds that a share of the answers did not exceed. */
    double latency(double share) {
      long[] sorted = answers.stream().mapToLong(Answer::nanos).sorted().toArray();
      int index = (int) Math.min(sorted.length - 1L, (long) Math.ceil(share * sorted.length) - 1);
      return sorted[Math.max(index, 0)] / 1e6;
    }
  }

  /** Publishes, deploys, and lives the day. */
  Day run(JsonNode trainingSet, String version, byte[] model)
      throws IOException, InterruptedException {
    publish();
    deploy(version);
    try (OnnxScorer scorer = OnnxScorer.open(model)) {
      return replay(trainingSet, scorer);
    }
  }

  /** Puts the tables' newest rows of the evening before online. */
  private void publish() throws IOException, InterruptedException {
    Map<Flights.Table, Long> keys =
        Map.of(
            Flights.Table.DEPARTURES, 229L,
            Flights.Table.ARRIVALS, 228L,
            Flights.Table.ROUTES, 3_399L);
    for (Flights.Table table : Flights.Table.values()) {
      JsonNode status =
          stage
              .server()
              .post(
                  "/api/2.0/boathouse/feature-tables/%s/publish".formatted(table.fullName(false)),
                  Map.of("known_before", Flights.DAY));
      stage
          .checks()
          .equal(
              "keys online of " + table.fullName(false),
              keys.getOrDefault(table, 0L),
              status.path("rows").asLong());
    }
    stage.narrator().say("%,d keys online, as known before 30 June".formatted(229 + 228 + 3_399));
  }

  /** Deploys a version, and waits until it answers. */
  private void deploy(String version) throws IOException, InterruptedException {
    Map<String, Object> config = new LinkedHashMap<>();
    config.put(
        "served_entities",
        List.of(Map.of("entity_name", Flights.MODEL, "entity_version", version)));
    config.put(
        "auto_capture_config",
        Map.of(
            "catalog_name", "main",
            "schema_name", "flights",
            "table_name_prefix", "late_landing",
            "enabled", true));
    String one = ENDPOINTS + "/" + Flights.ENDPOINT;
    if (LoadPart.exists(stage, one)) {
      var unused = stage.server().send("PUT", one + "/config", config);
    } else {
      var unused =
          stage.server().post(ENDPOINTS, Map.of("name", Flights.ENDPOINT, "config", config));
    }
    for (int i = 0; i < TRIES; i++) {
      JsonNode found = stage.server().get(one);
      String update = found.at("/state/config_update").asText();
      if (update.equals("UPDATE_FAILED")) {
        throw new IOException("The endpoint did not start: " + found.path("pending_config"));
      }
      if (update.equals("NOT_UPDATING") && found.at("/state/ready").asText().equals("READY")) {
        stage
            .narrator()
            .say(
                "%s version %s answers at %s/serving-endpoints/%s/invocations"
                    .formatted(Flights.MODEL, version, stage.server().url(), Flights.ENDPOINT));
        return;
      }
      LockSupport.parkNanos(PAUSE_NANOS);
    }
    throw new IOException("The endpoint is not ready after a minute.");
  }

  /** Lives 30 June again and compares every answer with the training set. */
  private Day replay(JsonNode trainingSet, OnnxScorer scorer)
      throws IOException, InterruptedException {
    stage.narrator().progress("reading the landings of the week before");
    Replay replay =
        new Replay(
            stage.server(),
            "/api/2.0/boathouse/feature-specs/%s/versions/%d"
                .formatted(Flights.spec(false), trainingSet.path("spec_version").asInt()),
            Replay.landings(stage.sql()),
            Replay.questions(stage.sql()));
    replay.warm(ChronoUnit.MICROS.between(Instant.EPOCH, Instant.parse(Flights.DAY)));
    List<Answer> answers = replay.run(stage.narrator());
    stage.checks().equal("landings of the day", 16_332, replay.landed());
    stage.checks().equal("questions", 1_000, answers.size());
    stage
        .checks()
        .equal(
            "rows pushed",
            Map.of(
                Flights.Table.DEPARTURES, 16_136L,
                Flights.Table.ARRIVALS, 16_103L,
                Flights.Table.ROUTES, 16_294L),
            replay.pushed());
    stage
        .narrator()
        .say(
            "%,d landings pushed in known-time order, %,d departures asked at their own instant"
                .formatted(replay.landed(), answers.size()));
    Day day = compare(trainingSet, answers, replay.landed(), scorer);
    stage.checks().equal("vectors equal to the training set's", answers.size(), day.vectors());
    stage.checks().equal("scores equal to the training set's", answers.size(), day.scores());
    stage.checks().equal("logged vectors equal to the asked", answers.size(), day.logged());
    stage.checks().equal("late flights asked for", 311, day.late());
    stage
        .narrator()
        .say(
            "%,d of %,d vectors and %,d scores equal the training set's bit for bit"
                .formatted(day.vectors(), answers.size(), day.scores()));
    return day;
  }

  private Day compare(JsonNode trainingSet, List<Answer> answers, int landings, OnnxScorer scorer)
      throws IOException, InterruptedException {
    Map<Long, Map<String, JsonNode>> offline = offline(trainingSet, answers);
    Map<String, Map<String, Float>> logged = logged(answers);
    int vectors = 0;
    int scores = 0;
    int seen = 0;
    int late = 0;
    for (Answer answer : answers) {
      Map<String, JsonNode> row = offline.getOrDefault(answer.question().flight(), Map.of());
      List<String> names = Flights.features();
      float[] vector = new float[names.size()];
      boolean same = !row.isEmpty();
      boolean kept = true;
      Map<String, Float> log = logged.getOrDefault(answer.prediction(), Map.of());
      for (int i = 0; i < vector.length; i++) {
        String name = names.get(i);
        double expected = number(row.get(name));
        same &= bits(expected) == bits(number(answer.features().get(name)));
        vector[i] = (float) expected;
        kept &=
            Float.floatToIntBits(vector[i])
                == Float.floatToIntBits(log.getOrDefault(name, -Float.MAX_VALUE));
      }
      vectors += same ? 1 : 0;
      seen += kept ? 1 : 0;
      late += answer.question().late() ? 1 : 0;
      float score = scorer.score(vector, 1)[0];
      scores += Float.floatToIntBits(score) == Float.floatToIntBits((float) answer.score()) ? 1 : 0;
    }
    return new Day(landings, answers, vectors, scores, seen, late);
  }

  private Map<Long, Map<String, JsonNode>> offline(JsonNode trainingSet, List<Answer> answers)
      throws IOException, InterruptedException {
    List<String> columns = new ArrayList<>(List.of("flight_id"));
    columns.addAll(Flights.features());
    JsonNode found =
        stage
            .server()
            .post(
                "/api/2.0/boathouse/training-sets/%s/rows"
                    .formatted(trainingSet.path("id").asText()),
                Map.of(
                    "where",
                    Map.of("flight_id", answers.stream().map(a -> a.question().flight()).toList()),
                    "columns",
                    columns));
    Map<Long, Map<String, JsonNode>> rows = new HashMap<>();
    for (JsonNode values : found.path("rows")) {
      Map<String, JsonNode> row = new HashMap<>();
      for (int i = 1; i < columns.size(); i++) {
        row.put(columns.get(i), values.get(i));
      }
      rows.put(values.get(0).asLong(), row);
    }
    return rows;
  }

  /** The vectors that the inference table keeps, by prediction. */
  private Map<String, Map<String, Float>> logged(List<Answer> answers)
      throws IOException, InterruptedException {
    var unused =
        stage.server().get("/api/2.0/boathouse/predictions/" + answers.getLast().prediction());
    String ids =
        answers.stream()
            .map(answer -> "'" + UUID.fromString(answer.prediction()) + "'")
            .collect(Collectors.joining(", "));
    SqlClient.Rows rows =
        stage
            .sql()
            .run(
                "SELECT databricks_request_id, features FROM %s WHERE databricks_request_id IN (%s)"
                    .formatted(Flights.PREDICTIONS, ids));
    Map<String, Map<String, Float>> logged = new HashMap<>();
    for (JsonNode row : rows.rows()) {
      JsonNode features = Json.parse(row.get(1).asText());
      Map<String, Float> vector = new HashMap<>();
      for (int i = 0; i < features.path("columns").size(); i++) {
        vector.put(
            features.path("columns").get(i).asText(),
            (float) number(features.path("data").path(0).get(i)));
      }
      logged.put(row.get(0).asText(), vector);
    }
    return logged;
  }

  private static double number(@Nullable JsonNode value) {
    return value != null && value.isNumber() ? value.doubleValue() : Double.NaN;
  }

  private static long bits(double value) {
    return Double.doubleToLongBits(value);
  }
}

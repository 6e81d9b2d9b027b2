package io.boathouse.server.quickstart;

import com.fasterxml.jackson.databind.JsonNode;
import io.boathouse.platform.json.Json;
import io.boathouse.server.client.RestClient;
import io.boathouse.server.client.SqlClient;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Lives one day again: landings go online in the order in which they became known, and each
 * question is asked at its own instant. Landings of the very instant come before its questions.
 */
final class Replay {
  private static final int BATCH = 1000;

  private final RestClient server;
  private final String spec;
  private final List<Landing> landings;
  private final List<Question> questions;
  private final Map<Flights.Table, SlidingWindows> windows = new EnumMap<>(Flights.Table.class);
  private final Map<Flights.Table, List<Map<String, Object>>> waiting =
      new EnumMap<>(Flights.Table.class);
  private final Map<Flights.Table, Long> pushed = new EnumMap<>(Flights.Table.class);
  private final List<Answer> answers = new ArrayList<>();
  private int landed;
  private int next;

  /**
   * @param spec the path of the spec's version
   */
  Replay(RestClient server, String spec, List<Landing> landings, List<Question> questions) {
    this.server = server;
    this.spec = spec;
    this.landings = landings;
    this.questions =
        questions.stream()
            .sorted(Comparator.comparingLong(Question::micros).thenComparingLong(Question::flight))
            .toList();
    for (Flights.Table table : Flights.Table.values()) {
      windows.put(table, new SlidingWindows());
      waiting.put(table, new ArrayList<>());
      pushed.put(table, 0L);
    }
  }

  /**
   * What the endpoint said.
   *
   * @param prediction the id under which it is logged
   * @param features the values that a lookup gave at that instant, by name; null where there is
   *     none
   * @param nanos from the request's sending to the whole reply
   */
  record Answer(
      Question question,
      String prediction,
      double score,
      Map<String, JsonNode> features,
      long nanos) {
    Answer {
      features = new LinkedHashMap<>(features);
    }
  }

  static List<Landing> landings(SqlClient sql) throws IOException, InterruptedException {
    return sql.run(Flights.LANDINGS).rows().stream()
        .map(
            row ->
                new Landing(
                    row.get(0).asText(),
                    row.get(1).asText(),
                    row.get(2).asLong(),
                    row.get(3).asLong()))
        .toList();
  }

  static List<Question> questions(SqlClient sql) throws IOException, InterruptedException {
    return sql.run(Flights.QUESTIONS).rows().stream()
        .map(
            row -> {
              Map<String, Object> asked = new LinkedHashMap<>();
              asked.put("origin", row.get(1).asText());
              asked.put("destination", row.get(2).asText());
              for (int i = 0; i < Flights.CALENDAR.size(); i++) {
                asked.put(Flights.CALENDAR.get(i), row.get(3 + i).asLong());
              }
              return new Question(
                  row.get(0).asLong(), row.get(7).asLong(), asked, row.get(8).asInt() == 1);
            })
        .toList();
  }

  /** Fills the windows with what had landed before the day. */
  void warm(long dayMicros) {
    while (next < landings.size() && landings.get(next).micros() < dayMicros) {
      Landing landing = landings.get(next++);
      for (Flights.Table table : Flights.Table.values()) {
        window(table).add(key(table, landing), landing);
      }
    }
  }

  /** Lives the day. */
  List<Answer> run(Narrator narrator) throws IOException, InterruptedException {
    for (Question question : questions) {
      landUntil(question.micros());
      answers.add(ask(question));
      if (answers.size() % 50 == 0) {
        narrator.progress(
            "%,d landings pushed, %,d of %,d questions asked"
                .formatted(landed, answers.size(), questions.size()));
      }
    }
    landUntil(Long.MAX_VALUE);
    return List.copyOf(answers);
  }

  /** Landings of the day so far. */
  int landed() {
    return landed;
  }

  /** Rows that went online so far. */
  Map<Flights.Table, Long> pushed() {
    return Map.copyOf(pushed);
  }

  private void landUntil(long micros) throws IOException, InterruptedException {
    while (next < landings.size() && landings.get(next).micros() <= micros) {
      landAtOnce();
    }
    for (Flights.Table table : Flights.Table.values()) {
      push(table);
    }
  }

  /** All landings of one instant; each key that they touch gets one row. */
  private void landAtOnce() throws IOException, InterruptedException {
    long instant = landings.get(next).micros();
    Map<Flights.Table, Set<List<String>>> touched = new EnumMap<>(Flights.Table.class);
    while (next < landings.size() && landings.get(next).micros() == instant) {
      Landing landing = landings.get(next++);
      landed++;
      for (Flights.Table table : Flights.Table.values()) {
        List<String> key = key(table, landing);
        window(table).add(key, landing);
        touched.computeIfAbsent(table, t -> new LinkedHashSet<>()).add(key);
      }
    }
    String time = Instant.EPOCH.plus(instant, ChronoUnit.MICROS).toString();
    for (Map.Entry<Flights.Table, Set<List<String>>> entry : touched.entrySet()) {
      for (List<String> key : entry.getValue()) {
        waiting(entry.getKey()).add(row(entry.getKey(), key, time));
      }
      if (waiting(entry.getKey()).size() >= BATCH) {
        push(entry.getKey());
      }
    }
  }

  private Map<String, Object> row(Flights.Table table, List<String> key, String time) {
    Map<String, Object> row = new LinkedHashMap<>();
    for (int i = 0; i < key.size(); i++) {
      row.put(table.keys().get(i), key.get(i));
    }
    row.put("known_at", time);
    row.putAll(window(table).row(key));
    return row;
  }

  private void push(Flights.Table table) throws IOException, InterruptedException {
    List<Map<String, Object>> rows = waiting(table);
    if (rows.isEmpty()) {
      return;
    }
    server.post(
        "/api/2.0/boathouse/feature-tables/%s/push".formatted(table.fullName(false)),
        Map.of("rows", rows));
    pushed.merge(table, (long) rows.size(), Long::sum);
    rows.clear();
  }

  private Answer ask(Question question) throws IOException, InterruptedException {
    JsonNode looked = server.post(spec + "/lookup", Map.of("rows", List.of(question.asked())));
    Map<String, JsonNode> features = new LinkedHashMap<>();
    JsonNode columns = looked.path("columns");
    for (int i = 0; i < columns.size(); i++) {
      features.put(columns.get(i).path("name").asText(), looked.at("/rows/0/values").get(i));
    }
    long begun = System.nanoTime();
    HttpResponse<String> reply =
        server.exchange(
            "POST",
            "/serving-endpoints/%s/invocations".formatted(Flights.ENDPOINT),
            Map.of(
                "client_request_id",
                Long.toString(question.flight()),
                "dataframe_records",
                List.of(question.asked())));
    long nanos = System.nanoTime() - begun;
    if (reply.statusCode() != 200) {
      throw new IOException("The endpoint refused a question: " + reply.body());
    }
    JsonNode score = Json.parse(reply.body()).at("/predictions/0");
    String prediction = reply.headers().firstValue("databricks-request-id").orElse("");
    double value = score.isNumber() ? score.doubleValue() : score.path("probability").doubleValue();
    return new Answer(question, prediction, value, features, nanos);
  }

  private SlidingWindows window(Flights.Table table) {
    return windows.computeIfAbsent(table, t -> new SlidingWindows());
  }

  private List<Map<String, Object>> waiting(Flights.Table table) {
    return waiting.computeIfAbsent(table, t -> new ArrayList<>());
  }

  private static List<String> key(Flights.Table table, Landing landing) {
    return switch (table) {
      case DEPARTURES -> List.of(landing.origin());
      case ARRIVALS -> List.of(landing.destination());
      case ROUTES -> List.of(landing.origin(), landing.destination());
    };
  }
}

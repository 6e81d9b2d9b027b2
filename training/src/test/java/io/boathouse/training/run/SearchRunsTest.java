package io.boathouse.training.run;

import static io.boathouse.platform.http.TestServer.json;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.boathouse.platform.http.TestServer;
import io.boathouse.platform.json.Json;
import io.boathouse.training.TrackingServer;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Every entity with its comparators, over three runs: a has acc 0.1, b has acc 0.9, c has acc NaN;
 * only a and b have the parameter, with values that differ in case.
 */
class SearchRunsTest {
  private static final String BASE = "/api/2.0/mlflow/";
  private static TrackingServer server;
  private static TestServer http;
  private static String experiment;

  @BeforeAll
  static void start() {
    server = TrackingServer.start();
    http = server.http();
    experiment =
        json(http.post(BASE + "experiments/create", "{\"name\":\"search\"}"))
            .path("experiment_id")
            .asText();
    run(
        "a",
        100,
        "\"metrics\":[{\"key\":\"acc\",\"value\":0.1,\"timestamp\":1}],\"params\":[{\"key\":\"model\",\"value\":\"Tree_1\"}],\"tags\":[{\"key\":\"team\",\"value\":\"x\"}]");
    run(
        "b",
        200,
        "\"metrics\":[{\"key\":\"acc\",\"value\":0.9,\"timestamp\":1}],\"params\":[{\"key\":\"model\",\"value\":\"tree%\"}]");
    run(
        "c",
        300,
        "\"metrics\":[{\"key\":\"acc\",\"value\":\"NaN\",\"timestamp\":1}],\"tags\":[{\"key\":\"team\",\"value\":\"y\"},{\"key\":\"a.b-c\",\"value\":\"it's\"}]");
    run("d", 400, "\"tags\":[]");
  }

  private static void run(String name, long start, String data) {
    JsonNode made =
        json(
            http.post(
                BASE + "runs/create",
                "{\"experiment_id\":\"%s\",\"run_name\":\"%s\",\"start_time\":%d}"
                    .formatted(experiment, name, start)));
    String id = made.at("/run/info/run_id").asText();
    HttpResponse<String> logged =
        http.post(BASE + "runs/log-batch", "{\"run_id\":\"" + id + "\"," + data + "}");
    assertThat(logged.statusCode()).as(logged.body()).isEqualTo(200);
    if (name.equals("a")) {
      http.post(
          BASE + "runs/log-inputs",
          """
          {"run_id":"%s","datasets":[{"tags":[{"key":"mlflow.data.context","value":"train"}],
           "dataset":{"name":"ds","digest":"d1","source_type":"x","source":"x"}}]}
          """
              .formatted(id));
    }
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  private static String names(String filter, String... orderBy) {
    HttpResponse<String> reply =
        http.post(
            BASE + "runs/search",
            Json.writeText(
                Map.of(
                    "experiment_ids",
                    List.of(experiment),
                    "filter",
                    filter,
                    "order_by",
                    List.of(orderBy))));
    assertThat(reply.statusCode()).as(reply.body()).isEqualTo(200);
    List<String> names = new ArrayList<>();
    for (JsonNode run : json(reply).path("runs")) {
      names.add(run.at("/info/run_name").asText());
    }
    return String.join("", orderBy.length == 0 ? names.stream().sorted().toList() : names);
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '#',
      delimiter = '|',
      nullValues = "none",
      textBlock =
          """
          metrics.acc > 0.1                          | b
          metrics.acc >= 0.1                         | ab
          metrics.acc < 5                            | ab
          metrics.acc <= 0.1                         | a
          metrics.acc = 0.9                          | b
          metrics.acc != 0.9                         | ac
          metrics.absent != 1                        | none
          params.model = 'Tree_1'                    | a
          params.model != 'Tree_1'                   | b
          params.model LIKE 'Tree%'                  | a
          params.model LIKE 'tree_'                  | b
          params.model ILIKE 'TREE_%'                | ab
          params.model IS NULL                       | cd
          params.model IS NOT NULL                   | ab
          tags.team = 'x'                            | a
          tags.team != 'x'                           | c
          tags.`a.b-c` = "it's"                      | c
          tags."a.b-c" = 'it''s'                     | c
          tags.mlflow.runName = 'd'                  | d
          run_name LIKE '%'                          | abcd
          attributes.`Run Name` = 'b'                | b
          status = 'RUNNING' AND start_time > 100    | bcd
          attributes.start_time <= 200               | ab
          start_time != 400 AND created < 250.5      | ab
          end_time > 0                               | none
          artifact_uri LIKE 'mlflow-artifacts:/%'    | abcd
          datasets.name = 'ds'                       | a
          dataset.context IN ('train', 'test')       | a
          datasets.digest != 'd1'                    | none
          """)
  void filtersSelect(String filter, String expected) {
    assertThat(names(filter)).isEqualTo(expected == null ? "" : expected);
  }

  @Test
  void runIdsAreSearchedByList() {
    assertThat(names("run_id IN ('none')")).isEmpty();
    assertThat(names("run_id NOT IN ('none')")).isEqualTo("abcd");
  }

  @Test
  void ordersPutNanAfterNumbersAndAbsentLastInBothDirections() {
    assertThat(names("", "metrics.acc ASC")).isEqualTo("abcd");
    assertThat(names("", "metrics.acc DESC")).isEqualTo("bacd");
    assertThat(names("", "params.model DESC", "start_time")).isEqualTo("bacd");
    assertThat(names("", "attributes.start_time ASC")).isEqualTo("abcd");
    assertThat(names("", "tags.team")).startsWith("ac");
  }

  @Test
  void withoutAnOrderTheLastStartedComesFirst() {
    JsonNode runs =
        json(http.post(BASE + "runs/search", "{\"experiment_ids\":[\"" + experiment + "\"]}"))
            .path("runs");
    assertThat(runs.get(0).at("/info/run_name").asText()).isEqualTo("d");
  }

  @Test
  void case31_sqlInAFilterIsAValue() {
    assertThat(names("params.model = 'x'' OR ''1''=''1'")).isEmpty();
    assertThat(names("tags.\"team' OR 1=1 --\" = 'x'")).isEmpty();
  }

  @Test
  void experimentsOfNobodyHaveNoRuns() {
    JsonNode found =
        json(http.post(BASE + "runs/search", "{\"experiment_ids\":[\"99999\", \"x\"]}"));
    assertThat(found.path("runs")).isEmpty();
    assertThat(found.has("next_page_token")).isFalse();
  }
}

package io.boathouse.server.quickstart;

import com.fasterxml.jackson.databind.JsonNode;
import io.boathouse.server.client.RestClient;
import io.boathouse.server.client.SqlClient;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Map;

/** One rule, every door: Ana sees flights from Atlanta only, however she asks. */
final class PolicyPart {
  private static final String ANA = "quickstart-ana";
  private static final String RULE = "ana-sees-atlanta";
  private static final String TAGS = "/api/2.1/unity-catalog/entity-tag-assignments";
  private static final String COUNTED = "SELECT count(*), count(DISTINCT origin) FROM ";
  private static final String POLICIES = "/api/2.1/unity-catalog/policies";
  private static final String CREDENTIALS = "/api/2.1/unity-catalog/temporary-table-credentials";

  private static final String DAY =
      """
      SELECT flight_id, departure, CAST(delay > 15 AS INTEGER) AS late, origin, destination,
        local_hour, minute_of_day, day_of_week, distance
      FROM main.flights.flights
      WHERE departure >= TIMESTAMPTZ '2001-06-30 00:00:00+00'
        AND departure < TIMESTAMPTZ '2001-07-01 00:00:00+00'
      """;

  private final Stage stage;
  private final People people;

  PolicyPart(Stage stage) {
    this.stage = stage;
    this.people = new People(stage);
  }

  /**
   * What Ana was given.
   *
   * @param all flights of the table
   * @param sql how many she counted in SQL, all of them from Atlanta
   * @param trained how many of a day's flights a training set of hers has
   * @param files what she was told when she asked for the files
   * @param why in the words of {@code boathouse explain}
   */
  record Shown(long all, long sql, long trained, String files, List<String> why) {
    Shown {
      why = List.copyOf(why);
    }
  }

  Shown run() throws IOException, InterruptedException {
    String token = people.token(ANA);
    people.grant("schema", Flights.SCHEMA, ANA, "USE_SCHEMA", "SELECT", "EXECUTE");
    people.grant("catalog", "main", ANA, "USE_CATALOG");
    rule();
    SqlClient.Rows all = stage.sql().run(COUNTED + Flights.FLIGHTS);
    SqlClient.Rows atlanta = stage.sql().run(COUNTED + Flights.FLIGHTS + " WHERE origin = 'ATL'");
    SqlClient.Rows hers = new SqlClient(people.client(token)).run(COUNTED + Flights.FLIGHTS);
    stage.checks().equal("flights that Ana counts", atlanta.number(0, 0), hers.number(0, 0));
    stage.checks().equal("airports that Ana counts", 1L, hers.number(0, 1));
    String tool =
        AgentPart.text(people.tool(token, "sql_query", Map.of("sql", COUNTED + Flights.FLIGHTS)));
    stage.checks().that(tool.contains(Long.toString(hers.number(0, 0))), "Ana's tool: " + tool);
    String files = files(token);
    JsonNode why =
        stage
            .server()
            .get(
                "/api/2.0/boathouse/permissions/table/%s/explanation?privilege=SELECT&principal=%s"
                    .formatted(Flights.FLIGHTS, ANA));
    stage.checks().that(why.path("allowed").asBoolean(), "why: " + why);
    stage.checks().that(why.path("shown_through").size() == 1, "what Ana is shown through: " + why);
    Shown shown =
        new Shown(
            all.number(0, 0),
            hers.number(0, 0),
            trained(people.client(token)),
            files,
            why.path("explanation").valueStream().map(JsonNode::asText).toList());
    stage.narrator().say(line(shown));
    shown.why().forEach(sentence -> stage.narrator().say(sentence));
    return shown;
  }

  /** The line of the report. */
  static String line(Shown shown) {
    return "Ana may see Atlanta: of %,d flights %,d in SQL and in an agent's tool, %,d of 30 June to train on; the files are refused"
        .formatted(shown.all(), shown.sql(), shown.trained());
  }

  /** A training set of hers over the last day has no flight that she may not see. */
  private long trained(RestClient ana) throws IOException, InterruptedException {
    String name = Flights.spec(false);
    JsonNode spec = stage.server().get("/api/2.0/boathouse/feature-specs/" + name);
    JsonNode set =
        ana.post(
            FeaturePart.TRAINING_SETS,
            Map.of(
                "spec",
                name,
                "spec_version",
                spec.path("version").asInt(),
                "labels",
                DAY,
                "timestamp_column",
                "departure",
                "label_column",
                "late",
                "order_by",
                List.of("flight_id")));
    long visible =
        stage
            .sql()
            .run("SELECT count(*) FROM (%s) WHERE origin = 'ATL'".formatted(DAY))
            .number(0, 0);
    long trained = set.path("rows").asLong();
    stage.checks().equal("rows of Ana's training set", visible, trained);
    return trained;
  }

  private void rule() throws IOException, InterruptedException {
    var unused =
        stage
            .sql()
            .run(
                "CREATE OR REPLACE FUNCTION %s.from_atlanta(origin STRING) RETURNS BOOLEAN RETURN origin = 'ATL'"
                    .formatted(Flights.SCHEMA));
    String tagged = TAGS + "/columns/%s.origin/tags/leaves_from".formatted(Flights.FLIGHTS);
    if (!LoadPart.exists(stage, tagged)) {
      JsonNode unusedTag =
          stage
              .server()
              .post(
                  TAGS,
                  Map.of(
                      "entity_type", "columns",
                      "entity_name", Flights.FLIGHTS + ".origin",
                      "tag_key", "leaves_from"));
    }
    if (!LoadPart.exists(stage, POLICIES + "/table/%s/%s".formatted(Flights.FLIGHTS, RULE))) {
      JsonNode unusedPolicy =
          stage
              .server()
              .post(
                  POLICIES,
                  Map.of(
                      "name",
                      RULE,
                      "on_securable_type",
                      "TABLE",
                      "on_securable_fullname",
                      Flights.FLIGHTS,
                      "for_securable_type",
                      "TABLE",
                      "policy_type",
                      "POLICY_TYPE_ROW_FILTER",
                      "to_principals",
                      List.of(ANA),
                      "match_columns",
                      List.of(Map.of("alias", "origin", "condition", "hasTag('leaves_from')")),
                      "row_filter",
                      Map.of(
                          "function_name",
                          Flights.SCHEMA + ".from_atlanta",
                          "using",
                          List.of(Map.of("alias", "origin")))));
    }
  }

  private String files(String token) throws IOException, InterruptedException {
    String id =
        stage
            .server()
            .get("/api/2.1/unity-catalog/tables/" + Flights.FLIGHTS)
            .path("table_id")
            .asText();
    RestClient ana = people.client(token);
    HttpResponse<String> reply =
        ana.exchange("POST", CREDENTIALS, Map.of("table_id", id, "operation", "READ"));
    stage.checks().equal("status of Ana's wish for the files", 403, reply.statusCode());
    return reply.body();
  }
}

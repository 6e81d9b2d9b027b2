package io.boathouse.featurestore;

import static io.boathouse.featurestore.TestFeatureStore.name;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.JsonNode;
import io.boathouse.catalog.grant.Privilege;
import io.boathouse.catalog.securable.SecurableType;
import io.boathouse.featurestore.join.MatrixExport;
import io.boathouse.featurestore.join.TrainingSet;
import io.boathouse.featurestore.join.TrainingSetRequest;
import io.boathouse.platform.auth.Caller;
import io.boathouse.platform.error.ErrorCode;
import io.boathouse.platform.error.LakeException;
import io.boathouse.platform.http.TestServer;
import io.boathouse.workflow.run.Run;
import io.boathouse.workflow.run.RunState;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The whole way over HTTP: compute, browse, specify, train, publish, push, look up. */
@Timeout(60)
class FeatureStoreRoutesTest {
  private static final String TABLES = "/api/2.0/boathouse/feature-tables";
  private static final String SPECS = "/api/2.0/boathouse/feature-specs";
  private static final String SETS = "/api/2.0/boathouse/training-sets";

  @TempDir static Path folder;
  private static TestFeatureStore store;
  private static TestServer server;

  @BeforeAll
  static void open() {
    store = new TestFeatureStore(folder);
    server = TestServer.start(store.everybodyIsAdmin(), store.module.routes());
    store.table(
        "flights",
        """
        SELECT * FROM (VALUES
          (0, 'SFO', timestamptz '2001-01-01 08:00:00+00', timestamptz '2001-01-01 10:00:00+00', 20),
          (1, 'SFO', timestamptz '2001-01-01 09:00:00+00', timestamptz '2001-01-01 11:00:00+00', 0),
          (2, 'SFO', timestamptz '2001-01-01 10:30:00+00', timestamptz '2001-01-01 15:00:00+00', 40))
          AS f(id, origin, departure, landing, delay)
        """);
    ok(
        server.post(
            TABLES,
            """
            {"name":"main.default.departures","comment":"from the origin","definition":{
              "select":"SELECT origin, landing, delay > 15 AS late FROM main.default.flights",
              "keys":["origin"],"time_column":"landing","windows":["3h"],
              "aggregates":[{"name":"late_share","function":"avg","column":"late"},
                            {"name":"flights","function":"count"}]}}
            """));
    ok(
        server.post(
            SPECS,
            """
            {"name":"main.default.inputs","request_columns":[{"name":"distance","type":"bigint"}],
             "lookups":[{"table":"main.default.departures","lookup_keys":["origin"],
               "prefix":"origin_","default_values":{"flights_3h":0}}]}
            """));
  }

  @AfterAll
  static void close() {
    server.close();
    store.close();
  }

  private static JsonNode ok(HttpResponse<String> response) {
    assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
    return TestServer.json(response);
  }

  private static JsonNode refused(HttpResponse<String> response, int status) {
    assertThat(response.statusCode()).as(response.body()).isEqualTo(status);
    assertThat(TestServer.json(response).has("error_code")).isTrue();
    return TestServer.json(response);
  }

  /** The run when it is neither queued nor running any more. */
  private static Run awaitEnd(UUID id) {
    long deadline = System.nanoTime() + Duration.ofSeconds(60).toNanos();
    while (System.nanoTime() < deadline) {
      Run run = store.workflow.runs().get(store.admin, id);
      if (!(run.state() instanceof RunState.Queued || run.state() instanceof RunState.Running)) {
        return run;
      }
      LockSupport.parkNanos(10_000_000);
    }
    throw new AssertionError("run " + id + " does not end");
  }

  @Test
  void featureTablesAreBrowsedAndDescribed() {
    JsonNode list = ok(server.get(TABLES + "?schema=main.default&contains=late_share"));
    assertThat(list.at("/feature_tables/0/name").asText()).isEqualTo("main.default.departures");
    JsonNode table = ok(server.get(TABLES + "/main.default.departures"));
    assertThat(table.at("/primary_keys/0/name").asText()).isEqualTo("origin");
    assertThat(table.at("/timestamp_column").asText()).isEqualTo("landing");
    assertThat(table.at("/known_at/delay_seconds").asLong()).isZero();
    assertThat(table.at("/features/0/name").asText()).isEqualTo("late_share_3h");
    assertThat(table.at("/features/1/sql_type").asText()).isEqualTo("bigint");
    JsonNode statistics = ok(server.get(TABLES + "/main.default.departures/statistics"));
    assertThat(statistics.at("/rows").asLong()).isEqualTo(3);
    assertThat(statistics.at("/features/1/max").asText()).isEqualTo("2");
  }

  @Test
  void specTellsInputsAndOutputsInOrder() {
    JsonNode spec = ok(server.get(SPECS + "/main.default.inputs/versions/1"));
    assertThat(spec.at("/inputs").findValuesAsText("name")).containsExactly("distance", "origin");
    assertThat(spec.at("/outputs").findValuesAsText("name"))
        .containsExactly("distance", "origin_late_share_3h", "origin_flights_3h");
    assertThat(ok(server.get(SPECS)).at("/feature_specs/0/name").asText())
        .isEqualTo("main.default.inputs");
  }

  @Test
  void trainingSetSeesOnlyWhatHasLandedAndCountsWhatItDidNotFind() {
    JsonNode set =
        ok(
            server.post(
                SETS,
                """
                {"spec":"main.default.inputs","spec_version":1,
                 "labels":"SELECT id, origin, departure, delay > 15 AS late, 100 AS distance FROM flights",
                 "timestamp_column":"departure","label_column":"late","order_by":["id"]}
                """));
    assertThat(set.at("/rows").asLong()).isEqualTo(3);
    assertThat(set.at("/not_found").properties().iterator().next().getValue().asLong())
        .isEqualTo(2);
    assertThat(set.at("/sha256").asText()).hasSize(64);
    String id = set.at("/id").asText();
    assertThat(ok(server.post(SETS + "/" + id + "/recreate", "{}"))).isEqualTo(set);
    assertThat(ok(server.get(SETS + "/" + id))).isEqualTo(set);
    assertThat(ok(server.get(SETS)).findValuesAsText("id")).contains(id);
    JsonNode rows =
        ok(
            server.post(
                SETS + "/" + id + "/rows",
                "{\"where\":{\"id\":[2,0]},\"columns\":[\"id\",\"departure\",\"origin_late_share_3h\"]}"));
    assertThat(rows.at("/rows").toString())
        .isEqualTo("[[0,\"2001-01-01T08:00:00Z\",null],[2,\"2001-01-01T10:30:00Z\",1.0]]");
    assertThat(rows.at("/columns/2/type").asText()).isEqualTo("double");
    assertThat(
            refused(server.post(SETS + "/" + id + "/rows", "{\"where\":{\"x\":[1]}}"), 400)
                .toString())
        .contains("origin_flights_3h");
    assertThat(server.get(SETS + "/" + id + "/data").body()).startsWith("PAR1").endsWith("PAR1");
  }

  /** Without the check of today's rights the maker kept on reading what was taken from her. */
  @Test
  void trainingSetIsReadWithTheRightsOfToday() {
    Caller dora = store.user("dora");
    store.grant(SecurableType.FUNCTION, "inputs", "dora", Privilege.EXECUTE);
    store.grant(SecurableType.TABLE, "departures", "dora", Privilege.SELECT);
    store.grant(SecurableType.TABLE, "flights", "dora", Privilege.BROWSE, Privilege.SELECT);
    TrainingSet set =
        store
            .module
            .trainingSets()
            .create(
                dora,
                new TrainingSetRequest(
                    name("inputs"),
                    1,
                    "SELECT id, origin, departure, 1 AS distance, delay FROM flights",
                    "departure",
                    "delay",
                    List.of("id")));
    MatrixExport export =
        new MatrixExport(
            List.of(), "delay", Optional.empty(), Optional.empty(), Optional.empty(), Map.of());
    Path file = folder.resolve("dora.bhm");
    assertThat(store.module.trainingSets().exportMatrix(dora, set.id(), file, export)).isEqualTo(3);
    store.revoke(SecurableType.TABLE, "flights", "dora", Privilege.SELECT);
    LakeException failure =
        catchThrowableOfType(
            LakeException.class,
            () -> store.module.trainingSets().exportMatrix(dora, set.id(), file, export));
    assertThat(failure.code()).isEqualTo(ErrorCode.PERMISSION_DENIED);
  }

  @Test
  void publishedRowsAreLookedUpPushedAndSurviveARestart() {
    JsonNode published =
        ok(
            server.post(
                TABLES + "/main.default.departures/publish",
                "{\"known_before\":\"2001-01-01T11:00:00Z\"}"));
    assertThat(published.at("/rows").asLong()).isEqualTo(1);
    assertThat(published.at("/newest_event_time").asText()).isEqualTo("2001-01-01T10:00:00Z");
    String question =
        "{\"rows\":[{\"origin\":\"SFO\",\"distance\":5},{\"origin\":\"XYZ\",\"distance\":5},"
            + "{\"origin\":null,\"distance\":null}]}";
    String lookup = SPECS + "/main.default.inputs/versions/1/lookup";
    assertThat(ok(server.post(lookup, question)).at("/rows").toString())
        .isEqualTo(
            "[{\"values\":[5,1.0,1],\"statuses\":[\"PRESENT\",\"PRESENT\",\"PRESENT\"]},"
                + "{\"values\":[5,null,0],\"statuses\":[\"PRESENT\",\"NOT_FOUND\",\"NOT_FOUND\"]},"
                + "{\"values\":[null,null,0],\"statuses\":[\"NULL\",\"NOT_FOUND\",\"NOT_FOUND\"]}]");
    JsonNode pushed =
        ok(
            server.post(
                TABLES + "/main.default.departures/push",
                "{\"rows\":[{\"origin\":\"SFO\",\"landing\":\"2001-01-01T11:00:00Z\","
                    + "\"late_share_3h\":0.5,\"flights_3h\":2}]}"));
    assertThat(pushed.at("/kept").asLong()).isEqualTo(1);
    assertThat(ok(server.post(lookup, question)).at("/rows/0/values").toString())
        .isEqualTo("[5,0.5,2]");
    assertThat(
            ok(server.post(
                    TABLES + "/main.default.departures/lookup",
                    "{\"keys\":[{\"origin\":\"SFO\"}],\"features\":[\"flights_3h\"]}"))
                .at("/rows/0/values/0")
                .asLong())
        .isEqualTo(2);
    try (FeatureStoreModule again = store.restarted(folder)) {
      var rows =
          again
              .lookups()
              .plan(store.admin, name("inputs"), 1)
              .assemble(List.of(Map.of("origin", "SFO", "distance", 5)));
      assertThat(rows.value(0, 2)).isEqualTo(2L);
    }
  }

  @Test
  void badRowsAreRefusedByField() {
    String push = TABLES + "/main.default.departures/push";
    String row = "{\"rows\":[{\"origin\":\"SFO\",\"landing\":\"2001-01-01T11:00:00Z\",%s}]}";
    assertThat(refused(server.post(push, row.formatted("\"flights_3h\":2")), 400).toString())
        .contains("late_share_3h");
    assertThat(
            refused(
                    server.post(push, row.formatted("\"late_share_3h\":\"x\",\"flights_3h\":2")),
                    400)
                .toString())
        .contains("late_share_3h");
    assertThat(
            refused(
                    server.post(
                        push, row.formatted("\"late_share_3h\":0.5,\"flights_3h\":2,\"wrong\":1")),
                    400)
                .toString())
        .contains("wrong");
    assertThat(
            refused(
                    server.post(
                        SPECS,
                        "{\"name\":\"main.default.bad\",\"lookups\":[{\"table\":\"main.default.departures\","
                            + "\"lookup_keys\":[\"origin\"],\"features\":[\"nope\"]}]}"),
                    400)
                .toString())
        .contains("nope");
    assertThat(
            refused(
                    server.post(
                        SPECS,
                        "{\"name\":\"main.default.bad\",\"lookups\":[{\"table\":\"main.default.none\","
                            + "\"lookup_keys\":[\"origin\"]}]}"),
                    400)
                .toString())
        .contains("main.default.none");
    assertThat(refused(server.get(TABLES + "/main.default.none"), 404).toString())
        .contains("main.default.none");
    assertThat(refused(server.get(SETS + "/0123"), 404).toString()).contains("0123");
  }

  @Test
  void planningNeedsSelectOnEveryFeatureTable() {
    Caller carl = store.user("carl");
    store.grant(SecurableType.FUNCTION, "inputs", "carl", Privilege.EXECUTE);
    store.grant(SecurableType.TABLE, "departures", "carl", Privilege.BROWSE);
    LakeException failure =
        catchThrowableOfType(
            LakeException.class, () -> store.module.lookups().plan(carl, name("inputs"), 1));
    assertThat(failure.code()).isEqualTo(ErrorCode.PERMISSION_DENIED);
    store.grant(SecurableType.TABLE, "departures", "carl", Privilege.SELECT);
    assertThat(store.module.lookups().plan(carl, name("inputs"), 1).outputs()).hasSize(3);
  }

  @Test
  void publishRunsAsATaskOfTheWorkflow() throws InterruptedException {
    ok(
        server.post(
            TABLES,
            """
            {"name":"main.default.arrivals","definition":{
              "select":"SELECT origin, landing FROM flights","keys":["origin"],
              "time_column":"landing","windows":["1h"],
              "aggregates":[{"name":"n","function":"count"}]}}
            """));
    JsonNode submitted =
        ok(server.post(TABLES + "/main.default.arrivals/publish", "{\"run\":true}"));
    UUID id = UUID.fromString(submitted.at("/run_id").asText());
    Run run = awaitEnd(id);
    assertThat(run.state()).isInstanceOf(RunState.Succeeded.class);
    assertThat(run.result().orElseThrow().at("/rows").asLong()).isEqualTo(1);
    assertThat(store.module.publishing().status(store.admin, name("arrivals")).version())
        .isEqualTo(Optional.of(0L));
  }
}

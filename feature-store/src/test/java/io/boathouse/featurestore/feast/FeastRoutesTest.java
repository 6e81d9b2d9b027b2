package io.boathouse.featurestore.feast;

import static io.boathouse.featurestore.TestFeatureStore.name;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.boathouse.featurestore.TestFeatureStore;
import io.boathouse.featurestore.table.KnownAt;
import io.boathouse.featurestore.table.NewFeatureTable;
import io.boathouse.platform.http.TestServer;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/** Feast's feature server as its clients call it, in the order of a day's work. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class FeastRoutesTest {
  private static final String LOOKUP =
      """
      {"features":["drivers:rate","drivers:trips","cities:heat"],
       "entities":{"driver":[1,2,3],"city":["Oslo","Rome",null]}}
      """;

  @TempDir static Path folder;
  private static TestFeatureStore store;
  private static TestServer server;

  @BeforeAll
  static void open() {
    store = new TestFeatureStore(folder);
    server = TestServer.start(store.everybodyIsAdmin(), store.module.routes());
    declare(
        "drivers",
        "driver",
        """
        SELECT * FROM (VALUES (1::BIGINT, timestamptz '2025-01-01 00:00:00+00', 0.5, 7::BIGINT),
          (2, timestamptz '2025-01-02 00:00:00+00', NULL, 9)) AS t(driver, at_time, rate, trips)
        """
            .replace("0.5", "0.5::DOUBLE"));
    declare(
        "cities",
        "city",
        "SELECT 'Oslo' AS city, timestamptz '2025-01-03 00:00:00+00' AS at_time, 4.5::DOUBLE AS"
            + " heat");
  }

  private static void declare(String table, String key, String select) {
    long unusedVersion = store.table(table, select);
    var unused =
        store
            .module
            .featureTables()
            .register(
                store.admin,
                new NewFeatureTable(
                    name(table),
                    List.of(key),
                    "at_time",
                    new KnownAt.Delay(Duration.ZERO),
                    Map.of()));
  }

  @AfterAll
  static void close() {
    server.close();
    store.close();
  }

  private static JsonNode reply(int status, HttpResponse<String> response) {
    assertThat(response.statusCode()).as(response.body()).isEqualTo(status);
    return TestServer.json(response);
  }

  @Test
  @Order(1)
  void materializePutsViewsOnlineAndTheNextTimeWhatChanged() {
    assertThat(reply(404, server.post("/get-online-features", LOOKUP)).has("detail")).isTrue();
    String all = "{\"end_ts\":\"2026-01-01T00:00:00\"}";
    assertThat(reply(200, server.post("/materialize-incremental", all)).isNull()).isTrue();
    store.change("UPDATE main.default.cities SET heat = 5.5");
    reply(200, server.post("/materialize-incremental", all));
    JsonNode answer = reply(200, server.post("/get-online-features", LOOKUP));
    assertThat(answer.at("/metadata/feature_names").toString())
        .isEqualTo("[\"driver\",\"city\",\"rate\",\"trips\",\"heat\"]");
    assertThat(answer.at("/results/0").toString())
        .isEqualTo(
            "{\"values\":[1,2,3],\"statuses\":[\"PRESENT\",\"PRESENT\",\"PRESENT\"],"
                + "\"event_timestamps\":[\"1970-01-01T00:00:00Z\",\"1970-01-01T00:00:00Z\","
                + "\"1970-01-01T00:00:00Z\"]}");
    assertThat(answer.at("/results/2").toString())
        .isEqualTo(
            "{\"values\":[0.5,null,null],\"statuses\":[\"PRESENT\",\"NULL_VALUE\",\"NOT_FOUND\"],"
                + "\"event_timestamps\":[\"2025-01-01T00:00:00Z\",\"2025-01-02T00:00:00Z\","
                + "\"1970-01-01T00:00:00Z\"]}");
    assertThat(answer.at("/results/4/values").toString()).isEqualTo("[5.5,null,null]");
  }

  @Test
  @Order(2)
  void fullNamesCarryTheView() {
    String full = LOOKUP.replaceFirst("\\{", "{\"full_feature_names\":true,");
    JsonNode answer = reply(200, server.post("/get-online-features", full));
    assertThat(answer.at("/metadata/feature_names").toString())
        .isEqualTo("[\"driver\",\"city\",\"drivers__rate\",\"drivers__trips\",\"cities__heat\"]");
  }

  @Test
  @Order(3)
  void pushGoesOnlineAndIntoTheTable() {
    String push =
        """
        {"push_source_name":"drivers","to":"online_and_offline",
         "df":{"driver":[3],"at_time":["2025-06-01T00:00:00Z"],"rate":[0.75],"trips":[1]}}
        """;
    assertThat(reply(200, server.post("/push", push)).isNull()).isTrue();
    assertThat(
            reply(200, server.post("/get-online-features", LOOKUP))
                .at("/results/2/values")
                .toString())
        .isEqualTo("[0.5,null,0.75]");
    assertThat(store.query(store.admin, "SELECT rate FROM main.default.drivers WHERE driver = 3"))
        .containsExactly("0.75");
    String online =
        """
        {"feature_view_name":"cities","df":{"city":["Rome"],
         "at_time":["2025-06-01T00:00:00Z"],"heat":[20.5]}}
        """;
    reply(200, server.post("/write-to-online-store", online));
    assertThat(
            reply(200, server.post("/get-online-features", LOOKUP))
                .at("/results/4/values")
                .toString())
        .isEqualTo("[5.5,20.5,null]");
  }

  @Test
  @Order(4)
  void featureServiceIsAFeatureSpec() {
    reply(
        200,
        server.post(
            "/api/2.0/boathouse/feature-specs",
            """
            {"name":"main.default.rides","lookups":[{"table":"main.default.drivers",
              "lookup_keys":["driver"],"features":["rate"],"default_values":{"rate":-1.0}}]}
            """));
    JsonNode answer =
        reply(
            200,
            server.post(
                "/get-online-features",
                "{\"feature_service\":\"rides\",\"entities\":{\"driver\":[1,77]}}"));
    assertThat(answer.at("/results/1/values").toString()).isEqualTo("[0.5,-1.0]");
    assertThat(answer.at("/results/1/statuses").toString())
        .isEqualTo("[\"PRESENT\",\"NOT_FOUND\"]");
  }

  @Test
  @Order(5)
  void mistakesAreToldInDetail() {
    assertThat(
            reply(
                    422,
                    server.post(
                        "/get-online-features",
                        "{\"features\":[\"drivers:rate\"],\"entities\":{\"x\":[1]}}"))
                .path("detail")
                .asText())
        .contains("driver");
    assertThat(
            reply(
                    422,
                    server.post(
                        "/get-online-features",
                        "{\"features\":[\"drivers:nope\"],\"entities\":{\"driver\":[1]}}"))
                .path("detail")
                .asText())
        .contains("nope");
    assertThat(
            reply(
                    404,
                    server.post(
                        "/get-online-features",
                        "{\"features\":[\"none:rate\"],\"entities\":{\"driver\":[1]}}"))
                .path("detail")
                .asText())
        .contains("main.default.none");
    reply(422, server.post("/get-online-features", "{\"entities\":{\"driver\":[1]}}"));
    reply(
        422,
        server.post(
            "/get-online-features",
            "{\"features\":[\"drivers:rate\"],\"entities\":{\"driver\":[1,2],\"city\":[\"a\"]}}"));
    assertThat(reply(501, server.post("/retrieve-online-documents", "{}")).has("detail")).isTrue();
  }
}

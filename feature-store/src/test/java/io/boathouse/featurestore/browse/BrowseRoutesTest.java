package io.boathouse.featurestore.browse;

import static io.boathouse.featurestore.TestFeatureStore.name;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import io.boathouse.catalog.grant.Privilege;
import io.boathouse.catalog.securable.SecurableType;
import io.boathouse.catalog.tag.TaggedEntity;
import io.boathouse.featurestore.TestFeatureStore;
import io.boathouse.featurestore.table.KnownAt;
import io.boathouse.featurestore.table.NewFeatureTable;
import io.boathouse.platform.auth.Caller;
import io.boathouse.platform.error.LakeException;
import io.boathouse.platform.http.PageRequest;
import io.boathouse.platform.http.TestServer;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Features found and judged over HTTP, by the administrator and by others. */
class BrowseRoutesTest {
  private static final String ONE = "/api/2.0/boathouse/feature-tables/main.default.boats";

  @TempDir static Path folder;
  private static TestFeatureStore store;
  private static TestServer server;
  private static BrowseService browse;

  @BeforeAll
  static void open() {
    store = new TestFeatureStore(folder);
    browse = store.module.browse(store.catalog.tags());
    server =
        TestServer.start(store.everybodyIsAdmin(), store.module.browseRoutes(store.catalog.tags()));
    long unused =
        store.table(
            "boats",
            """
            SELECT id::BIGINT AS id, timestamptz '2025-01-01' + to_days(id::INTEGER) AS seen,
              CASE WHEN id % 10 <> 0 THEN id::DOUBLE END AS speed,
              CASE WHEN id % 4 = 0 THEN '<b>sloop</b>' ELSE 'yawl' END AS kind
            FROM range(100) AS r(id)
            """);
    var unusedTable =
        store
            .module
            .featureTables()
            .register(
                store.admin,
                new NewFeatureTable(
                    name("boats"),
                    List.of("id"),
                    "seen",
                    new KnownAt.Delay(Duration.ZERO),
                    Map.of("speed", "knots & \"more\"")));
    store
        .catalog
        .tags()
        .set(store.admin, TaggedEntity.column(name("boats"), "speed"), Map.of("unit", "kn"));
  }

  @AfterAll
  static void close() {
    server.close();
    store.close();
  }

  private static JsonNode ok(String path) {
    HttpResponse<String> response = server.get(path);
    assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
    return TestServer.json(response);
  }

  @Test
  void featuresAreFoundByWordTagOwnerAndEntity() {
    String features = "/api/2.0/boathouse/features?";
    assertThat(ok(features + "contains=boats").findValuesAsText("name"))
        .containsExactly("speed", "kind");
    assertThat(ok(features + "contains=knots").findValuesAsText("name")).containsExactly("speed");
    assertThat(ok(features + "tag=unit%3Dkn").findValuesAsText("name")).containsExactly("speed");
    assertThat(ok(features + "tag=unit%3Dkm").findValuesAsText("name")).isEmpty();
    assertThat(ok(features + "entity=ID&owner=" + store.admin.principal()).at("/features"))
        .hasSize(2);
    assertThat(ok(features + "entity=driver").at("/features")).isEmpty();
    assertThat(ok(features + "owner=nobody").at("/features")).isEmpty();
    assertThat(ok(features + "model=main.default.none").at("/features")).isEmpty();
  }

  @Test
  void unitAndExpectedRangeAreKeptShownAndCounted() {
    String speed = ONE + "/features/speed";
    HttpResponse<String> set =
        server.send(
            "PATCH", speed, "{\"unit\": \"kn\", \"expected_range\": {\"min\": 5, \"max\": 90.5}}");
    assertThat(set.statusCode()).as(set.body()).isEqualTo(200);
    assertThat(TestServer.json(set).at("/expected_range/max").asDouble()).isEqualTo(90.5);
    JsonNode profile = ok(speed);
    assertThat(profile.at("/unit").asText()).isEqualTo("kn");
    assertThat(profile.at("/out_of_range").asLong())
        .as("1 to 4 and 91 to 99; tens are null")
        .isEqualTo(4 + 9);
    JsonNode found = ok("/api/2.0/boathouse/features?contains=knots").at("/features/0");
    assertThat(found.at("/unit").asText()).isEqualTo("kn");
    assertThat(found.at("/expected_range/min").asDouble()).isEqualTo(5);
    assertThat(server.get(ONE + "/document").body()).contains("<td>kn</td>", "13 rows are not");
    assertThat(ok(ONE + "/features/kind").has("unit")).isFalse();
    for (String bad :
        List.of("{\"unit\": \"\"}", "{\"expected_range\": {\"min\": 2, \"max\": 1}}")) {
      assertThat(server.send("PATCH", speed, bad).statusCode()).as(bad).isEqualTo(400);
    }
    assertThat(
            server
                .send("PATCH", ONE + "/features/kind", "{\"expected_range\": {\"min\": 2}}")
                .statusCode())
        .isEqualTo(400);
    Caller reader = store.user("note-reader");
    store.grant(SecurableType.TABLE, "boats", "note-reader", Privilege.SELECT);
    assertThatThrownBy(() -> browse.describe(reader, name("boats"), "speed", FeatureNote.NONE))
        .isInstanceOf(LakeException.class);
  }

  @Test
  void profileTellsShapeAndTime() {
    JsonNode profile = ok(ONE + "/features/speed");
    assertThat(profile.at("/rows").asLong()).isEqualTo(100);
    assertThat(profile.at("/nulls").asLong()).isEqualTo(10);
    assertThat(profile.at("/completeness").asDouble()).isEqualTo(0.9);
    assertThat(profile.at("/numbers/min").asDouble()).isEqualTo(1);
    assertThat(profile.at("/numbers/max").asDouble()).isEqualTo(99);
    assertThat(profile.at("/numbers/quantiles/3").asDouble()).isEqualTo(50);
    long inBins = 0;
    for (JsonNode bin : profile.at("/numbers/histogram")) {
      inBins += bin.asLong();
    }
    assertThat(inBins).isEqualTo(90);
    assertThat(profile.at("/newest_event_time").asText()).isEqualTo("2025-04-10T00:00:00Z");
    assertThat(
            profile.at("/over_time").findValues("rows").stream().mapToLong(JsonNode::asLong).sum())
        .isEqualTo(100);
    assertThat(profile.at("/tags/unit").asText()).isEqualTo("kn");
    JsonNode kind = ok(ONE + "/features/kind");
    assertThat(kind.at("/most_common/0/value").asText()).isEqualTo("yawl");
    assertThat(kind.at("/most_common/0/rows").asLong()).isEqualTo(75);
    assertThat(server.get(ONE + "/features/nope").statusCode()).isEqualTo(404);
  }

  @Test
  void driftIsNoneFromAVersionToItselfAndMuchWhenValuesMove() {
    long moved =
        store.overwrite(
            "boats",
            """
            SELECT id::BIGINT AS id, timestamptz '2025-01-01' + to_days(id::INTEGER) AS seen,
              (id + 500)::DOUBLE AS speed, 'raft' AS kind FROM range(100) AS r(id)
            """);
    try {
      JsonNode same = ok(ONE + "/features/speed/drift?from=0&to=0");
      assertThat(same.at("/population_stability_index").asDouble()).isCloseTo(0, within(1e-9));
      assertThat(same.at("/verdict").asText()).isEqualTo("STABLE");
      JsonNode drift = ok(ONE + "/features/speed/drift?from=0&to=" + moved);
      assertThat(drift.at("/verdict").asText()).isEqualTo("MAJOR");
      assertThat(drift.at("/greatest_distance").asDouble()).isGreaterThan(0.8);
      JsonNode kinds = ok(ONE + "/features/kind/drift?from=0&to=" + moved);
      assertThat(kinds.at("/bins/2/values").asText()).isEqualTo("others");
      assertThat(kinds.at("/bins/2/to").asLong()).isEqualTo(100);
    } finally {
      store.change("RESTORE TABLE main.default.boats TO VERSION AS OF 0");
    }
  }

  @Test
  void pageIsEscapedAndRunsNothing() {
    HttpResponse<String> page = server.get(ONE + "/document");
    assertThat(page.statusCode()).isEqualTo(200);
    assertThat(page.headers().firstValue("content-type")).hasValue("text/html; charset=utf-8");
    assertThat(page.headers().allValues("content-security-policy"))
        .singleElement()
        .asString()
        .startsWith("default-src 'none'; style-src 'sha256-")
        .doesNotContain("unsafe");
    assertThat(page.body())
        .contains("&lt;b&gt;sloop&lt;/b&gt;", "knots &amp; &quot;more&quot;", "main.default.boats")
        .doesNotContain("<b>", "<script");
  }

  /** Without the caller's views in the reading the statistics told of rows that are filtered. */
  @Test
  void othersSeeWhatTheyMay() {
    Caller bob = store.user("bob");
    var all =
        new FeatureSearch(
            Optional.empty(),
            Optional.of("boats"),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty());
    assertThat(browse.search(bob, all, PageRequest.first(10)).items()).isEmpty();
    assertThatThrownBy(() -> browse.profile(bob, name("boats"), "speed", Optional.empty()))
        .isInstanceOf(LakeException.class);
    store.grant(SecurableType.TABLE, "boats", "bob", Privilege.SELECT);
    assertThat(browse.search(bob, all, PageRequest.first(10)).items()).hasSize(2);
    store.change("CREATE FUNCTION main.default.low(id BIGINT) RETURNS BOOLEAN RETURN id < 20");
    store.change("ALTER TABLE main.default.boats SET ROW FILTER main.default.low ON (id)");
    try {
      FeatureProfile profile = browse.profile(bob, name("boats"), "speed", Optional.empty());
      assertThat(profile.rows()).isEqualTo(20);
      assertThat(profile.numbers().orElseThrow().max()).isEqualTo(19);
      assertThat(browse.sample(bob, name("boats"), 100).rows()).hasSize(20);
    } finally {
      store.change("ALTER TABLE main.default.boats DROP ROW FILTER");
    }
  }
}

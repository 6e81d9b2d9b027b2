package io.boathouse.serving.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.boathouse.serving.LateEndpoint;
import io.boathouse.serving.TestServing;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Models whose features lie in a store that answers later, on a thread of its own. */
class LateFeaturesTest {
  private static final String FOUND = "{\"predictions\":[" + ((float) 0.1 + 0.5f * 8 + 700f) + "]}";

  @TempDir static Path folder;
  private static TestServing serving;

  @BeforeAll
  static void start() {
    serving = TestServing.withPostgresFeatures(folder, Duration.ofSeconds(3));
    JsonNode endpoint = LateEndpoint.deploy(serving);
    assertThat(endpoint.at("/state/ready").asText()).as("%s", endpoint).isEqualTo("READY");
  }

  @AfterAll
  static void stop() {
    serving.close();
  }

  private static HttpResponse<String> ask(String endpoint) {
    return serving
        .http()
        .post(
            "/serving-endpoints/" + endpoint + "/invocations",
            "{\"dataframe_records\":[{\"origin\":\"ATL\",\"distance\":8}]}");
  }

  /** Held by waits() in Attempt.run: without it the lookup is refused on the event loop. */
  @Test
  void aModelIsPreparedWhereItMayWaitForItsFeatures() {
    for (int i = 0; i < 20; i++) {
      HttpResponse<String> response = ask("late");
      assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
      assertThat(response.body()).isEqualTo(FOUND);
    }
  }

  @Test
  void whatARequestLacksIsStillNamed() {
    HttpResponse<String> missing =
        serving
            .http()
            .post(
                "/serving-endpoints/late/invocations",
                "{\"dataframe_records\":[{\"distance\":8}]}");
    assertThat(missing.statusCode()).as(missing.body()).isEqualTo(400);
    assertThat(missing.body()).contains("'origin' is missing in row 0");
  }

  @Test
  void aFeatureSpecWithoutAModelIsToo() {
    HttpResponse<String> created =
        serving
            .http()
            .post(
                "/api/2.0/serving-endpoints",
                """
                {"name": "only-features", "config": {"served_entities": [
                  {"name": "departures", "entity_name": "main.default.departures"}]}}
                """);
    assertThat(created.statusCode()).as(created.body()).isEqualTo(200);
    JsonNode unused = serving.await("only-features");
    HttpResponse<String> found = ask("only-features");
    assertThat(found.body())
        .isEqualTo(
            "{\"outputs\":[{\"origin\":\"ATL\",\"distance\":8.0,\"late_share\":0.1,\"flights\":7}]}");
  }

  @Test
  void aStoreThatIsStuckHoldsUpNobodyElseAndItsFeaturesAreMissing() throws SQLException {
    List<CompletableFuture<HttpResponse<String>>> held = new ArrayList<>();
    try (Connection connection = serving.database().dataSource().getConnection();
        Statement statement = connection.createStatement()) {
      connection.setAutoCommit(false);
      boolean unused = statement.execute("LOCK TABLE online_row IN ACCESS EXCLUSIVE MODE");
      for (int i = 0; i < 8; i++) {
        held.add(CompletableFuture.supplyAsync(() -> ask("late"), Thread::startVirtualThread));
      }
      for (int i = 0; i < 10; i++) {
        assertThat(serving.http().get("/v2/health/live").statusCode()).isEqualTo(200);
      }
      assertThat(held).as("still waiting").noneMatch(CompletableFuture::isDone);
      for (CompletableFuture<HttpResponse<String>> one : held) {
        HttpResponse<String> late = one.join();
        assertThat(late.statusCode()).as(late.body()).isEqualTo(200);
        assertThat(late.body()).isEqualTo("{\"predictions\":[null]}");
      }
      connection.rollback();
    }
    assertThat(ask("late").body()).isEqualTo(FOUND);
  }
}

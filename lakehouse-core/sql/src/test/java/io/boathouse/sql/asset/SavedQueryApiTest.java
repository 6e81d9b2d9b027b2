package io.boathouse.sql.asset;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.boathouse.platform.duckdb.DuckDbConfig;
import io.boathouse.platform.http.TestServer;
import io.boathouse.sql.TestLakehouse;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class SavedQueryApiTest {
  private static final String PATH = "/api/2.0/sql/queries";

  @TempDir static Path temp;
  private static TestLakehouse house;
  private static TestServer admin;
  private static TestServer ann;
  private static TestServer bob;

  @BeforeAll
  static void start() {
    house = new TestLakehouse(temp, new DuckDbConfig("256MB", 1, temp), InstantSource.system());
    admin = TestServer.start(house.authenticator(), house.sql.routes()).as("admin-token");
    var unused = List.of(house.user("ann"), house.user("bob"));
    ann = admin.as("ann-token");
    bob = admin.as("bob-token");
  }

  @AfterAll
  static void stop() {
    admin.close();
    house.close();
  }

  private static String saved(TestServer by, String name) {
    JsonNode made =
        TestServer.json(
            by.post(
                PATH,
                """
                {"query": {"display_name": "%s", "query_text": "SELECT 1", "warehouse_id": "default"}}
                """
                    .formatted(name)));
    assertThat(made.path("owner_user_name").asText()).as(made.toString()).isNotEmpty();
    return made.path("id").asText();
  }

  private static List<String> names(TestServer as) {
    return TestServer.json(as.get(PATH + "?page_size=100"))
        .path("results")
        .valueStream()
        .map(query -> query.path("display_name").asText())
        .toList();
  }

  private static int share(TestServer by, String id, String user, String level) {
    return by.send(
            "PATCH",
            "/api/2.0/permissions/queries/" + id,
            """
            {"access_control_list": [{"user_name": "%s", "permission_level": "%s"}]}
            """
                .formatted(user, level))
        .statusCode();
  }

  private static int rename(TestServer by, String id, String name) {
    return by.send(
            "PATCH",
            PATH + "/" + id,
            """
            {"query": {"display_name": "%s"}, "update_mask": "display_name"}
            """
                .formatted(name))
        .statusCode();
  }

  @Test
  void whatIsNotInTheMaskStaysAsItIs() {
    String id = saved(ann, "before");
    assertThat(rename(ann, id, "after")).isEqualTo(200);
    JsonNode query = TestServer.json(ann.get(PATH + "/" + id));
    assertThat(query.path("display_name").asText()).isEqualTo("after");
    assertThat(query.path("query_text").asText()).isEqualTo("SELECT 1");
    assertThat(query.path("warehouse_id").asText()).isEqualTo("default");
    assertThat(ann.delete(PATH + "/" + id).statusCode()).isEqualTo(200);
    assertThat(ann.get(PATH + "/" + id).statusCode()).isEqualTo(404);
  }

  // Fails without the narrowing in SavedQueryRepository.VISIBLE and SavedQueryService.require.
  @Test
  void case1_aQueryThatIsNotSharedIsNotThereForOthers() {
    String id = saved(ann, "hidden from bob");
    assertThat(bob.get(PATH + "/" + id).statusCode()).isEqualTo(404);
    assertThat(names(bob)).doesNotContain("hidden from bob");
    assertThat(rename(bob, id, "taken")).isEqualTo(404);
    assertThat(share(bob, id, "bob", "CAN_MANAGE")).isEqualTo(404);
    assertThat(bob.delete(PATH + "/" + id).statusCode()).isEqualTo(404);
    assertThat(names(ann)).contains("hidden from bob");
    assertThat(names(admin)).contains("hidden from bob");
  }

  @Test
  void eachLevelAllowsItsOwnAndWhatIsBelowIt() {
    String id = saved(ann, "shared");
    assertThat(share(ann, id, "bob", "CAN_RUN")).isEqualTo(200);
    assertThat(names(bob)).contains("shared");
    assertThat(rename(bob, id, "no")).isEqualTo(403);
    assertThat(share(ann, id, "bob", "CAN_EDIT")).isEqualTo(200);
    assertThat(rename(bob, id, "edited")).isEqualTo(200);
    assertThat(share(bob, id, "bob", "CAN_MANAGE")).isEqualTo(403);
    assertThat(
            ann.send("PUT", "/api/2.0/permissions/queries/" + id, "{\"access_control_list\": []}")
                .statusCode())
        .isEqualTo(200);
    assertThat(bob.get(PATH + "/" + id).statusCode()).isEqualTo(404);
  }

  @Test
  void pagesHoldEveryQueryOnceInTheOrderOfNames() {
    List.of("p 3", "P 1", "p 2", "p 2").forEach(name -> saved(ann, name));
    JsonNode first = TestServer.json(bob.get(PATH));
    assertThat(first.path("results")).isEmpty();
    StringBuilder seen = new StringBuilder();
    String token = "";
    do {
      JsonNode page = TestServer.json(ann.get(PATH + "?page_size=1&page_token=" + token));
      String name = page.at("/results/0/display_name").asText();
      seen.append(name.toLowerCase(Locale.ROOT).startsWith("p ") ? name + ";" : "");
      token = page.path("next_page_token").asText();
    } while (!token.isEmpty());
    assertThat(seen.toString()).isEqualTo("P 1;p 2;p 2;p 3;");
  }

  @Test
  void whatIsNotBuiltAndWhatMakesNoSenseIsRefused() {
    assertThat(
            ann.post(PATH, "{\"query\": {\"display_name\": \"a\", \"tags\": [\"b\"]}}")
                .statusCode())
        .isEqualTo(501);
    assertThat(ann.post(PATH, "{\"query\": {\"display_name\": \" \"}}").statusCode())
        .isEqualTo(400);
    assertThat(ann.post(PATH, "{\"query\": {\"display_name\": \"a\\u0000\"}}").statusCode())
        .isEqualTo(400);
    assertThat(ann.get(PATH + "/not-an-id").statusCode()).isEqualTo(404);
    String id = saved(ann, "masked");
    assertThat(
            ann.send("PATCH", PATH + "/" + id, "{\"query\": {}, \"update_mask\": \"owner\"}")
                .statusCode())
        .isEqualTo(400);
  }
}

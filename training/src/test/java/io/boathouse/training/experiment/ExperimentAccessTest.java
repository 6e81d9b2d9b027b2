package io.boathouse.training.experiment;

import static io.boathouse.platform.http.TestServer.json;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.boathouse.catalog.grant.Privilege;
import io.boathouse.catalog.securable.FullName;
import io.boathouse.catalog.securable.SecurableType;
import io.boathouse.platform.http.TestServer;
import io.boathouse.training.TrackingServer;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Who may see and change experiments and their runs. */
class ExperimentAccessTest {
  private static final String BASE = "/api/2.0/mlflow/";
  private static TrackingServer server;
  private static TestServer admin;

  @BeforeAll
  static void start() {
    server = TrackingServer.start();
    admin = server.http();
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  private static String experiment(String name) {
    return json(admin.post(BASE + "experiments/create", "{\"name\":\"" + name + "\"}"))
        .path("experiment_id")
        .asText();
  }

  private static String run(String experiment) {
    return json(admin.post(BASE + "runs/create", "{\"experiment_id\":\"" + experiment + "\"}"))
        .at("/run/info/run_id")
        .asText();
  }

  /**
   * case21: without hiding(), the 404 for a hidden experiment named it, and the one for an absent
   * number did not.
   */
  @Test
  void case21_whatIsHiddenReadsLikeWhatIsAbsent() {
    String hidden = experiment("top-secret-plan");
    String run = run(hidden);
    TestServer eve = server.as("eve");
    HttpResponse<String> absent = eve.get(BASE + "experiments/get?experiment_id=424242");
    HttpResponse<String> secret = eve.get(BASE + "experiments/get?experiment_id=" + hidden);
    assertThat(secret.statusCode()).isEqualTo(404);
    assertThat(secret.body().replace(hidden, "N")).isEqualTo(absent.body().replace("424242", "N"));
    HttpResponse<String> byName =
        eve.get(BASE + "experiments/get-by-name?experiment_name=top-secret-plan");
    assertThat(byName.statusCode()).isEqualTo(404);
    HttpResponse<String> absentRun = eve.get(BASE + "runs/get?run_id=" + "0".repeat(32));
    HttpResponse<String> secretRun = eve.get(BASE + "runs/get?run_id=" + run);
    assertThat(secretRun.body().replace(run, "R"))
        .isEqualTo(absentRun.body().replace("0".repeat(32), "R"));
    assertThat(
            eve.post(
                    BASE + "runs/log-metric",
                    "{\"run_id\":\"" + run + "\",\"key\":\"a\",\"value\":1,\"timestamp\":1}")
                .statusCode())
        .isEqualTo(404);
    assertThat(json(eve.post(BASE + "experiments/search", "{}")).path("experiments")).isEmpty();
    assertThat(
            json(eve.post(BASE + "runs/search", "{\"experiment_ids\":[\"" + hidden + "\"]}"))
                .path("runs"))
        .isEmpty();
  }

  @Test
  void eachRightOpensItsCalls() {
    String id = experiment("shared");
    String run = run(id);
    TestServer ben = server.as("ben");
    String tag = "{\"experiment_id\":\"" + id + "\",\"key\":\"k\",\"value\":\"v\"}";
    String rename = "{\"experiment_id\":\"" + id + "\",\"new_name\":\"renamed\"}";
    String param = "{\"run_id\":\"" + run + "\",\"key\":\"k\",\"value\":\"v\"}";

    server.grant(SecurableType.EXPERIMENT, "shared", "ben", Privilege.CAN_READ);
    assertThat(ben.get(BASE + "runs/get?run_id=" + run).statusCode()).isEqualTo(200);
    assertThat(json(ben.post(BASE + "experiments/search", "{}")).path("experiments")).hasSize(1);
    assertThat(ben.post(BASE + "runs/log-parameter", param).statusCode()).isEqualTo(403);
    assertThat(ben.post(BASE + "experiments/set-experiment-tag", tag).statusCode()).isEqualTo(403);

    server.grant(SecurableType.EXPERIMENT, "shared", "ben", Privilege.CAN_EDIT);
    assertThat(ben.post(BASE + "runs/log-parameter", param).statusCode()).isEqualTo(200);
    assertThat(ben.post(BASE + "experiments/set-experiment-tag", tag).statusCode()).isEqualTo(200);
    assertThat(ben.post(BASE + "experiments/update", rename).statusCode()).isEqualTo(403);

    server.grant(SecurableType.EXPERIMENT, "shared", "ben", Privilege.CAN_MANAGE);
    assertThat(ben.post(BASE + "experiments/update", rename).statusCode()).isEqualTo(200);
    assertThat(
            ben.post(BASE + "experiments/delete", "{\"experiment_id\":\"" + id + "\"}")
                .statusCode())
        .isEqualTo(200);
  }

  /** case74: without the unique name several of the creates succeeded. */
  @Test
  void case74_ofManyCreatesOfOneNameOneWins() throws Exception {
    List<Callable<Integer>> creates = new ArrayList<>();
    for (int i = 0; i < 50; i++) {
      creates.add(
          () -> admin.post(BASE + "experiments/create", "{\"name\":\"race\"}").statusCode());
    }
    List<Integer> codes = new ArrayList<>();
    try (ExecutorService threads = Executors.newFixedThreadPool(16)) {
      for (Future<Integer> reply : threads.invokeAll(creates)) {
        codes.add(reply.get());
      }
    }
    assertThat(codes).filteredOn(code -> code == 200).hasSize(1);
    assertThat(codes).filteredOn(code -> code == 400).hasSize(49);
  }

  @Test
  void aTakenNameIsRefusedAlsoWhenItsExperimentIsDeleted() {
    String id = experiment("taken");
    HttpResponse<String> unused =
        admin.post(BASE + "experiments/delete", "{\"experiment_id\":\"" + id + "\"}");
    HttpResponse<String> again = admin.post(BASE + "experiments/create", "{\"name\":\"taken\"}");
    assertThat(again.statusCode()).isEqualTo(400);
    assertThat(json(again).path("error_code").asText()).isEqualTo("RESOURCE_ALREADY_EXISTS");
    JsonNode byName =
        json(admin.get(BASE + "experiments/get-by-name?experiment_name=taken")).path("experiment");
    assertThat(byName.path("lifecycle_stage").asText()).isEqualTo("deleted");
    HttpResponse<String> rename =
        admin.post(
            BASE + "experiments/update",
            "{\"experiment_id\":\"" + id + "\",\"new_name\":\"other\"}");
    assertThat(json(rename).path("error_code").asText()).isEqualTo("INVALID_STATE");
  }

  @Test
  void experimentsAreSearchedByQueryWithRepeatedKeys() {
    experiment("zeta-1");
    experiment("zeta-2");
    JsonNode found =
        json(
            admin.get(
                BASE
                    + "experiments/search?filter=name%20LIKE%20'zeta-%25'&order_by=name%20DESC"
                    + "&order_by=creation_time&max_results=1&view_type=ALL"));
    assertThat(found.at("/experiments/0/name").asText()).isEqualTo("zeta-2");
    String next =
        admin
            .get(
                BASE
                    + "experiments/search?filter=name%20LIKE%20'zeta-%25'&order_by=name%20DESC"
                    + "&max_results=1&view_type=3&page_token="
                    + found.path("next_page_token").asText())
            .body();
    assertThat(next).contains("zeta-1").doesNotContain("next_page_token");
  }

  @Test
  void namesAndPlacesOutsideTheirDomainAreRefused() {
    for (String body :
        new String[] {
          "{}",
          "{\"name\":\"\"}",
          "{\"name\":\"  \"}",
          "{\"name\":\"" + "x".repeat(501) + "\"}",
          "{\"name\":\"a\\nb\"}",
          "{\"name\":\"p\",\"artifact_location\":\"file:///tmp\"}",
          "{\"name\":\"p\",\"artifact_location\":\"/tmp\"}",
          "{\"name\":\"p\",\"artifact_location\":\"s3://b/../c\"}",
          "{\"name\":\"p\",\"artifact_location\":\"s3://b/%2e%2e/c\"}"
        }) {
      HttpResponse<String> reply = admin.post(BASE + "experiments/create", body);
      assertThat(reply.statusCode()).as(body).isEqualTo(400);
      assertThat(json(reply).path("error_code").asText()).isEqualTo("INVALID_PARAMETER_VALUE");
    }
    assertThat(admin.post(BASE + "experiments/delete", "{\"experiment_id\":\"0\"}").statusCode())
        .isEqualTo(400);
  }

  @Test
  void runsGoWithTheirExperimentForGood() {
    String id = experiment("doomed");
    String run = run(id);
    HttpResponse<String> unused =
        admin.post(
            BASE + "runs/log-metric",
            "{\"run_id\":\"" + run + "\",\"key\":\"a\",\"value\":1,\"timestamp\":1}");
    server
        .catalog()
        .securables()
        .delete(server.admin(), SecurableType.EXPERIMENT, FullName.verbatim("doomed"), true);
    assertThat(admin.get(BASE + "runs/get?run_id=" + run).statusCode()).isEqualTo(404);
    long points =
        server
            .database()
            .database()
            .read(
                handle ->
                    handle
                        .createQuery("SELECT count(*) FROM training_metric WHERE run_id = :run")
                        .bind("run", run)
                        .mapTo(Long.class)
                        .one());
    assertThat(points).isZero();
  }
}

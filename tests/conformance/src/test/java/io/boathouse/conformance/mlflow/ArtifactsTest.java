package io.boathouse.conformance.mlflow;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.boathouse.conformance.Conformance;
import io.boathouse.conformance.Http;
import io.boathouse.conformance.PackagedServer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.mlflow.api.proto.Service.RunInfo;
import org.mlflow.tracking.MlflowClient;
import org.mlflow.tracking.creds.BasicMlflowHostCreds;

/**
 * Artifacts of runs through the proxy. The Java client itself starts a Python program for them; so
 * this speaks the HTTP that this program speaks.
 */
@Conformance
class ArtifactsTest {
  private static final String PROXY = "/api/2.0/mlflow-artifacts/artifacts/";

  private static MlflowClient client;
  private static Http http;
  private static RunInfo run;
  private static String folder;

  @BeforeAll
  static void open(PackagedServer server) {
    client = new MlflowClient(new BasicMlflowHostCreds(server.url(), server.token()));
    http = new Http(server);
    run = client.createRun(client.createExperiment("artifacts"));
    folder = run.getArtifactUri().replace("mlflow-artifacts:/", "") + "/";
  }

  @AfterAll
  static void close() {
    client.close();
  }

  private static void upload(String path, String text) {
    var reply = http.put(PROXY + folder + path, text.getBytes(StandardCharsets.UTF_8));
    assertThat(reply.statusCode()).as(reply.body()).isEqualTo(200);
  }

  private static List<String> list(String path) {
    JsonNode reply =
        Http.parse(client.sendGet("artifacts/list?run_id=" + run.getRunId() + "&path=" + path));
    List<String> found = new ArrayList<>();
    reply.path("files").forEach(file -> found.add(file.path("path").textValue()));
    return found;
  }

  @Test
  void whatIsUploadedIsListedReadAndDeleted() {
    upload("plots/curve.svg", "<svg/>");
    upload("plots/table.csv", "a,b\n1,2\n");
    assertThat(list("plots")).containsExactly("plots/curve.svg", "plots/table.csv");
    assertThat(http.get(PROXY + folder + "plots/table.csv").body()).isEqualTo("a,b\n1,2\n");
    assertThat(
            http.get("/get-artifact?run_uuid=" + run.getRunId() + "&path=plots/table.csv").body())
        .isEqualTo("a,b\n1,2\n");
    assertThat(http.delete(PROXY + folder + "plots/table.csv").statusCode()).isEqualTo(200);
    assertThat(list("plots")).containsExactly("plots/curve.svg");
    assertThat(http.get(PROXY + folder + "plots/table.csv").statusCode()).isEqualTo(404);
  }

  @Test
  void theProxyListsFoldersBeneathTheOneThatIsAsked() {
    upload("deep/er/file.txt", "x");
    JsonNode files =
        Http.json(http.get("/api/2.0/mlflow-artifacts/artifacts?path=" + folder + "deep"))
            .path("files");
    assertThat(files).hasSize(1);
    assertThat(files.get(0).path("path").textValue()).isEqualTo("er");
    assertThat(files.get(0).path("is_dir").booleanValue()).isTrue();
  }

  @Test
  void anUploadedPageIsOnlyEverDownloaded() {
    upload("page.html", "<script>alert(1)</script>");
    var reply = http.get("/get-artifact?run_uuid=" + run.getRunId() + "&path=page.html");
    assertThat(reply.statusCode()).isEqualTo(200);
    assertThat(reply.headers().firstValue("x-content-type-options")).hasValue("nosniff");
    assertThat(reply.headers().firstValue("content-disposition").orElse(""))
        .startsWith("attachment");
  }

  @Test
  void pathsThatClimbOutAreRefused() {
    for (String path : List.of("..%2f..%2ftoken", "%2e%2e/%2e%2e/token", "a%5c..%5cb", "%00")) {
      assertThat(http.get(PROXY + folder + path).statusCode()).as(path).isEqualTo(400);
    }
  }
}

package io.boathouse.training.artifact;

import static io.boathouse.platform.http.TestServer.json;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.boathouse.catalog.grant.Privilege;
import io.boathouse.catalog.securable.SecurableType;
import io.boathouse.platform.http.TestServer;
import io.boathouse.training.TrackingServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Files through MLflow's artifact proxy. */
class ArtifactTest {
  private static final String PROXY = "/api/2.0/mlflow-artifacts/artifacts";
  private static final String BASE = "/api/2.0/mlflow/";
  private static TrackingServer server;
  private static TestServer http;
  private static String experiment;
  private static String run;

  @BeforeAll
  static void start() {
    server = TrackingServer.start();
    http = server.http();
    experiment =
        json(http.post(BASE + "experiments/create", "{\"name\":\"files\"}"))
            .path("experiment_id")
            .asText();
    run = newRun();
  }

  private static String newRun() {
    return json(http.post(BASE + "runs/create", "{\"experiment_id\":\"" + experiment + "\"}"))
        .at("/run/info/run_id")
        .asText();
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  private static HttpResponse<String> put(TestServer as, String path, String content) {
    return as.send(as.request(PROXY + "/" + path).PUT(BodyPublishers.ofString(content)));
  }

  private static String folder(String runId) {
    return experiment + "/" + runId + "/artifacts";
  }

  @Test
  void filesAreWrittenListedReadAndDeleted() {
    String at = folder(newRun());
    assertThat(put(http, at + "/model/MLmodel", "flavors: {}").body()).isEqualTo("{}");
    assertThat(put(http, at + "/model/data/w%20%C3%A9.bin", "12345").statusCode()).isEqualTo(200);
    assertThat(put(http, at + "/model/MLmodel", "flavors: {a: 1}").statusCode()).isEqualTo(200);

    JsonNode listed = json(http.get(PROXY + "?path=" + at + "/model"));
    assertThat(listed.toString())
        .isEqualTo(
            """
            {"files":[{"path":"MLmodel","is_dir":false,"file_size":15},\
            {"path":"data","is_dir":true}]}\
            """);
    assertThat(http.get(PROXY + "/" + at + "/model/data/w%20%C3%A9.bin").body()).isEqualTo("12345");
    assertThat(json(http.get(PROXY + "?path=" + at + "/model/MLmodel")).path("files")).isEmpty();

    assertThat(http.delete(PROXY + "/" + at + "/model/MLmodel").body()).isEqualTo("{}");
    assertThat(http.get(PROXY + "/" + at + "/model/MLmodel").statusCode()).isEqualTo(404);
    assertThat(http.delete(PROXY + "/" + at + "/model").body()).isEqualTo("{}");
    assertThat(json(http.get(PROXY + "?path=" + at)).path("files")).isEmpty();
    assertThat(http.delete(PROXY + "/" + at + "/model").statusCode()).isEqualTo(404);
  }

  @Test
  void theListingOfARunIsRelativeToItsRoot() {
    String own = newRun();
    HttpResponse<String> unused = put(http, folder(own) + "/model/MLmodel", "x");
    JsonNode root = json(http.get(BASE + "artifacts/list?run_id=" + own));
    assertThat(root.path("root_uri").asText()).isEqualTo("mlflow-artifacts:/" + folder(own));
    assertThat(root.at("/files/0/path").asText()).isEqualTo("model");
    assertThat(root.at("/files/0").has("file_size")).isFalse();
    JsonNode inside = json(http.get(BASE + "artifacts/list?run_uuid=" + own + "&path=model"));
    assertThat(inside.at("/files/0/path").asText()).isEqualTo("model/MLmodel");
  }

  /** case33: without the attachment header a browser shows the page, with our origin. */
  @Test
  void case33_anUploadedPageIsOnlyEverDownloaded() {
    HttpResponse<String> wrote =
        put(http, folder(run) + "/a%22b.html", "<script>alert(1)</script>");
    assertThat(wrote.statusCode()).isEqualTo(200);
    HttpResponse<String> page = http.get("/get-artifact?run_id=" + run + "&path=a%22b.html");
    assertThat(page.headers().firstValue("Content-Disposition").orElse(""))
        .isEqualTo("attachment; filename=\"a_b.html\"; filename*=UTF-8''a%22b.html");
    assertThat(page.headers().firstValue("X-Content-Type-Options")).hasValue("nosniff");
    assertThat(page.headers().firstValue("Content-Type").orElse("")).startsWith("text/html");
  }

  /**
   * case01, case02, case03, case05: with the paths glued to the folder instead of parsed as
   * StoragePath, the dotted ones left it; without ENCODED_AGAIN the double-encoded ones were
   * stored, to be decoded by whoever reads the listing.
   */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "../../../etc/passwd",
        "..%2f..%2fetc%2fpasswd",
        "%2e%2e/%2e%2e/secret",
        "%252e%252e/secret",
        "%252e%252e%252fsecret",
        "..%5c..%5csecret",
        "a%00b",
        "a%0ab",
        "%c0%ae%c0%ae/secret",
        "%c0%af",
        "/etc/passwd",
        "//server/share",
        "a//b",
        "./a",
        "a/./b",
        "%80",
      })
  void case02_pathsThatClimbOrHideAreRefusedEverywhere(String path) throws IOException {
    String at = folder(run) + "/" + path;
    assertThat(status("PUT", PROXY + "/" + at)).isEqualTo(400);
    assertThat(status("GET", PROXY + "/" + at)).isEqualTo(400);
    assertThat(status("DELETE", PROXY + "/" + at)).isEqualTo(400);
    assertThat(status("GET", PROXY + "?path=" + at)).isEqualTo(400);
    assertThat(status("GET", BASE + "artifacts/list?run_id=" + run + "&path=" + path))
        .isEqualTo(400);
    assertThat(status("GET", "/get-artifact?run_id=" + run + "&path=" + path)).isEqualTo(400);
  }

  @Test
  void case05_overlongNamesAreRefusedAndTwinsOfUnicodeAreOneFile() {
    String at = folder(newRun());
    assertThat(put(http, at + "/" + "x".repeat(300), "1").statusCode()).isEqualTo(400);
    assertThat(put(http, at + "/caf%C3%A9.txt", "composed").statusCode()).isEqualTo(200);
    assertThat(put(http, at + "/cafe%CC%81.txt", "decomposed").statusCode()).isEqualTo(200);
    assertThat(json(http.get(PROXY + "?path=" + at)).path("files")).hasSize(1);
  }

  /** Sends the path as it is, which the usual client would tidy up first. */
  private static int status(String method, String target) throws IOException {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), http.port())) {
      String request =
          "%s %s HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer %s\r\n"
                  .formatted(method, target, server.adminToken())
              + "Content-Length: 0\r\nConnection: close\r\n\r\n";
      socket.getOutputStream().write(request.getBytes(StandardCharsets.UTF_8));
      String reply = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      return Integer.parseInt(reply.substring(9, 12));
    }
  }

  /** case04: a store that followed links listed and served what they point to. */
  @Test
  void case04_aLinkPlantedInTheFolderLeadsNowhere() throws IOException {
    String own = newRun();
    HttpResponse<String> unused = put(http, folder(own) + "/real.txt", "x");
    Path secret = Files.createTempDirectory("outside").resolve("secret.txt");
    Files.writeString(secret, "secret");
    Path planted = server.root().resolve("experiments/" + folder(own) + "/link.txt");
    Files.createSymbolicLink(planted, secret);
    assertThat(http.get(PROXY + "/" + folder(own) + "/link.txt").statusCode())
        .isGreaterThanOrEqualTo(400);
    assertThat(http.get(PROXY + "/" + folder(own) + "/link.txt").body()).doesNotContain("secret");
  }

  @Test
  void pathsOfNobodyAreNotFound() {
    for (String path :
        new String[] {
          "a",
          "999/" + run + "/artifacts/x",
          experiment + "/" + "0".repeat(32) + "/artifacts/x",
          experiment + "/" + run + "/other/x",
          "experiments/" + folder(run) + "/x",
          "models/00000000-0000-0000-0000-000000000000/1/model/MLmodel"
        }) {
      assertThat(http.get(PROXY + "/" + path).statusCode()).as(path).isEqualTo(404);
      assertThat(put(http, path, "x").statusCode()).as(path).isEqualTo(404);
    }
  }

  @Test
  void rightsAreThoseOnTheExperiment() {
    TestServer ben = server.as("ben");
    String at = folder(newRun());
    HttpResponse<String> unused = put(http, at + "/f", "x");
    assertThat(ben.get(PROXY + "/" + at + "/f").statusCode()).isEqualTo(404);
    server.grant(SecurableType.EXPERIMENT, "files", "ben", Privilege.CAN_READ);
    assertThat(ben.get(PROXY + "/" + at + "/f").body()).isEqualTo("x");
    assertThat(put(ben, at + "/g", "x").statusCode()).isEqualTo(403);
    assertThat(ben.delete(PROXY + "/" + at + "/f").statusCode()).isEqualTo(403);
    server.grant(SecurableType.EXPERIMENT, "files", "ben", Privilege.CAN_EDIT);
    assertThat(put(ben, at + "/g", "x").statusCode()).isEqualTo(200);
  }

  @Test
  void aDeletedRunTakesNoFiles() {
    String own = newRun();
    http.post(BASE + "runs/delete", "{\"run_id\":\"" + own + "\"}");
    assertThat(put(http, folder(own) + "/f", "x").statusCode()).isEqualTo(400);
  }

  @Test
  void partsAndSignedAddressesAreNotImplemented() {
    HttpResponse<String> parts =
        http.post("/api/2.0/mlflow-artifacts/mpu/create/" + folder(run) + "/f", "{}");
    assertThat(parts.statusCode()).isEqualTo(501);
    assertThat(json(parts).path("error_code").asText()).isEqualTo("NOT_IMPLEMENTED");
    assertThat(http.get("/api/2.0/mlflow-artifacts/presigned/" + folder(run) + "/f").statusCode())
        .isEqualTo(501);
    assertThat(http.post(BASE + "artifacts/presigned-upload-url", "{}").statusCode())
        .isEqualTo(501);
  }

  @Test
  void filesOfLoggedModelsLieBesideThoseOfRuns() {
    JsonNode model =
        json(
            http.post(
                BASE + "logged-models",
                "{\"experiment_id\":\"" + experiment + "\",\"name\":\"m\"}"));
    String id = model.at("/model/info/model_id").asText();
    String uri = model.at("/model/info/artifact_uri").asText();
    assertThat(uri).isEqualTo("mlflow-artifacts:/" + experiment + "/models/" + id + "/artifacts");
    String at = uri.substring("mlflow-artifacts:/".length());
    assertThat(put(http, at + "/MLmodel", "x").statusCode()).isEqualTo(200);
    JsonNode listed = json(http.get(BASE + "logged-models/" + id + "/artifacts/directories"));
    assertThat(listed.at("/files/0/path").asText()).isEqualTo("MLmodel");
    assertThat(
            http.get(
                    "/ajax-api/2.0/mlflow/logged-models/"
                        + id
                        + "/artifacts/files?artifact_file_path=MLmodel")
                .body())
        .isEqualTo("x");
  }

  @Test
  void aLargeFileIsStreamed() {
    byte[] large = new byte[20 << 20];
    large[large.length - 1] = 7;
    HttpResponse<String> stored =
        http.send(
            http.request(PROXY + "/" + folder(run) + "/large")
                .PUT(BodyPublishers.ofByteArray(large)));
    assertThat(stored.statusCode()).isEqualTo(200);
    try {
      Path file = server.root().resolve("experiments/" + folder(run) + "/large");
      assertThat(Files.size(file)).isEqualTo(large.length);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}

package io.boathouse.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.boathouse.platform.json.Json;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/** The command line's contract, one data directory through its life; the order is the story. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class ServeTest {
  @TempDir static Path folder;

  private static final HttpClient CLIENT =
      HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(5)).build();

  private static Set<Path> before;
  private static ServerProcess server;
  private static String url;

  @BeforeAll
  static void start() throws Exception {
    Files.createDirectory(folder.resolve("work dir"));
    before = outside();
    server = serve("0");
    url = server.awaitReady();
  }

  @AfterAll
  static void stop() throws Exception {
    server.close();
    CLIENT.close();
  }

  private static ServerProcess serve(String port) throws IOException {
    return run("serve", "--data-dir", "my data", "--port", port);
  }

  private static ServerProcess run(String... arguments) throws IOException {
    return ServerProcess.start(folder.resolve("work dir"), List.of(arguments));
  }

  private static Path data() {
    return folder.resolve("work dir").resolve("my data");
  }

  private static String token() throws IOException {
    return Files.readString(data().resolve("token")).strip();
  }

  /** What lies where a careless library would leave something. */
  private static Set<Path> outside() throws IOException {
    Set<Path> found = new java.util.HashSet<>();
    List<Path> places =
        List.of(
            Path.of("/tmp"), Path.of(System.getProperty("user.home")), folder.resolve("work dir"));
    for (Path place : places) {
      try (Stream<Path> entries = Files.list(place)) {
        found.addAll(entries.collect(Collectors.toSet()));
      }
    }
    return found;
  }

  private static HttpResponse<String> get(String path, String token) throws Exception {
    return CLIENT.send(
        HttpRequest.newBuilder(URI.create(url + path))
            .header("Authorization", "Bearer " + token)
            .build(),
        BodyHandlers.ofString());
  }

  @Test
  @Order(1)
  void printsOneLineWhenItIsReady() {
    assertThat(server.output()).containsExactly("ready " + url);
    assertThat(url).matches("http://127\\.0\\.0\\.1:\\d+");
  }

  @Test
  @Order(2)
  void writesATokenThatLetsItsOwnerIn() throws Exception {
    assertThat(
            PosixFilePermissions.toString(Files.getPosixFilePermissions(data().resolve("token"))))
        .isEqualTo("rw-------");
    assertThat(Files.readString(data().resolve("token")).lines().count()).isEqualTo(1);
    HttpResponse<String> catalogs = get("/api/2.1/unity-catalog/catalogs", token());
    assertThat(catalogs.statusCode()).isEqualTo(200);
    assertThat(catalogs.body()).contains("\"main\"");
    assertThat(get("/api/2.1/unity-catalog/catalogs", "bh_wrong").statusCode()).isEqualTo(401);
  }

  /** The routes are those of the whole server, so that no room can leave a door open. */
  @Test
  @Order(3)
  void case13_everyRouteOfEveryRoomAsksForAToken() throws Exception {
    JsonNode endpoints =
        Json.parse(get("/api/2.0/boathouse/endpoints", token()).body()).path("endpoints");
    assertThat(endpoints.size()).isGreaterThan(40);
    List<String> open = new ArrayList<>();
    for (JsonNode endpoint : endpoints) {
      String path =
          endpoint.path("path").textValue().replaceAll(":[A-Za-z_]+", "1").replace("*", "x");
      HttpResponse<String> reply =
          CLIENT.send(
              HttpRequest.newBuilder(URI.create(url + path))
                  .header("Content-Type", "application/json")
                  .method(endpoint.path("method").textValue(), BodyPublishers.ofString("{}"))
                  .build(),
              BodyHandlers.ofString());
      if (endpoint.path("permission").textValue().startsWith("Open to everyone")) {
        open.add(path);
      } else {
        assertThat(reply.statusCode()).as(endpoint.toString()).isEqualTo(401);
      }
    }
    assertThat(open).contains("/health", "/livez", "/readyz", "/version");
  }

  /** Without {@code bindStrict} in ServerRequest a misspelt option was taken for its absence. */
  @Test
  @Order(3)
  void everyOperationOfOurOwnRefusesAFieldThatItDoesNotKnow() throws Exception {
    JsonNode endpoints =
        Json.parse(get("/api/2.0/boathouse/endpoints", token()).body()).path("endpoints");
    List<String> refusing = new ArrayList<>();
    List<String> ignoring = new ArrayList<>();
    for (JsonNode endpoint : endpoints) {
      String operation = endpoint.path("operation_id").textValue();
      boolean takesJson =
          Set.of("POST", "PUT", "PATCH").contains(endpoint.path("method").textValue())
              && !Set.of("uploadIngestFile", "writeAccessFile").contains(operation);
      if (!takesJson || !endpoint.path("path").textValue().startsWith("/api/2.0/boathouse/")) {
        continue;
      }
      String path = endpoint.path("path").textValue().replaceAll(":[A-Za-z_]+", "1");
      HttpResponse<String> reply =
          CLIENT.send(
              HttpRequest.newBuilder(URI.create(url + path))
                  .header("Content-Type", "application/json")
                  .header("Authorization", "Bearer " + token())
                  .method(
                      endpoint.path("method").textValue(),
                      BodyPublishers.ofString("{\"bogus_field\": 1}"))
                  .build(),
              BodyHandlers.ofString());
      boolean told =
          reply.body().contains("UNKNOWN_FIELD") && reply.body().contains("'bogus_field'");
      if (reply.statusCode() == 400 && told) {
        refusing.add(operation);
      } else {
        ignoring.add(operation + ": " + reply.body());
      }
    }
    assertThat(ignoring).isEmpty();
    assertThat(refusing).contains("loadFile", "createFeatureTable", "cancelTaskRun");
  }

  /** Without the lock in DataDirectory the second server ran on the same database. */
  @Test
  @Order(4)
  void case76_aSecondServerOnTheDirectoryIsRefused() throws Exception {
    try (ServerProcess second = serve("0")) {
      assertThat(second.awaitExit()).isEqualTo(1);
      assertThat(second.errors()).contains("in use").doesNotContain("\tat ");
    }
    assertThat(get("/health", "").statusCode()).isEqualTo(200);
  }

  @Test
  @Order(5)
  void aBusyPortIsToldAndNothingIsLeftBehind() throws Exception {
    String port = url.substring(url.lastIndexOf(':') + 1);
    try (ServerProcess second = run("serve", "--data-dir", "other", "--port", port)) {
      assertThat(second.awaitExit()).isEqualTo(1);
      assertThat(second.errors()).contains(port).contains("--port").doesNotContain("\tat ");
    }
    assertThat(folder.resolve("work dir").resolve("other")).doesNotExist();
  }

  @Test
  @Order(6)
  void aWrongSettingIsToldWithTheNearestName() throws Exception {
    try (ServerProcess wrong =
        run("serve", "--data-dir", "other", "--set", "server.limits.reqests=1")) {
      assertThat(wrong.awaitExit()).isEqualTo(1);
      assertThat(wrong.errors()).contains("server.limits.reqests").contains("requests?");
    }
    assertThat(folder.resolve("work dir").resolve("other")).doesNotExist();
  }

  @Test
  @Order(7)
  void theOwnerOfTheDirectoryGetsANewTokenWhileTheServerRuns() throws Exception {
    String old = token();
    try (ServerProcess command = run("token", "--data-dir", "my data")) {
      assertThat(command.awaitExit()).as(command.errors()).isZero();
      assertThat(command.output()).containsExactly(token());
    }
    assertThat(token()).isNotEqualTo(old);
    assertThat(get("/api/2.1/unity-catalog/catalogs", token()).statusCode()).isEqualTo(200);
  }

  @Test
  @Order(8)
  void doctorFindsAHealthyServer() throws Exception {
    try (ServerProcess doctor = run("doctor", "--data-dir", "my data")) {
      assertThat(doctor.awaitExit()).as(doctor.output().toString()).isZero();
      assertThat(doctor.output()).anyMatch(line -> line.contains(url + " says OK"));
    }
  }

  @Test
  @Order(9)
  void usageIsToldWithExitCodeTwoAndHelpWithZero() throws Exception {
    try (ServerProcess wrong = run("serve", "--no-such-option")) {
      assertThat(wrong.awaitExit()).isEqualTo(2);
      assertThat(wrong.errors()).contains("--no-such-option");
    }
    for (String command : List.of("serve", "token", "doctor", "stop")) {
      try (ServerProcess help = run(command, "--help")) {
        assertThat(help.awaitExit()).isZero();
        assertThat(help.output().getFirst()).startsWith("Usage: boathouse " + command);
      }
    }
  }

  /** A crash leaves an embedded database without its server; the next start must not mind. */
  @Test
  @Order(10)
  void aKilledServerStartsAgainWithTheSameToken() throws Exception {
    String token = token();
    server.kill();
    assertThat(server.awaitExit()).isNotZero();
    server = serve("0");
    url = server.awaitReady();
    assertThat(token()).isEqualTo(token);
    assertThat(get("/api/2.1/unity-catalog/catalogs", token).statusCode()).isEqualTo(200);
  }

  @Test
  @Order(11)
  void stopsCleanlyOnSigterm() throws Exception {
    server.terminate();
    assertThat(server.awaitExit()).isZero();
    assertThat(server.output()).containsExactly("ready " + url);
    assertThat(server.errors()).doesNotContain("ERROR");
    assertThat(data().resolve("address")).doesNotExist();
    try (ServerProcess stop = run("stop", "--data-dir", "my data")) {
      assertThat(stop.awaitExit()).isEqualTo(1);
      assertThat(stop.errors()).contains("No server runs");
    }
  }

  @Test
  @Order(12)
  void theOwnerOfTheDirectoryGetsANewTokenWhileTheServerIsDown() throws Exception {
    String old = token();
    try (ServerProcess command = run("token", "--data-dir", "my data")) {
      assertThat(command.awaitExit()).as(command.errors()).isZero();
      assertThat(command.output()).containsExactly(token());
    }
    assertThat(token()).isNotEqualTo(old);
  }

  /** Without java.io.tmpdir under the data directory native libraries were left in /tmp. */
  @Test
  @Order(13)
  void nothingIsWrittenOutsideTheDataDirectory() throws Exception {
    Set<Path> after = outside();
    after.removeAll(before);
    after.remove(data());
    after.removeIf(
        path ->
            path.toString()
                .matches(
                    "/tmp/(hsperfdata_|junit|boathouse-test|surefire|bash|build-slot|\\.java_pid).*"));
    after.removeIf(path -> path.startsWith("/tmp") && !ofTheServer(path));
    assertThat(after).isEmpty();
  }

  /** Other programs write to /tmp too; what ours would leave there has these names. */
  private static boolean ofTheServer(Path path) {
    return path.getFileName()
        .toString()
        .matches(".*(netty|vertx|duckdb|postgres|embedded|boathouse|tomcat|onnx|lmdb|jna).*");
  }
}

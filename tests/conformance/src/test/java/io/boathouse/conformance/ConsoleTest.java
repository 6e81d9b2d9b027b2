package io.boathouse.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.Timeout;

/**
 * The console in headless Chromium, driven by the scripts beside it. They run once; each thing that
 * they tried is a test here. Screenshots are left in {@code target/console}.
 */
@Conformance
class ConsoleTest {
  private static final int BROWSER_SECONDS = 400;
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final HttpClient CLIENT = HttpClient.newHttpClient();
  private static final Path CONSOLE = PackagedServer.repository().resolve("deploy/console");

  /** What went wrong with each thing that was tried; empty where the tools for it are missing. */
  private static final Map<String, List<String>> FOUND = new LinkedHashMap<>();

  private static String url = "";
  private static Http http;

  @BeforeAll
  @Timeout(BROWSER_SECONDS + 60)
  static void everythingIsTried(PackagedServer server) throws Exception {
    url = server.url();
    http = new Http(server);
    if (!toolsArePresent()) {
      return;
    }
    OnnxModel.logged(http, "console-model").register("console_model");
    JsonNode unused =
        Http.json(
            http.post(
                "/api/2.0/serving-endpoints",
                """
                {"name": "console-live", "config": {"served_entities": [
                  {"entity_name": "main.default.console_model", "entity_version": "1"}]}}
                """));
    awaitEndpoint();
    String setting =
        JSON.writeValueAsString(
            Map.of(
                "admin", server.token(),
                "mark", "it",
                "model", "main.default.console_model",
                "endpoint", "console-live",
                "record", Map.of("a", 1, "b", 2)));
    drive(setting);
  }

  private static boolean toolsArePresent() {
    try {
      Path unused = ExternalTool.require("node");
      Path unusedToo = ExternalTool.require("chromium");
      return Files.isDirectory(CONSOLE.resolve("node_modules"));
    } catch (org.opentest4j.TestAbortedException missing) {
      return false;
    }
  }

  private static void awaitEndpoint() {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(50);
    while (!Http.json(http.get("/api/2.0/serving-endpoints/console-live"))
        .at("/state/ready")
        .asText()
        .equals("READY")) {
      assertThat(System.nanoTime()).as("the endpoint starts in time").isLessThan(end);
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(200));
    }
  }

  private static void drive(String setting) throws Exception {
    Path folder = Files.createDirectories(Path.of("target", "console").toAbsolutePath());
    Path file = Files.writeString(folder.resolve("setting.json"), setting);
    Path output = folder.resolve("found.jsonl");
    Path errors = folder.resolve("errors.log");
    Process browser =
        new ProcessBuilder(
                ExternalTool.require("node").toString(),
                CONSOLE.resolve("tests/browser.mjs").toString(),
                url,
                file.toString(),
                folder.toString())
            .redirectOutput(output.toFile())
            .redirectError(errors.toFile())
            .start();
    boolean ended = browser.waitFor(BROWSER_SECONDS, TimeUnit.SECONDS);
    browser.descendants().forEach(ProcessHandle::destroyForcibly);
    browser.destroyForcibly();
    Files.delete(file);
    for (String line : Files.readAllLines(output)) {
      JsonNode found = JSON.readTree(line);
      List<String> problems =
          found.path("problems").valueStream().map(JsonNode::textValue).toList();
      FOUND.put(found.path("name").textValue(), problems);
    }
    assertThat(ended && browser.exitValue() == 0)
        .as("the browser: %s", Files.readString(errors))
        .isTrue();
  }

  private static List<String> found(String name) {
    Assumptions.assumeFalse(FOUND.isEmpty(), "needs 'node', 'chromium' and the console's packages");
    return FOUND.getOrDefault(name, List.of("was not tried"));
  }

  @TestFactory
  Stream<DynamicTest> everythingThatWasTriedIsAsPromised() {
    return FOUND.entrySet().stream()
        .map(
            tried ->
                DynamicTest.dynamicTest(
                    tried.getKey(), () -> assertThat(tried.getValue()).isEmpty()));
  }

  @Test
  void theBrowserWasThereAndSawEveryKindOfPage() {
    assertThat(found("a link signs in once")).isEmpty();
    assertThat(FOUND).hasSizeGreaterThan(30);
  }

  /** Seen to fail with dangerouslySetInnerHTML for the comment in pages/table.tsx. */
  @Test
  void case33_markupInNamesAndCommentsIsText() {
    assertThat(found("case 33: markup in names and comments is text")).isEmpty();
  }

  /** Seen to fail without the call of neutralised() in app/sql.ts. */
  @Test
  void case34_aFormulaInACellIsTextInTheDownloadedCsv() {
    assertThat(found("case 34: a formula in a cell is text in the CSV")).isEmpty();
  }

  @Test
  void theFirstPageIsTheConsoleOrSaysWhyNot() throws Exception {
    for (String path : List.of("/", "/console", "/console/catalog/main.default")) {
      HttpResponse<String> page = fetch(path);
      assertThat(page.statusCode()).as(path).isEqualTo(200);
      assertThat(page.body()).as(path).containsAnyOf("id=\"root\"", "without its console");
      if (page.body().contains("id=\"root\"")) {
        assertThat(page.headers().firstValue("content-security-policy").orElse(""))
            .contains("script-src 'self';", "frame-ancestors 'none'")
            .doesNotContain("unsafe");
      }
    }
    assertThat(fetch("/console/assets/none.js").statusCode()).isEqualTo(404);
  }

  @Test
  void aSessionOfTheConsoleChangesNothingWithoutItsHeader() throws Exception {
    HttpResponse<String> session =
        CLIENT.send(
            request("/api/2.0/boathouse/session")
                .header("Authorization", "Bearer " + tokenOf())
                .POST(HttpRequest.BodyPublishers.noBody())
                .build(),
            BodyHandlers.ofString());
    String set = session.headers().firstValue("set-cookie").orElseThrow();
    assertThat(set).contains("HttpOnly", "SameSite=Strict");
    String cookie = set.substring(0, set.indexOf(';'));
    HttpResponse<String> forged =
        CLIENT.send(
            request("/api/2.0/token/create")
                .header("Cookie", cookie)
                .POST(HttpRequest.BodyPublishers.ofString("{}"))
                .build(),
            BodyHandlers.ofString());
    assertThat(forged.statusCode()).isEqualTo(403);
    HttpResponse<String> another =
        CLIENT.send(
            request("/api/2.0/boathouse/session")
                .header("Cookie", cookie)
                .header("X-Boathouse-Session", "1")
                .POST(HttpRequest.BodyPublishers.noBody())
                .build(),
            BodyHandlers.ofString());
    assertThat(another.statusCode()).as("a session begins no other").isEqualTo(401);
  }

  private static String tokenOf() {
    return new Users(http).token("console-session");
  }

  @Test
  void theConfigurationIsForAdministratorsAndWithoutSecrets() throws Exception {
    JsonNode settings = Http.json(http.get("/api/2.0/boathouse/configuration")).path("settings");
    assertThat(settings.valueStream().map(one -> one.path("key").textValue()))
        .contains("server.port", "database.password", "sql.concurrency");
    assertThat(
            settings.valueStream().filter(one -> one.path("key").textValue().equals("server.host")))
        .singleElement()
        .satisfies(host -> assertThat(host.path("value").textValue()).isEqualTo("127.0.0.1"));
    HttpResponse<String> refused =
        CLIENT.send(
            request("/api/2.0/boathouse/configuration")
                .header("Authorization", "Bearer " + new Users(http).token("console-curious"))
                .build(),
            BodyHandlers.ofString());
    assertThat(refused.statusCode()).isEqualTo(403);
    assertThat(refused.body()).doesNotContain("settings");
  }

  @Test
  void aCodeSignsInOnce() throws Exception {
    String code =
        Http.json(http.post("/api/2.0/boathouse/session/codes", "{}")).path("code").textValue();
    assertThat(redeem(code)).isEqualTo(200);
    assertThat(redeem(code)).isEqualTo(401);
  }

  private static int redeem(String code) throws IOException, InterruptedException {
    return CLIENT
        .send(
            request("/api/2.0/boathouse/session/redeem")
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString("{\"code\":\"" + code + "\"}"))
                .build(),
            BodyHandlers.ofString())
        .statusCode();
  }

  private static HttpResponse<String> fetch(String path) throws Exception {
    return CLIENT.send(request(path).build(), BodyHandlers.ofString());
  }

  private static HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(URI.create(url + path));
  }
}

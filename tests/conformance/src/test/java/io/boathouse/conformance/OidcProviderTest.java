package io.boathouse.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.InputStream;
import java.net.CookieManager;
import java.net.CookiePolicy;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Tokens of a certified OpenID provider, which is started beside a server that is told of it. */
class OidcProviderTest {
  private static final String ME = "/api/2.0/preview/scim/v2/Me";
  private static final String USERS = "/api/2.0/preview/scim/v2/Users";
  private static final String CLIENT =
      "grant_type=client_credentials&client_id=nightly&client_secret="
          + "a%20secret%20of%20the%20tests%20alone&resource=";

  @TempDir static Path folder;
  private static Process provider;
  private static PackagedServer server;
  private static String issuer;
  private static Http admin;

  @BeforeAll
  @Timeout(180)
  static void open() throws Exception {
    Path node = ExternalTool.require("node");
    Path modules = install(ExternalTool.require("npm"));
    provider =
        new ProcessBuilder(node.toString(), modules.resolve("provider.mjs").toString())
            .directory(modules.toFile())
            .redirectError(folder.resolve("provider.log").toFile())
            .start();
    issuer = awaitReady(provider);
    server = PackagedServer.start("--config", config(issuer).toString());
    admin = new Http(server);
  }

  @AfterAll
  static void close() {
    if (server != null) {
      server.close();
    }
    if (provider != null) {
      provider.destroy();
    }
  }

  // Fails without the audience's comparison in Issuer.verify.
  @Test
  void case46_theProvidersTokenLetsItsUserInAndOneForAnotherAudienceNobody() throws Exception {
    String token = token(issuer, "urn:tests:boathouse");
    assertThat(new Http(server.url(), token).get(ME).statusCode())
        .as("before there is such a user")
        .isEqualTo(401);
    String user = user("dbx-oidc@example.org");
    assertThat(Http.json(new Http(server.url(), token).get(ME)).path("id").textValue())
        .isEqualTo(user);
    String other = token(issuer, "urn:tests:another");
    assertThat(new Http(server.url(), other).get(ME).statusCode()).isEqualTo(401);
    JsonNode disabled =
        Http.json(
            admin.send(
                "PATCH",
                USERS + "/" + user,
                "{\"Operations\":[{\"op\":\"replace\",\"path\":\"active\",\"value\":false}]}"));
    assertThat(disabled.path("active").booleanValue()).isFalse();
    assertThat(new Http(server.url(), token).get(ME).statusCode())
        .as("after the user was disabled")
        .isEqualTo(401);
  }

  /** As the provider's own page says who it is and agrees. */
  @Test
  void aBrowserSignsInByCodeAndPkceAndSignsOut() throws Exception {
    String user = user("lena@example.org");
    Browser browser = new Browser();
    HttpResponse<String> home = browser.signIn(server.url() + "/login/tests");
    assertThat(home.statusCode()).as(home.body()).isEqualTo(302);
    assertThat(home.headers().firstValue("set-cookie").orElse(""))
        .contains("HttpOnly", "SameSite=Strict");
    URI me = URI.create(server.url() + ME);
    assertThat(Http.parse(browser.send(HttpRequest.newBuilder(me)).body()).path("id").textValue())
        .isEqualTo(user);
    HttpResponse<String> again = browser.send(HttpRequest.newBuilder(browser.callback));
    assertThat(again.statusCode()).as("a code is good once").isEqualTo(401);
    URI sessions = URI.create(server.url() + "/api/2.0/boathouse/sessions");
    JsonNode listed = Http.parse(browser.send(HttpRequest.newBuilder(sessions)).body());
    assertThat(listed.path("sessions")).hasSize(1);
    assertThat(listed.at("/sessions/0/current").booleanValue()).isTrue();
    assertThat(
            browser
                .send(HttpRequest.newBuilder(sessions).header("Sec-Fetch-Site", "cross-site"))
                .statusCode())
        .as("as another site could")
        .isEqualTo(403);
    String end = server.url() + "/api/2.0/boathouse/session/end";
    assertThat(browser.send(post(end)).statusCode()).as("as another site could").isEqualTo(403);
    assertThat(browser.send(post(end).header("X-Boathouse-Session", "1")).statusCode())
        .isEqualTo(200);
    assertThat(browser.send(HttpRequest.newBuilder(me)).statusCode()).isEqualTo(401);
  }

  // Fails without the comparison of states, or when the half that the browser keeps is not looked
  // at.
  @Test
  void case29_whatAnotherBrowserBeganSignsNobodyIn() throws Exception {
    Browser victim = new Browser();
    Browser attacker = new Browser();
    HttpResponse<String> unused =
        attacker.send(HttpRequest.newBuilder(URI.create(server.url() + "/login/tests")));
    URI planted = URI.create(server.url() + "/login/tests/callback?code=stolen&state=guessed");
    for (Browser browser : List.of(victim, attacker)) {
      HttpResponse<String> reply = browser.send(HttpRequest.newBuilder(planted));
      assertThat(reply.statusCode()).isEqualTo(401);
      assertThat(reply.headers().firstValue("set-cookie")).isEmpty();
    }
  }

  private static HttpRequest.Builder post(String url) {
    return HttpRequest.newBuilder(URI.create(url))
        .header("Content-Type", "application/json")
        .POST(BodyPublishers.ofString("{}"));
  }

  private static String user(String name) {
    return Http.json(admin.post(USERS, "{\"userName\":\"" + name + "\"}")).path("id").textValue();
  }

  /** Keeps cookies, follows the provider's redirects and fills in its two forms. */
  private static final class Browser {
    private final HttpClient client =
        HttpClient.newBuilder()
            .cookieHandler(new CookieManager(null, CookiePolicy.ACCEPT_ALL))
            .followRedirects(HttpClient.Redirect.NEVER)
            .build();
    private URI callback = URI.create("/");

    HttpResponse<String> signIn(String start) throws Exception {
      Deque<String> forms = new ArrayDeque<>(List.of("prompt=login&login=lena&password=x"));
      URI next = URI.create(start);
      while (!next.getPath().endsWith("/callback")) {
        HttpRequest.Builder request = HttpRequest.newBuilder(next);
        if (next.getPath().startsWith("/interaction/")) {
          String form = forms.isEmpty() ? "prompt=consent" : forms.pop();
          request
              .header("Content-Type", "application/x-www-form-urlencoded")
              .POST(BodyPublishers.ofString(form));
        }
        HttpResponse<String> reply = send(request);
        String location = reply.headers().firstValue("location").orElse("");
        assertThat(location).as(reply.statusCode() + " " + reply.body()).isNotEmpty();
        next = next.resolve(location);
      }
      callback = next;
      return send(HttpRequest.newBuilder(next));
    }

    HttpResponse<String> send(HttpRequest.Builder request) throws Exception {
      return client.send(request.build(), BodyHandlers.ofString());
    }
  }

  private static Path config(String issuer) throws Exception {
    return Files.writeString(
        folder.resolve("boathouse.yaml"),
        """
        auth:
          issuers:
            tests:
              issuer: %s
              audiences: [boathouse]
              principal_suffixes: ["@example.org"]
              client_id: console
        """
            .formatted(issuer));
  }

  private static String token(String issuer, String resource) throws Exception {
    String form = CLIENT + URLEncoder.encode(resource, StandardCharsets.UTF_8);
    String reply =
        HttpClient.newHttpClient()
            .send(
                HttpRequest.newBuilder(URI.create(issuer + "/token"))
                    .header("Content-Type", "application/x-www-form-urlencoded")
                    .POST(BodyPublishers.ofString(form))
                    .build(),
                BodyHandlers.ofString())
            .body();
    return Objects.requireNonNull(Http.parse(reply).path("access_token").textValue(), reply);
  }

  /** The provider in the pinned version, kept between runs beside the other build results. */
  private static Path install(Path npm) throws Exception {
    Path modules = Path.of("target", "oidc-provider").toAbsolutePath();
    Files.createDirectories(modules);
    for (String name : List.of("package.json", "provider.mjs")) {
      try (InputStream source = OidcProviderTest.class.getResourceAsStream("/oidc/" + name)) {
        Files.write(modules.resolve(name), Objects.requireNonNull(source, name).readAllBytes());
      }
    }
    Path log = modules.resolve("npm.log");
    Process install =
        new ProcessBuilder(
                npm.toString(), "install", "--no-audit", "--no-fund", "--no-package-lock")
            .directory(modules.toFile())
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start();
    boolean ended = install.waitFor(50, TimeUnit.SECONDS);
    install.destroyForcibly();
    boolean installed = ended && install.exitValue() == 0;
    String missing = "npm could not install the provider: " + Files.readString(log);
    if (Boolean.parseBoolean(System.getenv("TESTS_REQUIRE_TOOLS"))) {
      assertThat(installed).as(missing).isTrue();
    }
    Assumptions.assumeTrue(installed, missing);
    return modules;
  }

  private static String awaitReady(Process provider) throws Exception {
    return CompletableFuture.supplyAsync(
            () ->
                provider
                    .inputReader()
                    .lines()
                    .filter(line -> line.startsWith("ready "))
                    .findFirst())
        .get(20, TimeUnit.SECONDS)
        .orElseThrow(() -> new IllegalStateException("the provider ended"))
        .substring("ready ".length());
  }
}

package io.boathouse.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.InputStream;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;
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

  // Fails without the audience's comparison in Issuer.verify.
  @Test
  @Timeout(180)
  void case46_theProvidersTokenLetsItsUserInAndOneForAnotherAudienceNobody() throws Exception {
    Path node = ExternalTool.require("node");
    Path modules = install(ExternalTool.require("npm"));
    Process provider =
        new ProcessBuilder(node.toString(), modules.resolve("provider.mjs").toString())
            .directory(modules.toFile())
            .redirectError(folder.resolve("provider.log").toFile())
            .start();
    try {
      String issuer = awaitReady(provider);
      try (PackagedServer server = PackagedServer.start("--config", config(issuer).toString())) {
        Http admin = new Http(server);
        String token = token(issuer, "urn:tests:boathouse");
        assertThat(new Http(server.url(), token).get(ME).statusCode())
            .as("before there is such a user")
            .isEqualTo(401);
        JsonNode user = Http.json(admin.post(USERS, "{\"userName\":\"dbx-oidc@example.org\"}"));
        assertThat(Http.json(new Http(server.url(), token).get(ME)).path("id"))
            .isEqualTo(user.path("id"));
        String other = token(issuer, "urn:tests:another");
        assertThat(new Http(server.url(), other).get(ME).statusCode()).isEqualTo(401);
        String path = USERS + "/" + user.path("id").textValue();
        Http.json(
            admin.send(
                "PATCH",
                path,
                "{\"Operations\":[{\"op\":\"replace\",\"path\":\"active\",\"value\":false}]}"));
        assertThat(new Http(server.url(), token).get(ME).statusCode())
            .as("after the user was disabled")
            .isEqualTo(401);
      }
    } finally {
      provider.destroy();
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

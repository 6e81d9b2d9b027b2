package io.boathouse.catalog.identity;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.nimbusds.jose.crypto.ECDSAVerifier;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jwt.SignedJWT;
import io.boathouse.catalog.TestCatalog;
import io.boathouse.catalog.audit.AuditQuery;
import io.boathouse.platform.http.TestServer;
import io.boathouse.platform.json.Json;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Access tokens of our own, which service principals get for their secrets. */
class OauthTest {
  private static final String ME = "/api/2.0/preview/scim/v2/Me";
  private static TestCatalog catalog;
  private static TestServer server;
  private static TestServer admin;
  private static String robotId;

  @BeforeAll
  static void open() {
    catalog = new TestCatalog();
    server = TestServer.start(catalog.module.authenticator(), catalog.module.routes());
    admin = server.as(catalog.module.bootstrap().administratorToken(""));
    JsonNode robot =
        Json.parse(
            admin
                .post("/api/2.0/preview/scim/v2/ServicePrincipals", "{\"displayName\":\"robot\"}")
                .body());
    robotId = robot.path("id").asText();
  }

  @AfterAll
  static void close() {
    server.close();
    catalog.close();
  }

  @Test
  void secretGetsATokenByBasicAndByBodyAndTheTokenIsItsServicePrincipal() {
    Secret secret = newSecret();
    for (JsonNode reply :
        List.of(
            ok(
                form(
                    "grant_type=client_credentials&scope=all-apis",
                    basic("robot", secret.value()))),
            ok(
                form(
                    "grant_type=client_credentials&client_id=robot&client_secret=" + secret.value(),
                    "")))) {
      assertThat(reply.path("token_type").asText()).isEqualTo("Bearer");
      assertThat(reply.path("expires_in").asLong()).isEqualTo(3600);
      TestServer robot = server.as(reply.path("access_token").asText());
      assertThat(Json.parse(robot.get(ME).body()).path("userName").asText()).isEqualTo("robot");
    }
    assertThat(everyText()).doesNotContain(secret.value());
    assertThat(
            catalog
                .module
                .audit()
                .search(catalog.admin, AuditQuery.newest(5).ofAction("ISSUE_TOKEN"))
                .items())
        .isNotEmpty();
  }

  @Test
  void metadataAndKeysLetAnybodyCheckAToken() throws Exception {
    Secret secret = newSecret();
    JsonNode metadata =
        Json.parse(admin.get("/oidc/.well-known/oauth-authorization-server").body());
    assertThat(metadata.path("token_endpoint").asText()).endsWith("/oidc/v1/token");
    assertThat(Json.parse(admin.get("/.well-known/oauth-authorization-server").body()))
        .isEqualTo(metadata);
    String jwks = admin.get(URI.create(metadata.path("jwks_uri").asText()).getPath()).body();
    SignedJWT token = SignedJWT.parse(token(secret));
    var keys = JWKSet.parse(jwks);
    var key = keys.getKeyByKeyId(token.getHeader().getKeyID()).toECKey();
    assertThat(key.isPrivate()).isFalse();
    assertThat(token.verify(new ECDSAVerifier(key))).isTrue();
    assertThat(token.getJWTClaimsSet().getIssuer()).isEqualTo(metadata.path("issuer").asText());
  }

  @Test
  void refusalsOfTheTokenEndpointAreOauthsOwnAndSayNothingOfWhatWasWrong() {
    Secret secret = newSecret();
    HttpResponse<String> wrong =
        form("grant_type=client_credentials", basic("robot", "bhs_" + "x".repeat(43)));
    HttpResponse<String> other = form("grant_type=client_credentials", basic("r2", secret.value()));
    assertThat(wrong.statusCode()).isEqualTo(401);
    assertThat(wrong.headers().firstValue("WWW-Authenticate").orElse("")).startsWith("Basic");
    assertThat(wrong.body()).isEqualTo(other.body());
    assertThat(error(wrong)).isEqualTo("invalid_client");
    assertThat(error(form("grant_type=password", basic("robot", secret.value()))))
        .isEqualTo("unsupported_grant_type");
    assertThat(error(form("scope=sql", basic("robot", secret.value()))))
        .isEqualTo("invalid_request");
    assertThat(
            error(form("grant_type=client_credentials&scope=moon", basic("robot", secret.value()))))
        .isEqualTo("invalid_scope");
    assertThat(
            error(
                form("grant_type=client_credentials&grant_type=x", basic("robot", secret.value()))))
        .isEqualTo("invalid_request");
  }

  @Test
  void scopeOfTheTokenIsItsReach() {
    JsonNode reply =
        ok(
            form(
                "grant_type=client_credentials&scope=sql+boathouse",
                basic("robot", newSecret().value())));
    assertThat(reply.path("scope").asText()).isEqualTo("boathouse sql");
    TestServer robot = server.as(reply.path("access_token").asText());
    assertThat(robot.get("/api/2.0/boathouse/search?query=x").statusCode()).isEqualTo(200);
    assertThat(robot.get("/api/2.1/unity-catalog/catalogs").statusCode()).isEqualTo(403);
  }

  // Fails when AccessTokens.verify looks neither for the secret nor at the principal's stamp, or
  // when ClientSecretService.delete leaves the cache alone.
  @Test
  void case17_deletedSecretAndDisabledPrincipalEndTheirTokensAtOnce() {
    Secret secret = newSecret();
    TestServer robot = server.as(token(secret));
    assertThat(robot.get(ME).statusCode()).isEqualTo(200);
    String path = "/api/2.0/accounts/servicePrincipals/" + robotId + "/credentials/secrets/";
    assertThat(admin.delete(path + secret.id()).statusCode()).isEqualTo(200);
    assertThat(robot.get(ME).statusCode()).isEqualTo(401);

    TestServer before = server.as(token(newSecret()));
    assertThat(before.get(ME).statusCode()).isEqualTo(200);
    active(false);
    assertThat(before.get(ME).statusCode()).isEqualTo(401);
    active(true);
    assertThat(before.get(ME).statusCode()).as("a token of before").isEqualTo(401);
    assertThat(server.as(token(newSecret())).get(ME).statusCode()).isEqualTo(200);
  }

  @Test
  void keysAreSealedRotateWithAnOverlapAndCanAllBeReplaced() throws Exception {
    Secret secret = newSecret();
    String first = token(secret);
    assertThat(everyText()).doesNotContain("\"d\":");
    catalog.pass(AccessKeys.PERIOD.minus(AccessKeys.OVERLAP));
    String announced = token(secret);
    assertThat(keyOf(announced)).isEqualTo(keyOf(first));
    assertThat(Json.parse(admin().get("/oidc/jwks.json").body()).path("keys")).hasSize(2);
    catalog.pass(AccessKeys.OVERLAP.minus(Duration.ofMinutes(10)));
    String last = token(secret);
    catalog.pass(Duration.ofMinutes(20));
    String next = token(secret);
    assertThat(keyOf(next)).isNotEqualTo(keyOf(last));
    for (String token : List.of(last, next)) {
      assertThat(server.as(token).get(ME).statusCode()).isEqualTo(200);
    }
    assertThat(server.as(first).get(ME).statusCode()).isEqualTo(401);
    assertThat(admin().post("/api/2.0/boathouse/oauth/keys/replace", "{}").statusCode())
        .isEqualTo(200);
    assertThat(server.as(next).get(ME).statusCode()).isEqualTo(401);
    assertThat(server.as(token(secret)).get(ME).statusCode()).isEqualTo(200);
  }

  private record Secret(String id, String value) {}

  private static Secret newSecret() {
    String path = "/api/2.0/accounts/servicePrincipals/" + robotId + "/credentials/secrets";
    JsonNode present = Json.parse(admin().get(path).body()).path("secrets");
    if (present.size() >= ClientSecretService.MOST_SECRETS) {
      String oldest = present.path(0).path("id").asText();
      assertThat(admin().delete(path + "/" + oldest).statusCode()).isEqualTo(200);
    }
    HttpResponse<String> reply = admin().post(path, "{\"lifetime\":\"8640000s\"}");
    assertThat(reply.statusCode()).as(reply.body()).isEqualTo(200);
    JsonNode made = Json.parse(reply.body());
    return new Secret(made.path("id").asText(), made.path("secret").asText());
  }

  /** Tests move the clock beyond the life of tokens. */
  private static TestServer admin() {
    return server.as(catalog.module.bootstrap().newAdministratorToken());
  }

  private static String token(Secret secret) {
    return ok(form("grant_type=client_credentials", basic("robot", secret.value())))
        .path("access_token")
        .asText();
  }

  private static String keyOf(String token) throws Exception {
    return SignedJWT.parse(token).getHeader().getKeyID();
  }

  private static HttpResponse<String> form(String body, String authorization) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(server.uri("/oidc/v1/token"))
            .header("Content-Type", "application/x-www-form-urlencoded")
            .POST(BodyPublishers.ofString(body));
    if (!authorization.isEmpty()) {
      request.header("Authorization", authorization);
    }
    return server.send(request);
  }

  private static String basic(String id, String secret) {
    return "Basic "
        + Base64.getEncoder().encodeToString((id + ":" + secret).getBytes(StandardCharsets.UTF_8));
  }

  private static JsonNode ok(HttpResponse<String> reply) {
    assertThat(reply.statusCode()).as(reply.body()).isEqualTo(200);
    return Json.parse(reply.body());
  }

  private static String error(HttpResponse<String> reply) {
    return Json.parse(reply.body()).path("error").asText();
  }

  private static void active(boolean active) {
    HttpResponse<String> reply =
        admin()
            .send(
                "PATCH",
                "/api/2.0/preview/scim/v2/ServicePrincipals/" + robotId,
                "{\"Operations\":[{\"op\":\"replace\",\"path\":\"active\",\"value\":"
                    + active
                    + "}]}");
    assertThat(reply.statusCode()).as(reply.body()).isEqualTo(200);
  }

  /** All text of the tables that could hold a secret, as one string. */
  private static String everyText() {
    return catalog
        .fixture
        .database()
        .read(
            handle ->
                handle
                    .createQuery(
                        "SELECT (SELECT coalesce(string_agg(t::text, ' '), '') FROM"
                            + " catalog_client_secret t) || (SELECT coalesce(string_agg(k::text ||"
                            + " encode(k.sealed, 'escape'), ' '), '') FROM catalog_access_key k) ||"
                            + " (SELECT coalesce(string_agg(a::text, ' '), '') FROM catalog_audit"
                            + " a)")
                    .mapTo(String.class)
                    .one());
  }
}

package io.boathouse.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.boathouse.catalog.grant.Privilege;
import io.boathouse.catalog.identity.TokenService;
import io.boathouse.catalog.securable.SecurableType;
import io.boathouse.platform.auth.Caller;
import io.boathouse.platform.http.Endpoint;
import io.boathouse.platform.http.Permission;
import io.boathouse.platform.http.TestServer;
import io.boathouse.platform.json.Json;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Tokens, SCIM, audit, lineage and search as clients see them. */
class CatalogRoutesTest {
  private static final String SCIM = "/api/2.0/preview/scim/v2";
  private static TestCatalog catalog;
  private static TestServer admin;
  private static TestServer ann;
  private static Caller annCaller;

  @BeforeAll
  static void open() {
    catalog = new TestCatalog();
    TestServer server = TestServer.start(catalog.module.authenticator(), catalog.module.routes());
    admin = server.as(catalog.module.bootstrap().administratorToken(""));
    annCaller = catalog.user("ann@example.org");
    ann = server.as(tokenOf(annCaller));
  }

  @AfterAll
  static void close() {
    admin.close();
    catalog.close();
  }

  @Test
  void meIsWhoTheTokenSpeaksForWithTheWorkspacesNumberInAHeader() {
    for (String path : List.of(SCIM + "/Me", "/api/1.0/unity-control/scim2/Me")) {
      HttpResponse<String> reply = ann.get(path);
      JsonNode me = ok(reply);
      assertThat(me.path("userName").asText()).isEqualTo("ann@example.org");
      assertThat(me.path("emails").path(0).path("value").asText()).isEqualTo("ann@example.org");
      assertThat(me.path("active").asBoolean()).isTrue();
      assertThat(reply.headers().firstValue("X-Databricks-Org-Id").orElse(""))
          .matches("[1-9][0-9]{3,18}");
    }
    assertThat(ok(admin.get(SCIM + "/Me")).path("groups").path(0).path("display").asText())
        .isEqualTo("admins");
  }

  @Test
  void tokenIsMadeListedUsedAndDeleted() {
    JsonNode made =
        ok(ann.post("/api/2.0/token/create", "{\"lifetime_seconds\":600,\"comment\":\"ci\"}"));
    String value = made.path("token_value").asText();
    String id = made.path("token_info").path("token_id").asText();
    assertThat(value).startsWith("bh_");
    assertThat(made.path("token_info").path("expiry_time").asLong())
        .isEqualTo(made.path("token_info").path("creation_time").asLong() + 600_000);
    assertThat(ann.as(value).get(SCIM + "/Me").statusCode()).isEqualTo(200);
    HttpResponse<String> listed = ann.get("/api/2.0/token/list");
    assertThat(ok(listed).path("token_infos").findValuesAsText("token_id")).contains(id);
    assertThat(listed.body()).doesNotContain(value);
    assertThat(admin.get("/api/2.0/token/list").body()).doesNotContain(id);
    ok(ann.post("/api/2.0/token/delete", "{\"token_id\":\"" + id + "\"}"));
    assertThat(ann.as(value).get(SCIM + "/Me").statusCode()).isEqualTo(401);
    assertThat(ann.post("/api/2.0/token/delete", "{\"token_id\":\"" + id + "\"}").statusCode())
        .isEqualTo(404);
  }

  @Test
  void administratorMakesATokenForAServicePrincipal() {
    JsonNode made =
        ok(
            201,
            admin.post(
                SCIM + "/ServicePrincipals", "{\"displayName\":\"nightly\",\"active\":true}"));
    assertThat(made.path("applicationId").asText()).isEqualTo("nightly");
    String body = "{\"application_id\":\"nightly\",\"lifetime_seconds\":60}";
    String path = "/api/2.0/token-management/on-behalf-of/tokens";
    JsonNode token = ok(admin.post(path, body));
    assertThat(
            ok(ann.as(token.path("token_value").asText()).get(SCIM + "/Me"))
                .path("userName")
                .asText())
        .isEqualTo("nightly");
    assertThat(ann.post(path, body).statusCode()).isEqualTo(403);
  }

  // Fails without TokenAuthenticator.admit, or when a token may make one that reaches more.
  @Test
  void case19_aTokenWithScopesReachesNothingElseAndMakesNoWiderOne() {
    JsonNode made =
        ok(
            ann.post(
                "/api/2.0/token/create",
                "{\"lifetime_seconds\":600,\"scopes\":[\"boathouse\",\"access-management\"]}"));
    assertThat(made.path("token_info").path("scopes")).hasSize(2);
    TestServer narrowed = ann.as(made.path("token_value").asText());
    assertThat(narrowed.get("/api/2.0/boathouse/search?query=x").statusCode()).isEqualTo(200);
    assertThat(narrowed.get(SCIM + "/Me").statusCode()).isEqualTo(200);
    HttpResponse<String> refused = narrowed.get("/api/2.1/unity-catalog/catalogs");
    assertThat(refused.statusCode()).isEqualTo(403);
    assertThat(refused.body()).contains("reaches only");
    assertThat(narrowed.post("/api/2.0/token/create", "{\"scopes\":[\"all-apis\"]}").statusCode())
        .isEqualTo(403);
    JsonNode inherited = ok(narrowed.post("/api/2.0/token/create", "{\"lifetime_seconds\":60}"));
    assertThat(inherited.path("token_info").path("scopes")).hasSize(2);
    assertThat(narrowed.post("/api/2.0/token/create", "{\"scopes\":[\"sql\"]}").statusCode())
        .isEqualTo(403);
    assertThat(ann.post("/api/2.0/token/create", "{\"scopes\":[\"moon\"]}").statusCode())
        .isEqualTo(400);
  }

  @Test
  void administratorSeesWhoseTokensThereAreAndRevokesThem() {
    JsonNode made = ok(ann.post("/api/2.0/token/create", "{\"comment\":\"managed\"}"));
    String id = made.path("token_info").path("token_id").asText();
    String path = "/api/2.0/token-management/tokens";
    assertThat(
            ok(admin.get(path + "?created_by_username=ann@example.org"))
                .path("token_infos")
                .findValuesAsText("token_id"))
        .contains(id);
    assertThat(ok(admin.get(path + "/" + id)).path("token_info").path("owner_username").asText())
        .isEqualTo("ann@example.org");
    assertThat(ann.get(path).statusCode()).isEqualTo(403);
    TestServer owner = ann.as(made.path("token_value").asText());
    assertThat(owner.get(SCIM + "/Me").statusCode()).isEqualTo(200);
    ok(admin.delete(path + "/" + id));
    assertThat(owner.get(SCIM + "/Me").statusCode()).isEqualTo(401);
  }

  @Test
  void auditShowsTheDenialToTheAdministratorAndToWhomItHappened() {
    catalog.create(catalog.admin, SecurableType.TABLE, "main.default.denied");
    assertThat(ann.post(SCIM + "/Groups", "{\"displayName\":\"mine\"}").statusCode())
        .isEqualTo(403);
    JsonNode rows =
        ok(admin.get("/api/2.0/boathouse/audit?decision=denied&principal=ann@example.org"));
    JsonNode row = rows.path("records").path(0);
    assertThat(row.path("action").asText()).isEqualTo("create principals");
    assertThat(row.path("remote_address").asText()).isNotBlank();
    assertThat(row.path("request_id").asText()).isNotBlank();
    assertThat(row.path("token_id").asText()).isNotBlank();
    assertThat(
            ok(ann.get("/api/2.0/boathouse/audit?max_results=1")).path("next_page_token").asText())
        .isNotBlank();
    assertThat(ann.get("/api/2.0/boathouse/audit?principal=admin").statusCode()).isEqualTo(403);
    assertThat(admin.get("/api/2.0/boathouse/audit?from=yesterday").body()).contains("from");
  }

  @Test
  void searchAndLineageAnswerWhatTheCallerMayKnow() {
    catalog.create(catalog.admin, SecurableType.TABLE, "main.default.findme");
    String path = "/api/2.0/boathouse/search?query=findme&type=table";
    assertThat(ok(admin.get(path)).path("results").path(0).path("full_name").asText())
        .isEqualTo("main.default.findme");
    assertThat(ok(ann.get(path)).path("results")).isEmpty();
    catalog.grant(SecurableType.TABLE, "main.default.findme", "ann@example.org", Privilege.SELECT);
    assertThat(ok(ann.get(path)).path("results")).hasSize(1);
    assertThat(
            ok(ann.get("/api/2.0/boathouse/lineage?kind=table&name=main.default.findme"))
                .path("edges"))
        .isEmpty();
    assertThat(ann.get("/api/2.0/boathouse/lineage?kind=table").body()).contains("name");
    assertThat(ann.get("/api/2.0/boathouse/search?type=planet").body()).contains("planet");
  }

  /** As information_schema does; seen to be told to every reader when replies did not ask. */
  @Test
  void theQueryOfAViewIsToldToWhoManagesIt() {
    String view = "/api/2.1/unity-catalog/tables";
    ok(
        admin.post(
            view,
            """
            {"catalog_name": "main", "schema_name": "default", "name": "asked", "columns": [],
             "table_type": "VIEW", "data_source_format": "DELTA",
             "view_definition": "select 1 as one"}
            """));
    catalog.grant(SecurableType.TABLE, "main.default.asked", "ann@example.org", Privilege.SELECT);
    catalog.grant(SecurableType.SCHEMA, "main.default", "ann@example.org", Privilege.USE_SCHEMA);
    String one = view + "/main.default.asked";
    String all = view + "?catalog_name=main&schema_name=default";
    for (String path : List.of(one, all)) {
      assertThat(admin.get(path).body()).contains("select 1 as one");
      assertThat(ann.get(path).body()).contains("\"asked\"").doesNotContain("select 1");
    }
  }

  @Test
  void clientsLearnWithoutATokenWhoWeAreAndWhereTokensAreHad() {
    JsonNode config = ok(ann.send(bare("/.well-known/databricks-config").GET()));
    assertThat(config.path("workspace_id").asText()).matches("[1-9][0-9]*");
    assertThat(config.path("oidc_endpoint").asText()).isEqualTo(ann.uri("/oidc").toString());
  }

  // Fails when an endpoint is mounted as open: it answers without a token.
  @Test
  void case13_everyEndpointButTheOpenOnesRefusesACallWithoutAToken() {
    List<Endpoint> endpoints = new ArrayList<>(admin.server().catalog().endpoints());
    assertThat(endpoints).hasSizeGreaterThan(40);
    for (Endpoint endpoint : endpoints) {
      if (endpoint.permission() instanceof Permission.Open) {
        continue;
      }
      String path = endpoint.path().replaceAll(":[a-z_A-Z]+", "x").replace("*", "x");
      HttpResponse<String> reply =
          ann.send(bare(path).method(endpoint.method().name(), BodyPublishers.noBody()));
      assertThat(reply.statusCode()).as(endpoint.toString()).isEqualTo(401);
    }
  }

  private static HttpRequest.Builder bare(String path) {
    return HttpRequest.newBuilder(ann.uri(path));
  }

  private static JsonNode ok(HttpResponse<String> reply) {
    return ok(200, reply);
  }

  private static JsonNode ok(int status, HttpResponse<String> reply) {
    assertThat(reply.statusCode()).as(reply.body()).isEqualTo(status);
    return Json.parse(reply.body());
  }

  private static String tokenOf(Caller caller) {
    return catalog.module.tokens().create(caller, "test", TokenService.DEFAULT_LIFETIME).value();
  }
}

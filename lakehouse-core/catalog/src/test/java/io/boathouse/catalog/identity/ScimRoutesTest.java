package io.boathouse.catalog.identity;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.boathouse.catalog.TestCatalog;
import io.boathouse.platform.auth.Caller;
import io.boathouse.platform.http.TestServer;
import io.boathouse.platform.json.Json;
import java.net.URLEncoder;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Users, groups and service principals as SCIM clients see them. */
class ScimRoutesTest {
  private static final String SCIM = "/api/2.0/preview/scim/v2";
  private static TestCatalog catalog;
  private static TestServer admin;
  private static TestServer ann;

  @BeforeAll
  static void open() {
    catalog = new TestCatalog();
    TestServer server = TestServer.start(catalog.module.authenticator(), catalog.module.routes());
    admin = server.as(catalog.module.bootstrap().administratorToken(""));
    ann = server.as(tokenOf(catalog.user("ann@example.org")));
  }

  @AfterAll
  static void close() {
    admin.close();
    catalog.close();
  }

  @Test
  void usersAndGroupsAreMadeFilteredPatchedAndDeleted() {
    JsonNode user =
        ok(201, admin.post(SCIM + "/Users", "{\"userName\":\"eve\",\"displayName\":\"Eve E.\"}"));
    String id = user.path("id").asText();
    JsonNode group =
        ok(
            201,
            admin.post(
                SCIM + "/Groups",
                "{\"displayName\":\"analysts\",\"members\":[{\"value\":\"" + id + "\"}]}"));
    String groupId = group.path("id").asText();
    assertThat(group.path("members").path(0).path("display").asText()).isEqualTo("eve");
    JsonNode found =
        ok(ann.get(SCIM + "/Users?filter=userName%20eq%20%22EVE%22&startIndex=1&count=5"));
    assertThat(found.path("totalResults").asInt()).isEqualTo(1);
    assertThat(found.path("Resources").path(0).path("groups").path(0).path("value").asText())
        .isEqualTo(groupId);
    patch("/Users/" + id, "{\"op\":\"Replace\",\"path\":\"active\",\"value\":\"False\"}");
    assertThat(ok(ann.get(SCIM + "/Users/" + id)).path("active").asBoolean()).isFalse();
    patch(
        "/Groups/" + groupId,
        "{\"op\":\"remove\",\"path\":\"members[value eq \\\"" + id + "\\\"]\"}");
    assertThat(ok(ann.get(SCIM + "/Groups/" + groupId)).path("members")).isEmpty();
    assertThat(admin.delete(SCIM + "/Users/" + id).statusCode()).isEqualTo(204);
    assertThat(ann.get(SCIM + "/Users/" + id).statusCode()).isEqualTo(404);
  }

  @Test
  void aFilterNarrowsTheListingBeforeItIsCountedAndCut() {
    for (String name : List.of("filter-a", "filter-b", "filter-c")) {
      ok(201, admin.post(SCIM + "/Users", "{\"userName\":\"" + name + "\"}"));
    }
    assertThat(named("userName sw \"FILTER-\""))
        .containsExactly("filter-a", "filter-b", "filter-c");
    assertThat(named("userName co \"ter-b\" or userName ew \"ter-c\""))
        .containsExactly("filter-b", "filter-c");
    assertThat(named("userName sw \"filter\" and not (userName eq \"filter-b\")"))
        .containsExactly("filter-a", "filter-c");
    assertThat(named("userName sw \"filter\" and externalId pr")).isEmpty();
    JsonNode cut =
        ok(
            ann.get(
                SCIM
                    + "/Users?count=1&sortOrder=descending&filter="
                    + url("userName sw \"filter\"")));
    assertThat(cut.path("totalResults").asInt()).isEqualTo(3);
    assertThat(cut.path("Resources").path(0).path("userName").asText()).isEqualTo("filter-c");
    JsonNode told = ok(ann.get(SCIM + "/Users?count=1&attributes=userName"));
    assertThat(told.path("Resources").path(0).has("active")).isFalse();
    assertThat(told.path("Resources").path(0).has("id")).isTrue();
  }

  @Test
  void case31_aFilterIsNeverSql() {
    for (String hostile :
        List.of(
            "userName eq \"' OR 1=1 --\"",
            "userName co \"%\"",
            "displayName sw \"x' UNION SELECT hash FROM catalog_token --\"")) {
      assertThat(named(hostile)).isEmpty();
    }
    for (String broken :
        List.of(
            "userName",
            "userName eq",
            "eq \"a\"",
            "hash eq \"a\"",
            "userName eq \"a\" and",
            "(userName eq \"a\"",
            "not userName eq \"a\"",
            "userName; DROP eq \"a\"",
            "(".repeat(60) + "userName pr" + ")".repeat(60))) {
      HttpResponse<String> reply = ann.get(SCIM + "/Users?filter=" + url(broken));
      assertThat(reply.statusCode()).as(broken).isEqualTo(400);
      assertThat(Json.parse(reply.body()).path("scimType").asText()).isEqualTo("invalidFilter");
    }
  }

  @Test
  void whatElseIsSaidOfAUserIsKeptPatchedAndReplaced() {
    String id =
        ok(
                201,
                admin.post(
                    SCIM + "/Users",
                    "{\"userName\":\"kept\",\"externalId\":\"x-1\",\"name\":{\"givenName\":\"Ke\","
                        + "\"familyName\":\"Pt\"},\"emails\":[{\"value\":\"kept@example.org\","
                        + "\"type\":\"home\"}],\"entitlements\":[{\"value\":\"workspace-access\"}]}"))
            .path("id")
            .asText();
    patch(
        "/Users/" + id,
        "{\"op\":\"add\",\"path\":\"entitlements\",\"value\":[{\"value\":\"databricks-sql-access\"},"
            + "{\"value\":\"workspace-access\"}]},"
            + "{\"op\":\"replace\",\"path\":\"name.givenName\",\"value\":\"Kay\"},{\"op\":\"replace\",\"path\":\"emails[type"
            + " eq \\\"home\\\"].value\",\"value\":\"kay@example.org\"}");
    JsonNode kept = ok(ann.get(SCIM + "/Users/" + id));
    assertThat(kept.path("entitlements").findValuesAsText("value"))
        .containsExactly("workspace-access", "databricks-sql-access");
    assertThat(kept.path("name").path("givenName").asText()).isEqualTo("Kay");
    assertThat(kept.path("name").path("familyName").asText()).isEqualTo("Pt");
    assertThat(kept.path("emails").path(0).path("value").asText()).isEqualTo("kay@example.org");
    assertThat(named("emails.value eq \"kay@example.org\"")).containsExactly("kept");
    patch(
        "/Users/" + id,
        "{\"op\":\"remove\",\"path\":\"entitlements[value eq \\\"workspace-access\\\"]\"}");
    assertThat(ok(ann.get(SCIM + "/Users/" + id)).path("entitlements").findValuesAsText("value"))
        .containsExactly("databricks-sql-access");
    for (String[] refused :
        new String[][] {
          {"{\"op\":\"replace\",\"path\":\"id\",\"value\":\"1\"}", "mutability"},
          {"{\"op\":\"replace\",\"path\":\"shoeSize\",\"value\":\"1\"}", "invalidPath"},
          {
            "{\"op\":\"replace\",\"path\":\"emails[type eq \\\"work\\\"].value\",\"value\":\"1\"}",
            "noTarget"
          }
        }) {
      HttpResponse<String> reply =
          admin.send("PATCH", SCIM + "/Users/" + id, "{\"Operations\":[" + refused[0] + "]}");
      assertThat(reply.statusCode()).isEqualTo(400);
      assertThat(Json.parse(reply.body()).path("scimType").asText()).isEqualTo(refused[1]);
    }
  }

  // Fails when a PUT that says nothing of active makes the user active again.
  @Test
  void replacingADisabledUserDoesNotLetItInAgain() {
    JsonNode user = ok(201, admin.post(SCIM + "/Users", "{\"userName\":\"put-out\"}"));
    String path = "/Users/" + user.path("id").asText();
    patch(path, "{\"op\":\"replace\",\"value\":{\"active\":false}}");
    JsonNode replaced =
        ok(admin.send("PUT", SCIM + path, "{\"userName\":\"put-out\",\"displayName\":\"Out\"}"));
    assertThat(replaced.path("active").asBoolean()).isFalse();
  }

  @Test
  void replacingAGroupReplacesItsMembersAndTheAccountsPathsAreTheSame() {
    String account =
        ok(ann.send(bare("/.well-known/databricks-config").GET())).path("account_id").asText();
    String base = "/api/2.0/accounts/" + account + "/scim/v2";
    String one = ok(201, admin.post(base + "/Users", "{\"userName\":\"m1\"}")).path("id").asText();
    String two = ok(201, admin.post(base + "/Users", "{\"userName\":\"m2\"}")).path("id").asText();
    String body = "{\"displayName\":\"replaced\",\"members\":[{\"value\":\"%s\"}]}";
    String group = ok(201, admin.post(base + "/Groups", body.formatted(one))).path("id").asText();
    JsonNode replaced = ok(admin.send("PUT", SCIM + "/Groups/" + group, body.formatted(two)));
    assertThat(replaced.path("members").findValuesAsText("value")).containsExactly(two);
    String other = base.replace(account, "00000000-0000-4000-8000-0000000000ff");
    assertThat(admin.get(other + "/Groups/" + group).statusCode()).isEqualTo(404);
    assertThat(
            ok(ann.get(SCIM + "/ServiceProviderConfig"))
                .path("patch")
                .path("supported")
                .asBoolean())
        .isTrue();
  }

  private static List<String> named(String filter) {
    return ok(ann.get(SCIM + "/Users?filter=" + url(filter)))
        .path("Resources")
        .findValuesAsText("userName");
  }

  private static String url(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }

  @Test
  void scimErrorsAreScimsOwnAndNameTheOffence() {
    HttpResponse<String> filter = ann.get(SCIM + "/Users?filter=shoeSize%20eq%20%22a%22");
    assertThat(filter.statusCode()).isEqualTo(400);
    assertThat(Json.parse(filter.body()).path("schemas").path(0).asText())
        .isEqualTo("urn:ietf:params:scim:api:messages:2.0:Error");
    assertThat(ann.post(SCIM + "/Users", "{\"userName\":\"mallory\"}").statusCode()).isEqualTo(403);
    assertThat(admin.post(SCIM + "/Users", "{\"userName\":\"ann@example.org\"}").statusCode())
        .isEqualTo(409);
    assertThat(admin.post(SCIM + "/Users", "{}").body()).contains("userName");
    assertThat(ann.get(SCIM + "/Users/no-id").statusCode()).isEqualTo(400);
  }

  @Test
  void listingOfUsersIsCountedAndCut() {
    JsonNode page = ok(ann.get(SCIM + "/Users?startIndex=1&count=1"));
    assertThat(page.path("Resources")).hasSize(1);
    assertThat(page.path("totalResults").asInt()).isGreaterThanOrEqualTo(2);
    assertThat(page.path("itemsPerPage").asInt()).isEqualTo(1);
  }

  /** Clients turn pages until one is empty; without the skip they never came to an end. */
  @Test
  void listingOfUsersByNameEndsBehindItsLastPage() {
    String filter = SCIM + "/Users?filter=userName%20eq%20%22ann@example.org%22";
    assertThat(ok(ann.get(filter + "&startIndex=1")).path("Resources")).hasSize(1);
    JsonNode behind = ok(ann.get(filter + "&startIndex=2"));
    assertThat(behind.path("Resources")).isEmpty();
    assertThat(behind.path("totalResults").asInt()).isEqualTo(1);
  }

  private static void patch(String path, String operation) {
    ok(
        admin.send(
            "PATCH",
            SCIM + path,
            "{\"schemas\":[\"urn:ietf:params:scim:api:messages:2.0:PatchOp\"],\"Operations\":["
                + operation
                + "]}"));
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

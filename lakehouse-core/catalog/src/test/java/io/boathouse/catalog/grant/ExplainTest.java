package io.boathouse.catalog.grant;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.boathouse.catalog.TestCatalog;
import io.boathouse.catalog.identity.NewPrincipal;
import io.boathouse.catalog.identity.Principal;
import io.boathouse.catalog.securable.SecurableType;
import io.boathouse.platform.auth.Caller;
import io.boathouse.platform.http.TestServer;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Why somebody may or may not, who may, and what somebody may, told over HTTP. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ExplainTest {
  private static final String PERMISSIONS = "/api/2.0/boathouse/permissions";
  private static final String FLIGHTS = PERMISSIONS + "/table/sales.raw.flights/";

  private TestCatalog catalog;
  private TestServer admin;
  private TestServer ana;
  private TestServer ben;

  @BeforeAll
  void anaReadsThroughAGroupInAGroup() {
    catalog = new TestCatalog();
    TestServer server = TestServer.start(catalog.module.authenticator(), catalog.module.routes());
    admin = server.as(catalog.module.bootstrap().administratorToken(""));
    Caller user = catalog.user("ana");
    ana = server.as(catalog.module.tokens().create(user, "test", Duration.ofDays(1)).value());
    Caller other = catalog.user("ben");
    ben = server.as(catalog.module.tokens().create(other, "test", Duration.ofDays(1)).value());
    Principal juniors = catalog.group("juniors");
    Principal analysts = catalog.group("analysts");
    catalog.module.principals().addMember(catalog.admin, juniors.id(), user.principalId());
    catalog.module.principals().addMember(catalog.admin, analysts.id(), juniors.id());
    catalog.create(catalog.admin, SecurableType.CATALOG, "sales");
    catalog.create(catalog.admin, SecurableType.SCHEMA, "sales.raw");
    catalog.create(catalog.admin, SecurableType.TABLE, "sales.raw.flights");
    catalog.create(catalog.admin, SecurableType.TABLE, "sales.raw.hidden");
    catalog.grant(SecurableType.CATALOG, "sales", "account users", Privilege.USE_CATALOG);
    catalog.grant(SecurableType.SCHEMA, "sales.raw", "analysts", Privilege.USE_SCHEMA);
    catalog.grant(SecurableType.TABLE, "sales.raw.flights", "analysts", Privilege.ALL_PRIVILEGES);
    catalog.grant(SecurableType.TABLE, "sales.raw.flights", "ben", Privilege.SELECT);
  }

  @AfterAll
  void close() {
    admin.close();
    catalog.close();
  }

  private static JsonNode get(TestServer who, String path) {
    HttpResponse<String> reply = who.get(path);
    assertThat(reply.statusCode()).as(reply.body()).isEqualTo(200);
    return TestServer.json(reply);
  }

  @Test
  void aRightIsExplainedByEachGrantAndTheGroupsItCameThrough() {
    JsonNode told = get(admin, FLIGHTS + "explanation?privilege=SELECT&principal=ana");
    assertThat(told.path("allowed").asBoolean()).isTrue();
    JsonNode because = told.path("because");
    assertThat(because.findValuesAsText("privilege"))
        .containsExactly("USE_CATALOG", "USE_SCHEMA", "SELECT");
    assertThat(because.get(2).path("granted").asText()).isEqualTo("ALL_PRIVILEGES");
    assertThat(because.get(2).path("through")).hasToString("[\"ana\",\"juniors\",\"analysts\"]");
    assertThat(because.get(0).path("through")).hasToString("[\"ana\",\"account users\"]");
    assertThat(told.path("explanation").get(3).asText())
        .isEqualTo(
            "SELECT: ALL_PRIVILEGES on the table 'sales.raw.flights' is granted to 'analysts'"
                + " ('ana' in 'juniors' in 'analysts').");
    assertThat(get(ana, FLIGHTS + "explanation?privilege=SELECT").path("because"))
        .isEqualTo(because);
  }

  @Test
  void aRefusalNamesEveryGrantThatIsMissing() {
    JsonNode told = get(ben, FLIGHTS + "explanation?privilege=MODIFY");
    assertThat(told.path("allowed").asBoolean()).isFalse();
    assertThat(told.path("missing").findValuesAsText("privilege"))
        .containsExactly("USE_SCHEMA", "MODIFY");
    assertThat(told.path("missing").findValuesAsText("name"))
        .containsExactly("sales.raw", "sales.raw.flights");
    assertThat(told.path("explanation").get(0).asText())
        .isEqualTo("'ben' does not have MODIFY on the table 'sales.raw.flights'.");
  }

  @Test
  void ofOthersAndOfHiddenThingsOnlyManagersLearn() {
    assertThat(ben.get(FLIGHTS + "explanation?privilege=SELECT&principal=ana").statusCode())
        .isEqualTo(403);
    assertThat(ben.get(FLIGHTS + "holders?privilege=SELECT").statusCode()).isEqualTo(403);
    assertThat(ben.get(PERMISSIONS + "?type=table&privilege=SELECT&principal=ana").statusCode())
        .isEqualTo(403);
    String hidden = PERMISSIONS + "/table/sales.raw.%s/explanation?privilege=SELECT";
    HttpResponse<String> there = ben.get(hidden.formatted("hidden"));
    HttpResponse<String> absent = ben.get(hidden.formatted("absent"));
    assertThat(there.statusCode()).isEqualTo(404).isEqualTo(absent.statusCode());
    assertThat(there.body().replace("hidden", "absent")).isEqualTo(absent.body());
    assertThat(admin.get(FLIGHTS + "explanation?privilege=CREATE_TABLE").statusCode())
        .isEqualTo(400);
    assertThat(admin.get(FLIGHTS + "explanation?privilege=SELECT&principal=x").statusCode())
        .isEqualTo(404);
  }

  @Test
  void whoMayAndWhatOneMayAreListedPageByPage() {
    List<String> holders = new ArrayList<>();
    String token = "";
    do {
      JsonNode page =
          get(admin, FLIGHTS + "holders?privilege=SELECT&max_results=2&page_token=" + token);
      page.path("holders").forEach(holder -> holders.add(holder.path("principal").asText()));
      token = page.path("next_page_token").asText();
    } while (!token.isEmpty());
    assertThat(holders).contains("admin", "ana").doesNotContain("ben");
    assertThat(get(ana, PERMISSIONS + "?type=table&privilege=SELECT").path("names"))
        .hasToString("[\"sales.raw.flights\"]");
    assertThat(get(admin, PERMISSIONS + "?type=table&privilege=SELECT&principal=ben").path("names"))
        .isEmpty();
    String creating = PERMISSIONS + "?type=metastore&privilege=CREATE_SERVING_ENDPOINT";
    assertThat(get(admin, creating).path("names")).as("the metastore has no name").hasSize(1);
    assertThat(get(ana, creating).path("names")).isEmpty();
  }

  @Test
  void aDisabledPrincipalMayNothing() {
    Caller leaver = catalog.user("leaver");
    catalog.grant(SecurableType.TABLE, "sales.raw.flights", "leaver", Privilege.SELECT);
    var disabled =
        new NewPrincipal("leaver", Principal.Kind.USER, Optional.empty(), Optional.empty(), false);
    Principal unused =
        catalog.module.principals().update(catalog.admin, leaver.principalId(), disabled);
    JsonNode told = get(admin, FLIGHTS + "explanation?privilege=SELECT&principal=leaver");
    assertThat(told.path("active").asBoolean()).isFalse();
    assertThat(told.path("explanation"))
        .hasToString("[\"'leaver' is disabled and may do nothing.\"]");
  }
}

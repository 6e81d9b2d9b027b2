package io.boathouse.catalog.access;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.boathouse.catalog.TestCatalog;
import io.boathouse.catalog.audit.AuditQuery;
import io.boathouse.catalog.function.SqlFunction;
import io.boathouse.catalog.grant.Privilege;
import io.boathouse.catalog.identity.Principal;
import io.boathouse.catalog.securable.FullName;
import io.boathouse.catalog.securable.Securable;
import io.boathouse.catalog.securable.SecurableType;
import io.boathouse.platform.auth.Caller;
import io.boathouse.platform.http.TestServer;
import io.boathouse.platform.json.Json;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Rights as a file, planned and applied over HTTP; each test has a catalog of its own. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class AccessPlanTest {
  private static final String PLAN = "/api/2.0/boathouse/access/plan";
  private static final String APPLY = "/api/2.0/boathouse/access/apply";

  private TestCatalog catalog;
  private TestServer admin;
  private TestServer ben;
  private Caller ann;
  private Principal crew;

  @BeforeAll
  void open() {
    catalog = new TestCatalog();
    TestServer server = TestServer.start(catalog.module.authenticator(), catalog.module.routes());
    admin = server.as(catalog.module.bootstrap().administratorToken(""));
    ann = catalog.user("ann");
    Caller user = catalog.user("ben");
    ben = server.as(catalog.module.tokens().create(user, "t", Duration.ofDays(1)).value());
    crew = catalog.group("crew");
    catalog.create(catalog.admin, SecurableType.CATALOG, "f");
    catalog.create(catalog.admin, SecurableType.SCHEMA, "f.f");
    function("near", "boolean", "v = 'x'");
    function("hide", "string", "'***'");
  }

  @AfterAll
  void close() {
    admin.close();
    catalog.close();
  }

  private void function(String name, String returns, String body) {
    var unused =
        catalog
            .module
            .functions()
            .create(
                catalog.admin,
                FullName.of("f", "f", name),
                Optional.empty(),
                new SqlFunction(
                        List.of(new SqlFunction.Parameter("v", "string", Optional.empty())),
                        returns,
                        body,
                        true)
                    .definition(name));
  }

  /** A catalog with a schema and the table t of the columns id and city. */
  private Securable table(String in) {
    catalog.create(catalog.admin, SecurableType.CATALOG, in);
    catalog.create(catalog.admin, SecurableType.SCHEMA, in + ".s");
    FullName name = catalog.table(FullName.of(in, "s", "t"), "id", "city");
    return catalog.module.securables().get(catalog.admin, SecurableType.TABLE, name);
  }

  private static String body(String access) {
    return "{\"access\":" + access.replace('\'', '"') + "}";
  }

  private static JsonNode ok(HttpResponse<String> reply) {
    assertThat(reply.statusCode()).as(reply.body()).isEqualTo(200);
    return Json.parse(reply.body());
  }

  private static List<String> lines(JsonNode reply, String field) {
    return reply.path(field).valueStream().map(Json::writeText).toList();
  }

  private static List<String> changes(JsonNode reply) {
    return reply
        .path("changes")
        .valueStream()
        .map(
            c ->
                c.path("action").asText()
                    + " | "
                    + c.path("on").asText()
                    + " | "
                    + c.path("what").asText())
        .toList();
  }

  private boolean reads(Caller caller, Securable table) {
    return catalog.module.authorizer().allows(caller, Privilege.SELECT, table);
  }

  @Test
  void aPlanTellsWhoGainsWhatThroughGroupsAndInheritanceAndChangesNothing() {
    Securable table = table("one");
    String file =
        body(
            "{'groups':{'crew':['ann']},'securables':[{'type':'catalog','name':'one','grants':"
                + "{'crew':['USE_CATALOG','USE_SCHEMA','SELECT']}}]}");
    JsonNode plan = ok(admin.post(PLAN, file));
    assertThat(changes(plan))
        .containsExactly(
            "ADD_MEMBER | group crew | ann",
            "GRANT | catalog one | USE_CATALOG to crew",
            "GRANT | catalog one | USE_SCHEMA to crew",
            "GRANT | catalog one | SELECT to crew");
    assertThat(lines(plan, "effects"))
        .anyMatch(
            line ->
                line.contains("\"ann\"")
                    && line.contains("one.s.t")
                    && line.contains("\"gains\":[\"SELECT\"]"))
        .noneMatch(line -> line.contains("\"ben\""))
        .noneMatch(line -> line.contains("\"admin\""));
    assertThat(plan.path("effects_complete").asBoolean()).isTrue();
    assertThat(plan.path("applied").asBoolean()).isFalse();
    assertThat(reads(ann, table)).isFalse();
    assertThat(catalog.module.principals().members(catalog.admin, crew.id())).isEmpty();

    JsonNode applied = ok(admin.post(APPLY, file));
    assertThat(lines(applied, "changes")).isEqualTo(lines(plan, "changes"));
    assertThat(lines(applied, "effects")).isEqualTo(lines(plan, "effects"));
    assertThat(applied.path("plan")).isEqualTo(plan.path("plan"));
    assertThat(reads(ann, table)).isTrue();
    assertThat(changes(ok(admin.post(APPLY, file)))).isEmpty();

    catalog.grant(SecurableType.CATALOG, "one", "ben", Privilege.BROWSE);
    JsonNode drift = ok(admin.post(PLAN, file));
    assertThat(changes(drift)).containsExactly("REVOKE | catalog one | BROWSE from ben");
    assertThat(lines(drift, "effects"))
        .anyMatch(line -> line.contains("\"ben\"") && line.contains("\"loses\":[\"BROWSE\"]"));
    String out = body("{'groups':{'crew':[]}}");
    JsonNode leaving = ok(admin.post(APPLY, out));
    assertThat(lines(leaving, "effects"))
        .anyMatch(line -> line.contains("one.s.t") && line.contains("\"loses\":[\"SELECT\"]"));
    assertThat(reads(ann, table)).isFalse();
  }

  @Test
  void allOfAFileIsAppliedOrNothing() {
    Securable table = table("two");
    String broken =
        body(
            "{'securables':[{'type':'catalog','name':'two','grants':"
                + "{'ann':['USE_CATALOG','USE_SCHEMA','SELECT']}},"
                + "{'type':'table','name':'two.s.t','row_filter':{'function':'f.f.absent','columns':['id']}}]}");
    HttpResponse<String> refused = admin.post(APPLY, broken);
    assertThat(refused.statusCode()).isEqualTo(404);
    assertThat(reads(ann, table)).isFalse();
    assertThat(admin.post(PLAN, broken).statusCode()).isEqualTo(404);
    assertThat(
            catalog.module.grants().list(catalog.admin, SecurableType.CATALOG, FullName.of("two")))
        .isEmpty();
  }

  // Fails when the changes are made around the services: ben would have what he may not give.
  @Test
  void case19_nobodyDoesByAFileWhatItCouldNotDoCallByCall() {
    Securable table = table("three");
    String file =
        body(
            "{'securables':[{'type':'catalog','name':'three','grants':"
                + "{'ben':['ALL_PRIVILEGES','MANAGE']}}]}");
    assertThat(ben.post(APPLY, file).statusCode()).isEqualTo(404);
    assertThat(ben.post(PLAN, file).statusCode()).isEqualTo(404);
    catalog.grant(SecurableType.CATALOG, "three", "ben", Privilege.USE_CATALOG);
    assertThat(ben.post(APPLY, file).statusCode()).isEqualTo(403);
    String joining = body("{'groups':{'admins':['admin','ben']}}");
    assertThat(ben.post(APPLY, joining).statusCode()).isEqualTo(403);
    assertThat(ben.post(PLAN, joining).statusCode()).isEqualTo(403);
    catalog.grant(SecurableType.TABLE, "three.s.t", "ben", Privilege.MANAGE);
    catalog.grant(SecurableType.SCHEMA, "three.s", "ben", Privilege.USE_SCHEMA);
    String half =
        body(
            "{'securables':[{'type':'table','name':'three.s.t','grants':{'ann':['SELECT']}},"
                + "{'type':'catalog','name':'three','grants':{'ann':['USE_CATALOG']}}]}");
    assertThat(ben.post(APPLY, half).statusCode()).isEqualTo(403);
    assertThat(
            catalog
                .module
                .grants()
                .list(catalog.admin, SecurableType.TABLE, table.name())
                .toString())
        .contains("ben")
        .doesNotContain("ann");
  }

  @Test
  void policiesAndTagsAreSetAndTakenAwayAndThePlanTellsWhatIsShown() {
    Securable table = table("four");
    catalog.grant(
        SecurableType.CATALOG,
        "four",
        "ann",
        Privilege.USE_CATALOG,
        Privilege.USE_SCHEMA,
        Privilege.SELECT);
    String file =
        body("{'securables':[{'type':'table','name':'four.s.t','tags':{'kind':'list'},"
                 + "'column_tags':{'city':{'pii':'yes'}},"
                 + "'row_filter':{'function':'f.f.near','columns':['city']},"
                 + "'masks':{'id':{'function':'f.f.hide'}},"
                 + "'policies':{'pii':{'function':'f.f.hide','mask':'c','match':{'c':'has_tag(\\\"pii\\\")'},'to':['account"
                 + " users'],'except':['crew']}}}]}")
            .replace("has_tag(\\\"pii\\\")", "has_tag('pii')");
    JsonNode plan = ok(admin.post(PLAN, file));
    assertThat(changes(plan))
        .containsExactly(
            "SET_TAG | table four.s.t | kind = list",
            "SET_TAG | column four.s.t.city | pii = yes",
            "SET_ROW_FILTER | table four.s.t | f.f.near(city)",
            "SET_COLUMN_MASK | table four.s.t | id as f.f.hide()",
            "CREATE_POLICY | table four.s.t | pii");
    assertThat(catalog.module.policies().of(ann, table).isEmpty()).isTrue();
    assertThat(lines(plan, "effects"))
        .anyMatch(
            line ->
                line.contains("\"ann\"")
                    && line.contains("Only rows are shown for which f.f.near(city) is true."));
    assertThat(ok(admin.post(APPLY, file)).path("applied").asBoolean()).isTrue();
    assertThat(catalog.module.policies().of(ann, table).masks()).containsKeys("id", "city");
    assertThat(changes(ok(admin.post(PLAN, file)))).isEmpty();
    String none =
        body(
            "{'securables':[{'type':'table','name':'four.s.t','tags':{},'row_filter':null,"
                + "'masks':{},'policies':{}}]}");
    assertThat(changes(ok(admin.post(APPLY, none))))
        .containsExactly(
            "UNSET_TAG | table four.s.t | kind",
            "DROP_ROW_FILTER | table four.s.t | f.f.near",
            "DROP_COLUMN_MASK | table four.s.t | id",
            "DELETE_POLICY | table four.s.t | pii");
    assertThat(catalog.module.policies().of(ann, table).isEmpty()).isTrue();
  }

  @Test
  void aPlanThatIsOutdatedIsNotApplied() {
    Securable table = table("five");
    String file =
        body("{'securables':[{'type':'catalog','name':'five','grants':{'ann':['BROWSE']}}]}");
    String digest = ok(admin.post(PLAN, file)).path("plan").asText();
    catalog.grant(SecurableType.CATALOG, "five", "ben", Privilege.BROWSE);
    ObjectNode planned = (ObjectNode) Json.parse(file);
    String old = Json.writeText(planned.put("plan", digest));
    HttpResponse<String> outdated = admin.post(APPLY, old);
    assertThat(outdated.statusCode()).isEqualTo(409);
    assertThat(outdated.body()).contains("Plan again");
    String fresh = ok(admin.post(PLAN, file)).path("plan").asText();
    JsonNode unused = ok(admin.post(APPLY, Json.writeText(planned.put("plan", fresh))));
    assertThat(table).isNotNull();
    assertThat(
            catalog
                .module
                .audit()
                .search(catalog.admin, AuditQuery.newest(50).ofAction("APPLY_ACCESS"))
                .items())
        .anyMatch(record -> record.parameters().containsValue(fresh));
  }

  @Test
  void whatIsNotUnderstoodIsRefusedWithItsPlace() {
    for (String[] wrong :
        new String[][] {
          {"[]", "access"},
          {"{'grants':{}}", "grants"},
          {"{'securables':[{'type':'ship','name':'x'}]}", "securables[0].type"},
          {"{'securables':[{'type':'table','name':'a.b.c','owner':'x'}]}", "owner"},
          {"{'securables':[{'type':'schema','name':'a.b','masks':{}}]}", "securables[0].masks"},
          {"{'securables':[{'type':'table','name':'a.b.c','row_filter':7}]}", "row_filter"},
          {"{'groups':{'crew':'ann'}}", "groups.crew"},
          {"{'groups':{'nobody here':[]}}", "nobody here"},
          {"{'groups':{'crew':['nobody']}}", "nobody"}
        }) {
      HttpResponse<String> reply = admin.post(PLAN, body(wrong[0]));
      assertThat(reply.statusCode()).as(wrong[0]).isIn(400, 404);
      assertThat(reply.body()).contains(wrong[1]);
    }
    assertThat(admin.post(PLAN, "{}").statusCode()).isEqualTo(400);
  }
}

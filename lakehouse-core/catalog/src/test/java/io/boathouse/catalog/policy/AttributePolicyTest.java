package io.boathouse.catalog.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.boathouse.catalog.TestCatalog;
import io.boathouse.catalog.function.SqlFunction;
import io.boathouse.catalog.grant.Privilege;
import io.boathouse.catalog.identity.Principal;
import io.boathouse.catalog.relation.Relation;
import io.boathouse.catalog.relation.RelationColumn;
import io.boathouse.catalog.securable.FullName;
import io.boathouse.catalog.securable.Securable;
import io.boathouse.catalog.securable.SecurableType;
import io.boathouse.catalog.tag.Tag;
import io.boathouse.catalog.tag.TaggedEntity;
import io.boathouse.platform.auth.Caller;
import io.boathouse.platform.error.LakeException;
import io.boathouse.platform.http.TestServer;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Policies that tags bring: to which tables and columns, for whom, and which of two goes first. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class AttributePolicyTest {
  private static final String POLICIES = "/api/2.1/unity-catalog/policies";

  private TestCatalog catalog;
  private TestServer admin;
  private TestServer annServer;
  private Caller ann;
  private Caller auditor;
  private int schemas;
  private FullName schema;
  private FullName people;

  @BeforeAll
  void open() {
    catalog = new TestCatalog();
    TestServer server = TestServer.start(catalog.module.authenticator(), catalog.module.routes());
    admin = server.as(catalog.module.bootstrap().administratorToken(""));
    ann = catalog.user("ann");
    annServer = server.as(catalog.module.tokens().create(ann, "t", Duration.ofDays(1)).value());
    auditor = catalog.user("aud");
    Principal auditors = catalog.group("auditors");
    catalog.module.principals().addMember(catalog.admin, auditors.id(), auditor.principalId());
    catalog.create(catalog.admin, SecurableType.CATALOG, "abac");
    catalog.create(catalog.admin, SecurableType.SCHEMA, "abac.f");
    for (String name : List.of("hide", "shout")) {
      function(name, "string", "v");
    }
    function("near", "boolean", "v");
    function("pair", "string", "v", "w");
  }

  @AfterAll
  void close() {
    admin.close();
    catalog.close();
  }

  @BeforeEach
  void aTableInASchemaOfItsOwn() {
    schema = FullName.of("abac", "s" + schemas++);
    catalog.create(catalog.admin, SecurableType.SCHEMA, schema.toString());
    people = table("people", "id", "email", "phone", "city");
  }

  private void function(String name, String returns, String... parameters) {
    var unused =
        catalog
            .module
            .functions()
            .create(
                catalog.admin,
                FullName.of("abac", "f", name),
                Optional.empty(),
                new SqlFunction(
                        Arrays.stream(parameters)
                            .map(p -> new SqlFunction.Parameter(p, "string", Optional.empty()))
                            .toList(),
                        returns,
                        returns.equals("boolean") ? "v = 'x'" : "'***'",
                        true)
                    .definition(name));
  }

  private FullName table(String name, String... columns) {
    return catalog.table(schema.child(name), columns);
  }

  private void tag(String column, String key, String value) {
    var unused =
        catalog
            .module
            .tags()
            .create(catalog.admin, TaggedEntity.column(people, column), key, value);
  }

  private static String mask(String name, String type, FullName on, String function, String tag) {
    return """
    {"name": "%s", "on_securable_type": "%s", "on_securable_fullname": "%s",
     "for_securable_type": "TABLE", "policy_type": "POLICY_TYPE_COLUMN_MASK",
     "to_principals": ["account users"], "except_principals": ["auditors"],
     "match_columns": [{"alias": "c", "condition": "hasTag('%s')"}],
     "column_mask": {"function_name": "abac.f.%s", "on_column": "c"}}
    """
        .formatted(name, type, on, tag, function);
  }

  private String explained(String principal) {
    return admin
        .get(
            "/api/2.0/boathouse/permissions/table/%s/explanation?privilege=SELECT&principal=%s"
                .formatted(people, principal))
        .body();
  }

  private static void ok(HttpResponse<String> reply) {
    assertThat(reply.statusCode()).as(reply.body()).isEqualTo(200);
  }

  private TablePolicies policies(Caller caller, FullName table) {
    Securable securable =
        catalog.module.securables().get(catalog.admin, SecurableType.TABLE, table);
    return catalog.module.policies().of(caller, securable);
  }

  /** Fails when AttributePolicies.added is not asked: nothing is masked. */
  @Test
  void columnsThatAreTaggedAreMaskedForEveryoneButTheExcepted() {
    tag("email", "pii", "mail");
    tag("phone", "pii", "phone");
    ok(admin.post(POLICIES, mask("no pii", "CATALOG", FullName.of("abac"), "hide", "pii")));
    assertThat(policies(ann, people).masks().keySet()).containsExactlyInAnyOrder("email", "phone");
    assertThat(policies(catalog.admin, people).masks()).hasSize(2);
    assertThat(policies(auditor, people).isEmpty()).isTrue();
    assertThat(explained("admin")).contains("The column 'email' is shown as abac.f.hide(email).");
    assertThat(policies(ann, table("plain", "id")).isEmpty()).isTrue();
    String before = policies(ann, people).version();
    tag("city", "pii", "");
    assertThat(policies(ann, people).masks()).hasSize(3);
    assertThat(policies(ann, people).version()).isNotEqualTo(before);
    ok(admin.send(admin.request(POLICIES + "/catalog/abac/no%20pii").DELETE()));
    assertThat(policies(ann, people).isEmpty()).isTrue();
  }

  /** Fails without PolicyChanges.reviewed, once for the policy and once for the tag. */
  @Test
  void case23_whatDoorsKeepOfATableIsForgottenWhenATagOrAPolicyReachesIt() {
    List<UUID> forgotten = new ArrayList<>();
    FullName plain = table("plain", "id");
    FullName later = table("later", "id");
    List<UUID> held = Stream.of(people, plain, later).map(this::id).toList();
    catalog.module.policyChanges().onSet(() -> held, forgotten::add);

    tag("email", "kept", "");
    assertThat(forgotten).isEmpty();
    ok(admin.post(POLICIES, mask("kept away", "SCHEMA", schema, "hide", "kept")));
    assertThat(forgotten).containsExactly(id(people));
    Tag unused =
        catalog.module.tags().create(catalog.admin, TaggedEntity.column(later, "id"), "kept", "");
    assertThat(forgotten).contains(id(later)).doesNotContain(id(plain));
    ok(admin.send(admin.request(POLICIES + "/schema/" + schema + "/kept%20away").DELETE()));
  }

  private UUID id(FullName table) {
    return catalog.module.securables().get(catalog.admin, SecurableType.TABLE, table).id();
  }

  @Test
  void theNearerPolicyGoesFirstAndTheTablesOwnBeforeAll() {
    tag("email", "near", "");
    ok(admin.post(POLICIES, mask("far", "CATALOG", FullName.of("abac"), "hide", "near")));
    ok(admin.post(POLICIES, mask("close", "SCHEMA", schema, "shout", "near")));
    assertThat(policies(ann, people).masks().get("email").name())
        .isEqualTo(FullName.of("abac", "f", "shout"));
    catalog
        .module
        .policies()
        .setMask(catalog.admin, people, "email", FullName.of("abac", "f", "hide"), List.of());
    assertThat(policies(ann, people).masks().get("email").name())
        .isEqualTo(FullName.of("abac", "f", "hide"));
    assertThat(policies(auditor, people).masks()).as("the table's own excepts nobody").hasSize(1);
    ok(admin.send(admin.request(POLICIES + "/catalog/abac/far").DELETE()));
  }

  /** Fails when nothing follows a rename: the new name is not masked. */
  @Test
  void aRenamedColumnKeepsItsMasksAndADroppedOneLosesThem() {
    FullName hide = FullName.of("abac", "f", "hide");
    tag("phone", "renamed", "");
    ok(admin.post(POLICIES, mask("renamed", "SCHEMA", schema, "hide", "renamed")));
    catalog.module.policies().setMask(catalog.admin, people, "email", hide, List.of());
    catalog
        .module
        .policies()
        .setRowFilter(catalog.admin, people, FullName.of("abac", "f", "near"), List.of("city"));
    List<RelationColumn> renamed =
        List.of(
            TestCatalog.column("id"),
            TestCatalog.column("mail"),
            TestCatalog.column("tel"),
            TestCatalog.column("town"));
    Relation unused = catalog.module.relations().updateColumns(catalog.admin, people, renamed);
    TablePolicies now = policies(ann, people);
    assertThat(now.masks().keySet()).containsExactlyInAnyOrder("mail", "tel");
    assertThat(now.masks().get("mail").arguments()).containsExactly("mail");
    assertThat(now.rowFilter().orElseThrow().arguments()).containsExactly("town");
    unused =
        catalog
            .module
            .relations()
            .updateColumns(
                catalog.admin,
                people,
                List.of(TestCatalog.column("id"), TestCatalog.column("town")));
    assertThat(policies(ann, people).masks()).isEmpty();
    assertThat(policies(ann, people).rowFilter()).isPresent();
  }

  @Test
  void twoOfOneLevelThatDisagreeCloseTheTable() {
    tag("email", "both", "");
    ok(admin.post(POLICIES, mask("one", "SCHEMA", schema, "hide", "both")));
    ok(admin.post(POLICIES, mask("same", "SCHEMA", schema, "hide", "both")));
    assertThat(policies(ann, people).masks()).hasSize(1);
    ok(admin.post(POLICIES, mask("other", "SCHEMA", schema, "shout", "both")));
    assertThatThrownBy(() -> policies(ann, people))
        .isInstanceOf(LakeException.class)
        .hasMessageContaining("disagree");
    assertThat(policies(auditor, people).isEmpty()).isTrue();
  }

  @Test
  void aRowFilterGetsTheColumnThatTagsName() {
    tag("city", "region", "");
    ok(
        admin.post(
            POLICIES,
            """
            {"name": "rows", "on_securable_type": "SCHEMA", "on_securable_fullname": "%s",
             "for_securable_type": "TABLE", "policy_type": "POLICY_TYPE_ROW_FILTER",
             "to_principals": ["ann"], "when_condition": "%s",
             "match_columns": [{"alias": "r", "condition": "has_tag('region')"}],
             "row_filter": {"function_name": "abac.f.near", "using": [{"alias": "r"}]}}
            """
                .formatted(schema, "hasTagValue('tier','gold')")));
    assertThat(policies(ann, people).isEmpty()).as("the schema has no tag yet").isTrue();
    var unused =
        catalog
            .module
            .tags()
            .create(catalog.admin, TaggedEntity.of(SecurableType.SCHEMA, schema), "tier", "gold");
    assertThat(policies(ann, people).rowFilter().orElseThrow().arguments()).containsExactly("city");
    assertThat(policies(auditor, people).isEmpty()).isTrue();
    tag("email", "region", "");
    assertThatThrownBy(() -> policies(ann, people)).hasMessageContaining("finds 2");
  }

  @Test
  void settingNeedsManageAndExecuteAndWhatCannotBeIsRefusedByField() {
    String body = mask("mine", "SCHEMA", schema, "hide", "pii");
    assertThat(annServer.post(POLICIES, body).statusCode()).isEqualTo(404);
    catalog.grant(SecurableType.CATALOG, "abac", "ann", Privilege.USE_CATALOG);
    catalog.grant(
        SecurableType.SCHEMA, schema.toString(), "ann", Privilege.MANAGE, Privilege.USE_SCHEMA);
    assertThat(annServer.post(POLICIES, body).statusCode()).as("no EXECUTE").isEqualTo(404);
    catalog.grant(SecurableType.SCHEMA, "abac.f", "ann", Privilege.USE_SCHEMA, Privilege.EXECUTE);
    ok(annServer.post(POLICIES, body));
    assertThat(annServer.post(POLICIES, body).body()).contains("already");
    for (List<String> bad :
        List.of(
            List.of("hasTag('pii')", "hasTag(pii)", "condition"),
            List.of("hasTag('pii')", "hasTag('a') AND", "condition"),
            List.of("\"on_column\": \"c\"", "\"on_column\": \"d\"", "on_column"),
            List.of("account users", "nobody there", "to_principals"),
            List.of("abac.f.hide", "abac.f.pair", "parameters"),
            List.of("COLUMN_MASK", "DENY", "policy_type"))) {
      HttpResponse<String> reply =
          admin.post(
              POLICIES,
              mask("bad", "SCHEMA", schema, "hide", "pii").replace(bad.get(0), bad.get(1)));
      assertThat(reply.statusCode()).as(bad + reply.body()).isEqualTo(400);
      assertThat(reply.body()).contains(bad.get(2));
    }
    var request =
        admin
            .request(POLICIES + "/schema/" + schema + "/mine?update_mask=except_principals")
            .method("PATCH", BodyPublishers.ofString("{\"except_principals\": [\"ann\"]}"));
    request.setHeader("Content-Type", "application/json");
    JsonNode changed = TestServer.json(admin.send(request));
    var unknown =
        admin
            .request(POLICIES + "/schema/" + schema + "/mine?update_mask=except")
            .method("PATCH", BodyPublishers.ofString("{}"));
    unknown.setHeader("Content-Type", "application/json");
    assertThat(admin.send(unknown).body()).contains("update_mask", "except_principals");
    assertThat(changed.path("except_principals")).hasToString("[\"ann\"]");
    assertThat(changed.path("to_principals")).hasToString("[\"account users\"]");
    assertThat(
            TestServer.json(admin.get(POLICIES + "/table/" + people + "?include_inherited=true"))
                .path("policies")
                .findValuesAsText("name"))
        .contains("mine");
  }

  @Test
  void conditionsCombine() {
    Map<String, String> tags = Map.of("a", "1", "b", "");
    assertThat(
            TagCondition.parse("f", "hasTag('a') AND NOT (has_tag_value('a','2') OR hasTag('c'))")
                .holds(tags))
        .isTrue();
    assertThat(TagCondition.parse("f", "hasTagValue('a','2') or hasTag('b')").holds(tags)).isTrue();
    assertThat(TagCondition.parse("f", "not hasTag('b')").holds(tags)).isFalse();
    assertThatThrownBy(() -> TagCondition.parse("f", "(".repeat(200))).hasMessageContaining("f is");
  }
}

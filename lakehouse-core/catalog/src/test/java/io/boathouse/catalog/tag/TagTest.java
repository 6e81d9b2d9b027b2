package io.boathouse.catalog.tag;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.boathouse.catalog.TestCatalog;
import io.boathouse.catalog.audit.AuditQuery;
import io.boathouse.catalog.grant.Privilege;
import io.boathouse.catalog.relation.NewRelation;
import io.boathouse.catalog.relation.Relation;
import io.boathouse.catalog.relation.RelationColumn;
import io.boathouse.catalog.securable.FullName;
import io.boathouse.catalog.securable.SecurableType;
import io.boathouse.platform.auth.Caller;
import io.boathouse.platform.http.TestServer;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Tags over HTTP: who sets them, who sees them, what they may say, and where they go. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class TagTest {
  private static final String TAGS = "/api/2.1/unity-catalog/entity-tag-assignments";
  private static final String POLICIES = "/api/2.1/tag-policies";

  private TestCatalog catalog;
  private TestServer admin;
  private TestServer ann;
  private int tables;
  private FullName name;
  private Relation table;

  @BeforeAll
  void open() {
    catalog = new TestCatalog();
    TestServer server = TestServer.start(catalog.module.authenticator(), catalog.module.routes());
    admin = server.as(catalog.module.bootstrap().administratorToken(""));
    Caller user = catalog.user("ann");
    ann = server.as(catalog.module.tokens().create(user, "test", Duration.ofDays(1)).value());
    catalog.grant(SecurableType.CATALOG, "main", "ann", Privilege.USE_CATALOG);
    catalog.grant(SecurableType.SCHEMA, "main.default", "ann", Privilege.USE_SCHEMA);
  }

  @AfterAll
  void close() {
    admin.close();
    catalog.close();
  }

  @BeforeEach
  void aTableOfTwoColumns() {
    name = FullName.of("main", "default", "t" + tables++);
    table =
        catalog
            .module
            .relations()
            .create(
                catalog.admin,
                NewRelation.managed(
                    UUID.randomUUID(), name, columns("id", "email"), Optional.empty(), Map.of()));
  }

  private static List<RelationColumn> columns(String... names) {
    return Arrays.stream(names)
        .map(
            column ->
                new RelationColumn(
                    column,
                    "string",
                    "STRING",
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty(),
                    true,
                    Optional.empty(),
                    Optional.empty()))
        .toList();
  }

  private static String assignment(String type, Object entity, String key, String value) {
    return """
    {"entity_type": "%s", "entity_name": "%s", "tag_key": "%s", "tag_value": "%s"}
    """
        .formatted(type, entity, key, value);
  }

  private static HttpResponse<String> patch(TestServer who, String path, String body) {
    var request = who.request(path).method("PATCH", BodyPublishers.ofString(body));
    request.setHeader("Content-Type", "application/json");
    return who.send(request);
  }

  private static HttpResponse<String> delete(TestServer who, String path) {
    return who.send(who.request(path).DELETE());
  }

  private JsonNode columnTags(String column) {
    HttpResponse<String> reply = admin.get(TAGS + "/columns/" + name + "." + column + "/tags");
    assertThat(reply.statusCode()).as(reply.body()).isEqualTo(200);
    return TestServer.json(reply).path("tag_assignments");
  }

  @Test
  void aTagIsSetReadChangedListedAndRemoved() {
    JsonNode made =
        TestServer.json(admin.post(TAGS, assignment("columns", name + ".email", "pii", "mail")));
    assertThat(made.path("updated_by").asText()).isEqualTo("admin");
    String one = TAGS + "/columns/" + name + ".email/tags/pii";
    assertThat(TestServer.json(admin.get(one))).isEqualTo(made);
    HttpResponse<String> again =
        admin.post(TAGS, assignment("columns", name + ".email", "pii", ""));
    assertThat(again.body()).contains("TAG_ALREADY_EXISTS");
    assertThat(
            TestServer.json(patch(admin, one + "?update_mask=tag_value", "{\"tag_value\":\"x\"}"))
                .path("tag_value")
                .asText())
        .isEqualTo("x");
    assertThat(columnTags("email").findValuesAsText("tag_value")).containsExactly("x");
    assertThat(columnTags("id")).isEmpty();
    assertThat(delete(admin, one).statusCode()).isEqualTo(200);
    assertThat(admin.get(one).statusCode()).isEqualTo(404);
    assertThat(delete(admin, one).body()).contains("TAG_NOT_FOUND");
    assertThat(
            catalog.module.audit().search(catalog.admin, AuditQuery.newest(10)).items().stream()
                .map(entry -> entry.action()))
        .containsSubsequence("UNSET_TAG", "SET_TAG", "SET_TAG");
  }

  @Test
  void settingNeedsApplyTagAndSeeingNeedsToKnowTheThing() {
    String body = assignment("tables", name, "tier", "gold");
    assertThat(ann.post(TAGS, body).statusCode()).isEqualTo(404);
    assertThat(ann.get(TAGS + "/tables/" + name + "/tags").statusCode()).isEqualTo(404);
    catalog.grant(SecurableType.TABLE, name.toString(), "ann", Privilege.SELECT);
    assertThat(ann.post(TAGS, body).body()).contains("APPLY_TAG");
    catalog.grant(SecurableType.TABLE, name.toString(), "ann", Privilege.APPLY_TAG);
    assertThat(ann.post(TAGS, body).statusCode()).isEqualTo(200);
    assertThat(
            TestServer.json(ann.get(TAGS + "/tables/" + name + "/tags"))
                .path("tag_assignments")
                .findValuesAsText("tag_key"))
        .containsExactly("tier");
  }

  /** Fails when TagService.changeable does not ask for MANAGE where a policy governs the tag. */
  @Test
  void case19_whoMayTagMayNotTakeAGovernedTagAway() {
    catalog.grant(SecurableType.TABLE, name.toString(), "ann", Privilege.APPLY_TAG);
    assertThat(ann.post(POLICIES, "{\"tag_key\":\"secret\"}").statusCode()).isEqualTo(403);
    JsonNode made =
        TestServer.json(
            admin.post(
                POLICIES,
                "{\"tag_key\":\"secret\",\"values\":[{\"name\":\"high\"},{\"name\":\"low\"}]}"));
    assertThat(made.path("id").asText()).isNotEmpty();
    assertThat(admin.post(TAGS, assignment("columns", name + ".id", "secret", "odd")).body())
        .contains("TAG_VALUE_NOT_ALLOWED", "high");
    assertThat(admin.post(TAGS, assignment("columns", name + ".id", "secret", "high")).statusCode())
        .isEqualTo(200);
    String one = TAGS + "/columns/" + name + ".id/tags/secret";
    assertThat(delete(ann, one).statusCode()).isEqualTo(403);
    assertThat(patch(ann, one, "{\"tag_value\":\"low\"}").statusCode()).isEqualTo(403);
    assertThat(columnTags("id").findValuesAsText("tag_value")).containsExactly("high");
    JsonNode changed =
        TestServer.json(
            patch(
                admin,
                POLICIES + "/secret?update_mask=values",
                "{\"values\":[{\"name\":\"low\"}]}"));
    assertThat(changed.path("values").findValuesAsText("name")).containsExactly("low");
    assertThat(TestServer.json(ann.get(POLICIES)).path("tag_policies").findValuesAsText("tag_key"))
        .contains("secret");
    assertThat(delete(admin, POLICIES + "/secret").statusCode()).isEqualTo(200);
    assertThat(delete(ann, one).statusCode()).isEqualTo(200);
  }

  /** Fails when nothing follows RelationService.updateColumns: a rename would lose the tag. */
  @Test
  void tagsFollowARenamedColumnAndEndWithADroppedOne() {
    assertThat(admin.post(TAGS, assignment("columns", name + ".email", "pii", "")).statusCode())
        .isEqualTo(200);
    assertThat(admin.post(TAGS, assignment("columns", name + ".id", "key", "")).statusCode())
        .isEqualTo(200);
    Relation unused =
        catalog.module.relations().updateColumns(catalog.admin, name, columns("id", "mail", "x"));
    assertThat(columnTags("mail").findValuesAsText("tag_key")).containsExactly("pii");
    assertThat(columnTags("id").findValuesAsText("tag_key")).containsExactly("key");
    assertThat(columnTags("x")).isEmpty();
    unused = catalog.module.relations().updateColumns(catalog.admin, name, columns("mail", "x"));
    assertThat(new TagsInPlace(catalog.fixture.database()).of(table.securable()).columns())
        .containsOnlyKeys("mail");
  }

  @Test
  void whatIsNoTagOrNoThingIsRefusedByName() {
    for (String bad : List.of("", " x", "a.b", "a=b", "x".repeat(257))) {
      assertThat(admin.post(TAGS, assignment("tables", name, bad, "v")).statusCode())
          .as(bad)
          .isEqualTo(400);
    }
    assertThat(admin.post(TAGS, assignment("tables", name, "k", "v".repeat(1_001))).body())
        .contains("tag_value");
    assertThat(admin.post(TAGS, assignment("columns", name + ".none", "k", "")).body())
        .contains("COLUMN_NOT_FOUND");
    assertThat(admin.post(TAGS, assignment("columns", name, "k", "")).statusCode()).isEqualTo(400);
    assertThat(admin.post(TAGS, assignment("dashboards", name, "k", "")).body())
        .contains("entity_type");
  }
}

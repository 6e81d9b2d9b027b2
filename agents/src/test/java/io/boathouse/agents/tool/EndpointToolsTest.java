package io.boathouse.agents.tool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.boathouse.agents.AgentsModule;
import io.boathouse.agents.McpUser;
import io.boathouse.catalog.audit.AuditQuery;
import io.boathouse.catalog.audit.AuditRecord;
import io.boathouse.catalog.grant.Privilege;
import io.boathouse.catalog.identity.NewPrincipal;
import io.boathouse.catalog.securable.FullName;
import io.boathouse.catalog.securable.SecurableType;
import io.boathouse.platform.http.TestServer;
import io.boathouse.platform.json.Json;
import io.boathouse.serving.LateEndpoint;
import io.boathouse.serving.TestServing;
import io.modelcontextprotocol.spec.McpSchema;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Endpoints as tools, called by the protocol's own client as users with and without the grant. */
class EndpointToolsTest {
  private static final Map<String, Object> ATLANTA =
      Map.of("rows", List.of(Map.of("origin", "ATL", "distance", 8)));

  @TempDir static Path folder;
  private static TestServing serving;
  private static TestServer server;

  @BeforeAll
  static void start() {
    serving = new TestServing(folder);
    JsonNode endpoint = LateEndpoint.deploy(serving);
    assertThat(endpoint.at("/state/ready").asText()).as("%s", endpoint).isEqualTo("READY");
    var agents =
        new AgentsModule(
            new AgentsModule.Rooms(
                new AgentsModule.Governance(
                    serving.catalog.search(),
                    serving.catalog.relations(),
                    serving.catalog.securables(),
                    serving.catalog.auditLog()),
                serving.sql.statements(),
                serving.module.invocations()),
            task -> Thread.ofVirtual().start(task),
            "1.2.3",
            AgentsModule.Additions.NONE);
    server = TestServer.start(serving.catalog.authenticator(), agents.routes());
  }

  @AfterAll
  static void stop() {
    server.close();
    serving.close();
  }

  private static McpUser user(String name, Privilege... privileges) {
    var unused = serving.catalog.principals().create(serving.admin, NewPrincipal.user(name));
    if (privileges.length > 0) {
      serving.grant(SecurableType.SERVING_ENDPOINT, "late", name, privileges);
    }
    String token =
        serving.catalog.tokens().createFor(serving.admin, name, "t", Duration.ofDays(1)).value();
    return new McpUser(server.server().uri(), token);
  }

  private static List<AuditRecord> audit(String principal, String action) {
    return serving
        .catalog
        .audit()
        .search(serving.admin, AuditQuery.newest(100).by(principal).ofAction(action))
        .items();
  }

  @Test
  void aUserWithTheGrantSeesTheToolAndAsksTheModel() {
    try (McpUser bob = user("bob", Privilege.CAN_QUERY)) {
      McpSchema.Tool tool =
          bob.tools().stream().filter(one -> one.name().equals("query_late")).findFirst().get();
      JsonNode row = Json.mapper().valueToTree(tool.inputSchema()).at("/properties/rows/items");
      assertThat(row.at("/required").toString()).isEqualTo("[\"distance\",\"origin\"]");
      assertThat(row.at("/properties/origin/type").toString()).isEqualTo("[\"string\",\"null\"]");
      assertThat(row.at("/properties/distance/type").toString()).isEqualTo("[\"number\",\"null\"]");
      assertThat(row.at("/properties").size()).isEqualTo(2);
      assertThat(tool.description()).contains("main.default.late version 1");

      McpSchema.CallToolResult result = bob.call("query_late", ATLANTA);
      assertThat(result.isError()).as(McpUser.text(result)).isFalse();
      JsonNode answer = Json.mapper().valueToTree(result.structuredContent());
      assertThat(answer.path("predictions").get(0).floatValue())
          .isEqualTo((float) 0.1 + 0.5f * 8 + 100f * 7);
      String id = answer.path("prediction_id").asText();
      JsonNode kept = TestServer.json(serving.http().get("/api/2.0/boathouse/predictions/" + id));
      assertThat(kept.path("requester").asText()).as("%s", kept).isEqualTo("bob");
      assertThat(kept.at("/response/predictions")).isEqualTo(answer.path("predictions"));
    }
    assertThat(audit("bob", "CALL_TOOL")).hasSize(1);
  }

  @Test
  void aUserWithoutAnyGrantIsToldWhatIsMissingAndTheDenialIsAudited() {
    try (McpUser carl = user("carl")) {
      assertThat(carl.tools()).noneMatch(tool -> tool.name().startsWith("query_"));
      McpSchema.CallToolResult refused = carl.call("query_late", ATLANTA);
      assertThat(refused.isError()).isTrue();
      assertThat(McpUser.text(refused)).contains("CAN_QUERY on the serving endpoint 'late'");
    }
    assertThat(audit("carl", "CALL_TOOL"))
        .anySatisfy(
            row -> {
              assertThat(row.decision()).isEqualTo(AuditRecord.Decision.DENIED);
              assertThat(row.parameters().get("what"))
                  .isEqualTo("query_late on SERVING_ENDPOINT late");
              assertThat(row.reason()).contains("lacks CAN_QUERY");
            });
  }

  /** Held by EndpointTools.find, which has the same words for both. */
  @Test
  void case21_aHiddenEndpointReadsLikeOneThatIsNot() {
    try (McpUser kurt = user("kurt")) {
      McpSchema.CallToolResult hidden = kurt.call("query_late", ATLANTA);
      McpSchema.CallToolResult unknown = kurt.call("query_nope", ATLANTA);
      assertThat(McpUser.text(unknown)).isEqualTo(McpUser.text(hidden).replace("'late'", "'nope'"));
      assertThat(unknown.isError()).isEqualTo(hidden.isError());
    }
  }

  @Test
  void aUserWhoMaySeeTheEndpointIsToldThePrivilege() {
    try (McpUser dora = user("dora", Privilege.CAN_VIEW)) {
      assertThat(dora.tools()).noneMatch(tool -> tool.name().equals("query_late"));
      McpSchema.CallToolResult refused = dora.call("query_late", ATLANTA);
      assertThat(refused.isError()).isTrue();
      assertThat(McpUser.text(refused))
          .startsWith("PERMISSION_DENIED: You lack CAN_QUERY on the serving endpoint 'late'");
    }
  }

  @Test
  void aRevokedGrantHoldsForTheNextCall() {
    try (McpUser erin = user("erin", Privilege.CAN_QUERY)) {
      assertThat(erin.call("query_late", ATLANTA).isError()).isFalse();
      serving
          .catalog
          .grants()
          .revoke(
              serving.admin,
              SecurableType.SERVING_ENDPOINT,
              FullName.verbatim("late"),
              "erin",
              Privilege.CAN_QUERY);
      assertThat(erin.call("query_late", ATLANTA).isError()).isTrue();
      assertThat(erin.tools()).noneMatch(tool -> tool.name().equals("query_late"));
    }
  }

  @Test
  void argumentsThatDoNotFitTheSignatureAreNamed() {
    try (McpUser fred = user("fred", Privilege.CAN_QUERY)) {
      assertThatThrownBy(() -> fred.call("query_late", Map.of("rows", List.of(Map.of("x", 1)))))
          .hasMessageContaining("arguments.rows[0]");
      assertThatThrownBy(() -> fred.call("query_late", Map.of("rows", List.of())))
          .hasMessageContaining("at least 1");
    }
  }

  @Test
  void tablesAreResourcesOfThoseWhoMaySeeThem() {
    try (McpUser hugo = user("hugo");
        McpUser ines = user("ines")) {
      serving.grant(SecurableType.CATALOG, "main", "ines", Privilege.USE_CATALOG);
      serving.grant(SecurableType.SCHEMA, "main.default", "ines", Privilege.USE_SCHEMA);
      serving.grant(SecurableType.TABLE, "main.default.airports", "ines", Privilege.SELECT);
      String uri = "boathouse://tables/main.default.airports";
      assertThat(ines.resources()).contains(uri);
      assertThat(ines.read(uri)).contains("\"late_share\"").contains("\"double\"");
      assertThat(hugo.resources()).doesNotContain(uri);
      assertThatThrownBy(() -> hugo.read(uri)).hasMessageContaining("you may not read it");
    }
  }

  @Test
  void aDeniedStatementIsADenialOfTheTool() {
    try (McpUser gina = user("gina")) {
      McpSchema.CallToolResult refused =
          gina.call("sql_query", Map.of("sql", "SELECT * FROM main.default.airports"));
      assertThat(refused.isError()).isTrue();
    }
    assertThat(audit("gina", "CALL_TOOL"))
        .anySatisfy(row -> assertThat(row.decision()).isEqualTo(AuditRecord.Decision.DENIED));
  }
}

package io.boathouse.sql.statement;

import static io.boathouse.sql.statement.StatementCalls.PATH;
import static io.boathouse.sql.statement.StatementCalls.rows;
import static io.boathouse.sql.statement.StatementCalls.run;
import static io.boathouse.sql.statement.StatementCalls.submit;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.boathouse.catalog.audit.AuditQuery;
import io.boathouse.catalog.grant.Privilege;
import io.boathouse.catalog.securable.SecurableType;
import io.boathouse.platform.auth.Caller;
import io.boathouse.platform.http.TestServer;
import io.boathouse.sql.TestLakehouse;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Who may run and see what, and what an attack through a statement comes to. */
@Timeout(60)
class StatementAccessTest {
  @TempDir static Path temp;
  private static TestLakehouse house;
  private static TestServer server;
  private static TestServer ann;
  private static Caller bob;

  @BeforeAll
  static void start() {
    house = new TestLakehouse(temp);
    server = TestServer.start(house.authenticator(), house.sql.routes()).as("admin-token");
    Caller unused = house.analyst("ann");
    ann = server.as("ann-token");
    bob = house.analyst("bob");
  }

  @AfterAll
  static void stop() {
    server.close();
    house.close();
  }

  private static JsonNode ok(String sql) {
    return StatementCalls.ok(server, sql);
  }

  @Test
  void readingAndWritingNeedTheirPrivilegesAndDenialsAreAudited() {
    ok("create table guarded as select 7 as secret");
    String hidden = run(ann, "select * from guarded").at("/status/error/message").asText();
    ok("grant select on table main.default.guarded to ann");
    JsonNode allowed = run(ann, "select secret from guarded");
    JsonNode write = run(ann, "insert into guarded values (8)");
    JsonNode grant = run(ann, "grant select on guarded to bob");
    JsonNode copy = run(ann, "create table mine as select * from guarded");
    List<List<String>> grants = rows(ok("show grants on table guarded"));
    ok("revoke select on guarded from ann");
    JsonNode after = run(ann, "select * from guarded");

    assertThat(hidden).contains("TABLE_NOT_FOUND");
    assertThat(rows(allowed)).containsExactly(List.of("7"));
    for (JsonNode denied : List.of(write, grant, copy)) {
      assertThat(denied.at("/status/state").asText()).isEqualTo("FAILED");
      assertThat(denied.at("/status/sql_state").asText()).isEqualTo("42501");
    }
    assertThat(grants).contains(List.of("ann", "SELECT", "TABLE", "main.default.guarded"));
    assertThat(after.at("/status/state").asText()).isEqualTo("FAILED");
    assertThat(rows(ok("select count(*) from guarded"))).containsExactly(List.of("1"));
  }

  /** Seen to leave no trace when refusals of the allow-list were not handed to the audit log. */
  @Test
  void case31_anAttackThroughAFunctionIsRefusedAndAudited() {
    JsonNode reply = run(ann, "select * from read_csv('/etc/passwd')");

    assertThat(reply.at("/status/state").asText()).isEqualTo("FAILED");
    assertThat(reply.at("/status/error/message").asText()).startsWith("[FUNCTION_NOT_ALLOWED]");
    assertThat(house.catalog.audit().search(house.admin, AuditQuery.newest(100)).items())
        .anySatisfy(
            row -> {
              assertThat(row.action()).isEqualTo("executeStatement");
              assertThat(row.principal()).isEqualTo("ann");
              assertThat(row.toString()).contains("read_csv");
            });
  }

  @Test
  void statementsOfOthersDoNotExist() {
    String id = ok("select 1").get("statement_id").asText();

    for (String path : List.of("/" + id, "/" + id + "/result/chunks/0", "/not-an-id")) {
      HttpResponse<String> response = ann.get(PATH + path);
      assertThat(response.statusCode()).isEqualTo(404);
      assertThat(TestServer.json(response).get("error_code").asText())
          .isEqualTo("RESOURCE_DOES_NOT_EXIST");
    }
    assertThat(ann.post(PATH + "/" + id + "/cancel", "").statusCode()).isEqualTo(404);
    assertThat(server.get(PATH + "/" + id).statusCode()).isEqualTo(200);
  }

  @Test
  void historyShowsEverybodyTheirOwnAndAdministratorsAll() {
    Caller unused = house.analyst("eve");
    TestServer eve = server.as("eve-token");
    run(eve, "select 'of eve'");
    run(server, "select 'of admin'");
    run(eve, "selec 'bad'");

    String own = eve.get("/api/2.0/sql/history/queries?max_results=1000").body();
    String all = server.get("/api/2.0/sql/history/queries?max_results=1000").body();
    JsonNode failed =
        TestServer.json(
            eve.get("/api/2.0/sql/history/queries?filter_by.statuses=FAILED&max_results=1"));

    assertThat(own).contains("of eve").doesNotContain("of admin");
    assertThat(all).contains("of eve", "of admin");
    assertThat(failed.at("/res/0/status").asText()).isEqualTo("FAILED");
    assertThat(failed.at("/res/0/error_message").asText()).contains("PARSE_SYNTAX_ERROR");
    assertThat(failed.at("/res")).hasSize(1);
  }

  /** Seen to break out of the literal when values were put into the text of the statement. */
  @ParameterizedTest
  @ValueSource(strings = {"x' OR '1'='1", "'; drop table victims; --", "\\", "\u2019; '", "$$"})
  void case31_valuesOfParametersStayValues(String value) {
    ok("create table if not exists victims as select 'a' as name");

    JsonNode reply =
        submit(
            server,
            Map.of(
                "statement",
                "select count(*) from victims where name = :name or :name = 'a'",
                "warehouse_id",
                "default",
                "parameters",
                List.of(Map.of("name", "name", "value", value))));

    assertThat(rows(reply)).containsExactly(List.of("0"));
    assertThat(rows(ok("select name from victims"))).containsExactly(List.of("a"));
  }

  /** Seen to name another table when look-alikes were folded. */
  @Test
  void case32_namesThatLookAlikeAreDifferentTables() {
    ok("create table \"p\u0430y\" as select 'cyrillic' as who");
    ok("create table pay as select 'latin' as who");

    assertThat(rows(ok("select who from `p\u0430y`"))).containsExactly(List.of("cyrillic"));
    assertThat(rows(ok("select who from PAY"))).containsExactly(List.of("latin"));
    assertThat(
            run(server, "create table \"a b/../c\" as select 1 x")
                .at("/status/error/message")
                .asText())
        .contains("INVALID_NAME");
  }

  @Test
  void selectOnOneTableDoesNotOpenAnotherInTheSameQuery() {
    ok("create table open1 as select 1 as a");
    ok("create table closed1 as select 2 as a");
    house.grant(SecurableType.TABLE, "main.default.open1", bob.principal(), Privilege.SELECT);

    JsonNode reply =
        run(server.as("bob-token"), "select * from open1 where a in (select a from closed1)");

    assertThat(reply.at("/status/state").asText()).isEqualTo("FAILED");
    assertThat(reply.at("/status/error/message").asText()).contains("closed1");
  }
}

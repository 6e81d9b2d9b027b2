package io.boathouse.sql.statement;

import static io.boathouse.sql.statement.StatementCalls.error;
import static io.boathouse.sql.statement.StatementCalls.ok;
import static io.boathouse.sql.statement.StatementCalls.rows;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.boathouse.catalog.grant.Privilege;
import io.boathouse.catalog.identity.NewPrincipal;
import io.boathouse.catalog.identity.Principal;
import io.boathouse.catalog.securable.SecurableType;
import io.boathouse.platform.auth.Caller;
import io.boathouse.platform.http.TestServer;
import io.boathouse.platform.json.Json;
import io.boathouse.sql.TestLakehouse;
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

/** Which statements are answered by what is kept of an equal one. */
@Timeout(120)
class ResultCacheTest {
  private static final String KEPT = "select id, city from kept order by id";

  @TempDir static Path temp;
  private static TestLakehouse house;
  private static TestServer admin;
  private static TestServer ann;
  private static TestServer bob;
  private static Caller second;

  @BeforeAll
  static void start() {
    house = new TestLakehouse(temp);
    admin = TestServer.start(house.authenticator(), house.sql.routes()).as("admin-token");
    Caller unused = house.analyst("ann");
    second = house.analyst("bob");
    ann = admin.as("ann-token");
    bob = admin.as("bob-token");
    for (String table : List.of("kept", "guarded", "fresh")) {
      ok(
          admin,
          "create table %s as select * from (values (1, 'a'), (2, 'b')) t(id, city)"
              .formatted(table));
      house.grant(SecurableType.TABLE, "main.default." + table, "account users", Privilege.SELECT);
    }
    ok(admin, "create view timed as select id, now() as at from fresh");
    ok(admin, "create view named as select id, current_user() as reader from fresh");
    ok(admin, "create function soon(n int) returns boolean return now() > timestamp '2000-01-01'");
    ok(admin, "create function alphas(c string) returns boolean return c = 'a'");
    ok(
        admin,
        "create function mine(c string) returns boolean"
            + " return c = 'a' or is_account_group_member('few')");
  }

  @AfterAll
  static void stop() {
    admin.close();
    house.close();
  }

  /** What the history says. */
  private static boolean isFromCache(JsonNode reply) {
    JsonNode entry =
        TestServer.json(
            admin.get("/api/2.0/sql/history/queries/" + reply.path("statement_id").asText()));
    return entry.at("/metrics/result_from_cache").asBoolean();
  }

  @Test
  void anEqualStatementIsAnsweredUntilTheTableChanges() {
    JsonNode first = ok(ann, KEPT);
    JsonNode again = ok(ann, "SELECT id,  city FROM main.default.kept -- the same\n ORDER BY id");
    JsonNode ofAnother = ok(bob, KEPT);
    assertThat(List.of(isFromCache(first), isFromCache(again), isFromCache(ofAnother)))
        .containsExactly(false, true, true);
    assertThat(rows(again)).isEqualTo(rows(first)).hasSize(2);
    assertThat(rows(ofAnother)).isEqualTo(rows(first));
    assertThat(again.path("manifest").path("schema"))
        .isEqualTo(first.path("manifest").path("schema"));

    ok(admin, "insert into kept values (3, 'c')");
    JsonNode changed = ok(ann, KEPT);
    assertThat(isFromCache(changed)).isFalse();
    assertThat(rows(changed)).hasSize(3);
  }

  /** Would show bob what ann may see if the key were the text and the versions alone. */
  @Test
  void case26_twoShareAResultOnlyIfTheirRightsMakeItTheSame() {
    String query = "select id, city from guarded order by id";
    ok(admin, "alter table guarded set row filter mine on (city)");
    Principal few = house.catalog.principals().create(house.admin, NewPrincipal.group("few"));
    assertThat(rows(ok(ann, query))).hasSize(1);
    assertThat(isFromCache(ok(bob, query))).isTrue();

    house.catalog.principals().addMember(house.admin, few.id(), second.principalId());
    JsonNode member = ok(bob, query);
    assertThat(isFromCache(member)).isFalse();
    assertThat(rows(member)).hasSize(2);
    JsonNode still = ok(ann, query);
    assertThat(isFromCache(still)).isTrue();
    assertThat(rows(still)).hasSize(1);

    ok(admin, "alter table guarded set row filter alphas on (city)");
    assertThat(rows(ok(bob, query))).hasSize(1);
    ok(admin, "revoke select on table guarded from `account users`");
    assertThat(error(ann, query)).contains("TABLE_NOT_FOUND");
  }

  @Test
  void theReaderOfAViewIsPartOfTheKey() {
    house.grant(SecurableType.TABLE, "main.default.named", "account users", Privilege.SELECT);
    assertThat(rows(ok(ann, "select reader from named limit 1"))).containsExactly(List.of("ann"));
    assertThat(rows(ok(bob, "select reader from named limit 1"))).containsExactly(List.of("bob"));
    assertThat(rows(ok(ann, "select current_user()"))).containsExactly(List.of("ann"));
    assertThat(rows(ok(bob, "select current_user()"))).containsExactly(List.of("bob"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "select now()",
        "select id, current_timestamp from fresh",
        "select current_date",
        "select today()",
        "select localtimestamp",
        "select age(timestamp '2000-01-01')",
        "select random()",
        "select rand()",
        "select uuid()",
        "select unix_timestamp()",
        "select count(*) from fresh using sample 1 rows",
        "select * from fresh tablesample 50 percent",
        "select * from timed",
        "select id from fresh where soon(id)",
        "select * from fresh version as of 0",
        "select * from table_changes('fresh', 0, 0)",
        "select table_name from information_schema.tables"
      })
  void whatMayBeAnotherTheNextTimeIsNotKept(String query) {
    JsonNode first = StatementCalls.run(admin, query);
    JsonNode again = StatementCalls.run(admin, query);
    assertThat(again.path("status").path("state")).isEqualTo(first.path("status").path("state"));
    assertThat(isFromCache(again)).isFalse();
  }

  @Test
  void aPolicyThatKnowsTheTimeKeepsNothing() {
    ok(admin, "create table clocked as select 1 as id");
    ok(admin, "alter table clocked set row filter soon on (id)");
    assertThat(rows(ok(admin, "select id from clocked"))).hasSize(1);
    assertThat(isFromCache(ok(admin, "select id from clocked"))).isFalse();
  }

  @Test
  void aSessionMayGoWithout() {
    String session =
        TestServer.json(
                ann.post(
                    "/api/2.0/sql/sessions", Json.writeText(Map.of("warehouse_id", "default"))))
            .path("session_id")
            .asText();
    String query = "select city from fresh order by id";
    ok(ann, query);
    assertThat(isFromCache(within(session, query))).isTrue();
    JsonNode unused = within(session, "set use_cached_result = false");
    assertThat(isFromCache(within(session, query))).isFalse();
  }

  private static JsonNode within(String session, String sql) {
    return StatementCalls.submit(
        ann, Map.of("statement", sql, "session_id", session, "wait_timeout", "50s"));
  }

  @Test
  void whatWasCutShortIsNotKept() {
    String query = "select id + 1 as next from fresh order by id";
    JsonNode cut =
        StatementCalls.submit(
            ann,
            Map.of(
                "statement",
                query,
                "warehouse_id",
                "default",
                "row_limit",
                1,
                "wait_timeout",
                "50s"));
    assertThat(rows(cut)).hasSize(1);
    JsonNode whole = ok(ann, query);
    assertThat(isFromCache(whole)).isFalse();
    assertThat(rows(whole)).hasSize(2);
  }
}

package io.boathouse.sql.statement;

import static io.boathouse.sql.statement.StatementCalls.error;
import static io.boathouse.sql.statement.StatementCalls.rows;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.boathouse.platform.auth.Caller;
import io.boathouse.platform.http.TestServer;
import io.boathouse.sql.TestLakehouse;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Functions written in SQL: who may call them, whose rights their bodies have, what they may be.
 */
@Timeout(120)
class FunctionStatementsTest {
  @TempDir static Path temp;
  private static TestLakehouse house;
  private static TestServer admin;
  private static TestServer ann;
  private static TestServer bob;

  @BeforeAll
  static void start() {
    house = new TestLakehouse(temp);
    admin = TestServer.start(house.authenticator(), house.sql.routes()).as("admin-token");
    for (String name : List.of("ann", "bob")) {
      Caller unused = house.analyst(name);
    }
    ann = admin.as("ann-token");
    bob = admin.as("bob-token");
    ok(admin, "create table people (id bigint, region string)");
    ok(admin, "create function seen(region string) returns boolean return region = 'east'");
    ok(admin, "alter table people set row filter seen on (region)");
    ok(admin, "grant select on people to ann");
  }

  @AfterAll
  static void stop() {
    admin.close();
    house.close();
  }

  private static JsonNode ok(TestServer who, String sql) {
    return StatementCalls.ok(who, sql);
  }

  /** Would overflow the stack without the list of running functions. */
  @Test
  void case24_functionsThatCallThemselvesAreRefused() {
    ok(admin, "create function ping(n int) returns int return n");
    ok(admin, "create function pong(n int) returns int return ping(n) + 1");

    assertThat(error(admin, "create or replace function ping(n int) returns int return pong(n)"))
        .contains("RECURSIVE_FUNCTION");
    assertThat(error(admin, "create or replace function ping(n int) returns int return ping(n)"))
        .contains("RECURSIVE_FUNCTION");
    ok(admin, "create function f0(n int) returns int return n + n");
    for (int i = 1; i < 15; i++) {
      String create =
          "create function f%d(n int) returns int return f%d(n) + f%d(n)"
              .formatted(i, i - 1, i - 1);
      JsonNode reply = StatementCalls.run(admin, create);
      if (reply.at("/status/state").asText().equals("FAILED")) {
        assertThat(reply.toString()).contains("STATEMENT_TOO_COMPLEX");
        return;
      }
    }
    throw new AssertionError("bodies grew without a limit");
  }

  @Test
  void functionsAreCalledShownAndDroppedByThoseWhoMay() {
    ok(
        admin,
        "create function twice(n int comment 'a number') returns bigint comment 'doubles' return n"
            + " * 2");
    assertThat(error(ann, "select twice(2)")).contains("UNRESOLVED_ROUTINE");
    ok(admin, "grant execute on function twice to ann");
    assertThat(
            rows(
                ok(
                    ann,
                    "select twice(id) from people where main.default.twice(id) = 2 * id and id <"
                        + " 0")))
        .isEmpty();
    assertThat(rows(ok(ann, "select main.default.twice(21) as n"))).containsExactly(List.of("42"));
    assertThat(rows(ok(admin, "describe function extended twice")).toString())
        .contains("n INT", "BIGINT", "doubles", "n * 2");
    assertThat(rows(ok(admin, "show functions like 'twi*'")))
        .containsExactly(List.of("main.default.twice"));
    assertThat(error(ann, "select twice(1, 2)")).contains("WRONG_NUM_ARGS");
    assertThat(error(ann, "select twice('x')")).contains("x");
    assertThat(error(admin, "create function bad(n int) returns int return nope")).contains("nope");
    assertThat(
            error(
                admin,
                "create function bad(n int) returns int return (select x from"
                    + " read_csv('/etc/passwd'))"))
        .contains("FUNCTION_NOT_ALLOWED");
    ok(admin, "drop function twice");
    assertThat(error(admin, "select twice(2)")).contains("UNRESOLVED_ROUTINE");
    assertThat(error(admin, "drop function seen")).contains("FUNCTION_IN_USE");
  }

  /**
   * The mapping table is read with the owner's rights; Ann has none on it. Would read its column
   * through the argument when arguments were put into the body as they stood.
   */
  @Test
  void aFilterMayAskAMappingTableThatItsReadersMayNotRead() {
    ok(admin, "create table mapping (who string, place string, note string)");
    ok(admin, "insert into mapping values ('ann', 'north', 'top'), ('bob', 'east', 'down')");
    ok(
        admin,
        "create function mapped(p string) returns boolean return exists (select 1 from mapping m"
            + " where m.who = current_user() and m.place = p)");
    ok(admin, "create table towns (id int, place string)");
    ok(admin, "insert into towns values (1, 'north'), (2, 'east'), (3, 'north')");
    ok(admin, "alter table towns set row filter mapped on (place)");
    ok(admin, "grant select on towns to ann");
    ok(admin, "grant execute on function mapped to ann");

    assertThat(error(ann, "select * from mapping")).contains("TABLE_NOT_FOUND");
    assertThat(rows(ok(ann, "select id from towns order by id")))
        .containsExactly(List.of("1"), List.of("3"));
    assertThat(rows(ok(ann, "select count(*) from towns where id > 1")))
        .containsExactly(List.of("1"));
    assertThat(rows(ok(ann, "select mapped(x) from (values ('north'), ('east')) as v(x)")))
        .containsExactlyInAnyOrder(List.of("true"), List.of("false"));
    assertThat(error(ann, "select mapped(note)")).contains("note");
    assertThat(error(ann, "select mapped(m.note)")).doesNotContain("top");
  }

  /** Whoever may change another's function gets no more rights by it. */
  @Test
  void aBodyRunsWithTheRightsOfWhoWroteIt() {
    ok(admin, "create table vault (v string)");
    ok(admin, "insert into vault values ('gold')");
    ok(admin, "create function peek() returns string return (select max(v) from vault)");
    ok(admin, "grant manage, execute on function peek to bob");
    ok(admin, "grant execute on function peek to ann");

    assertThat(rows(ok(ann, "select peek()"))).containsExactly(List.of("gold"));
    assertThat(
            error(
                bob,
                "create or replace function peek() returns string return (select min(v) from"
                    + " vault)"))
        .contains("TABLE_NOT_FOUND");
    ok(bob, "create or replace function peek() returns string return 'tin'");
    assertThat(rows(ok(ann, "select peek()"))).containsExactly(List.of("tin"));
  }
}

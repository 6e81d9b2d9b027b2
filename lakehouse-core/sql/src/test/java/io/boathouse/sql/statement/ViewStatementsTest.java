package io.boathouse.sql.statement;

import static io.boathouse.sql.statement.StatementCalls.error;
import static io.boathouse.sql.statement.StatementCalls.rows;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.boathouse.catalog.lineage.LineageEdge;
import io.boathouse.catalog.lineage.LineageNode;
import io.boathouse.platform.auth.Caller;
import io.boathouse.platform.http.TestServer;
import io.boathouse.sql.TestLakehouse;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Views: whose rights they read with, what of the rows below they show, and to whom. */
@Timeout(120)
class ViewStatementsTest {
  @TempDir static Path temp;
  private static TestLakehouse house;
  private static TestServer admin;
  private static TestServer ann;
  private static TestServer bob;

  @BeforeAll
  static void start() {
    house = new TestLakehouse(temp);
    admin = TestServer.start(house.authenticator(), house.sql.routes()).as("admin-token");
    for (String name : List.of("ann", "bob", "cem")) {
      Caller unused = house.analyst(name);
    }
    ann = admin.as("ann-token");
    bob = admin.as("bob-token");
    ok(admin, "create table people (id bigint, name string, region string, pay string)");
    ok(
        admin,
        "insert into people values (1, 'Ida', 'east', '10'), (2, 'Jo', 'west', '20'), (3, 'Kim',"
            + " 'west', 'unpaid')");
    ok(admin, "grant create table on schema main.default to ann");
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

  /** Bob may read the view and not the table; would be refused if the table were his to ask for. */
  @Test
  void aReaderNeedsSelectOnTheViewAndItsOwnerOnWhatItReads() {
    ok(
        ann,
        "create view west (id comment 'number', who) as select id, name from people where region ="
            + " 'west'");
    assertThat(error(bob, "select * from west")).contains("TABLE_NOT_FOUND");
    ok(ann, "grant select on view west to bob");
    assertThat(rows(ok(bob, "select who from west order by id")))
        .containsExactly(List.of("Jo"), List.of("Kim"));
    assertThat(rows(ok(bob, "select count(*) from west"))).containsExactly(List.of("2"));
    assertThat(error(bob, "select * from people")).contains("TABLE_NOT_FOUND");

    ok(admin, "revoke select on people from ann");
    assertThat(error(bob, "select * from west")).contains("VIEW_CANNOT_READ", "west", "'ann'");
    ok(admin, "grant select on people to ann");
    assertThat(rows(ok(bob, "select id from west where who = 'Jo'"))).containsExactly(List.of("2"));
    assertThat(rows(ok(bob, "describe west")))
        .containsExactly(List.of("id", "bigint", "number"), List.of("who", "string", ""));
  }

  @Test
  void viewsOfViewsHaveEachTheirOwner() {
    ok(admin, "create view inner_pay as select id, pay from people");
    ok(admin, "grant select on inner_pay to ann");
    ok(ann, "create view outer_pay as select max(id) as top from inner_pay");
    ok(ann, "grant select on outer_pay to bob");
    assertThat(rows(ok(bob, "select top from outer_pay"))).containsExactly(List.of("3"));
    assertThat(error(bob, "select * from inner_pay")).contains("TABLE_NOT_FOUND");
    ok(admin, "revoke select on inner_pay from ann");
    assertThat(error(bob, "select top from outer_pay")).contains("VIEW_CANNOT_READ", "outer_pay");
  }

  /** The view's owner may read all; Bob would see all rows if the filter asked for the owner. */
  @Test
  void policiesBelowAViewAreDecidedForWhoeverReads() {
    ok(admin, "create table shifts (id bigint, worker string, phone string)");
    ok(admin, "insert into shifts values (1, 'ann', '555-1'), (2, 'bob', '555-2')");
    ok(
        admin,
        "create function own(w string) returns boolean return w = current_user() or current_user()"
            + " = 'admin'");
    ok(
        admin,
        "create function hide(p string) returns string return if(current_user() = 'admin', p,"
            + " '***')");
    ok(admin, "alter table shifts set row filter own on (worker)");
    ok(admin, "alter table shifts alter column phone set mask hide");
    ok(admin, "create view all_shifts as select *, current_user() as reader from shifts");
    ok(admin, "grant select on all_shifts to bob");

    assertThat(rows(ok(bob, "select id, phone, reader from all_shifts")))
        .containsExactly(List.of("2", "***", "bob"));
    assertThat(rows(ok(admin, "select id, phone from all_shifts order by id")))
        .containsExactly(List.of("1", "555-1"), List.of("2", "555-2"));
  }

  /** Told of the hidden row 'unpaid' when the predicate was moved beneath the view's WHERE. */
  @Test
  void case23_aReadersPredicateNeverSeesRowsThatTheViewLeavesOut() {
    ok(admin, "create view paid as select id, name, pay from people where pay <> 'unpaid'");
    ok(admin, "grant select on paid to bob");
    assertThat(rows(ok(bob, "select id from paid where cast(pay as int) > 10")))
        .containsExactly(List.of("2"));
    assertThat(rows(ok(bob, "select sum(cast(pay as int)) from paid where cast(pay as int) > 0")))
        .containsExactly(List.of("30"));
    ok(admin, "create view numbers as select cast(pay as int) as n from people where id > 0");
    ok(admin, "grant select on numbers to bob");
    assertThat(error(bob, "select n from numbers"))
        .contains("VIEW_FAILED")
        .doesNotContain("unpaid");
    assertThat(error(admin, "select n from numbers")).contains("unpaid");
    assertThat(error(bob, "explain select * from paid")).contains("UNSUPPORTED");
  }

  @Test
  void whatChangedBelowIsToldWithTheViewsName() {
    ok(
        admin,
        "create table base (a int, b int) tblproperties ('delta.columnMapping.mode' = 'name')");
    ok(admin, "create view over_base as select a, b from base");
    ok(admin, "alter table base rename column b to c");
    assertThat(error(admin, "select * from over_base")).contains("VIEW_BROKEN", "over_base");
    ok(admin, "drop table base");
    assertThat(error(admin, "select a from over_base"))
        .contains("VIEW_CANNOT_READ", "main.default.base");
    ok(admin, "create table base (a int, b int)");
    assertThat(rows(ok(admin, "select * from over_base"))).isEmpty();
    ok(admin, "drop view over_base");
    ok(admin, "drop table base");
  }

  @Test
  void viewsThatReadThemselvesAreRefused() {
    ok(admin, "create view r1 as select id from people");
    ok(admin, "create view r2 as select id from r1");
    assertThat(error(admin, "create or replace view r1 as select id from r2"))
        .contains("RECURSIVE_VIEW");
    assertThat(error(admin, "alter view r1 as select id from r1")).contains("RECURSIVE_VIEW");
    assertThat(rows(ok(admin, "select count(*) from r2"))).containsExactly(List.of("3"));
  }

  @Test
  void viewsHaveNoVersionsAndNoRowsOfTheirOwn() {
    ok(admin, "create or replace view flat as select id from people");
    assertThat(error(admin, "select * from flat at (version => 0)"))
        .contains("VIEW_HAS_NO_VERSIONS");
    assertThat(error(admin, "select _metadata.row_id from flat")).contains("VIEW_HAS_NO_VERSIONS");
    assertThat(error(admin, "select * from table_changes('flat', 0)")).contains("NOT_A_TABLE");
    assertThat(error(admin, "insert into flat values (9)")).contains("view");
    assertThat(error(admin, "delete from flat where id = 1")).contains("view");
    assertThat(error(admin, "update flat set id = 1")).contains("view");
    assertThat(error(admin, "drop table flat")).contains("EXPECT_TABLE_NOT_VIEW");
    assertThat(error(admin, "drop view people")).contains("EXPECT_VIEW_NOT_TABLE");
    assertThat(error(admin, "describe history flat")).contains("view");
    assertThat(error(admin, "optimize flat")).contains("view");
    assertThat(error(admin, "create temporary view t as select 1")).contains("TEMPORARY VIEW");
    assertThat(error(admin, "create materialized view t as select 1"))
        .contains("MATERIALIZED VIEW");
  }

  /** With the new owner's rights Ann would read through a query that she wrote herself. */
  @Test
  void aViewThatWasGivenAwayReadsNothingUntilItsOwnerWritesIt() {
    ok(ann, "create view gift as select id from people");
    ok(ann, "grant select on gift to bob");
    ok(ann, "alter view gift owner to admin");
    assertThat(error(bob, "select * from gift")).contains("VIEW_NOT_BY_OWNER", "'admin'");
    ok(admin, "alter view gift as select id, name from people");
    assertThat(rows(ok(bob, "select count(name) from gift"))).containsExactly(List.of("3"));
    assertThat(error(ann, "alter view gift as select 1 as x")).contains("TABLE_NOT_FOUND");
  }

  @Test
  void viewsAreListedShownRenamedAndWrittenAgain() {
    ok(
        admin,
        "create view if not exists shown (n comment 'it''s n') comment 'a view' tblproperties"
            + " ('k' = 'v') as select id as n from people -- all");
    ok(admin, "create view if not exists shown as select 1 as other");
    assertThat(error(admin, "create view shown as select 1 as other")).contains("ALREADY_EXISTS");
    String text = rows(ok(admin, "show create table shown")).getFirst().getFirst();
    assertThat(text).contains("CREATE VIEW main.default.shown", "n COMMENT 'it''s n'", "'k' = 'v'");
    ok(admin, "alter view shown rename to shown2");
    ok(admin, text.replace("shown", "shown3"));
    assertThat(rows(ok(admin, "show views in main.default like 'shown*'")))
        .containsExactly(
            List.of("default", "shown2", "false"), List.of("default", "shown3", "false"));
    assertThat(rows(ok(admin, "describe table extended shown3")).toString())
        .contains("VIEW", "select id as n from people", "a view");
    assertThat(error(admin, "create view bad as select id from nothing")).contains("nothing");
    assertThat(error(admin, "create view bad as select id, id from people")).contains("id");
    assertThat(error(admin, "create view bad (a, b) as select id from people")).contains("1");
    assertThat(error(admin, "create view bad as select * from read_csv('/etc/passwd')"))
        .contains("FUNCTION_NOT_ALLOWED");
    assertThat(error(bob, "create view bad as select 1 as x")).contains("CREATE_TABLE");
    ok(admin, "drop view shown2");
    ok(admin, "drop view if exists shown2");
  }

  @Test
  void lineagePassesThroughViews() {
    ok(admin, "create view chain as select id from people");
    ok(admin, "create table copied as select id from chain");
    List<LineageEdge> edges =
        house
            .catalog
            .lineage()
            .upstream(
                house.admin, new LineageNode("TABLE", "main.default.copied", Optional.empty()), 5);
    assertThat(edges.stream().map(edge -> edge.from().name()))
        .contains("main.default.chain", "main.default.people");
  }

  /** A kept result is read with the rights of now, those of the view's owner too. */
  @Test
  void keptResultsEndWithTheRightsOfTheViewsOwner() {
    ok(ann, "create view kept as select id from people");
    ok(ann, "grant select on kept to bob");
    String id = ok(bob, "select id from kept").path("statement_id").asText();
    assertThat(bob.get("/api/2.0/sql/statements/" + id + "/result/chunks/0").statusCode())
        .isEqualTo(200);
    ok(admin, "revoke select on people from ann");
    try {
      assertThat(bob.get("/api/2.0/sql/statements/" + id + "/result/chunks/0").statusCode())
          .isNotEqualTo(200);
    } finally {
      ok(admin, "grant select on people to ann");
    }
  }

  @Test
  void tagsCommentsAndOwnersAreSetInSql() {
    ok(admin, "create table tagged (a int, b string)");
    ok(admin, "alter table tagged set tags ('team' = 'red', 'checked')");
    ok(admin, "alter table tagged alter column b set tags ('pii' = 'name')");
    ok(admin, "set tag on column tagged.a level = high");
    ok(admin, "comment on table tagged is 'it is tagged'");
    ok(admin, "comment on column tagged.a is 'first'");
    assertThat(rows(ok(admin, "describe table extended tagged")).toString())
        .contains("checked=,team=red", "pii=name", "level=high", "it is tagged", "first");
    ok(admin, "alter table tagged unset tags ('checked', 'none')");
    ok(admin, "unset tag on column tagged.a level");
    assertThat(rows(ok(admin, "describe table extended tagged")).toString())
        .contains("[team=red]")
        .doesNotContain("level=high");
    assertThat(error(bob, "alter table tagged set tags ('x' = 'y')")).contains("tagged");
    ok(admin, "alter table tagged owner to ann");
    ok(ann, "alter table tagged rename to tagged2");
    assertThat(rows(ok(ann, "show tblproperties tagged2"))).isNotNull();
    assertThat(error(ann, "show partitions tagged2")).contains("not partitioned");
    ok(admin, "create table parts (a int, p string) partitioned by (p)");
    ok(admin, "insert into parts values (1, 'x'), (2, 'y')");
    assertThat(rows(ok(admin, "show partitions parts")))
        .containsExactlyInAnyOrder(List.of("x"), List.of("y"));
    String text = rows(ok(admin, "show create table parts")).getFirst().getFirst();
    ok(admin, text.replace("parts", "parts2"));
    assertThat(rows(ok(admin, "describe parts2"))).isEqualTo(rows(ok(admin, "describe parts")));
    ok(admin, "comment on schema main.default is 'the first'");
    assertThat(rows(ok(admin, "describe schema default")).toString()).contains("the first");
    assertThat(rows(ok(admin, "show volumes"))).isEmpty();
  }
}

package io.boathouse.sql.statement;

import static io.boathouse.sql.statement.StatementCalls.error;
import static io.boathouse.sql.statement.StatementCalls.rows;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.boathouse.catalog.grant.Privilege;
import io.boathouse.catalog.identity.NewPrincipal;
import io.boathouse.catalog.identity.Principal;
import io.boathouse.catalog.securable.SecurableType;
import io.boathouse.platform.auth.Caller;
import io.boathouse.platform.http.PageRequest;
import io.boathouse.platform.http.TestServer;
import io.boathouse.sql.TestLakehouse;
import io.boathouse.sql.engine.ReadTotals;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Row filters and column masks in statements: what a caller gets is what it would get of a table
 * that holds only the rows and values it may see, and nothing tells of the others. People in the
 * east are seen by all and those in the west by a group; numbers are shown to Cara alone.
 */
@Timeout(120)
class PolicyQueriesTest {
  @TempDir static Path temp;
  private static TestLakehouse house;
  private static TestServer admin;
  private static TestServer ann;
  private static TestServer bob;
  private static TestServer cara;
  private static Caller member;

  @BeforeAll
  static void start() {
    house = new TestLakehouse(temp);
    admin = TestServer.start(house.authenticator(), house.sql.routes()).as("admin-token");
    for (String name : List.of("ann", "cara")) {
      Caller unused = house.analyst(name);
    }
    member = house.analyst("bob");
    ann = admin.as("ann-token");
    bob = admin.as("bob-token");
    cara = admin.as("cara-token");
    Principal group = house.catalog.principals().create(house.admin, NewPrincipal.group("west"));
    house.catalog.principals().addMember(house.admin, group.id(), member.principalId());
    people();
    ok(
        admin,
        "create function seen(region string) returns boolean comment 'east, and west for some'"
            + " return region = 'east' or (region = 'west' and is_account_group_member('west'))");
    ok(
        admin,
        "create function hidden_number(n string) returns string"
            + " return case when current_user() = 'cara' then n else 'xxx' || right(n, 1) end");
    ok(admin, "alter table people set row filter seen on (region)");
    ok(admin, "alter table people alter column ssn set mask hidden_number");
  }

  private static void people() {
    Random random = new Random(42);
    for (String table : List.of("plain", "people")) {
      ok(
          admin,
          "create table %s (id bigint, region string, ssn string, pay int, born date)"
                  .formatted(table)
              + " tblproperties ('delta.enableChangeDataFeed' = 'true')");
    }
    for (int file = 0; file < 3; file++) {
      StringBuilder values = new StringBuilder();
      for (int i = 0; i < 40; i++) {
        int id = file * 40 + i;
        String region = List.of("east", "west", "north", "north").get(random.nextInt(4));
        values
            .append(i == 0 ? "" : ", ")
            .append(
                "(%d, '%s', 'raw%d', %s, date '1980-01-01' + %d)"
                    .formatted(
                        id,
                        region,
                        1000 + random.nextInt(9000),
                        random.nextInt(5) == 0 ? "null" : Integer.toString(random.nextInt(100)),
                        random.nextInt(9000)));
      }
      ok(admin, "insert into plain values " + values);
      ok(admin, "insert into people select * from plain where id >= " + file * 40);
    }
    for (String who : List.of("east", "west")) {
      ok(admin, "create schema oracle_" + who);
      ok(
          admin,
          "create table oracle_%s.people as select id, region, 'xxx' || right(ssn, 1) as ssn, pay, born from plain where region in ('east', '%s')"
              .formatted(who, who));
    }
    house.grant(SecurableType.TABLE, "main.default.people", "account users", Privilege.SELECT);
  }

  @AfterAll
  static void stop() {
    admin.close();
    house.close();
  }

  private static JsonNode ok(TestServer who, String sql) {
    return StatementCalls.ok(who, sql);
  }

  private static List<List<String>> sorted(JsonNode reply) {
    List<List<String>> rows = new ArrayList<>(rows(reply));
    rows.sort(Comparator.comparing(String::valueOf));
    return rows;
  }

  /** Would give hidden rows and raw numbers when the view was made of the table's files alone. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "select * from people",
        "select count(*) from people",
        "select count(*), min(id), max(pay), count(distinct ssn) from people",
        "select ssn from people where ssn like '%1'",
        "select id from people where ssn > 'xxx5' and id < 90",
        "select ssn, count(*) from people group by ssn",
        "select region, sum(pay) from people group by region having sum(pay) > 10",
        "select id, ssn from people order by ssn, id limit 7",
        "select id from people where region in ('north', 'west')",
        "select id from people where region <> 'east'",
        "select a.id, b.id from people a join people b on a.ssn = b.ssn and a.id < b.id",
        "select p.id from people p where exists (select 1 from people q where q.pay = p.pay + 1)",
        "select id, row_number() over (partition by ssn order by id) from people qualify pay > 50",
        "with p as (select * from people) select p.region, q.ssn from p join p q using (id)",
        "select id from people union all select pay from people",
        "select people.ssn || region from people where born between '1985-01-01' and '1995-01-01'",
        "select people from people where id = 3 or id = 4",
        "select #1, #3 from people",
        "select id from people where pay is null or not (pay > 10)",
        "select * exclude (born) from people natural join (select id from people) x",
        "select max(ssn) from people where id in (select id from people where pay > 50)",
        "select left(ssn, 3), avg(pay) from people group by all"
      })
  void aGovernedQueryIsTheQueryOfTheRowsAndValuesThatMayBeSeen(String query) {
    assertThat(sorted(ok(ann, query))).as("east").isEqualTo(oracle("oracle_east", query));
    assertThat(sorted(ok(bob, query))).as("west").isEqualTo(oracle("oracle_west", query));
  }

  private static List<List<String>> oracle(String schema, String query) {
    return sorted(
        StatementCalls.submit(
            admin,
            Map.of(
                "statement",
                query,
                "schema",
                schema,
                "warehouse_id",
                "default",
                "wait_timeout",
                "50s")));
  }

  /** Would differ when conditions on masked columns went beneath the mask. */
  @Test
  void randomConditionsFindWhatTheyFindInTheRowsThatMayBeSeen() {
    Random random = new Random(7);
    StringBuilder query = new StringBuilder();
    for (int i = 0; i < 60; i++) {
      query
          .append(i == 0 ? "" : " union all ")
          .append("select %d as n, count(*), sum(id) from people where ".formatted(i))
          .append(condition(random, 3));
      if (i % 20 == 19) {
        assertThat(sorted(ok(ann, query.toString())))
            .isEqualTo(oracle("oracle_east", query.toString()));
        query = new StringBuilder("select -1 as n, 0, 0");
      }
    }
    for (int i = 0; i < 12; i++) {
      String one = "select id, ssn, region from people where " + condition(random, 2);
      assertThat(sorted(ok(bob, one))).as(one).isEqualTo(oracle("oracle_west", one));
    }
  }

  private static String condition(Random random, int depth) {
    if (depth > 0 && random.nextInt(3) > 0) {
      String word = random.nextBoolean() ? " and " : " or ";
      return "("
          + condition(random, depth - 1)
          + word
          + condition(random, depth - 1)
          + ")"
          + (random.nextInt(6) == 0 ? " is not true" : "");
    }
    List<String> regions = List.of("east", "west", "north", "no");
    return switch (random.nextInt(9)) {
      case 0 -> "id " + sign(random) + " " + random.nextInt(120);
      case 1 -> "pay " + sign(random) + " " + random.nextInt(100);
      case 2 -> "region " + sign(random) + " '" + regions.get(random.nextInt(4)) + "'";
      case 3 -> "ssn " + sign(random) + " 'xxx" + random.nextInt(10) + "'";
      case 4 -> "ssn in ('xxx1', 'raw1234', 'xxx" + random.nextInt(10) + "')";
      case 5 -> "pay is null";
      case 6 -> "id between %d and %d".formatted(random.nextInt(60), 60 + random.nextInt(60));
      case 7 -> "born " + sign(random) + " date '1980-01-01' + " + random.nextInt(9000);
      default -> "ssn like '%" + random.nextInt(10) + "'";
    };
  }

  private static String sign(Random random) {
    return List.of("=", "<>", "<", "<=", ">", ">=").get(random.nextInt(6));
  }

  @Test
  void functionsOfTheCallerAreThoseOfWhoeverAsks() {
    assertThat(rows(ok(cara, "select distinct left(ssn, 3) from people")))
        .containsExactly(List.of("raw"));
    assertThat(rows(ok(admin, "select distinct region, left(ssn, 3) from people")))
        .as("policies hold for the owner too")
        .containsExactly(List.of("east", "xxx"));
  }

  /**
   * Each fails on a row of the north, and there is none for Ann. What keeps it so is the barrier,
   * which PolicyViewsTest was seen to miss; here the engine happens to filter first.
   */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "select count(*) from people where region = 'north' and error(ssn || region) is null",
        "select count(*) from people where region = 'north' and cast(region as int) > 0",
        "select count(*) from people where case when region = 'north' then error(ssn) is null else"
            + " true end and false",
        "select count(*) from people where region = 'north' and strptime(region, '%Y') is not null",
        "select sum(cast(region as int)) from people where region = 'north'",
        "select cast(region as int) from people where region = 'north' order by 1",
        "select count(*) from people p join people n on p.id = n.id where p.region = 'north'"
            + " and cast(p.region as int) = 1",
        "select id from people where region = 'north' group by id having min(cast(region as int)) >"
            + " 0",
        "select 1 from people where region = 'north' qualify row_number() over (order by"
            + " cast(region as int)) = 1",
        "select (select cast(p.region as int)) from people p where region = 'north'"
      })
  void case25_nothingOfTheCallersIsComputedForRowsThatAreHidden(String query) {
    assertThat(ok(ann, query).toString()).doesNotContain("raw");
  }

  /** Seen to tell raw numbers when the masks were left out of PolicyViews. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "select id from people where ssn like 'raw%'",
        "select count(*) from people where starts_with(ssn, 'raw')",
        "select id from people where ssn = (select ssn from people where id = 0)",
        "select * from people order by ssn limit 5",
        "select ssn from people at (version => 1)",
        "select * from table_changes('people', 1)",
        "select string_agg(ssn, ',') from people",
        "select min(ssn), max(ssn), mode(ssn), approx_count_distinct(ssn) from people",
        "select to_json(people) from people",
        "select list(people) from people",
        "select distinct ssn from people union select region from people",
        "from people"
      })
  void case23_noClauseTellsAMaskedValueOrAHiddenRow(String query) {
    String reply = ok(ann, query).toString();
    assertThat(reply).doesNotContain("\"raw").doesNotContain("north").doesNotContain("west");
    assertThat(reply).doesNotContain("raw1").doesNotContain("raw5").doesNotContain("raw9");
  }

  /** Seen to tell the number when the masks were left out of PolicyViews. */
  @Test
  void case23_failuresTellMaskedValuesOnly() {
    String failure = error(ann, "select cast(ssn as int) from people");
    assertThat(failure).contains("xxx").doesNotContain("raw");
    assertThat(error(ann, "explain select * from people")).contains("EXPLAIN is not supported");
    assertThat(error(ann, "select stats(ssn) from people")).contains("FUNCTION_NOT_ALLOWED");
  }

  @Test
  void case23_copiesHoldWhatTheirMakerMaySee() {
    house.grant(SecurableType.SCHEMA, "main.default", "ann", Privilege.CREATE_TABLE);
    ok(ann, "create table mine as select * from people");
    ok(ann, "insert into mine select * from people where region <> 'east'");

    assertThat(rows(ok(admin, "select distinct region, left(ssn, 3) from mine")))
        .containsExactly(List.of("east", "xxx"));
  }

  /** Would serve bob's rows to ann when views were kept under the text of the statement. */
  @Test
  void case26_oneTextIsAnsweredForEachWhoAsks() {
    String query = "select distinct region from people order by 1";
    for (int i = 0; i < 2; i++) {
      assertThat(rows(ok(ann, query))).containsExactly(List.of("east"));
      assertThat(rows(ok(bob, query))).containsExactly(List.of("east"), List.of("west"));
    }
  }

  /** Seen to fail with the value when PolicyViews did not try the filter. */
  @Test
  void case24_aFilterThatFailsOnARowHidesItAndTellsNothing() {
    ok(admin, "create table codes (id bigint, code string)");
    ok(admin, "insert into codes values (1, '7'), (2, 'secret'), (3, '9')");
    ok(admin, "create function even_code(c string) returns boolean return cast(c as int) % 2 = 1");
    ok(admin, "alter table codes set row filter even_code on (code)");

    assertThat(sorted(ok(admin, "select id from codes")))
        .containsExactly(List.of("1"), List.of("3"));
    assertThat(rows(ok(admin, "select id from codes where id = 2"))).isEmpty();
  }

  /** Would tell 'secret' when the engine's words of a failure inside a policy came through. */
  @Test
  void case24_whatAPolicySaysWhenItFailsIsWithheld() {
    ok(admin, "create table loud (id bigint, code string)");
    ok(admin, "insert into loud values (1, '7'), (2, 'secret')");
    ok(
        admin,
        "create function shout(c string) returns boolean return case when c = '7' then true else"
            + " error(c) is null end");
    ok(admin, "alter table loud set row filter shout on (code)");

    for (String query : List.of("select id from loud", "select id from loud where id = 1")) {
      assertThat(error(admin, query)).contains("POLICY_FAILED").doesNotContain("secret");
    }
  }

  @Test
  void policiesAreSetByWhoManagesTheTableAndMayCallTheFunction() {
    house.grant(SecurableType.SCHEMA, "main.default", "cara", Privilege.CREATE_TABLE);
    ok(cara, "create table hers (id bigint, region string)");
    assertThat(error(ann, "alter table people drop row filter")).contains("MANAGE");
    assertThat(error(cara, "alter table hers set row filter seen on (region)"))
        .contains("FUNCTION_NOT_FOUND");
    ok(admin, "grant execute on function seen to cara");
    ok(cara, "alter table hers set row filter seen on (region)");
    assertThat(error(cara, "alter table hers set row filter seen on (nope)"))
        .contains("POLICY_COLUMN_NOT_FOUND");
    assertThat(error(cara, "alter table hers set row filter seen on (id, region)"))
        .contains("POLICY_ARGUMENTS");
    ok(cara, "insert into hers values (1, 'east'), (2, 'north')");
    assertThat(rows(ok(cara, "select id from hers"))).containsExactly(List.of("1"));
    ok(cara, "alter table hers drop row filter");
    assertThat(rows(ok(cara, "select count(*) from hers"))).containsExactly(List.of("2"));
    assertThat(error(cara, "alter table hers drop row filter")).contains("ROW_FILTER_NOT_FOUND");
  }

  @Test
  void aTableIsCreatedWithItsPoliciesOrNotAtAll() {
    ok(
        admin,
        "create table born_closed (id bigint, region string, ssn string mask hidden_number) with"
            + " row filter seen on (region)");
    ok(admin, "insert into born_closed values (1, 'east', 'raw7'), (2, 'north', 'raw8')");

    assertThat(rows(ok(admin, "select * from born_closed")))
        .containsExactly(List.of("1", "east", "xxx7"));
    assertThat(error(admin, "create table half (id bigint) with row filter nope on (id)"))
        .contains("FUNCTION_NOT_FOUND");
    assertThat(error(admin, "select * from half")).contains("TABLE_NOT_FOUND");
  }

  /** Would show the raw number under its old name when columns were not compared. */
  @Test
  void case23_aVersionWithAColumnOfAnotherNameIsRefused() {
    ok(
        admin,
        "create table moved (id bigint, mail string) tblproperties ('delta.columnMapping.mode' ="
            + " 'name')");
    ok(admin, "insert into moved values (1, 'raw1')");
    ok(admin, "alter table moved rename column mail to email");
    ok(admin, "alter table moved alter column email set mask hidden_number");

    assertThat(rows(ok(admin, "select email from moved"))).containsExactly(List.of("xxx1"));
    assertThat(error(admin, "select * from moved at (version => 1)"))
        .contains("POLICY_COLUMN_MISSING");
  }

  /** Would tell how many files a condition on hidden rows leaves out. */
  @Test
  void case23_theHistoryDoesNotTellWhatWasLeftOut() {
    String id =
        ok(ann, "select count(*) from people where region = 'north'").path("statement_id").asText();
    HistoryEntry entry =
        house
            .sql
            .history()
            .list(house.admin, List.of(), new PageRequest(100, Optional.empty()))
            .items()
            .stream()
            .filter(one -> one.id().toString().equals(id))
            .findFirst()
            .orElseThrow();

    assertThat(entry.read()).isEqualTo(new ReadTotals.Read(0, 0, 0, 0, 0));
  }
}

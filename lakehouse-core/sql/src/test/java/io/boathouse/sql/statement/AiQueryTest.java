package io.boathouse.sql.statement;

import static io.boathouse.sql.statement.StatementCalls.error;
import static io.boathouse.sql.statement.StatementCalls.rows;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.boathouse.catalog.grant.Privilege;
import io.boathouse.catalog.lineage.LineageNode;
import io.boathouse.catalog.securable.SecurableType;
import io.boathouse.platform.auth.Caller;
import io.boathouse.platform.error.ErrorCode;
import io.boathouse.platform.error.LakeException;
import io.boathouse.platform.http.TestServer;
import io.boathouse.platform.json.Json;
import io.boathouse.sql.TestLakehouse;
import io.boathouse.sql.govern.ModelCalls;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * {@code ai_query} in statements, asked of a model that keeps what it was given: it doubles {@code
 * x}, and takes no {@code x} above a thousand.
 */
@Timeout(120)
class AiQueryTest {
  @TempDir static Path temp;
  private static final List<JsonNode> seen = Collections.synchronizedList(new ArrayList<>());
  private static final CountDownLatch waiting = new CountDownLatch(1);
  private static TestLakehouse house;
  private static TestServer admin;
  private static TestServer ann;

  @BeforeAll
  static void start() {
    house = new TestLakehouse(temp);
    house.models.set(AiQueryTest::model);
    admin = TestServer.start(house.authenticator(), house.sql.routes()).as("admin-token");
    Caller unused = house.analyst("ann");
    ann = admin.as("ann-token");
    house.grant(SecurableType.SCHEMA, "main.default", "ann", Privilege.CREATE_TABLE);
    ok(admin, "create table numbers as select i as id, i * 1.5e0 as x from range(5000) r(i)");
    ok(admin, "create table small as select * from numbers where id < 500");
    ok(
        admin,
        "create table people as select i as id, case when i % 3 = 0 then 'west' else 'east' end as"
            + " region, CAST(i as double) as x, 'raw' || i as name from range(300) r(i)");
    ok(
        admin,
        "create function seen(region string) returns boolean return region = 'east' or"
            + " current_user() = 'admin'");
    ok(
        admin,
        "create function hidden(n string) returns string return case when current_user() = 'admin'"
            + " then n else 'xxx' end");
    ok(admin, "alter table people set row filter seen on (region)");
    ok(admin, "alter table people alter column name set mask hidden");
    house.grant(SecurableType.TABLE, "main.default.people", "ann", Privilege.SELECT);
    house.grant(SecurableType.TABLE, "main.default.small", "ann", Privilege.SELECT);
  }

  @AfterAll
  static void stop() {
    admin.close();
    house.close();
  }

  @BeforeEach
  void forget() {
    seen.clear();
  }

  private static ModelCalls.Model model(Caller caller, String endpoint) {
    if (endpoint.equals("secret") && !caller.principal().equals("admin")) {
      throw new LakeException(
          ErrorCode.PERMISSION_DENIED, "NO", "ann may not query 'secret'.", Map.of());
    }
    return new ModelCalls.Model() {
      @Override
      public String type() {
        return endpoint.equals("two") ? "STRUCT<`a b`: DOUBLE, list: ARRAY<BIGINT>>" : "FLOAT";
      }

      @Override
      public ModelCalls.Answers ask(List<String> rows, Runnable stop) {
        if (endpoint.equals("busy")) {
          waiting.countDown();
          while (true) {
            stop.run();
            Thread.onSpinWait();
          }
        }
        return new ModelCalls.Answers(
            rows.stream().map(row -> answer(endpoint, row)).toList(),
            Set.of(new LineageNode("MODEL_VERSION", "main.default.double", Optional.of(3L))));
      }
    };
  }

  private static JsonNode answer(String endpoint, String row) {
    JsonNode request = Json.parse(row.getBytes(StandardCharsets.UTF_8));
    seen.add(request);
    double x = request.isObject() ? request.path("x").asDouble() : request.asDouble();
    if (x > 1000) {
      throw new LakeException(
          ErrorCode.INVALID_ARGUMENT, "TOO_LARGE", "x is " + x + ".", Map.of("field", "x"));
    }
    if (endpoint.equals("two")) {
      var two = Json.mapper().createObjectNode().put("a b", 2 * x);
      two.putArray("list").add((long) x).add(7);
      return two;
    }
    return Json.mapper().getNodeFactory().numberNode((float) (2 * x));
  }

  private static JsonNode ok(TestServer who, String sql) {
    return StatementCalls.ok(who, sql);
  }

  @Test
  void everyRowHasItsOwnAnswer() {
    JsonNode reply =
        ok(
            admin,
            "select id, ai_query('double', named_struct('x', x)) as y, x from small order by id");
    assertThat(rows(reply)).hasSize(500);
    rows(reply)
        .forEach(
            row ->
                assertThat(Float.parseFloat(row.get(1)))
                    .isEqualTo((float) (2 * Double.parseDouble(row.get(2)))));
    assertThat(seen).hasSize(500);
    assertThat(reply.at("/manifest/schema/columns/1/type_text").asText()).isEqualTo("FLOAT");
    assertThat(reply.at("/manifest/schema/columns/1/name").asText()).isEqualTo("y");
  }

  @Test
  void answersAreWhatTheModelOrTheCallerSays() {
    JsonNode two =
        ok(admin, "select ai_query('two', named_struct('x', 4)).`a b`, ai_query('two', 5).list[2]");
    assertThat(rows(two)).containsExactly(List.of("8.0", "7"));
    assertThat(rows(ok(admin, "select ai_query('double', 2.5, returnType => 'STRING') || '!'")))
        .containsExactly(List.of("5.0!"));
    assertThat(
            ok(admin, "select ai_query(endpoint => 'double', request => 3, returnType => 'INT')")
                .at("/manifest/schema/columns/0/type_text")
                .asText())
        .isEqualTo("INT");
    assertThat(
            rows(
                ok(
                    admin,
                    """
                    select ai_query('double', case when id < 0 then named_struct('x', id) end),
                      ai_query('double', null) from small where id = 1
                    """)))
        .as("a null is not asked about")
        .containsExactly(Collections.nCopies(2, null));
  }

  @Test
  void aRowThatTheModelDoesNotTakeFailsTheQueryOrGetsItsMessage() {
    String refused = error(admin, "select max(ai_query('double', x)) from numbers where id < 1000");
    assertThat(refused).contains("x is 1000.5").contains("ai_query of 1000.5");
    List<List<String>> rows =
        rows(
            ok(
                admin,
                """
                select id, a.result, a.errorMessage from (
                  select id, ai_query('double', named_struct('x', x), failOnError => false) as a
                  from numbers where id < 1000) order by id
                """));
    assertThat(rows).hasSize(1000);
    for (List<String> row : rows) {
      double x = Integer.parseInt(row.get(0)) * 1.5;
      if (x > 1000) {
        assertThat(row.get(1)).isNull();
        assertThat(row.get(2)).isEqualTo("x is " + x + ".");
      } else {
        assertThat(Float.parseFloat(row.get(1))).isEqualTo((float) (2 * x));
        assertThat(row.get(2)).isNull();
      }
    }
  }

  /** Without the barrier of a policy the engine asks about all rows before it filters them. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "select ai_query('double', named_struct('x', x, 'n', name, 'r', region)) from people",
        "select id from people where ai_query('double', named_struct('x', x, 'n', name, 'r',"
            + " region)) > 10",
        "select region, max(ai_query('double', named_struct('x', x, 'n', name, 'r', region))) from"
            + " people group by all",
        "select id from people order by ai_query('double', named_struct('x', x, 'n', name, 'r',"
            + " region)) limit 3",
        "create or replace table anns as select *, ai_query('double', named_struct('x', x, 'n',"
            + " name, 'r', region)) as y from people"
      })
  void aModelSeesWhatItsCallerSees(String sql) {
    JsonNode unused = ok(ann, sql);
    assertThat(seen).hasSize(200);
    assertThat(seen).allSatisfy(row -> assertThat(row.path("r").asText()).isEqualTo("east"));
    assertThat(seen).allSatisfy(row -> assertThat(row.path("n").asText()).isEqualTo("xxx"));
  }

  @Test
  void rightsAreTheCallers() {
    assertThat(error(ann, "select ai_query('secret', 1)")).contains("ann may not query");
    assertThat(error(ann, "select ai_query('double', x) from numbers")).contains("numbers");
    assertThat(rows(ok(admin, "select ai_query('secret', 1)"))).hasSize(1);
    assertThat(seen).hasSize(1);
  }

  @Test
  void tablesAreFilledWithAnswersOnceAndKnowTheirModel() {
    JsonNode made =
        ok(admin, "create table doubled as select id, ai_query('double', x) as y from small");
    assertThat(rows(made).getFirst()).contains("500");
    assertThat(seen).hasSize(500);
    JsonNode more =
        ok(admin, "insert into doubled select id, ai_query('double', x) from small where id < 10");
    assertThat(rows(more).getFirst()).contains("10");
    assertThat(seen).hasSize(510);
    assertThat(rows(ok(admin, "select count(*), sum(y) from doubled")).getFirst().getFirst())
        .isEqualTo("510");
    for (long version : new long[] {0, 1}) {
      assertThat(
              house
                  .catalog
                  .lineage()
                  .upstream(
                      house.admin,
                      new LineageNode("TABLE", "main.default.doubled", Optional.of(version)),
                      1)
                  .toString())
          .contains("MODEL_VERSION")
          .contains("main.default.double");
    }
  }

  @Test
  void anAnswerIsNeverRemembered() {
    for (int i = 1; i <= 2; i++) {
      assertThat(rows(ok(admin, "select sum(ai_query('double', x)) from small"))).hasSize(1);
      assertThat(seen).hasSize(500 * i);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "create view v as select ai_query('double', 1) as y",
        "create function f(x int) returns int return ai_query('double', x)",
        "update small set x = ai_query('double', x)",
        "delete from small where ai_query('double', x) > 3",
        "merge into small t using (select 1 as id, ai_query('double', 1) as x) s on t.id = s.id"
            + " when matched then update set x = s.x",
        "insert into small replace where id = 1 select 1, ai_query('double', 1)",
        "select ai_query(name, 1) from people",
        "select ai_query('double')",
        "select ai_query('double', 1, 'nonsense type')",
        "select ai_query('double', 1, temperature => 2)",
        "select ai_query('double', 1, failOnError => x) from small",
        "select ai_query('double', request => 1, request => 2)",
        "select ai_query(distinct 'double', x) from small",
        "select bound_model('m1', '1')",
        "select bound_model('m1', '1'), ai_query('double', 1)",
        "select main.default.ai_query('double', 1)"
      })
  void isRefusedWhereItCannotBe(String sql) {
    String message = error(admin, sql);
    assertThat(message).containsAnyOf("ai_query", "bound_model", "nonsense");
    assertThat(message).doesNotContain("INTERNAL").doesNotContain("Exception");
    assertThat(seen).isEmpty();
  }

  @Test
  void aQueryThatWaitsForItsModelCanBeCancelled() throws InterruptedException {
    JsonNode begun =
        TestServer.json(
            admin.post(
                "/api/2.0/sql/statements",
                """
                {"statement": "select ai_query('busy', x) from small", "warehouse_id": "default",
                 "wait_timeout": "0s"}
                """));
    String id = begun.path("statement_id").asText();
    assertThat(waiting.await(30, TimeUnit.SECONDS)).as("%s", begun).isTrue();
    assertThat(admin.post("/api/2.0/sql/statements/" + id + "/cancel", "{}").statusCode())
        .isEqualTo(200);
    for (int i = 0; ; i++) {
      JsonNode now = TestServer.json(admin.get("/api/2.0/sql/statements/" + id));
      String state = now.at("/status/state").asText();
      if (state.equals("CANCELED")) {
        break;
      }
      assertThat(i).as("%s", now).isLessThan(300);
      Thread.sleep(50);
    }
  }
}

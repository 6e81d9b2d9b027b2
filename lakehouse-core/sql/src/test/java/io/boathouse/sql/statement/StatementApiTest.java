package io.boathouse.sql.statement;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.boathouse.catalog.audit.AuditQuery;
import io.boathouse.catalog.grant.Privilege;
import io.boathouse.catalog.securable.SecurableType;
import io.boathouse.platform.auth.Caller;
import io.boathouse.platform.http.TestServer;
import io.boathouse.platform.json.Json;
import io.boathouse.sql.TestLakehouse;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class StatementApiTest {
  private static final String PATH = "/api/2.0/sql/statements";

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

  private static JsonNode submit(TestServer as, Map<String, Object> body) {
    HttpResponse<String> response = as.post(PATH, Json.writeText(body));
    assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
    return TestServer.json(response);
  }

  private static JsonNode run(TestServer as, String sql) {
    return submit(as, Map.of("statement", sql, "warehouse_id", "default", "wait_timeout", "50s"));
  }

  private static JsonNode ok(String sql) {
    JsonNode reply = run(server, sql);
    assertThat(reply.at("/status/state").asText()).as(reply.toString()).isEqualTo("SUCCEEDED");
    return reply;
  }

  private static List<List<String>> rows(JsonNode reply) {
    List<List<String>> rows = new ArrayList<>();
    for (JsonNode row : reply.at("/result/data_array")) {
      List<String> values = new ArrayList<>();
      row.forEach(value -> values.add(value.isNull() ? null : value.textValue()));
      rows.add(values);
    }
    return rows;
  }

  @Test
  void aQueryAnswersWithSchemaCountsAndTexts() {
    JsonNode reply =
        submit(
            server,
            Map.of(
                "statement",
                "SELECT concat('id-', r) AS s, r AS i, null AS n FROM range(:n) t(r)",
                "warehouse_id",
                "default",
                "parameters",
                List.of(Map.of("name", "n", "value", "3", "type", "INT")),
                "wait_timeout",
                "30s"));

    assertThat(reply.at("/status/state").asText()).isEqualTo("SUCCEEDED");
    assertThat(reply.at("/manifest/format").asText()).isEqualTo("JSON_ARRAY");
    assertThat(reply.at("/manifest/schema/columns"))
        .extracting(
            column -> column.get("type_name").asText() + " " + column.get("type_text").asText())
        .containsExactly("STRING STRING", "LONG BIGINT", "NULL VOID");
    assertThat(reply.at("/manifest/total_row_count").asInt()).isEqualTo(3);
    assertThat(reply.at("/manifest/truncated").asBoolean()).isFalse();
    assertThat(reply.at("/result/row_count").asInt()).isEqualTo(3);
    assertThat(reply.at("/result/data_array").toString())
        .isEqualTo("[[\"id-0\",\"0\",null],[\"id-1\",\"1\",null],[\"id-2\",\"2\",null]]");
  }

  @Test
  void everyValueIsATextInTheProtocolsForm() {
    JsonNode reply =
        ok(
            "select true, 1.50::decimal(10,2), 1e10::double, 'nan'::double, date '2023-01-01',"
                + " timestamptz '2023-01-01 00:00:00Z', timestamp '2023-01-01 00:00:00.123456',"
                + " 'ab'::blob, [1, null], {'a': 1, 'b': date '2023-01-01'}, map {'k': 'v'}");

    assertThat(rows(reply).getFirst())
        .containsExactly(
            "true",
            "1.50",
            "1.0E10",
            "NaN",
            "2023-01-01",
            "2023-01-01T00:00:00.000Z",
            "2023-01-01T00:00:00.123456",
            "YWI=",
            "[1,null]",
            "{\"a\":1,\"b\":\"2023-01-01\"}",
            "{\"k\":\"v\"}");
    assertThat(reply.at("/manifest/schema/columns/1/type_precision").asInt()).isEqualTo(10);
  }

  @Test
  void aFailingStatementIsAnAnswerAndNotAnHttpError() {
    JsonNode reply = run(server, "SELEC 1");

    assertThat(reply.at("/status/state").asText()).isEqualTo("FAILED");
    assertThat(reply.at("/status/error/error_code").asText()).isEqualTo("BAD_REQUEST");
    assertThat(reply.at("/status/error/message").asText())
        .startsWith("[PARSE_SYNTAX_ERROR] Line 1");
    assertThat(reply.at("/status/sql_state").asText()).isEqualTo("42601");
    assertThat(reply.has("result")).isFalse();
  }

  @Test
  void tablesAreMadeFilledReadDescribedAndDropped() {
    ok("create schema if not exists shop comment 'what we sell'");
    ok("create schema if not exists shop");
    ok(
        "create table shop.items (id bigint not null, name string comment 'shown', price"
            + " decimal(10,2))");
    JsonNode inserted = ok("insert into shop.items values (1, 'tea', 2.5), (2, null, null)");
    ok("insert into shop.items (name, id) select 'milk', 3");
    ok("insert into shop.items by name select 4 as id, 'rice' as name");
    ok("create table shop.cheap as select name, price from shop.items where price < 3");

    assertThat(rows(inserted)).containsExactly(List.of("2", "2"));
    assertThat(rows(ok("select id, name, price from main.shop.items order by id")).toString())
        .isEqualTo("[[1, tea, 2.50], [2, null, null], [3, milk, null], [4, rice, null]]");
    assertThat(rows(ok("select count(*) from shop.items at (version => 1)")).toString())
        .isEqualTo("[[2]]");
    assertThat(rows(ok("describe table shop.items")).toString())
        .isEqualTo("[[id, bigint, ], [name, string, shown], [price, decimal(10,2), ]]");
    assertThat(rows(ok("describe history shop.items")))
        .extracting(row -> row.get(0) + " " + row.get(2))
        .containsExactly("3 INSERT", "2 INSERT", "1 INSERT", "0 CREATE TABLE");
    assertThat(rows(ok("show tables in shop")))
        .extracting(row -> row.get(1))
        .containsExactly("cheap", "items");
    assertThat(rows(ok("show tables in main.shop like 'ch*'"))).hasSize(1);
    assertThat(rows(ok("show schemas"))).contains(List.of("shop"));

    ok("create or replace table shop.cheap as select name, price from shop.items");
    assertThat(rows(ok("select count(*) from shop.cheap"))).containsExactly(List.of("4"));
    ok("insert overwrite shop.cheap select 'none', 0");
    assertThat(rows(ok("select name, price from shop.cheap")).toString())
        .isEqualTo("[[none, 0.00]]");

    ok("drop table shop.cheap");
    ok("drop table if exists shop.cheap");
    assertThat(run(server, "drop schema shop").at("/status/state").asText()).isEqualTo("FAILED");
    ok("drop schema shop cascade");
    JsonNode gone = run(server, "select * from shop.items");
    assertThat(gone.at("/status/error/error_code").asText()).isEqualTo("NOT_FOUND");
    assertThat(gone.at("/status/sql_state").asText()).isEqualTo("42P01");
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
  void aResultOfSeveralChunksIsReadThroughItsLinks() {
    JsonNode reply = ok("select r, repeat('x', 1000) from range(5000) t(r) order by r");

    int rows = reply.at("/result/row_count").asInt();
    String link = reply.at("/result/next_chunk_internal_link").asText();
    while (!link.isEmpty()) {
      JsonNode chunk = TestServer.json(server.get(link));
      assertThat(chunk.at("/data_array/0/0").asInt()).isEqualTo(rows);
      assertThat(chunk.get("row_offset").asInt()).isEqualTo(rows);
      rows += chunk.get("row_count").asInt();
      link = chunk.path("next_chunk_internal_link").asText();
    }
    assertThat(rows).isEqualTo(5000);
    assertThat(reply.at("/manifest/total_chunk_count").asInt()).isGreaterThan(1);
    HttpResponse<String> beyond =
        server.get(PATH + "/" + reply.get("statement_id").asText() + "/result/chunks/99");
    assertThat(beyond.statusCode()).isEqualTo(404);
    assertThat(TestServer.json(beyond).get("error_code").asText())
        .isEqualTo("RESOURCE_DOES_NOT_EXIST");
  }

  @Test
  void limitsCutTheResultAndSaySo() {
    JsonNode rows =
        submit(
            server,
            Map.of(
                "statement",
                "select r from range(100000000000) t(r)",
                "warehouse_id",
                "default",
                "row_limit",
                10));
    JsonNode bytes =
        submit(
            server,
            Map.of(
                "statement",
                "select r from range(100000000000) t(r)",
                "warehouse_id",
                "default",
                "byte_limit",
                1000));

    assertThat(rows.at("/manifest/truncated").asBoolean()).isTrue();
    assertThat(rows.at("/manifest/total_row_count").asInt()).isEqualTo(10);
    assertThat(bytes.at("/manifest/truncated").asBoolean()).isTrue();
    assertThat(bytes.at("/manifest/total_byte_count").asInt()).isLessThanOrEqualTo(1010);
  }

  @Test
  void anInlineResultBeyondTheProtocolsLimitFails() {
    JsonNode reply = run(server, "select repeat('x', 1000) from range(100000)");

    assertThat(reply.at("/status/state").asText()).isEqualTo("FAILED");
    assertThat(reply.at("/status/error/message").asText()).startsWith("[INLINE_LIMIT_EXCEEDED]");
  }

  @Test
  void aSlowStatementGoesOnBehindTheCallAndCanBeCancelled() {
    JsonNode started =
        submit(
            server,
            Map.of(
                "statement",
                "select count(*) from range(10000000) a, range(10000000) b where a.range % 7 ="
                    + " b.range % 5",
                "warehouse_id",
                "default",
                "wait_timeout",
                "0s"));
    String id = started.get("statement_id").asText();
    assertThat(started.at("/status/state").asText()).isIn("PENDING", "RUNNING");

    assertThat(server.post(PATH + "/" + id + "/cancel", "").body()).isEqualTo("{}");

    assertThat(ended(id).at("/status/state").asText()).isEqualTo("CANCELED");
    assertThat(server.get(PATH + "/" + id + "/result/chunks/0").statusCode()).isEqualTo(400);
  }

  private static JsonNode ended(String id) {
    JsonNode reply = TestServer.json(server.get(PATH + "/" + id));
    while (reply.at("/status/state").asText().matches("PENDING|RUNNING")) {
      Thread.onSpinWait();
      reply = TestServer.json(server.get(PATH + "/" + id));
    }
    return reply;
  }

  @Test
  void theWaitCanEndTheStatement() {
    JsonNode reply =
        submit(
            server,
            Map.of(
                "statement",
                "select count(*) from range(10000000) a, range(10000000) b where a.range % 7 ="
                    + " b.range % 5",
                "warehouse_id",
                "default",
                "wait_timeout",
                "5s",
                "on_wait_timeout",
                "CANCEL"));

    assertThat(reply.at("/status/state").asText()).isEqualTo("CANCELED");
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
  void resultsAreKeptForAnHourAndThenGone() {
    String id = ok("select 1").get("statement_id").asText();

    house.now.updateAndGet(time -> time.plus(Duration.ofMinutes(59)));
    assertThat(server.get(PATH + "/" + id).statusCode()).isEqualTo(200);
    house.now.updateAndGet(time -> time.plus(Duration.ofMinutes(2)));
    assertThat(server.get(PATH + "/" + id).statusCode()).isEqualTo(404);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "wait_timeout | \"4s\" | 400",
        "wait_timeout | \"51s\" | 400",
        "wait_timeout | \"soon\" | 400",
        "on_wait_timeout | \"MAYBE\" | 400",
        "row_limit | 0 | 400",
        "row_limit | \"many\" | 400",
        "format | \"XML\" | 400",
        "format | \"ARROW_STREAM\" | 501",
        "disposition | \"EXTERNAL_LINKS\" | 501",
        "warehouse_id | \"other\" | 404",
        "warehouse_id | null | 400",
        "statement | null | 400"
      })
  void aBadRequestNamesItsField(String field, String value, int status) {
    String base =
        Json.writeText(Map.of("x", 1, "statement", "select 1", "warehouse_id", "default"));
    String body =
        base.replaceFirst(",?\"" + field + "\":\"[^\"]*\"", "")
            .replace("{,", "{")
            .replaceFirst("}$", ",\"" + field + "\":" + value + "}");

    HttpResponse<String> response = server.post(PATH, body);

    assertThat(response.statusCode()).as(response.body()).isEqualTo(status);
    assertThat(response.body())
        .contains(field.equals("warehouse_id") && status == 404 ? "other" : field);
  }

  @Test
  void historyShowsEverybodyTheirOwnAndAdministratorsAll() {
    run(ann, "select 'of ann'");
    run(server, "select 'of admin'");
    run(ann, "selec 'bad'");

    String own = ann.get("/api/2.0/sql/history/queries?max_results=1000").body();
    String all = server.get("/api/2.0/sql/history/queries?max_results=1000").body();
    JsonNode failed =
        TestServer.json(
            ann.get("/api/2.0/sql/history/queries?filter_by.statuses=FAILED&max_results=1"));

    assertThat(own).contains("of ann").doesNotContain("of admin");
    assertThat(all).contains("of ann", "of admin");
    assertThat(failed.at("/res/0/status").asText()).isEqualTo("FAILED");
    assertThat(failed.at("/res/0/error_message").asText()).contains("PARSE_SYNTAX_ERROR");
    assertThat(failed.at("/res")).hasSize(1);
  }

  @Test
  void theWarehouseIsListedAndRuns() {
    JsonNode list = TestServer.json(server.get("/api/2.0/sql/warehouses"));

    assertThat(list.at("/warehouses/0/id").asText()).isEqualTo("default");
    assertThat(TestServer.json(server.get("/api/2.0/sql/warehouses/default")).get("state").asText())
        .isEqualTo("RUNNING");
    assertThat(server.get("/api/2.0/sql/warehouses/none").statusCode()).isEqualTo(404);
    assertThat(server.post("/api/2.0/sql/warehouses", "{}").statusCode()).isEqualTo(501);
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
  void aTableThatCouldNotBeFilledDoesNotExist() {
    JsonNode reply = run(server, "create table broken as select cast('x' as int) as n");

    assertThat(reply.at("/status/state").asText()).isEqualTo("FAILED");
    assertThat(rows(ok("show tables like 'broken'"))).isEmpty();
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

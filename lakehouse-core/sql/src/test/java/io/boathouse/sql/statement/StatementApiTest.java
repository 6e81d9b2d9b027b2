package io.boathouse.sql.statement;

import static io.boathouse.sql.statement.StatementCalls.PATH;
import static io.boathouse.sql.statement.StatementCalls.rows;
import static io.boathouse.sql.statement.StatementCalls.run;
import static io.boathouse.sql.statement.StatementCalls.submit;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.boathouse.platform.duckdb.DuckDbConfig;
import io.boathouse.platform.http.TestServer;
import io.boathouse.platform.json.Json;
import io.boathouse.sql.TestLakehouse;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(60)
class StatementApiTest {
  private static final AtomicReference<Instant> now =
      new AtomicReference<>(Instant.parse("2026-01-01T00:00:00Z"));

  @TempDir static Path temp;
  private static TestLakehouse house;
  private static TestServer server;

  @BeforeAll
  static void start() {
    house = new TestLakehouse(temp, new DuckDbConfig("256MB", 1, temp), now::get);
    server = TestServer.start(house.authenticator(), house.sql.routes()).as("admin-token");
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
  void resultsAreKeptForAnHourAndThenGone() {
    String id = ok("select 1").get("statement_id").asText();

    now.updateAndGet(time -> time.plus(Duration.ofMinutes(59)));
    assertThat(server.get(PATH + "/" + id).statusCode()).isEqualTo(200);
    now.updateAndGet(time -> time.plus(Duration.ofMinutes(2)));
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
        "format | \"CSV\" | 400",
        "disposition | \"BY_MAIL\" | 400",
        "session_id | \"none\" | 404",
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
    assertThat(response.body()).contains(status == 404 ? value.replace("\"", "") : field);
  }

  @Test
  void theWarehouseIsListedAndRuns() {
    JsonNode list = TestServer.json(server.get("/api/2.0/sql/warehouses"));

    assertThat(list.at("/warehouses/0/id").asText()).isEqualTo("default");
    assertThat(TestServer.json(server.get("/api/2.0/sql/warehouses/default")).get("state").asText())
        .isEqualTo("RUNNING");
    assertThat(server.get("/api/2.0/sql/warehouses/none").statusCode()).isEqualTo(404);
    assertThat(server.post("/api/2.0/sql/warehouses", "{}").statusCode()).isEqualTo(400);
  }

  @Test
  void aTableThatCouldNotBeFilledDoesNotExist() {
    JsonNode reply = run(server, "create table broken as select cast('x' as int) as n");

    assertThat(reply.at("/status/state").asText()).isEqualTo("FAILED");
    assertThat(rows(ok("show tables like 'broken'"))).isEmpty();
  }
}

package io.boathouse.sql.statement;

import static io.boathouse.sql.statement.StatementCalls.PATH;
import static io.boathouse.sql.statement.StatementCalls.ok;
import static io.boathouse.sql.statement.StatementCalls.rows;
import static io.boathouse.sql.statement.StatementCalls.submit;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.boathouse.catalog.grant.Privilege;
import io.boathouse.catalog.securable.FullName;
import io.boathouse.catalog.securable.SecurableType;
import io.boathouse.platform.duckdb.DuckDbConfig;
import io.boathouse.platform.http.TestServer;
import io.boathouse.platform.json.Json;
import io.boathouse.sql.TestLakehouse;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.math.BigDecimal;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.ipc.ArrowStreamReader;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Results behind signed addresses, in all formats, and the sessions that statements share. */
@Timeout(60)
class ResultLinksTest {
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

  private static JsonNode linked(TestServer as, String sql, String format) {
    return submit(
        as,
        Map.of(
            "statement",
            sql,
            "warehouse_id",
            "default",
            "disposition",
            "EXTERNAL_LINKS",
            "format",
            format,
            "wait_timeout",
            "50s"));
  }

  private static String address(JsonNode result) {
    String address = result.at("/external_links/0/external_link").asText();
    assertThat(address).as(result.toString()).startsWith("http://");
    return address;
  }

  /** As clients do it: without a token. */
  private static HttpResponse<byte[]> fetch(String address) {
    try {
      return server
          .client()
          .send(
              HttpRequest.newBuilder(URI.create(address)).build(),
              HttpResponse.BodyHandlers.ofByteArray());
    } catch (IOException | InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private static List<List<Object>> arrow(byte[] stream) throws IOException {
    List<List<Object>> rows = new ArrayList<>();
    try (var memory = new RootAllocator();
        var reader = new ArrowStreamReader(new ByteArrayInputStream(stream), memory)) {
      VectorSchemaRoot batch = reader.getVectorSchemaRoot();
      while (reader.loadNextBatch()) {
        for (int row = 0; row < batch.getRowCount(); row++) {
          List<Object> values = new ArrayList<>();
          for (var vector : batch.getFieldVectors()) {
            values.add(vector.getObject(row));
          }
          rows.add(values);
        }
      }
    }
    return rows;
  }

  @Test
  void everyTypeHasItsArrowForm() throws IOException {
    JsonNode reply =
        linked(
            server,
            "select true, 1::tinyint, 2::smallint, 3, 4::bigint, 1.5::float, 2.5::double,"
                + " 1.25::decimal(10,2), 'x', date '1970-01-03',"
                + " timestamptz '1970-01-01 00:00:00.000001Z', [1, null], {'a': 1, 'b': 'z'},"
                + " map {'k': 'v'}, null, 5::hugeint"
                + " union all select null, null, null, null, null, null, null, null, null, null,"
                + " null, null, null, null, null, null",
            "ARROW_STREAM");

    assertThat(reply.at("/manifest/format").asText()).isEqualTo("ARROW_STREAM");
    assertThat(reply.at("/manifest/result_compression").asText()).isEqualTo("NONE");
    List<List<Object>> rows = arrow(fetch(address(reply.get("result"))).body());
    assertThat(rows.get(0).stream().map(value -> String.valueOf(value)).toList())
        .containsExactly(
            "true",
            "1",
            "2",
            "3",
            "4",
            "1.5",
            "2.5",
            "1.25",
            "x",
            "2",
            "1",
            "[1,null]",
            "{\"a\":1,\"b\":\"z\"}",
            "[{\"key\":\"k\",\"value\":\"v\"}]",
            "null",
            "5");
    assertThat(rows.get(0).get(7)).isEqualTo(new BigDecimal("1.25"));
    assertThat(rows.get(1)).containsOnlyNulls();
  }

  @Test
  void aLargeResultComesInChunksThatEachAreAWholeStream() throws IOException {
    JsonNode reply = linked(server, "select range as i from range(3000000)", "ARROW_STREAM");

    int chunks = reply.at("/manifest/total_chunk_count").asInt();
    assertThat(chunks).isGreaterThan(1);
    long rows = 0;
    JsonNode result = reply.get("result");
    for (int i = 0; i < chunks; i++) {
      List<List<Object>> part = arrow(fetch(address(result)).body());
      assertThat(part.getFirst().getFirst()).isEqualTo(rows);
      rows += part.size();
      String next = result.at("/external_links/0/next_chunk_internal_link").asText();
      result = next.isEmpty() ? result : TestServer.json(server.get(next));
    }
    assertThat(rows).isEqualTo(3_000_000);
  }

  @Test
  void aSmallResultCanComeInTheReplyAsArrow() throws IOException {
    JsonNode reply =
        submit(
            server,
            Map.of(
                "statement",
                "select 7 as seven",
                "warehouse_id",
                "default",
                "disposition",
                "INLINE_OR_EXTERNAL_LINKS",
                "format",
                "ARROW_STREAM"));

    assertThat(arrow(reply.at("/result/attachment").binaryValue())).containsExactly(List.of(7));
    assertThat(reply.at("/result").has("external_links")).isFalse();
  }

  @Test
  void csvHasOneHeaderAndTellsNullFromItsLetters() {
    JsonNode reply = linked(server, "select 1 as a, null as b, 'x,\"y' as c, 'null' as d", "CSV");

    HttpResponse<byte[]> file = fetch(address(reply.get("result")));

    assertThat(new String(file.body(), java.nio.charset.StandardCharsets.UTF_8))
        .isEqualTo("a,b,c,d\r\n1,null,\"x,\"\"y\",\"null\"\r\n");
    assertThat(file.headers().firstValue("content-type").orElse("")).startsWith("text/csv");
  }

  @Test
  void aByteLimitCutsTheResultAndSaysSo() {
    JsonNode reply =
        submit(
            server,
            Map.of(
                "statement",
                "select range from range(100000)",
                "warehouse_id",
                "default",
                "disposition",
                "EXTERNAL_LINKS",
                "byte_limit",
                10_000));

    assertThat(reply.at("/manifest/truncated").asBoolean()).isTrue();
    assertThat(reply.at("/manifest/total_byte_count").asLong()).isBetween(9_000L, 10_000L);
  }

  /** Seen to open without the comparison of the code in LinkTokens. */
  @Test
  void aForgedAddressIsRefused() {
    String address = address(linked(server, "select 1", "JSON_ARRAY").get("result"));
    char last = address.charAt(address.length() - 8);
    String forged =
        address.substring(0, address.length() - 8)
            + (last == 'A' ? 'B' : 'A')
            + address.substring(address.length() - 7);

    assertThat(fetch(address).statusCode()).isEqualTo(200);
    assertThat(fetch(forged).statusCode()).isEqualTo(403);
    assertThat(fetch(address + "A").statusCode()).isEqualTo(403);
  }

  /** Seen to open without the comparison with the clock in LinkTokens. */
  @Test
  void anAddressIsOverAfterFifteenMinutes() {
    Instant before = now.get();
    String address = address(linked(server, "select 1", "JSON_ARRAY").get("result"));

    now.set(before.plus(Duration.ofMinutes(14)));
    assertThat(fetch(address).statusCode()).isEqualTo(200);
    now.set(before.plus(Duration.ofMinutes(16)));
    assertThat(fetch(address).statusCode()).isEqualTo(403);
    now.set(before);
  }

  /** Seen to answer with the rows without ResultRights in StatementService. */
  @Test
  void whoLosesSelectLosesTheKeptResultAndItsAddress() {
    JsonNode unused = ok(server, "create table links as select 42 as secret");
    Object ada = house.analyst("ada");
    assertThat(ada).isNotNull();
    house.grant(SecurableType.TABLE, "main.default.links", "ada", Privilege.SELECT);
    TestServer asAda = server.as("ada-token");
    JsonNode reply = linked(asAda, "select secret from links", "CSV");
    String id = reply.get("statement_id").asText();
    String address = address(reply.get("result"));
    assertThat(fetch(address).statusCode()).isEqualTo(200);

    house
        .catalog
        .grants()
        .revoke(
            house.admin,
            SecurableType.TABLE,
            FullName.parse("main.default.links"),
            "ada",
            Privilege.SELECT);

    HttpResponse<byte[]> refused = fetch(address);
    assertThat(refused.statusCode()).isEqualTo(403);
    assertThat(new String(refused.body(), java.nio.charset.StandardCharsets.UTF_8))
        .doesNotContain("42");
    assertThat(asAda.get(PATH + "/" + id).statusCode()).isIn(403, 404);
    assertThat(asAda.get(PATH + "/" + id + "/result/chunks/0").statusCode()).isIn(403, 404);
  }

  @Test
  void aSessionKeepsWhereNamesAreLookedUp() {
    JsonNode unused = ok(server, "create schema harbour");
    String session =
        TestServer.json(
                server.post(
                    "/api/2.0/sql/sessions", Json.writeText(Map.of("warehouse_id", "default"))))
            .get("session_id")
            .asText();

    inSession(server, session, "use schema harbour");
    inSession(server, session, "create table piers (a int)");
    JsonNode names = inSession(server, session, "select current_catalog(), current_schema()");

    assertThat(rows(names)).containsExactly(List.of("main", "harbour"));
    assertThat(rows(ok(server, "show tables in harbour"))).hasSize(1);
    assertThat(inSession(server, session, "set memory_limit = '1TB'").toString())
        .contains("UNKNOWN_SETTING");
    assertThat(rows(inSession(server, session, "set statement_timeout = 30")))
        .containsExactly(List.of("statement_timeout", "30"));
    assertThat(rows(inSession(server, session, "set statement_timeout = 1"))).hasSize(1);
    assertThat(
            inSession(
                    server,
                    session,
                    "select count(*) from range(10000000) a, range(100000) b"
                        + " where a.range % 7 = b.range % 11")
                .toString())
        .contains("STATEMENT_TIMEOUT");
    Object bob = house.analyst("bob");
    assertThat(bob).isNotNull();
    assertThat(server.as("bob-token").delete("/api/2.0/sql/sessions/" + session).statusCode())
        .isEqualTo(404);
    assertThat(server.delete("/api/2.0/sql/sessions/" + session).statusCode()).isEqualTo(200);
    assertThat(server.delete("/api/2.0/sql/sessions/" + session).statusCode()).isEqualTo(404);
  }

  private static JsonNode inSession(TestServer as, String session, String sql) {
    return submit(as, Map.of("statement", sql, "session_id", session, "wait_timeout", "50s"));
  }

  @Test
  void markersByPositionTakeTheirValuesInEveryPartOfAStatement() {
    JsonNode unused = ok(server, "create table marks as select 1 as id, 'a' as name");
    JsonNode reply =
        submit(
            server,
            Map.of(
                "statement",
                "update marks set name = ? where id = ?",
                "warehouse_id",
                "default",
                "parameters",
                List.of(
                    Map.of("ordinal", 1, "type", "STRING", "value", "what?"),
                    Map.of("ordinal", 2, "type", "INT", "value", "1"))));

    assertThat(reply.at("/status/state").asText()).as(reply.toString()).isEqualTo("SUCCEEDED");
    assertThat(rows(ok(server, "select name from marks"))).containsExactly(List.of("what?"));
  }

  @Test
  void driversListWholeCatalogsByPatterns() {
    JsonNode unused = ok(server, "create schema lists");
    unused = ok(server, "create table lists.a_b (n decimal(10,2) not null comment 'how much')");
    unused = ok(server, "create table lists.axb (n int)");

    assertThat(rows(ok(server, "show tables in catalog `main` schema like 'lists' like 'a\\_b'")))
        .containsExactly(List.of("main", "lists", "a_b", "false", "TABLE", ""));
    assertThat(rows(ok(server, "show tables in all catalogs schema like 'list.' like 'a*'")))
        .hasSize(2);
    assertThat(
            rows(ok(server, "show columns in catalog main schema like 'lists' table like 'a_b'")))
        .singleElement()
        .asInstanceOf(org.assertj.core.api.InstanceOfAssertFactories.LIST)
        .startsWith("main", "lists", "a_b", "n", "DECIMAL(10,2)")
        .contains("false", "how much");
    assertThat(rows(ok(server, "show columns in lists.axb"))).containsExactly(List.of("n"));
    assertThat(rows(ok(server, "show keys in catalog main in schema lists in table axb")))
        .isEmpty();
    assertThat(rows(ok(server, "show schemas in all catalogs like 'lists'")))
        .containsExactly(List.of("lists", "main"));
  }

  // Fails without the bound of each principal: one takes all ten thousand, and nobody else gets
  // one.
  @Test
  void case62_nobodyTakesAllSessions() {
    Object dora = house.user("dora");
    assertThat(dora).isNotNull();
    TestServer hers = server.as("dora-token");
    String wanted = Json.writeText(Map.of("warehouse_id", "default"));
    int opened = 0;
    HttpResponse<String> last = hers.post("/api/2.0/sql/sessions", wanted);
    while (last.statusCode() == 200 && opened < 1000) {
      opened++;
      last = hers.post("/api/2.0/sql/sessions", wanted);
    }
    assertThat(opened).isEqualTo(500);
    assertThat(last.statusCode()).isEqualTo(429);
    assertThat(last.body()).contains("You have 500 open sessions");
    assertThat(server.post("/api/2.0/sql/sessions", wanted).statusCode()).isEqualTo(200);
  }
}

package io.boathouse.sql.statement;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.boathouse.catalog.grant.Privilege;
import io.boathouse.catalog.securable.FullName;
import io.boathouse.catalog.securable.SecurableType;
import io.boathouse.platform.auth.Caller;
import io.boathouse.platform.http.TestServer;
import io.boathouse.platform.json.Json;
import io.boathouse.sql.TestLakehouse;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
class RowStatementsTest {
  @TempDir static Path temp;
  private static TestLakehouse house;
  private static TestServer admin;
  private static TestServer ann;
  private static int names;

  private String table;

  @BeforeAll
  static void start() {
    house = new TestLakehouse(temp);
    admin = TestServer.start(house.authenticator(), house.sql.routes()).as("admin-token");
    Caller unused = house.analyst("ann");
    ann = admin.as("ann-token");
  }

  @AfterAll
  static void stop() {
    admin.close();
    house.close();
  }

  @BeforeEach
  void fill() {
    table = "main.default.r" + names++;
    ok(
        "CREATE TABLE %s (id BIGINT NOT NULL, name STRING, price DECIMAL(10,2)) TBLPROPERTIES ('delta.enableDeletionVectors' = 'true')"
            .formatted(table));
    ok("INSERT INTO %s VALUES (1, 'a', 1.50), (2, NULL, 2.50), (3, 'c', NULL)".formatted(table));
  }

  /** Seen to fail, without the name, without DamagedFiles.named. */
  @Test
  void case10_aDamagedDataFileIsNamedToWhoeverReadsOrChangesTheTable() throws IOException {
    Set<Path> before = dataFiles();
    ok("INSERT INTO %s VALUES (9, 'z', 9.50)".formatted(table));
    Set<Path> after = dataFiles();
    after.removeAll(before);
    Path file = after.iterator().next();
    byte[] garbled = Files.readAllBytes(file);
    Arrays.fill(garbled, garbled.length - 200, garbled.length - 8, (byte) 0x5a);
    Files.write(file, garbled);

    for (String sql : List.of("SELECT * FROM %s", "DELETE FROM %s WHERE id > 0")) {
      JsonNode reply = run(admin, sql.formatted(table));
      assertThat(reply.at("/status/state").asText()).isEqualTo("FAILED");
      assertThat(reply.at("/status/error/message").asText())
          .as(sql)
          .contains(file.getFileName().toString())
          .doesNotContain(temp.toString());
    }
    assertThat(ok("SELECT count(*) FROM %s AT (VERSION => 1)".formatted(table)).toString())
        .contains("[[\"3\"]]");
    assertThat(ok("SELECT count(*) FROM %s WHERE id < 9".formatted(table)).toString())
        .contains("[[\"3\"]]");
    ok(
        "MERGE INTO %s AS t USING (SELECT CAST(2 AS BIGINT) AS id) AS s ON t.id = s.id WHEN MATCHED THEN DELETE"
            .formatted(table));
    assertThat(ok("SELECT count(*) FROM %s WHERE id < 9".formatted(table)).toString())
        .contains("[[\"2\"]]");
  }

  @Test
  void theHistoryTellsHowManyFilesAStatementReadAndHowManyItLeftOut() {
    ok("INSERT INTO %s VALUES (9, 'z', 9.50)".formatted(table));
    String sql = "SELECT name FROM %s WHERE id = 9".formatted(table);
    ok(sql);
    String path = "/api/2.0/sql/history/queries?max_results=1000";
    JsonNode metrics = entry(path + "&include_metrics=true", sql).path("metrics");

    assertThat(metrics.path("read_files_count").asLong()).isEqualTo(1);
    assertThat(metrics.path("pruned_files_count").asLong()).isEqualTo(1);
    assertThat(metrics.path("read_bytes").asLong()).isPositive();
    assertThat(metrics.path("pruned_bytes").asLong()).isPositive();
    assertThat(metrics.path("rows_produced_count").asLong()).isEqualTo(1);
    assertThat(entry(path, sql).has("metrics")).isFalse();
  }

  private static JsonNode entry(String path, String sql) {
    for (JsonNode entry : TestServer.json(admin.get(path)).path("res")) {
      if (entry.path("query_text").asText().equals(sql)) {
        return entry;
      }
    }
    throw new AssertionError(sql);
  }

  private static Set<Path> dataFiles() throws IOException {
    try (Stream<Path> files = Files.walk(temp.resolve("storage"))) {
      return files
          .filter(file -> file.toString().endsWith(".parquet"))
          .filter(file -> !file.toString().contains("_delta_log"))
          .collect(Collectors.toSet());
    }
  }

  private static JsonNode run(TestServer as, String sql, Object... parameters) {
    HttpResponse<String> response =
        as.post(
            "/api/2.0/sql/statements",
            Json.writeText(
                Map.of(
                    "statement",
                    sql,
                    "warehouse_id",
                    "default",
                    "wait_timeout",
                    "50s",
                    "parameters",
                    List.of(parameters))));
    assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
    return TestServer.json(response);
  }

  private static JsonNode ok(String sql, Object... parameters) {
    JsonNode reply = run(admin, sql, parameters);
    assertThat(reply.at("/status/state").asText()).as(reply.toString()).isEqualTo("SUCCEEDED");
    return reply;
  }

  private static String refused(TestServer as, String sql) {
    JsonNode reply = run(as, sql);
    assertThat(reply.at("/status/state").asText()).as(reply.toString()).isEqualTo("FAILED");
    return reply.at("/status/error/message").asText();
  }

  private static Map<String, String> counts(JsonNode reply) {
    Map<String, String> counts = new LinkedHashMap<>();
    JsonNode columns = reply.at("/manifest/schema/columns");
    for (int i = 0; i < columns.size(); i++) {
      counts.put(
          columns.get(i).get("name").asText(), reply.at("/result/data_array/0/" + i).asText());
    }
    return counts;
  }

  private List<String> rows() {
    List<String> rows = new ArrayList<>();
    for (JsonNode row : ok("SELECT * FROM " + table + " ORDER BY id").at("/result/data_array")) {
      List<String> values = new ArrayList<>();
      row.forEach(value -> values.add(value.asText()));
      rows.add(String.join("|", values));
    }
    return rows;
  }

  private String history(String column) {
    JsonNode reply = ok("DESCRIBE HISTORY " + table);
    JsonNode columns = reply.at("/manifest/schema/columns");
    for (int i = 0; i < columns.size(); i++) {
      if (columns.get(i).get("name").asText().equals(column)) {
        return reply.at("/result/data_array/0/" + i).asText();
      }
    }
    throw new AssertionError(column);
  }

  @Test
  void deleteTellsHowManyRowsWent() {
    JsonNode reply =
        ok(
            "DELETE FROM " + table + " AS x WHERE x.id > :least AND name IS NULL",
            Map.of("name", "least", "value", "1", "type", "INT"));

    assertThat(counts(reply)).containsExactly(Map.entry("num_affected_rows", "1"));
    assertThat(rows()).containsExactly("1|a|1.50", "3|c|null");
    assertThat(history("operation")).isEqualTo("DELETE");
    assertThat(history("operationParameters")).contains("x.id > :least AND name IS NULL");
    assertThat(counts(ok("DELETE FROM " + table))).containsEntry("num_affected_rows", "2");
    assertThat(rows()).isEmpty();
  }

  @Test
  void updateSetsColumnsFromOldValues() {
    JsonNode reply =
        ok(
            "UPDATE %s SET name = upper(coalesce(name, CASE WHEN id = 2 THEN 'two' END)), PRICE = NULL WHERE price IS NOT NULL"
                .formatted(table));

    assertThat(counts(reply)).containsExactly(Map.entry("num_affected_rows", "2"));
    assertThat(rows()).containsExactly("1|A|null", "2|TWO|null", "3|c|null");
    assertThat(history("operation")).isEqualTo("UPDATE");
  }

  @Test
  void aConditionMayAskOtherTablesAndTheTableItself() {
    ok("CREATE TABLE " + table + "_other AS SELECT 3 AS id");
    ok(
        "DELETE FROM %s WHERE id IN (SELECT o.id FROM %s_other AS o) OR id < (SELECT max(id) - 1 FROM %s)"
            .formatted(table, table, table));

    assertThat(rows()).containsExactly("2|null|2.50");
  }

  @Test
  void mergeUpdatesDeletesAndInserts() {
    JsonNode reply =
        ok(
            """
            MERGE INTO %s AS t
            USING (SELECT * FROM (VALUES (1, 'one', 10.0), (3, NULL, 0), (7, 'seven', 7.0), (8, 'x', 0))
              AS v(id, name, price)) AS s
            ON t.id = s.id
            WHEN MATCHED AND s.price = 0 THEN DELETE
            WHEN MATCHED THEN UPDATE SET name = s.name, price = CAST(t.price + s.price AS DECIMAL(10,2))
            WHEN NOT MATCHED BY TARGET AND s.price > 0 THEN INSERT (id, name) VALUES (s.id, s.name)
            WHEN NOT MATCHED BY SOURCE AND t.name IS NULL THEN UPDATE SET name = 'left'
            """
                .formatted(table));

    assertThat(counts(reply))
        .containsExactly(
            Map.entry("num_affected_rows", "4"),
            Map.entry("num_updated_rows", "2"),
            Map.entry("num_deleted_rows", "1"),
            Map.entry("num_inserted_rows", "1"));
    assertThat(rows()).containsExactly("1|one|11.50", "2|left|2.50", "7|seven|null");
    assertThat(history("operation")).isEqualTo("MERGE");
  }

  @Test
  void mergeWithStarsTakesTheColumnsOfTheSource() {
    ok(
        "CREATE TABLE "
            + table
            + "_s AS SELECT 2 AS id, 'b' AS name, CAST(9 AS DECIMAL(10,2)) AS price UNION ALL"
            + " SELECT 4, 'd', 4");
    ok(
        "MERGE INTO %s t USING %s_s s ON t.id = s.id WHEN MATCHED THEN UPDATE SET * WHEN NOT MATCHED THEN INSERT *"
            .formatted(table, table));

    assertThat(rows()).containsExactly("1|a|1.50", "2|b|9.00", "3|c|null", "4|d|4.00");
  }

  @Test
  void aRowThatSeveralRowsOfTheSourceWouldChangeIsRefused() {
    String source = "(SELECT 1 AS id, unnest(['p', 'q']) AS name) s";
    String merge = "MERGE INTO " + table + " t USING " + source + " ON t.id = s.id WHEN MATCHED ";

    assertThat(refused(admin, merge + "THEN UPDATE SET name = s.name"))
        .contains("MERGE_SEVERAL_MATCHES");
    assertThat(counts(ok(merge + "AND s.name = 'q' THEN UPDATE SET name = s.name")))
        .containsEntry("num_updated_rows", "1");
    assertThat(counts(ok(merge + "THEN DELETE"))).containsEntry("num_deleted_rows", "1");
    assertThat(rows()).containsExactly("2|null|2.50", "3|c|null");
  }

  @Test
  void replaceWherePutsTheRowsInPlaceOfThoseThatMeetTheCondition() {
    JsonNode reply = ok("INSERT INTO %s REPLACE WHERE id >= 2 SELECT 5, 'e', 5.0".formatted(table));

    assertThat(counts(reply)).containsEntry("num_inserted_rows", "1");
    assertThat(rows()).containsExactly("1|a|1.50", "5|e|5.00");
    assertThat(
            refused(
                admin, "INSERT INTO %s REPLACE WHERE id >= 2 SELECT 1, 'e', 5.0".formatted(table)))
        .contains("ROWS_OUTSIDE_REPLACED");
    assertThat(rows()).hasSize(2);
  }

  @Test
  void alterTableAddsColumnsConstraintsAndProperties() {
    ok("ALTER TABLE %s ADD COLUMNS (note STRING COMMENT 'why', n INT)".formatted(table));
    ok("ALTER TABLE %s ADD CONSTRAINT positive CHECK (id > 0 OR (note = 'ok'))".formatted(table));
    ok(
        "ALTER TABLE %s SET TBLPROPERTIES ('delta.isolationLevel' = 'WriteSerializable')"
            .formatted(table));
    ok("INSERT INTO %s VALUES (4, 'd', 1, 'new', 7), (-4, 'd', 1, 'ok', 7)".formatted(table));

    assertThat(refused(admin, "INSERT INTO %s (id) VALUES (-1)".formatted(table)))
        .contains("CHECK_CONSTRAINT_VIOLATED");
    assertThat(refused(admin, "UPDATE %s SET id = -id WHERE id = 1".formatted(table)))
        .contains("CHECK_CONSTRAINT_VIOLATED");
    ok("ALTER TABLE %s DROP CONSTRAINT IF EXISTS positive".formatted(table));
    ok("UPDATE %s SET id = -id, note = 'n', n = n + 1 WHERE id = 1".formatted(table));
    assertThat(rows())
        .containsExactly(
            "-4|d|1.00|ok|7",
            "-1|a|1.50|n|null",
            "2|null|2.50|null|null",
            "3|c|null|null|null",
            "4|d|1.00|new|7");
    assertThat(ok("DESCRIBE TABLE " + table).at("/result/data_array").toString())
        .contains("[\"note\",\"string\",\"why\"]");
  }

  @Test
  void changingNeedsModifyAndReadingNeedsSelect() {
    house.grant(SecurableType.TABLE, table, "ann", Privilege.SELECT);
    assertThat(refused(ann, "DELETE FROM " + table)).contains("MODIFY");
    house.grant(SecurableType.TABLE, table, "ann", Privilege.MODIFY);
    assertThat(run(ann, "DELETE FROM " + table + " WHERE id = 1").at("/status/state").asText())
        .isEqualTo("SUCCEEDED");
    house
        .catalog
        .grants()
        .revoke(house.admin, SecurableType.TABLE, FullName.parse(table), "ann", Privilege.SELECT);

    assertThat(refused(ann, "DELETE FROM " + table + " WHERE id = 2")).contains("SELECT");
    assertThat(refused(ann, "UPDATE " + table + " SET name = name || '!'")).contains("SELECT");
    assertThat(
            refused(
                ann,
                "MERGE INTO %s t USING (SELECT 1 AS id) s ON TRUE WHEN MATCHED THEN DELETE"
                    .formatted(table)))
        .contains("SELECT");
    assertThat(run(ann, "UPDATE " + table + " SET name = 'z'").at("/status/state").asText())
        .isEqualTo("SUCCEEDED");
    assertThat(rows()).containsExactly("2|z|2.50", "3|z|null");
  }

  @Test
  void whatIsNoPlainExpressionOrReadsElsewhereChangesNothing() {
    List<String> statements =
        List.of(
            "DELETE FROM %s WHERE id = (SELECT count(*) FROM read_parquet('/etc/*'))",
            "UPDATE %s SET name = (SELECT string_agg(sql) FROM duckdb_views())",
            "UPDATE %s SET name = getenv('HOME')",
            "DELETE FROM %s WHERE true) UNION ALL SELECT 0, 0 FROM (VALUES (1)",
            "UPDATE %s SET name = 'x', id = 1 FROM main.default.other",
            "UPDATE %s SET name = 'a' b",
            "UPDATE %s SET name = COLUMNS(*)",
            "DELETE FROM %s WHERE id = 1; SELECT 1",
            "MERGE INTO %s t USING read_parquet('/etc/passwd') s ON TRUE WHEN MATCHED THEN DELETE",
            "MERGE INTO %s t USING (SELECT 1 AS id) s ON TRUE",
            "DELETE FROM %s WHERE id = ",
            "UPDATE %s SET id = id + 1, id = 3",
            "UPDATE %s SET nothing = 1",
            "UPDATE %s SET id = 'x'",
            "UPDATE %s SET id = NULL");
    for (String sql : statements) {
      assertThat(refused(admin, sql.formatted(table)))
          .as(sql)
          .startsWith("[")
          .doesNotContain("INTERNAL_ERROR");
    }
    assertThat(rows()).hasSize(3);
    assertThat(history("version")).isEqualTo("1");
  }
}

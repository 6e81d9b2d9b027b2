package io.boathouse.sql.statement;

import static io.boathouse.sql.statement.StatementCalls.rows;
import static io.boathouse.sql.statement.StatementCalls.run;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.boathouse.platform.http.TestServer;
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
import org.junit.jupiter.params.provider.CsvSource;

/** The function table_changes anywhere in a query, for whoever may read the table. */
@Timeout(60)
class TableChangesTest {
  @TempDir static Path temp;
  private static TestLakehouse house;
  private static TestServer server;
  private static TestServer ann;

  @BeforeAll
  static void start() {
    house = new TestLakehouse(temp);
    server = TestServer.start(house.authenticator(), house.sql.routes()).as("admin-token");
    Object unused = house.analyst("ann");
    ann = server.as("ann-token");
    ok(
        "create table fed (id bigint, name string) tblproperties ('delta.enableChangeDataFeed' ="
            + " 'true')");
    ok("insert into fed values (1, 'a'), (2, 'b')");
    ok("update fed set name = 'c' where id = 2");
    ok("delete from fed where id = 1");
    ok("create table plain (id bigint)");
    ok("insert into plain values (1)");
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
  void changesAreRowsOfAnyQuery() {
    assertThat(
            rows(
                ok(
                    "select id, name, _change_type, _commit_version from"
                        + " table_changes('main.default.fed', 1, 3) order by 4, 3, 1")))
        .containsExactly(
            List.of("1", "a", "insert", "1"),
            List.of("2", "b", "insert", "1"),
            List.of("2", "c", "update_postimage", "2"),
            List.of("2", "b", "update_preimage", "2"),
            List.of("1", "a", "delete", "3"));
    assertThat(rows(ok("select count(*) from table_changes('fed', 2)")))
        .containsExactly(List.of("3"));
    assertThat(
            rows(
                ok(
                    "with c as (select * from Table_Changes('default.fed', '2000-01-01 00:00:00',"
                        + " 3) x) select f.name, c.name from c join fed f using (id) where"
                        + " c._change_type = 'update_preimage'")))
        .containsExactly(List.of("c", "b"));
    assertThat(
            rows(
                ok(
                    "select x.n, table_changes._change_type from table_changes('fed', 3), (select"
                        + " max(_commit_version) as n from table_changes('fed', 0, 1)) x")))
        .containsExactly(List.of("1", "delete"));
  }

  @Test
  void boundsMayBeParameters() {
    JsonNode reply =
        StatementCalls.submit(
            server,
            Map.of(
                "statement",
                "select distinct _commit_version from table_changes('fed', :a, :b)",
                "warehouse_id",
                "default",
                "wait_timeout",
                "50s",
                "parameters",
                List.of(
                    Map.of("name", "a", "value", "2", "type", "BIGINT"),
                    Map.of("name", "b", "value", "2", "type", "BIGINT"))));

    assertThat(rows(reply)).containsExactly(List.of("2"));
  }

  @Test
  void aTableIsFilledFromItself() {
    ok("create table own as select 1 as id");
    ok("insert into own select id + 1 from own");
    ok("insert overwrite own select id * 10 from own");

    assertThat(rows(ok("select id from own order by id")))
        .containsExactly(List.of("10"), List.of("20"));
  }

  @Test
  void changesFillTables() {
    ok("create table kept as select * from table_changes('fed', 1, 1)");
    ok("insert into kept select * from table_changes('fed', 2, 2)");

    assertThat(rows(ok("select count(*) from kept"))).containsExactly(List.of("4"));
  }

  /** Seen to fail without SELECT in TableReader.changes. */
  @Test
  void whoeverMayNotReadTheTableMayNotReadItsChanges() {
    JsonNode hidden = run(ann, "select * from table_changes('fed', 1)");
    JsonNode absent = run(ann, "select * from table_changes('nothing', 1)");

    assertThat(hidden.at("/status/state").asText()).isEqualTo("FAILED");
    assertThat(hidden.at("/status/error/message").asText())
        .isEqualTo(absent.at("/status/error/message").asText().replace("nothing", "fed"));
    ok(
        "create table shown tblproperties ('delta.enableChangeDataFeed' = 'true') as select 1 as"
            + " id");
    ok("grant select on table shown to ann");
    assertThat(rows(run(ann, "select id from table_changes('shown', 0)")))
        .containsExactly(List.of("1"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "select * from table_changes('plain', 0) | delta.enableChangeDataFeed",
        "select * from table_changes('fed', 9) | 9",
        "select * from table_changes('fed', 2, 1) | version 1",
        "select * from table_changes('fed') | a start",
        "select * from table_changes('fed', 1, 2, 3) | a start",
        "select * from table_changes('fed', id) | constant",
        "select * from table_changes('fed', 'noon') | time",
        "select * from table_changes('fed', -1) | version",
        "select * from table_changes('a.b.c.d', 1) | a.b.c.d",
        "select * from table_changes('fed', (select 1)) | constant",
        "select * from table_changes(read_text('/etc/passwd'), 1) | read_text",
        "select * from main.table_changes('fed', 1) | qualified",
        "select table_changes('fed', 1) | table_changes",
        "select * from table_changes(:a, 1) | value"
      })
  void whatCannotBeIsRefusedNamingWhatIsWrong(String sql, String named) {
    JsonNode reply = run(server, sql);

    assertThat(reply.at("/status/state").asText()).isEqualTo("FAILED");
    assertThat(reply.at("/status/error/message").asText()).contains(named);
  }
}

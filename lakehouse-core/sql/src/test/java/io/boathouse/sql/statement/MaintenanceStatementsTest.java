package io.boathouse.sql.statement;

import static io.boathouse.sql.statement.StatementCalls.rows;
import static io.boathouse.sql.statement.StatementCalls.run;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.boathouse.platform.http.TestServer;
import io.boathouse.sql.TestLakehouse;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(60)
class MaintenanceStatementsTest {
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
    ok("create table kept (id bigint, day date) partitioned by (day)");
    for (int i = 1; i <= 3; i++) {
      ok(
          "insert into kept values (%d, date '2001-01-01'), (%d, date '2001-01-02')"
              .formatted(i, i));
    }
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
  void tablesAreOptimizedVacuumedAndRestoredByStatements() {
    List<String> one =
        rows(ok("OPTIMIZE kept WHERE day >= '2001-01-02' AND (day <> '2001-01-05' OR day IS NULL)"))
            .getFirst();
    assertThat(one.subList(0, 2)).containsExactly("1", "3");
    List<String> all = rows(ok("optimize main.default.kept zorder by (id)")).getFirst();
    assertThat(all.subList(0, 2)).containsExactly("2", "4");
    assertThat(rows(ok("select count(*), sum(id) from kept"))).containsExactly(List.of("6", "12"));
    assertThat(rows(ok("vacuum kept retain 200 hours dry run"))).isEmpty();
    assertThat(rows(ok("vacuum kept"))).containsExactly(List.of("0", "0"));
    List<String> restored = rows(ok("restore table kept to version as of 1")).getFirst();
    assertThat(restored.get(1)).isEqualTo("2");
    assertThat(rows(ok("select sum(id) from kept"))).containsExactly(List.of("2"));
    assertThat(rows(ok("describe history kept")).stream().map(row -> row.get(2)).toList())
        .startsWith("RESTORE", "OPTIMIZE", "OPTIMIZE", "INSERT");
    List<String> detail = rows(ok("describe detail kept")).getFirst();
    assertThat(detail).contains("delta", "main.default.kept", "day", "2");
  }

  @Test
  void tablesAreClusteredByStatements() {
    ok("create table near (x bigint, y bigint) cluster by (x, y)");
    ok("insert into near select range, range % 7 from range(100)");
    ok("insert into near select range, range % 5 from range(100)");
    assertThat(rows(ok("describe detail near")).getFirst().toString()).contains("x", "y");
    assertThat(rows(ok("optimize near")).getFirst().subList(0, 2)).containsExactly("1", "2");
    assertThat(run(server, "optimize near zorder by (x)").at("/status/error/message").asText())
        .contains("clustered by x, y");
    ok("alter table near cluster by none");
    assertThat(rows(ok("optimize near zorder by (x)")).getFirst().subList(0, 2))
        .containsExactly("1", "1");
    ok("create table nearer cluster by (z) as select 1 as z");
    assertThat(
            run(server, "create table nowhere (x bigint) cluster by (z)")
                .at("/status/error/message")
                .asText())
        .contains("'z'");
    assertThat(run(server, "select * from nowhere").at("/status/state").asText())
        .isEqualTo("FAILED");
    ok("create table copy shallow clone nearer");
    assertThat(ok("describe detail copy").toString()).contains("\"z\"");
  }

  @Test
  void maintenanceNeedsModify() {
    ok("grant select on table kept to ann");
    for (String sql : List.of("optimize kept", "vacuum kept", "restore kept to version as of 1")) {
      assertThat(run(ann, sql).at("/status/error/message").asText()).contains("MODIFY");
    }
    assertThat(rows(run(ann, "describe detail kept"))).hasSize(1);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "vacuum kept retain 1 hours | 168",
        "vacuum kept retain x hours | number of hours",
        "optimize kept where id = 1 | partition columns",
        "optimize kept where day = 'x' | date",
        "optimize kept where nothing = 1 | nothing",
        "optimize kept where day + 1 = 2 | IS NULL",
        "optimize kept zorder by day | partition column",
        "restore kept to version as of 99 | 99",
        "restore kept to timestamp as of 'noon' | noon",
        "restore kept | timestamp"
      })
  void whatCannotBeIsRefusedNamingWhatIsWrong(String sql, String named) {
    JsonNode reply = run(server, sql);

    assertThat(reply.at("/status/state").asText()).isEqualTo("FAILED");
    assertThat(reply.at("/status/error/message").asText()).contains(named);
  }
}

package io.boathouse.e2e.adversarial;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.boathouse.e2e.adversarial.Matrix.Row;
import io.boathouse.e2e.adversarial.People.Answer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * One row filter and one column mask against every door that can carry data: each row of the matrix
 * is a door, each column somebody who asks, each cell what is expected. Whatever is expected, no
 * reply to anybody but the insider may hold a word or number that the policies hide.
 */
@Timeout(240)
class BypassMatrixTest {
  @TempDir private static Path folder;
  private static GuardedHouse house;
  private static final Map<String, List<String>> expected = new HashMap<>();

  @BeforeAll
  static void open() throws Exception {
    house = new GuardedHouse(folder);
  }

  @AfterAll
  static void close() {
    house.close();
  }

  @TestFactory
  Stream<DynamicTest> case23_noRequestGetsPastAPolicy() {
    return Matrix.rows("rest.txt").stream()
        .map(row -> DynamicTest.dynamicTest(row.door(), () -> everybody(row, this::ask)));
  }

  @TestFactory
  Stream<DynamicTest> case23_noStatementGetsPastAPolicy() {
    return Matrix.rows("sql.txt").stream()
        .map(row -> DynamicTest.dynamicTest(row.door(), () -> everybody(row, this::run)));
  }

  @FunctionalInterface
  private interface Attempt {
    void by(Row row, Guarded guarded, Who who) throws Exception;
  }

  private static void everybody(Row row, Attempt attempt) {
    List<String> wrong = new ArrayList<>();
    for (Guarded guarded : Guarded.values()) {
      for (Who who : Who.values()) {
        try {
          attempt.by(row, guarded, who);
        } catch (Exception | AssertionError e) {
          wrong.add("%s, %s: %s".formatted(guarded, who, e.getMessage()));
        }
      }
    }
    assertThat(wrong).as(row.door()).isEmpty();
  }

  private void ask(Row row, Guarded guarded, Who who) throws Exception {
    String[] line = row.first().split(" ", 2);
    Answer answer =
        house
            .people()
            .ask(
                who,
                line[0],
                house.filled(line[1], guarded, who),
                house.filled(row.secondOr(""), guarded, who));
    String text = readable(answer);
    String cell = row.cells().get(who);
    if (cell.equals("all")) {
      assertThat(answer.status()).as(text).isEqualTo(200);
      assertThat(text).containsPattern(Guarded.CANARY);
      return;
    }
    String[] wanted = house.filled(cell, guarded, who).split(":", 2);
    assertThat(answer.status()).as(text).isEqualTo(Integer.parseInt(wanted[0]));
    if (wanted.length > 1) {
      assertThat(text).containsPattern(wanted[1]);
    }
    assertThat(text).doesNotContainPattern(Guarded.CANARY);
  }

  /** The reply as text, with the values of a Parquet file. */
  private static String readable(Answer answer) throws Exception {
    if (!answer.text().startsWith("PAR1")) {
      return answer.text();
    }
    Path file = Files.write(folder.resolve("reply.parquet"), answer.bytes());
    StringBuilder text = new StringBuilder();
    try (Connection connection = DriverManager.getConnection("jdbc:duckdb:");
        Statement statement = connection.createStatement();
        ResultSet rows =
            statement.executeQuery("SELECT to_json(t) FROM read_parquet('" + file + "') t")) {
      while (rows.next()) {
        text.append(rows.getString(1)).append('\n');
      }
    } catch (SQLException e) {
      throw new AssertionError("no Parquet file", e);
    }
    return text.toString();
  }

  private void run(Row row, Guarded guarded, Who who) {
    String cell = row.cells().get(who);
    JsonNode reply = house.people().statement(who, house.filled(row.first(), guarded, who));
    boolean ended = List.of("seen", "all", "hidden", "ok").contains(cell);
    assertThat(reply.at("/status/state").asText())
        .as(reply.toString())
        .isEqualTo(ended ? "SUCCEEDED" : "FAILED");
    if (cell.equals("seen") || cell.equals("all")) {
      assertThat(sorted(reply)).isEqualTo(oracle(row, guarded, cell.equals("all")));
    } else if (!ended && !cell.equals("fails")) {
      assertThat(reply.at("/status/error/message").asText()).contains(cell);
    }
    if (who != Who.INSIDER) {
      assertThat(reply.toString()).doesNotContainPattern(Guarded.CANARY);
    }
  }

  private static List<String> oracle(Row row, Guarded guarded, boolean all) {
    String table = guarded.oracle(all);
    String sql =
        row.secondOr(row.first())
            .replace("{t}", table)
            .replace("{name}", table.substring(table.lastIndexOf('.') + 1));
    return expected.computeIfAbsent(
        sql, text -> sorted(house.people().run(Who.ADMIN, List.of(text))));
  }

  private static List<String> sorted(JsonNode reply) {
    List<String> rows = new ArrayList<>();
    reply.at("/result/data_array").forEach(row -> rows.add(row.toString()));
    rows.sort(Comparator.naturalOrder());
    return rows;
  }
}

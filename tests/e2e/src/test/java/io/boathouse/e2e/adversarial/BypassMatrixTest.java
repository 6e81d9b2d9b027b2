package io.boathouse.e2e.adversarial;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.boathouse.e2e.adversarial.Matrix.Row;
import io.boathouse.e2e.adversarial.People.Answer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * One row filter and one column mask against every door that can carry data: each row of the matrix
 * is a door, each column somebody who asks, each cell what is expected. Whatever is expected, no
 * reply to anybody but the insider may hold a word or number that the policies hide. Requests come
 * first, for statements look at what some of them made.
 */
@Timeout(240)
@TestMethodOrder(MethodOrderer.MethodName.class)
class BypassMatrixTest {
  private static final Pattern ATTACHMENT = Pattern.compile("\"attachment\" *: *\"([^\"]+)\"");

  @TempDir private static Path folder;
  private static GuardedHouse house;
  private static final Map<String, List<String>> expected = new ConcurrentHashMap<>();

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
        .map(
            row ->
                DynamicTest.dynamicTest(
                    row.door(), () -> everybody(row, Guarded.ONE_BY_ONE, this::ask)));
  }

  @TestFactory
  Stream<DynamicTest> case23_noStatementGetsPastAPolicy() {
    return Matrix.rows("sql.txt").stream()
        .map(
            row ->
                DynamicTest.dynamicTest(
                    row.door(),
                    () -> everybody(row, List.of(Guarded.FILTERED_AND_MASKED), this::run)));
  }

  /** The driver reads Arrow from signed addresses, and has statements of its own for metadata. */
  @ParameterizedTest
  @EnumSource(Who.class)
  void case23_theJdbcDriverShowsWhatThePoliciesLetThrough(Who who) throws Exception {
    Guarded guarded = Guarded.FILTERED_AND_MASKED;
    String sql = "SELECT ssn, region, pay FROM " + guarded.table();
    try (Connection connection = JdbcDoor.open(house.people(), who)) {
      if (!who.reads()) {
        assertThatThrownBy(() -> JdbcDoor.rows(connection, sql)).hasMessageContaining("NOT_FOUND");
        return;
      }
      List<String> rows = JdbcDoor.rows(connection, sql);
      String metadata = JdbcDoor.columns(connection, guarded).toString();
      assertThat(metadata).contains("ssn").doesNotContainPattern(Guarded.CANARY);
      if (who == Who.INSIDER) {
        assertThat(rows).hasSize(Guarded.VISIBLE + Guarded.HIDDEN);
      } else {
        assertThat(rows).hasSize(Guarded.VISIBLE);
        assertThat(rows.toString()).doesNotContainPattern(Guarded.CANARY);
      }
    }
  }

  /** Would pass over a route that nobody thought of. */
  @Test
  void everyOperationHasARowOrAReason() {
    JsonNode endpoints =
        house.people().ok(Who.ADMIN, "GET", "/api/2.0/boathouse/endpoints", "").path("endpoints");
    assertThat(Coverage.unclassified(endpoints, this::asked)).isEmpty();
  }

  /** Would pass over a tool that nobody thought of. */
  @Test
  void everyToolHasARow() {
    JsonNode tools =
        house
            .people()
            .ok(
                Who.ADMIN,
                "POST",
                "/mcp",
                "{\"jsonrpc\": \"2.0\", \"id\": 1, \"method\": \"tools/list\"}")
            .at("/result/tools");
    List<String> rows = Matrix.rows("rest.txt").stream().map(row -> row.secondOr("")).toList();
    assertThat(tools.findValuesAsText("name"))
        .filteredOn(tool -> !tool.startsWith(Coverage.ENDPOINT_TOOL))
        .isNotEmpty()
        .allSatisfy(
            tool ->
                assertThat(rows)
                    .as("a row with the tool '%s'", tool)
                    .anyMatch(body -> body.contains("\"" + tool + "\"")));
  }

  /** Would pass over a kind of statement that nobody thought of. */
  @Test
  void everyKindOfStatementHasARowOrAReason() {
    assertThat(Coverage.unclassifiedStatements()).isEmpty();
  }

  private String asked(Row row) {
    return house.filled(row.first(), Guarded.FILTERED, Who.OWNER);
  }

  @FunctionalInterface
  private interface Attempt {
    void by(Row row, Guarded guarded, Who who) throws Exception;
  }

  /** All at once, for they do not touch each other's things. */
  private static void everybody(Row row, List<Guarded> tables, Attempt attempt) {
    List<CompletableFuture<String>> attempts = new ArrayList<>();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (Guarded guarded : tables) {
        for (Who who : Who.values()) {
          attempts.add(
              CompletableFuture.supplyAsync(() -> wrong(row, guarded, who, attempt), threads));
        }
      }
    }
    assertThat(attempts.stream().map(CompletableFuture::join).filter(wrong -> !wrong.isEmpty()))
        .as(row.door())
        .isEmpty();
  }

  private static String wrong(Row row, Guarded guarded, Who who, Attempt attempt) {
    try {
      attempt.by(row, guarded, who);
      return "";
    } catch (Exception | AssertionError e) {
      return "%s, %s: %s".formatted(guarded, who, e.getMessage());
    }
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
      return answer.text() + arrow(answer.text());
    }
    Path file = Files.write(Files.createTempFile(folder, "reply", ".parquet"), answer.bytes());
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

  /** What is in an attachment, whose texts stand in it as they are. */
  private static String arrow(String reply) {
    Matcher attachment = ATTACHMENT.matcher(reply);
    return attachment.find()
        ? new String(Base64.getDecoder().decode(attachment.group(1)), StandardCharsets.UTF_8)
        : "";
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

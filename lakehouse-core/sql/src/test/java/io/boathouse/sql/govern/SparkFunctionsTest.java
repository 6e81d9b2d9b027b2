package io.boathouse.sql.govern;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.boathouse.platform.auth.Caller;
import io.boathouse.platform.duckdb.DuckAccess;
import io.boathouse.platform.duckdb.DuckDb;
import io.boathouse.platform.duckdb.DuckDbConfig;
import io.boathouse.platform.duckdb.DuckSession;
import io.boathouse.platform.error.LakeException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.StringJoiner;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Expressions and statements of Spark SQL, each with what Spark answered when it was asked; {@code
 * SparkValuesTest} of the conformance suite asks it again. Where a line has a fourth cell, or a
 * statement lines with a bang, that is what is given here instead, and SPARK.md tells of it.
 */
class SparkFunctionsTest {
  private static final String REFUSED = "refused";
  private static final Caller CALLER =
      new Caller(
          UUID.randomUUID(),
          "ann",
          Caller.Kind.USER,
          Set.of(),
          Optional.empty(),
          "request-1",
          "127.0.0.1",
          "test");

  @TempDir static Path temp;
  private static SyntaxTrees trees;
  private static DuckSession session;
  private static QueryChecker checker;

  private record Example(String function, String expression, String spark, Optional<String> here) {}

  private record Answered(String statement, List<String> spark, List<String> here) {}

  @BeforeAll
  static void open() {
    DuckDb duckDb = new DuckDb(new DuckDbConfig("256MB", 1, temp));
    trees = new SyntaxTrees(duckDb);
    session = duckDb.open(DuckAccess.scratchOnly());
    checker = new QueryChecker(trees, AllowList.standard());
  }

  @AfterAll
  static void close() {
    session.close();
    trees.close();
  }

  private static List<String> lines(String resource) throws IOException {
    try (InputStream in =
        Objects.requireNonNull(SparkFunctionsTest.class.getResourceAsStream(resource))) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8)
          .lines()
          .filter(line -> !line.startsWith("#"))
          .toList();
    }
  }

  private static List<Example> examples() throws IOException {
    return lines("spark-examples.tsv").stream()
        .map(line -> line.split("\t", -1))
        .map(
            cells ->
                new Example(
                    cells[0],
                    cells[1],
                    cells[2],
                    cells.length > 3 ? Optional.of(cells[3]) : Optional.empty()))
        .toList();
  }

  private static List<Answered> statements() throws IOException {
    List<Answered> statements = new ArrayList<>();
    for (String line : lines("spark-statements.txt")) {
      if (line.startsWith("  ")) {
        statements.getLast().spark().add(line.substring(2));
      } else if (line.startsWith("! ")) {
        statements.getLast().here().add(line.substring(2));
      } else {
        statements.add(new Answered(line, new ArrayList<>(), new ArrayList<>()));
      }
    }
    return statements;
  }

  @Test
  void functionsGiveTheValuesThatSparkGives() throws IOException {
    List<String> wrong = new ArrayList<>();
    for (Example example : examples()) {
      String value = value(example.expression());
      boolean expected =
          value.equals(example.here().orElse(example.spark()))
              || (value.startsWith("ERROR ") && example.here().equals(Optional.of(REFUSED)));
      if (!expected) {
        wrong.add(example + " but was " + value);
      }
    }

    assertThat(wrong).isEmpty();
    assertThat(
            examples().stream()
                .filter(example -> example.here().isEmpty())
                .map(Example::function)
                .distinct()
                .count())
        .isGreaterThanOrEqualTo(250);
  }

  @Test
  void statementsGiveTheRowsThatSparkGives() throws IOException {
    session.execute(
        """
        CREATE OR REPLACE TEMP VIEW emp AS FROM (VALUES
          (1, 'ann', 'eng', 120, CAST(NULL AS INT)), (2, 'bob', 'eng', 90, 1),
          (3, 'cid', 'ops', 80, 1), (4, 'dan', 'ops', 80, 3), (5, 'eve', 'law', 60, 1))
          AS t(id, name, dept, pay, boss)\
        """);
    session.execute(
        """
        CREATE OR REPLACE TEMP VIEW dep AS FROM (VALUES
          ('eng', 'rome'), ('ops', 'oslo'), ('art', 'bern')) AS t(dept, city)\
        """);
    List<String> wrong = new ArrayList<>();
    for (Answered answered : statements()) {
      List<String> rows = rows(answered.statement());
      boolean expected =
          answered.here().equals(List.of(REFUSED))
              ? rows.getFirst().startsWith("ERROR ")
              : rows.equals(answered.here().isEmpty() ? answered.spark() : answered.here());
      if (!expected) {
        wrong.add(answered + " but was " + rows);
      }
    }

    assertThat(wrong).isEmpty();
    assertThat(statements().stream().filter(answered -> answered.here().isEmpty()).count())
        .isGreaterThanOrEqualTo(110);
  }

  private static String value(String expression) {
    return String.join("", rows("SELECT CAST((" + expression + ") AS STRING)"));
  }

  private static List<String> rows(String statement) {
    QueryText query =
        new QueryText(
            statement, List.of(), NameDefaults.STANDARD, Map.of("emp", "emp", "dep", "dep"));
    try {
      return session.query(checker.check(CALLER, query).sql(), SparkFunctionsTest::row);
    } catch (LakeException e) {
      return List.of("ERROR " + e.message());
    } catch (RuntimeException e) {
      return List.of("ERROR " + e);
    }
  }

  private static String row(ResultSet row) throws SQLException {
    StringJoiner values = new StringJoiner("|");
    for (int i = 1; i <= row.getMetaData().getColumnCount(); i++) {
      values.add(String.valueOf(row.getString(i)));
    }
    return values.toString();
  }

  @Test
  void whatIsNotThereIsRefusedWithWhatToUse() {
    assertThatThrownBy(() -> check("SELECT posexplode([1])"))
        .hasMessageContaining("posexplode")
        .hasMessageContaining("unnest");
    assertThatThrownBy(() -> check("SELECT date_format(now(), 'QQQ')")).hasMessageContaining("QQQ");
    assertThatThrownBy(() -> check("SELECT transform(['x'], x -> read_text(x))"))
        .hasMessageContaining("read_text");
  }

  /** A column called as a variable of ours in an expression must still be the column. */
  @Test
  void argumentsKeepTheirMeaning() {
    assertThat(
            value("(SELECT array_join(array_remove([1, 2, 3], x), '-') FROM (VALUES (2)) AS t(x))"))
        .isEqualTo("1-3");
    assertThat(
            value(
                "array_join(transform([[1, 2], [3]], a -> array_join(array_remove(a, 2), '+')),"
                    + " '-')"))
        .isEqualTo("1-3");
  }

  @Test
  void aColumnIsCalledAsItWasWritten() {
    assertThat(check("SELECT nvl(a, array(1)[1]), nvl(b, 0) FROM t").sql())
        .contains("AS \"nvl(a, array(1)[1])\"", "AS \"nvl(b, 0)\"");
  }

  @Test
  void whatOnlyLooksLikeSparkStaysAsItIs() {
    assertThat(rows("SELECT x FROM (SELECT ARRAY(SELECT 1) AS x) WHERE EXISTS (SELECT 1)"))
        .containsExactly("[1]");
    assertThat(rows("SELECT 'a div b <=> r''c', 1 AS div, '{\"a\": [1]}'::JSON -> 'a' -> 0"))
        .containsExactly("a div b <=> r'c|1|1");
    assertThat(rows("SELECT CAST('x' AS CHAR(5)), 2 = ANY (SELECT 2), map(['k'], [1])['k']"))
        .containsExactly("x|true|1");
  }

  @Test
  void anErrorAfterAWordOfSparksNamesItsPlace() {
    assertThatThrownBy(() -> check("SELECT array(1), array(2),\n  r'x' div 7 FROM FROM t"))
        .hasMessageContaining("Line 2, column 19");
  }

  /** Seen to double with each level when nobody counted. */
  @Test
  void case38_callsThatGrowAreRefused() {
    String nested = "array_union(".repeat(40) + "[1]" + ", [2])".repeat(40);

    assertThatThrownBy(() -> check("SELECT " + nested)).hasMessageContaining("50000");
  }

  private static CheckedQuery check(String sql) {
    return checker.check(CALLER, QueryText.of(sql));
  }
}

package io.boathouse.sql.grammar;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.boathouse.platform.error.ErrorCode;
import io.boathouse.platform.error.LakeException;
import io.boathouse.sql.grammar.AccessStatement.ChangeGrant;
import io.boathouse.sql.grammar.Statement.CreateTable;
import io.boathouse.sql.grammar.Statement.Describe;
import io.boathouse.sql.grammar.Statement.Drop;
import io.boathouse.sql.grammar.Statement.Existing;
import io.boathouse.sql.grammar.Statement.Insert;
import io.boathouse.sql.grammar.Statement.ObjectType;
import io.boathouse.sql.grammar.Statement.Query;
import io.boathouse.sql.grammar.Statement.Show;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class StatementParserTest {

  @ParameterizedTest
  @ValueSource(
      strings = {
        "select 1",
        "  -- a comment\n /* another */ SELECT 1 ;",
        "with q as (select 1) select * from q",
        "from t",
        "values (1), (2)",
        "((select 1) union (select 2))",
        "table t"
      })
  void everyFormOfAQueryIsAQuery(String sql) {
    assertThat(StatementParser.parse(sql)).isInstanceOf(Query.class);
  }

  @Test
  void aQueryKeepsItsTextWithoutCommentsAroundItAndWithoutTheSemicolon() {
    Statement statement = StatementParser.parse("/* a */ SELECT  'x;y' -- b\n ;");

    assertThat(statement).isEqualTo(new Query("SELECT  'x;y'"));
  }

  @Test
  void createTableReadsColumnsTypesAndOptions() {
    Statement statement =
        StatementParser.parse(
            """
            CREATE TABLE IF NOT EXISTS main.`my schema`."t""x" (
              id BIGINT NOT NULL COMMENT 'it''s the key',
              price decimal(10, 2),
              tags ARRAY<STRUCT<a: INT, b: MAP<STRING, INT>>>
            ) USING delta PARTITIONED BY (id) COMMENT 'c' TBLPROPERTIES ('a.b' = '1', 'c' = '2')
            """);

    CreateTable table = (CreateTable) statement;
    assertThat(table.name()).containsExactly("main", "my schema", "t\"x");
    assertThat(table.existing()).isEqualTo(Existing.KEEP);
    assertThat(table.columns())
        .containsExactly(
            new Statement.ColumnDefinition("id", "BIGINT", false, Optional.of("it's the key")),
            new Statement.ColumnDefinition("price", "decimal(10, 2)", true, Optional.empty()),
            new Statement.ColumnDefinition(
                "tags", "ARRAY<STRUCT<a: INT, b: MAP<STRING, INT>>>", true, Optional.empty()));
    assertThat(table.options().partitionedBy()).containsExactly("id");
    assertThat(table.options().comment()).contains("c");
    assertThat(table.options().properties()).containsEntry("a.b", "1").hasSize(2);
  }

  @Test
  void createTableAsKeepsTheQuery() {
    CreateTable table =
        (CreateTable) StatementParser.parse("create or replace table t as select a from b;");

    assertThat(table.existing()).isEqualTo(Existing.REPLACE);
    assertThat(table.query()).contains(new Query("select a from b"));
  }

  @Test
  void insertReadsItsColumnsApartFromAQueryInParentheses() {
    Insert columns = (Insert) StatementParser.parse("insert into s.t (a, \"b c\") values (1, 2)");
    Insert nested = (Insert) StatementParser.parse("INSERT INTO TABLE t (SELECT 1)");
    Insert overwrite = (Insert) StatementParser.parse("insert overwrite t by name select 1 a");

    assertThat(columns.columns()).containsExactly("a", "b c");
    assertThat(columns.query()).isEqualTo(new Query("values (1, 2)"));
    assertThat(nested.columns()).isEmpty();
    assertThat(nested.query()).isEqualTo(new Query("(SELECT 1)"));
    assertThat(overwrite.overwrite()).isTrue();
    assertThat(overwrite.byName()).isTrue();
  }

  @Test
  void dropReadsWhatWhetherAndHowFar() {
    assertThat(StatementParser.parse("DROP SCHEMA IF EXISTS a.b CASCADE"))
        .isEqualTo(new Drop(ObjectType.SCHEMA, List.of("a", "b"), true, true, false));
    assertThat(StatementParser.parse("drop table t"))
        .isEqualTo(new Drop(ObjectType.TABLE, List.of("t"), false, false, false));
  }

  @Test
  void showReadsItsContainerAndPattern() {
    assertThat(StatementParser.parse("SHOW TABLES IN a.b LIKE 'x*'"))
        .isEqualTo(new Show(ObjectType.TABLE, List.of("a", "b"), Optional.of("x*")));
    assertThat(StatementParser.parse("show databases from a"))
        .isEqualTo(new Show(ObjectType.SCHEMA, List.of("a"), Optional.empty()));
    assertThat(StatementParser.parse("show catalogs"))
        .isEqualTo(new Show(ObjectType.CATALOG, List.of(), Optional.empty()));
  }

  @Test
  void describeReadsEveryForm() {
    assertThat(StatementParser.parse("describe table extended a.b.c"))
        .isEqualTo(new Describe(ObjectType.TABLE, List.of("a", "b", "c"), true));
    assertThat(StatementParser.parse("desc history"))
        .isEqualTo(new Describe(ObjectType.TABLE, List.of("history"), false));
    assertThat(StatementParser.parse("describe schema s"))
        .isEqualTo(new Describe(ObjectType.SCHEMA, List.of("s"), false));
    assertThat(StatementParser.parse("describe history s.t"))
        .isEqualTo(new MaintenanceStatement.DescribeHistory(List.of("s", "t")));
  }

  @Test
  void grantReadsPrivilegesOfSeveralWordsAndAnyPrincipal() {
    assertThat(StatementParser.parse("GRANT USE CATALOG, SELECT ON CATALOG main TO `data team`"))
        .isEqualTo(
            new ChangeGrant(
                true,
                List.of("USE CATALOG", "SELECT"),
                ObjectType.CATALOG,
                List.of("main"),
                "data team"));
    assertThat(StatementParser.parse("revoke select on a.b.c from 'ann@example.com'"))
        .isEqualTo(
            new ChangeGrant(
                false,
                List.of("SELECT"),
                ObjectType.TABLE,
                List.of("a", "b", "c"),
                "ann@example.com"));
    assertThat(StatementParser.parse("grant create catalog on metastore to bob"))
        .isEqualTo(
            new ChangeGrant(
                true, List.of("CREATE CATALOG"), ObjectType.METASTORE, List.of(), "bob"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "SELEC 1 | 1 | 1 | SELECT, CREATE",
        "create table t | 1 | 15 | columns in parentheses",
        "create table t (a) | 1 | 18 | a type",
        "drop t | 1 | 6 | CATALOG, SCHEMA or TABLE",
        "select 1; drop table t | 1 | 11 | one statement at a time",
        "insert into t | 1 | 14 | SELECT, VALUES",
        "grant select on t | 1 | 18 | TO",
        "show tables in a.b.c.d | 1 | 22 | at most three parts",
        "select \"abc | 1 | 8 | Close it"
      })
  void aSyntaxErrorNamesThePlaceAndWhatWasExpected(
      String sql, String line, String column, String expected) {
    LakeException failure =
        catchThrowableOfType(LakeException.class, () -> StatementParser.parse(sql));

    assertThat(failure.code()).isEqualTo(ErrorCode.INVALID_ARGUMENT);
    assertThat(failure.reason()).isEqualTo("PARSE_SYNTAX_ERROR");
    assertThat(failure.details()).containsEntry("line", line).containsEntry("column", column);
    assertThat(failure.message()).containsIgnoringCase(expected);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "alter table t recover partitions",
        "explain select 1",
        "create materialized view v as select 1",
        "create or replace table t (a int) location '/etc'",
        "create or replace table t shallow clone u",
        "copy t to 'x'",
        "attach 'x'",
        "pragma database_list"
      })
  void statementsThatWeDoNotHaveSaySo(String sql) {
    assertThatThrownBy(() -> StatementParser.parse(sql))
        .isInstanceOf(LakeException.class)
        .extracting(failure -> ((LakeException) failure).code())
        .isEqualTo(ErrorCode.UNSUPPORTED);
  }

  @Test
  void aMergeIsCutAtItsOwnWordsAndNotAtThoseOfAnExpression() {
    Statement statement =
        StatementParser.parse(
            """
            MERGE INTO a.t USING (SELECT 1 AS "when") AS s ON t.x = CASE WHEN s."when" = 1 THEN 2 END
            WHEN MATCHED AND CASE WHEN (t.y) THEN true ELSE false END THEN UPDATE SET t.x = f(1, 2), y = CASE WHEN 1 = 1 THEN 3 END
            WHEN NOT MATCHED BY SOURCE THEN DELETE
            WHEN NOT MATCHED THEN INSERT (x, y) VALUES (s."when", [1, 2][1]);
            """);

    assertThat(statement).isInstanceOf(Statement.Merge.class);
    Statement.Merge merge = (Statement.Merge) statement;
    assertThat(merge.target().called()).isEqualTo("t");
    assertThat(merge.on().text()).isEqualTo("t.x = CASE WHEN s.\"when\" = 1 THEN 2 END");
    assertThat(merge.clauses())
        .extracting(MergeClause::of)
        .containsExactly(
            MergeClause.Of.MATCHED,
            MergeClause.Of.NOT_MATCHED_BY_SOURCE,
            MergeClause.Of.NOT_MATCHED);
    assertThat(merge.clauses().getFirst().condition().orElseThrow().text())
        .isEqualTo("CASE WHEN (t.y) THEN true ELSE false END");
    assertThat(((MergeClause.Action.Set) merge.clauses().getFirst().action()).assignments())
        .extracting(assignment -> assignment.value().text())
        .containsExactly("f(1, 2)", "CASE WHEN 1 = 1 THEN 3 END");
    assertThat(((MergeClause.Action.Set) merge.clauses().getLast().action()).assignments())
        .extracting(assignment -> assignment.value().text())
        .containsExactly("s.\"when\"", "[1, 2][1]");
  }

  /** Seen to run the second statement when the parser did not look behind the semicolon. */
  @Test
  void case31_aSecondStatementBehindASemicolonIsRefused() {
    assertThatThrownBy(() -> StatementParser.parse("drop table if exists a; drop table b"))
        .hasMessageContaining("one statement");
    assertThatThrownBy(() -> StatementParser.parse("show catalogs; select 1"))
        .hasMessageContaining("one statement");
  }

  /** Seen to fail when back-ticks were not read as quotes. */
  @Test
  void case32_identifiersKeepEveryCharacterInsideTheirQuotes() {
    Drop drop = (Drop) StatementParser.parse("drop table `a;--`.\"b\"\"c\".`d``e'f`");

    assertThat(drop.name()).containsExactly("a;--", "b\"c", "d`e'f");
  }

  @Test
  void copyIntoNamesFilesAndOptions() {
    assertThat(
            StatementParser.parse(
                "COPY INTO s.t FROM '/Volumes/m/s/v/in' FILEFORMAT = csv FILES = ('a.csv', 'b.csv')"
                    + " FORMAT_OPTIONS ('Header' = 'true', 'sep' = ';') COPY_OPTIONS"
                    + " ('force' = 'false')"))
        .isEqualTo(
            new Statement.CopyInto(
                List.of("s", "t"),
                "/Volumes/m/s/v/in",
                "csv",
                List.of("a.csv", "b.csv"),
                Optional.empty(),
                Map.of("header", "true", "sep", ";"),
                Map.of("force", "false")));
    assertThatThrownBy(() -> StatementParser.parse("BEGIN SELECT 1; END"))
        .hasMessageContaining("compound");
  }
}

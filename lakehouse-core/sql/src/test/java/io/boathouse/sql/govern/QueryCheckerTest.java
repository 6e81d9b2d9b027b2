package io.boathouse.sql.govern;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.boathouse.catalog.securable.FullName;
import io.boathouse.platform.auth.Caller;
import io.boathouse.platform.duckdb.DuckAccess;
import io.boathouse.platform.duckdb.DuckDb;
import io.boathouse.platform.duckdb.DuckDbConfig;
import io.boathouse.platform.duckdb.DuckSession;
import io.boathouse.platform.error.ErrorCode;
import io.boathouse.platform.error.LakeException;
import io.boathouse.sql.govern.CheckedQuery.ViewedTable;
import io.boathouse.sql.govern.TableUse.AsOf;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class QueryCheckerTest {
  private static final Caller ALICE =
      new Caller(
          new UUID(0, 1),
          "alice",
          Caller.Kind.USER,
          Set.of(),
          Optional.empty(),
          "r1",
          "local",
          "test");

  @TempDir static Path temp;
  private static SyntaxTrees trees;
  private static QueryChecker checker;
  private static DuckDb duckDb;

  @BeforeAll
  static void open() {
    duckDb = new DuckDb(new DuckDbConfig("256MB", 1, temp));
    trees = new SyntaxTrees(duckDb);
    checker = new QueryChecker(trees, AllowList.standard());
  }

  @AfterAll
  static void close() {
    trees.close();
  }

  @Test
  void tablesBecomeViewsUnderTheirOwnNames() {
    CheckedQuery checked =
        check("select o.id, c.name from sales.orders o join main.crm.c using (id)");

    assertThat(checked.tables())
        .extracting(ViewedTable::name)
        .containsExactly(FullName.of("main", "sales", "orders"), FullName.of("main", "crm", "c"));
    assertThat(checked.sql())
        .contains("\"temp\".main.bound_table_1 AS o", "\"temp\".main.bound_table_2 AS c");
  }

  @Test
  void oneTableAtTwoVersionsIsTwoViews() {
    CheckedQuery checked =
        check(
            "select * from t, t as u at (version => 3), t v, T at (timestamp => timestamp"
                + " '2026-01-02 03:04:05')");

    assertThat(checked.tables())
        .extracting(ViewedTable::asOf)
        .containsExactly(
            new AsOf.Latest(),
            new AsOf.Version(3),
            new AsOf.Timestamp(Instant.parse("2026-01-02T03:04:05Z")));
  }

  @Test
  void columnsMayBeQualifiedByTheFullNameOfTheirTable() {
    CheckedQuery checked = check("select main.s.t.a, s.t.b, t.c, d.e.f from s.t");

    assertThat(checked.sql()).startsWith("SELECT t.a, t.b, t.c, d.e.f FROM");
  }

  @Test
  void ctesHideTablesOnlyWhereTheyAreInScope() {
    CheckedQuery checked =
        check(
            "with a as (select * from a), b as (select * from a join c on true) select * from a, b,"
                + " (with c as (select 1) from c), c");

    assertThat(checked.tables())
        .extracting(table -> table.name().toString())
        .containsExactly("main.default.a", "main.default.c");
  }

  /**
   * Seen to read the engine's own settings when names of CTEs were left as they were: inside its
   * own definition the name still means the system view.
   */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "with duckdb_settings as (select * from duckdb_settings) select * from duckdb_settings",
        "with q as (with duckdb_settings as (select 1) select 2) select * from duckdb_settings",
        "with recursive sqlite_master as (select * from sqlite_master) from sqlite_master",
        "select * from duckdb_tables",
        "select * from information_schema.tables",
        "select * from pg_catalog.pg_tables",
        "select * from temp.main.bound_table_1"
      })
  void case31_systemViewsAreTablesOfTheCatalogLikeAnyOther(String sql) {
    CheckedQuery checked = check(sql);

    assertThat(checked.sql()).doesNotContainIgnoringCase("FROM duckdb_", "FROM sqlite_");
    assertThat(checked.tables()).hasSize(1);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "select * from read_parquet('/etc/passwd')",
        "select * from read_csv('x') r, t",
        "select (select count(*) from glob('/*'))",
        "with q as (from read_text('/etc/passwd')) from q",
        "select * from t where exists (from duckdb_secrets())",
        "select current_setting('secret_directory')",
        "select list_transform([1], x -> current_setting('x'))",
        "select count(*) filter (where pg_sleep(1000) is null) from t",
        "select sum(a) over (order by nextval('s')) from t",
        "from query('select 1')",
        "from query_table('duckdb_settings')",
        "select * from main.range(3)",
        "select system.main.current_setting('x')",
        "with x as (insert into t values (1) returning *) select * from x",
        "describe t",
        "select * from (describe t)",
        "summarize t",
        "show tables",
        "from t pivot (sum(a) for b in (1))",
        "select 1 order by current_setting('x')",
        "select 1 limit (select count(*) from glob('*'))",
        "select * from t tablesample 10 percent, read_blob('x')",
        "select * from unnest([current_setting('x')])",
        "values (current_setting('x'))",
        "select json_execute_serialized_sql('x')",
        "select * replace (current_setting('x') as a) from t",
        "select columns(c -> current_setting('x') = c) from t",
        "select x from arrow_scan(1, 2, 3)"
      })
  void whatReachesOutsideTheQueryIsRefused(String sql) {
    LakeException failure = catchThrowableOfType(LakeException.class, () -> check(sql));

    assertThat(failure.code()).isIn(ErrorCode.PERMISSION_DENIED, ErrorCode.INVALID_ARGUMENT);
    assertThat(failure.reason())
        .isIn("FUNCTION_NOT_ALLOWED", "SYNTAX_NOT_ALLOWED", "UNRESOLVED_ROUTINE");
  }

  @ParameterizedTest
  @ValueSource(strings = {"select * from '/etc/passwd'", "from 'data/*.parquet'", "from \"a/b\""})
  void pathsAreNotTableNames(String sql) {
    LakeException failure = catchThrowableOfType(LakeException.class, () -> check(sql));

    assertThat(failure.reason()).isEqualTo("INVALID_NAME");
  }

  @Test
  void theCallerIsWhoAsks() {
    CheckedQuery checked =
        check("select current_user, session_user(), current_schema, x.current_user from x");

    assertThat(checked.sql())
        .startsWith("SELECT 'alice' AS current_user, 'alice' AS session_user, 'default' AS");
    assertThat(checked.sql()).contains("x.current_user");
  }

  /** Seen to end the literal early when values were written into the text. */
  @Test
  void case31_parametersAreValuesWhateverTheyHold() {
    String evil = "x' OR 1=1; -- \\' \u2019 $$ \n";

    CheckedQuery checked =
        checker.check(
            ALICE,
            new QueryText(
                "select :v as v, :n::int as n, ':v' as s",
                List.of(
                    new QueryParameter("v", Optional.of(evil), "STRING"),
                    new QueryParameter("n", Optional.empty(), "INT")),
                NameDefaults.STANDARD,
                Map.of()));

    try (DuckSession session = duckDb.open(DuckAccess.scratchOnly())) {
      assertThat(
              session.query(
                  checked.sql(), row -> row.getString(1) + row.getString(2) + row.getString(3)))
          .containsExactly(evil + "null:v");
    }
  }

  @Test
  void aParameterOfAnUnknownTypeIsNamed() {
    QueryText query =
        new QueryText(
            "select :v",
            List.of(new QueryParameter("v", Optional.of("1"), "INT); drop")),
            NameDefaults.STANDARD,
            Map.of());

    assertThatThrownBy(() -> checker.check(ALICE, query)).hasMessageContaining("'v'");
  }

  @Test
  void localViewsAreReachableByTheirNamesOnly() {
    CheckedQuery checked =
        checker.check(
            ALICE,
            new QueryText(
                "select * from source join other using (k)",
                List.of(),
                NameDefaults.STANDARD,
                Map.of("source", "staged")));

    assertThat(checked.tables()).extracting(table -> table.name().name()).containsExactly("other");
    assertThat(checked.sql()).contains("\"temp\".main.staged AS");
  }

  @Test
  void aSyntaxErrorNamesItsPlaceInUnicodeToo() {
    LakeException failure =
        catchThrowableOfType(LakeException.class, () -> check("select 'é🎉',\n  from from t"));

    assertThat(failure.reason()).isEqualTo("PARSE_SYNTAX_ERROR");
    assertThat(failure.details()).containsEntry("line", "2");
  }

  /**
   * Seen to end the process (stack overflow in native code) when trees were parsed on the caller's
   * thread, and to overflow ours without MAX_DEPTH.
   */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "(|1|)",
        "not |true|",
        "1+|1|",
        "[|1|]",
        "(select |1|)",
        "abs(|1|)",
        "case when true then |1| end",
        "(select * from |t|) x",
        "t,|t|",
        "t join |t| on true ",
        "(from |t|)",
        "1 union |1|",
        "1 + (|select 1|)"
      })
  void case38_deepStatementsAreRefusedAndTheNextOneIsServed(String pieces) {
    String[] piece = pieces.split("\\|", -1);
    String deep =
        "select "
            + (piece[1].equals("t") ? "* from " : "")
            + piece[0].repeat(100_000)
            + piece[1]
            + piece[2].repeat(100_000);

    LakeException failure = catchThrowableOfType(LakeException.class, () -> check(deep));

    assertThat(failure.code()).isEqualTo(ErrorCode.INVALID_ARGUMENT);
    assertThat(check("select 1").sql()).isEqualTo("SELECT 1");
  }

  @Test
  void whatEverydayQueriesUseComesThroughUnchangedInMeaning() {
    List<String> queries =
        List.of(
            "select a, sum(b) s from v group by all having sum(b) > 1 order by s desc nulls last"
                + " limit 5",
            "select a, b, grouping(a) g, count(*) from v group by grouping sets ((a), (b), ())"
                + " order by all",
            "select *, row_number() over (partition by a order by b) r from v qualify r = 1 order"
                + " by all",
            "select sum(b) over (order by b rows between 1 preceding and current row exclude ties)"
                + " from v order by all",
            "with recursive f(n) as (select 1 union all select n + 1 from f where n < 5) select"
                + " sum(n) from f",
            "select x.a, y.b from v x asof join v y on x.a = y.a and x.b >= y.b order by all",
            "select list_transform([1, 2, 3], lambda i: i * 2), [z for z in [1, 2] if z > 1], {'k':"
                + " 1}.k",
            "select date '2026-01-31' + interval 1 month, timestamp '2026-01-01' at time zone"
                + " 'UTC'",
            "select distinct on (a) a, b from v order by a, b desc",
            "select a, null::int b from v union all by name select b, 7 a from v order by all",
            "select * exclude (a) replace (b + 1 as b) from v order by all",
            "select u.i, u.o from unnest(['x', 'y']) with ordinality u(i, o)",
            "select case a when 1 then 'one' else 'other' end, a between 1 and 2, a in (1, 2) from"
                + " v order by all",
            "select string_agg(a::varchar, ',' order by b) filter (where a > 1) from v",
            "select struct_pack(x := 1), map {'a': 1}['a'], '{\"a\": [1]}'::json -> 'a' -> 0",
            "select r from range(10) t(r) where r % 3 = 0 order by r limit 50%");
    try (DuckSession session = duckDb.open(DuckAccess.scratchOnly())) {
      session.execute(
          "create temp view v as from (values (1, 2), (2, 3), (1, 5), (3, null)) t(a, b)");
      for (String query : queries) {
        CheckedQuery checked =
            checker.check(
                ALICE, new QueryText(query, List.of(), NameDefaults.STANDARD, Map.of("v", "v")));
        assertThat(rows(session, checked.sql())).as(query).isEqualTo(rows(session, query));
      }
    }
  }

  private static List<String> rows(DuckSession session, String sql) {
    return session.query(
        sql,
        row -> {
          StringBuilder line = new StringBuilder();
          for (int i = 1; i <= row.getMetaData().getColumnCount(); i++) {
            line.append(row.getMetaData().getColumnLabel(i))
                .append('=')
                .append(row.getString(i))
                .append(' ');
          }
          return line.toString();
        });
  }

  private static CheckedQuery check(String sql) {
    return checker.check(ALICE, QueryText.of(sql));
  }
}

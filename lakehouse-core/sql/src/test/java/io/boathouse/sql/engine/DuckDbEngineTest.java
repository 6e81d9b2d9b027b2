package io.boathouse.sql.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.boathouse.catalog.securable.FullName;
import io.boathouse.platform.auth.Caller;
import io.boathouse.platform.auth.FixedTokens;
import io.boathouse.platform.duckdb.DuckDb;
import io.boathouse.platform.duckdb.DuckDbConfig;
import io.boathouse.platform.duckdb.DuckSession;
import io.boathouse.platform.duckdb.SqlText;
import io.boathouse.platform.error.ErrorCode;
import io.boathouse.platform.error.LakeException;
import io.boathouse.sql.govern.AllowList;
import io.boathouse.sql.govern.CheckedQuery;
import io.boathouse.sql.govern.CheckedQuery.ViewedTable;
import io.boathouse.sql.govern.QueryChecker;
import io.boathouse.sql.govern.QueryText;
import io.boathouse.sql.govern.SyntaxTrees;
import io.boathouse.sql.govern.TableViews;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

class DuckDbEngineTest {
  private static final Caller ALICE = FixedTokens.caller("alice");
  private static final RunLimits LIMITS = new RunLimits(Duration.ofSeconds(30));

  @TempDir static Path temp;
  private static SyntaxTrees trees;
  private static QueryChecker checker;
  private static DuckDbEngine engine;

  @BeforeAll
  static void open() {
    DuckDb duckDb = new DuckDb(new DuckDbConfig("256MB", 1, temp));
    trees = new SyntaxTrees(duckDb);
    checker = new QueryChecker(trees, AllowList.standard());
    engine =
        new DuckDbEngine(
            duckDb, new Numbers(), EngineConfig.DEFAULTS, new ResultCache(1 << 20, 1 << 20));
  }

  @AfterAll
  static void close() {
    engine.close();
    trees.close();
  }

  /** Every table is the numbers 1 to 3, whatever its name. */
  private static final class Numbers implements TableViews {
    @Override
    public Resolved resolve(Caller caller, List<ViewedTable> tables) {
      return new Resolved() {
        @Override
        public List<Path> readable() {
          return List.of();
        }

        @Override
        public void bind(DuckSession session) {
          for (ViewedTable table : tables) {
            session.execute(
                "CREATE TEMP VIEW "
                    + SqlText.identifier(table.view())
                    + " AS SELECT range AS n FROM range(1, 4)");
          }
        }

        @Override
        public List<Input> inputs() {
          return tables.stream().map(table -> new Input(table.name(), OptionalLong.of(7))).toList();
        }
      };
    }
  }

  /** Keeps what it is given, up to a number of rows. */
  private static class Kept implements RowSink {
    final List<ResultColumn> columns = new ArrayList<>();
    final List<List<@Nullable Object>> rows = new ArrayList<>();
    int limit = Integer.MAX_VALUE;

    @Override
    public void columns(List<ResultColumn> all) {
      columns.addAll(all);
    }

    @Override
    public boolean row(List<@Nullable Object> values) {
      rows.add(values);
      return rows.size() < limit;
    }
  }

  private static Kept run(String sql) {
    Kept kept = new Kept();
    run(sql, kept, new Cancellation(), LIMITS);
    return kept;
  }

  private static void run(String sql, Kept kept, Cancellation cancellation, RunLimits limits) {
    CheckedQuery checked = checker.check(ALICE, QueryText.of(sql));
    List<TableViews.Input> unused =
        engine.run(ALICE, checked, new QueryEngine.Run(limits, cancellation), kept);
  }

  @Test
  void tablesAreReadThroughTheirViewsAndReported() {
    Kept kept = new Kept();
    CheckedQuery checked =
        checker.check(
            ALICE, QueryText.of("select sum(t.n * u.n) s from t join main.x.u on t.n = u.n"));

    List<TableViews.Input> inputs =
        engine.run(ALICE, checked, new QueryEngine.Run(LIMITS, new Cancellation()), kept);

    assertThat(kept.rows).containsExactly(List.of(new BigDecimal(14)));
    assertThat(inputs)
        .extracting(TableViews.Input::name)
        .containsExactly(FullName.parse("main.default.t"), FullName.parse("main.x.u"));
  }

  @Test
  void everyTypeHasItsNameAndItsValue() {
    Kept kept =
        run(
            "select true a, 1::tinyint b, 2::smallint c, 3 d, 4::bigint e, 1.5::float f,"
                + " 2.5::double g, 3.25::decimal(10,2) h, 'x' i, 'ab'::blob j, date '2024-01-02' k,"
                + " timestamp '2024-03-31 02:30:00.678901' l, timestamptz '2024-01-02 03:04:05Z' m,"
                + " [1, null] n, {'x': 1, 'y Z': [{'d': date '2024-01-01'}]} o, map {'k': 1} p,"
                + " null q, 5::ubigint r, uuid '00000000-0000-0000-0000-000000000001' s, interval 1"
                + " month t");

    assertThat(kept.columns)
        .extracting(column -> column.type().text())
        .containsExactly(
            "BOOLEAN",
            "TINYINT",
            "SMALLINT",
            "INT",
            "BIGINT",
            "FLOAT",
            "DOUBLE",
            "DECIMAL(10,2)",
            "STRING",
            "BINARY",
            "DATE",
            "TIMESTAMP_NTZ",
            "TIMESTAMP",
            "ARRAY<INT>",
            "STRUCT<x: INT, `y Z`: ARRAY<STRUCT<d: DATE>>>",
            "MAP<STRING, INT>",
            "VOID",
            "DECIMAL(20,0)",
            "STRING",
            "INTERVAL");
    List<@Nullable Object> row = kept.rows.getFirst();
    assertThat(row.get(9)).isEqualTo(new byte[] {'a', 'b'});
    assertThat(row.get(10)).isEqualTo(LocalDate.of(2024, 1, 2));
    assertThat(row.get(11)).isEqualTo(LocalDateTime.parse("2024-03-31T02:30:00.678901"));
    assertThat(row.get(12)).isEqualTo(Instant.parse("2024-01-02T03:04:05Z"));
    assertThat(row.get(13)).isEqualTo(Arrays.asList(1, null));
    assertThat(row.get(14))
        .isEqualTo(Map.of("x", 1, "y Z", List.of(Map.of("d", LocalDate.of(2024, 1, 1)))));
    assertThat(row.get(15)).isEqualTo(Map.of("k", 1));
    assertThat(row.get(17)).isEqualTo(new BigDecimal(5));
  }

  @Test
  @Timeout(20)
  void aSinkThatHasEnoughEndsAnEndlessQuery() {
    Kept kept = new Kept();
    kept.limit = 5;

    run("select r from range(1000000000000) t(r)", kept, new Cancellation(), LIMITS);

    assertThat(kept.rows).hasSize(5);
  }

  @Test
  @Timeout(20)
  void aQueryPastItsDeadlineIsStoppedAndTheNextOneRuns() {
    LakeException failure =
        catchThrowableOfType(
            LakeException.class,
            () ->
                run(
                    "select count(*) from range(10000000) a, range(10000000) b where a.range % 7 ="
                        + " b.range % 5",
                    new Kept(), new Cancellation(), new RunLimits(Duration.ofMillis(300))));

    assertThat(failure.code()).isEqualTo(ErrorCode.DEADLINE_EXCEEDED);
    assertThat(failure.reason()).isEqualTo("STATEMENT_TIMEOUT");
    assertThat(run("select 1").rows).hasSize(1);
  }

  @Test
  @Timeout(20)
  void aCancelledQueryStops() throws InterruptedException {
    Cancellation cancellation = new Cancellation();
    CountDownLatch started = new CountDownLatch(1);
    Kept kept =
        new Kept() {
          @Override
          public boolean row(List<@Nullable Object> values) {
            started.countDown();
            return true;
          }
        };
    CompletableFuture<LakeException> failure =
        CompletableFuture.supplyAsync(
            () ->
                catchThrowableOfType(
                    LakeException.class,
                    () ->
                        run(
                            "select r from range(1000000000000) t(r)",
                            kept,
                            cancellation,
                            LIMITS)));
    assertThat(started.await(10, java.util.concurrent.TimeUnit.SECONDS)).isTrue();
    cancellation.cancel(Cancellation.Reason.REQUESTED);

    assertThat(failure.join().reason()).isEqualTo("CANCELED");
  }

  @Test
  void aQueryThatNeedsTooMuchMemoryFailsAlone() {
    LakeException failure =
        catchThrowableOfType(
            LakeException.class, () -> run("select list(r) from range(200000000) t(r)"));

    assertThat(failure.code()).isEqualTo(ErrorCode.FAILED_PRECONDITION);
    assertThat(run("select 1").rows).hasSize(1);
  }

  @Test
  void aValueThatFailsAfterManyRowsIsToldAsTheEngineTellsIt() {
    LakeException failure =
        catchThrowableOfType(
            LakeException.class,
            () ->
                run(
                    "select cast(case when r = 100000 then 'x' else '1' end as int) from"
                        + " range(200000) t(r)"));

    assertThat(failure.code()).isEqualTo(ErrorCode.INVALID_ARGUMENT);
    assertThat(failure.message()).contains("'x'");
  }

  @Test
  void errorsOfTheEngineSayWhatIsWrong() {
    LakeException failure = catchThrowableOfType(LakeException.class, () -> run("select m from t"));

    assertThat(failure.code()).isEqualTo(ErrorCode.INVALID_ARGUMENT);
    assertThat(failure.message()).contains("\"m\"");
  }
}

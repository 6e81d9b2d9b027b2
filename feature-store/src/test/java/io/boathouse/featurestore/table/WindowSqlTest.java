package io.boathouse.featurestore.table;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.boathouse.platform.duckdb.DuckAccess;
import io.boathouse.platform.duckdb.DuckDb;
import io.boathouse.platform.duckdb.DuckDbConfig;
import io.boathouse.platform.duckdb.DuckSession;
import io.boathouse.platform.error.LakeException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WindowSqlTest {
  private static final List<Window> WINDOWS = List.of(Window.parse("3h"), Window.parse("1d"));
  private static final List<Aggregate> AGGREGATES =
      List.of(
          new Aggregate("late_share", Aggregate.Function.AVG, Optional.of("late")),
          new Aggregate("mean_delay", Aggregate.Function.AVG, Optional.of("delay")),
          new Aggregate("total_delay", Aggregate.Function.SUM, Optional.of("delay")),
          new Aggregate("delays", Aggregate.Function.COUNT, Optional.of("delay")),
          new Aggregate("flights", Aggregate.Function.COUNT, Optional.empty()));

  @TempDir Path folder;
  private DuckSession session;

  @BeforeEach
  void open() {
    session = new DuckDb(new DuckDbConfig("256MB", 2, folder)).open(DuckAccess.scratchOnly());
  }

  @AfterEach
  void close() {
    session.close();
  }

  /**
   * @param t seconds
   */
  private record Event(
      @Nullable String a, @Nullable Integer b, @Nullable Long t, @Nullable Integer delay) {}

  @Test
  void everyWindowEqualsABruteForceRecount() {
    for (long seed = 1; seed <= 8; seed++) {
      List<Event> events = events(new Random(seed), 400);
      load(events);
      assertThat(compute()).as("seed %d", seed).isEqualTo(recount(events));
    }
  }

  @Test
  void keysThatDoNotFitOneNumberWithTheTimeAreComputedByKey() {
    List<Event> events = new ArrayList<>(events(new Random(5), 200));
    events.add(new Event("far", 1, -60_000_000_000L, 3));
    events.add(new Event("far", 1, 200_000_000_000L, 3));
    for (int i = 0; i < 60; i++) {
      events.add(new Event("k" + i, i, 0L, i));
    }
    load(events);
    assertThat(compute()).isEqualTo(recount(events));
  }

  @Test
  void noRowsGiveNoRows() {
    load(List.of());
    assertThat(compute()).isEmpty();
  }

  @Test
  void floatingPointColumnIsRefusedBecauseItsSumsDependOnOrder() {
    session.execute(
        "CREATE TABLE f AS SELECT 'x' AS k, TIMESTAMPTZ '2001-01-01 00:00:00+00' AS t, 0.5::DOUBLE"
            + " AS v");
    WindowSql sql =
        new WindowSql(
            session,
            "f",
            List.of("k"),
            "t",
            WINDOWS,
            List.of(new Aggregate("m", Aggregate.Function.AVG, Optional.of("v"))));
    assertThatThrownBy(sql::prepare)
        .isInstanceOf(LakeException.class)
        .hasMessageContaining("cast it in the definition's SELECT");
  }

  @Test
  void sumsBeyondExactDoublesAreRefused() {
    session.execute(
        "CREATE TABLE f AS SELECT 'x' AS k, TIMESTAMPTZ '2001-01-01 00:00:00+00' AS t,"
            + " 9007199254740993::BIGINT AS v");
    WindowSql sql =
        new WindowSql(
            session,
            "f",
            List.of("k"),
            "t",
            WINDOWS,
            List.of(new Aggregate("m", Aggregate.Function.AVG, Optional.of("v"))));
    assertThatThrownBy(sql::prepare).isInstanceOf(LakeException.class).hasMessageContaining("2^53");
  }

  private void load(List<Event> events) {
    session.execute(
        "CREATE OR REPLACE TABLE e (a VARCHAR, b INTEGER, t TIMESTAMPTZ, delay INTEGER, late"
            + " BOOLEAN)");
    for (Event e : events) {
      session.execute(
          String.format(
              Locale.ROOT,
              "INSERT INTO e VALUES (%s, %s, make_timestamptz(%s), %s, %s)",
              e.a() == null ? "NULL" : "'" + e.a() + "'",
              e.b(),
              e.t() == null ? "NULL" : Long.toString(e.t() * 1_000_000),
              e.delay(),
              e.delay() == null ? "NULL" : e.delay() > 15));
    }
  }

  private Map<String, List<@Nullable Object>> compute() {
    WindowSql sql = new WindowSql(session, "e", List.of("a", "b"), "t", WINDOWS, AGGREGATES);
    Map<String, List<@Nullable Object>> found = new TreeMap<>();
    String select = sql.prepare();
    session.query(
        "SELECT a, b, epoch_us(t) // 1000000, columns(* EXCLUDE (a, b, t)) FROM (" + select + ")",
        row -> {
          List<@Nullable Object> values = new ArrayList<>();
          for (int i = 4; i < 4 + WINDOWS.size() * AGGREGATES.size(); i++) {
            values.add(row.getObject(i));
          }
          return found.put(row.getString(1) + "|" + row.getInt(2) + "|" + row.getLong(3), values);
        });
    sql.cleanUp();
    return found;
  }

  private static Map<String, List<@Nullable Object>> recount(List<Event> events) {
    Map<String, List<@Nullable Object>> expected = new TreeMap<>();
    for (Event at : events) {
      if (at.a() == null || at.b() == null || at.t() == null) {
        continue;
      }
      List<@Nullable Object> values = new ArrayList<>();
      for (Window window : WINDOWS) {
        long rows = 0;
        long delays = 0;
        long late = 0;
        long sum = 0;
        for (Event e : events) {
          if (at.a().equals(e.a())
              && at.b().equals(e.b())
              && e.t() != null
              && e.t() <= at.t()
              && e.t() > at.t() - window.length().toSeconds()) {
            rows++;
            if (e.delay() != null) {
              delays++;
              sum += e.delay();
              late += e.delay() > 15 ? 1 : 0;
            }
          }
        }
        values.add(delays == 0 ? null : (double) late / delays);
        values.add(delays == 0 ? null : (double) sum / delays);
        values.add(delays == 0 ? null : sum);
        values.add(delays);
        values.add(rows);
      }
      expected.put(at.a() + "|" + at.b() + "|" + at.t(), values);
    }
    return expected;
  }

  private static List<Event> events(Random random, int count) {
    List<Event> events = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      events.add(
          new Event(
              random.nextInt(30) == 0 ? null : "k" + random.nextInt(4),
              random.nextInt(30) == 0 ? null : random.nextInt(2),
              random.nextInt(30) == 0 ? null : 900L * random.nextInt(300),
              random.nextInt(10) == 0 ? null : random.nextInt(200) - 60));
    }
    return events;
  }
}

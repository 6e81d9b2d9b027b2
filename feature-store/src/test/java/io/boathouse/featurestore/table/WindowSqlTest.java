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
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WindowSqlTest {
  private static final List<Window> WINDOWS =
      Stream.of("3h", "1d", "6h_tumbling", "lifetime").map(Window::parse).toList();
  private static final List<Aggregate> AGGREGATES =
      List.of(
          new Aggregate("late_share", Aggregate.Function.AVG, Optional.of("late")),
          new Aggregate("mean_delay", Aggregate.Function.AVG, Optional.of("delay")),
          new Aggregate("total_delay", Aggregate.Function.SUM, Optional.of("delay")),
          new Aggregate("delays", Aggregate.Function.COUNT, Optional.of("delay")),
          new Aggregate("flights", Aggregate.Function.COUNT, Optional.empty()),
          new Aggregate("least_delay", Aggregate.Function.MIN, Optional.of("delay")),
          new Aggregate("most_share", Aggregate.Function.MAX, Optional.of("share")),
          new Aggregate("last_share", Aggregate.Function.LAST, Optional.of("share")),
          new Aggregate("first_word", Aggregate.Function.MIN, Optional.of("word")),
          new Aggregate("last_word", Aggregate.Function.LAST, Optional.of("word")),
          new Aggregate("words", Aggregate.Function.DISTINCT, Optional.of("word")),
          new Aggregate("worded", Aggregate.Function.COUNT, Optional.of("word")),
          percentile("median", "delay", 50),
          percentile("p95", "share", 95),
          percentile("floor", "delay", 0),
          percentile("top", "delay", 100));

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
      @Nullable String a, @Nullable Integer b, @Nullable Long t, @Nullable Integer delay) {
    @Nullable Double share() {
      return delay == null ? null : delay / 8.0;
    }

    @Nullable String word() {
      return delay == null || delay % 3 == 0 ? null : "w" + Math.floorMod(delay, 7);
    }
  }

  private static Aggregate percentile(String name, String column, int percent) {
    return new Aggregate(
        name, Aggregate.Function.PERCENTILE, Optional.of(column), Optional.of(percent));
  }

  @Test
  void everyWindowEqualsABruteForceRecount() {
    for (long seed = 1; seed <= 4; seed++) {
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
            + " BOOLEAN, share DOUBLE, word VARCHAR)");
    if (events.isEmpty()) {
      return;
    }
    session.execute(
        events.stream()
            .map(
                e ->
                    String.format(
                        Locale.ROOT,
                        "(%s, %s, make_timestamptz(%s), %s, %s, %s, %s)",
                        e.a() == null ? "NULL" : "'" + e.a() + "'",
                        e.b(),
                        e.t() == null ? "NULL" : Long.toString(e.t() * 1_000_000),
                        e.delay(),
                        e.delay() == null ? "NULL" : e.delay() > 15,
                        e.share(),
                        e.word() == null ? "NULL" : "'" + e.word() + "'"))
            .collect(Collectors.joining(", ", "INSERT INTO e VALUES ", "")));
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
        values.addAll(
            expected(events.stream().filter(event -> within(window, at, event)).toList()));
      }
      expected.put(at.a() + "|" + at.b() + "|" + at.t(), values);
    }
    return expected;
  }

  private static boolean within(Window window, Event at, Event e) {
    if (!Objects.equals(at.a(), e.a())
        || !Objects.equals(at.b(), e.b())
        || e.t() == null
        || e.t() > Objects.requireNonNull(at.t())) {
      return false;
    }
    long seconds = window.length().toSeconds();
    return switch (window.kind()) {
      case SLIDING -> e.t() > at.t() - seconds;
      case TUMBLING -> Math.floorDiv(e.t(), seconds) == Math.floorDiv(at.t(), seconds);
      case LIFETIME -> true;
    };
  }

  /** The aggregates of a window's events, each by its definition. */
  private static List<@Nullable Object> expected(List<Event> events) {
    List<Integer> delays = sorted(events, Event::delay);
    List<Double> shares = sorted(events, Event::share);
    List<String> words = sorted(events, Event::word);
    long sum = delays.stream().mapToLong(Integer::longValue).sum();
    long late = delays.stream().filter(delay -> delay > 15).count();
    List<@Nullable Object> values = new ArrayList<>();
    values.add(delays.isEmpty() ? null : (double) late / delays.size());
    values.add(delays.isEmpty() ? null : (double) sum / delays.size());
    values.add(delays.isEmpty() ? null : sum);
    values.add((long) delays.size());
    values.add((long) events.size());
    values.add(rank(delays, 0));
    values.add(rank(shares, 100));
    values.add(last(events, Event::share));
    values.add(rank(words, 0));
    values.add(last(events, Event::word));
    values.add(words.stream().distinct().count());
    values.add((long) words.size());
    values.add(rank(delays, 50));
    values.add(rank(shares, 95));
    values.add(rank(delays, 0));
    values.add(rank(delays, 100));
    return values;
  }

  private static <T extends Comparable<T>> List<T> sorted(
      List<Event> events, Function<Event, @Nullable T> value) {
    return events.stream().map(value).filter(Objects::nonNull).sorted().toList();
  }

  /** The nearest rank: the value at the ceiling of n · percent / 100, counted from 1. */
  private static <T> @Nullable T rank(List<T> sorted, int percent) {
    int place = Math.max(1, (sorted.size() * percent + 99) / 100);
    return sorted.isEmpty() ? null : sorted.get(place - 1);
  }

  private static <T extends Comparable<T>> @Nullable T last(
      List<Event> events, Function<Event, @Nullable T> value) {
    return events.stream()
        .filter(event -> value.apply(event) != null)
        .max(
            Comparator.comparing((Event event) -> Objects.requireNonNull(event.t()))
                .thenComparing(event -> Objects.requireNonNull(value.apply(event))))
        .map(value)
        .orElse(null);
  }

  private static List<Event> events(Random random, int count) {
    List<Event> events = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      events.add(
          new Event(
              random.nextInt(30) == 0 ? null : "k" + random.nextInt(4),
              random.nextInt(30) == 0 ? null : random.nextInt(2),
              random.nextInt(30) == 0 ? null : 900L * (random.nextInt(300) - 100),
              random.nextInt(10) == 0 ? null : random.nextInt(200) - 60));
    }
    return events;
  }
}

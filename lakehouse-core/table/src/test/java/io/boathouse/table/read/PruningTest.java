package io.boathouse.table.read;

import static org.assertj.core.api.Assertions.assertThat;

import io.boathouse.platform.storage.StoragePath;
import io.boathouse.table.delta.DataFile;
import io.boathouse.table.delta.FileStatistics;
import io.boathouse.table.delta.FileStatistics.ColumnStatistics;
import io.boathouse.table.read.Predicate.Compare;
import io.boathouse.table.read.Predicate.Operator;
import io.boathouse.table.type.Column;
import io.boathouse.table.type.DataType;
import io.boathouse.table.type.TableSchema;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** A file is left out only if none of its rows can meet the condition. */
class PruningTest {
  private static final TableSchema SCHEMA =
      TableSchema.of(
          Column.of("a", new DataType.LongType()),
          Column.of("b", new DataType.DoubleType()),
          Column.of("p", new DataType.DateType()));

  /** Seen to fail with LESS judged by the maximum, and with GREATER of numbers that may be NaN. */
  @Test
  void noFileWithAMatchingRowIsLeftOut() {
    long seed = new Random().nextLong();
    Random random = new Random(seed);
    int leftOut = 0;
    for (int round = 0; round < 3_000; round++) {
      List<Map<String, @Nullable Comparable<?>>> rows = rows(random);
      Predicate predicate = predicate(random, 3);
      boolean kept = new Pruning(SCHEMA, List.of("p"), predicate).mayMatch(file(random, rows));
      boolean matches = rows.stream().anyMatch(row -> Boolean.TRUE.equals(meets(predicate, row)));
      if (matches) {
        assertThat(kept).as("seed %d: %s on %s", seed, predicate, rows).isTrue();
      }
      leftOut += kept ? 0 : 1;
    }
    assertThat(leftOut).isGreaterThan(300);
  }

  @Test
  void partitionsAndZerosOfEitherSignAreJudgedRightly() {
    assertThat(kept(new Compare("P", Operator.EQUAL, day("2001-01-01")), -0.0)).isTrue();
    assertThat(kept(new Compare("p", Operator.GREATER, day("2001-01-01")), -0.0)).isFalse();
    assertThat(kept(new Predicate.IsNull("p"), -0.0)).isFalse();
    assertThat(kept(new Compare("b", Operator.EQUAL, 0.0), -0.0)).isTrue();
    assertThat(kept(new Compare("unknown", Operator.EQUAL, 0.0), 1.0)).isTrue();
  }

  private static Comparable<?> day(String text) {
    return ColumnValues.parse(text, new DataType.DateType()).orElseThrow();
  }

  private static boolean kept(Predicate predicate, double b) {
    Map<String, @Nullable Comparable<?>> row = new HashMap<>();
    row.put("a", 1L);
    row.put("b", b);
    row.put("p", day("2001-01-01"));
    return new Pruning(SCHEMA, List.of("p"), predicate).mayMatch(file(new Random(1), List.of(row)));
  }

  private static List<Map<String, @Nullable Comparable<?>>> rows(Random random) {
    Comparable<?> day = random.nextInt(4) == 0 ? null : day("2001-01-0" + (1 + random.nextInt(5)));
    List<Map<String, @Nullable Comparable<?>>> rows = new ArrayList<>();
    int count = 1 + random.nextInt(4);
    for (int i = 0; i < count; i++) {
      Map<String, @Nullable Comparable<?>> row = new HashMap<>();
      row.put("a", random.nextInt(4) == 0 ? null : (Long) (long) random.nextInt(6));
      row.put("b", random.nextInt(4) == 0 ? null : (Double) number(random));
      row.put("p", day);
      rows.add(row);
    }
    return rows;
  }

  private static double number(Random random) {
    return random.nextInt(8) == 0 ? Double.NaN : random.nextInt(6) - 2.5;
  }

  private static DataFile file(Random random, List<Map<String, @Nullable Comparable<?>>> rows) {
    Map<String, ColumnStatistics> columns = new HashMap<>();
    for (String column : List.of("a", "b")) {
      List<Comparable<?>> values = new ArrayList<>();
      rows.forEach(row -> Optional.ofNullable(row.get(column)).ifPresent(values::add));
      long nulls = (long) rows.size() - values.size();
      if (random.nextBoolean()) {
        values.removeIf(Double.valueOf(Double.NaN)::equals);
      }
      Optional<Comparable<?>> min = values.stream().min(PruningTest::order).map(v -> v);
      Optional<Comparable<?>> max = values.stream().max(PruningTest::order).map(v -> v);
      if (random.nextInt(5) > 0) {
        columns.put(
            column,
            new ColumnStatistics(
                min,
                random.nextInt(5) > 0 ? max : Optional.empty(),
                random.nextInt(5) > 0 ? Optional.of(nulls) : Optional.empty()));
      }
    }
    Comparable<?> day = rows.getFirst().get("p");
    Map<String, @Nullable String> partition = new HashMap<>();
    partition.put("p", day == null ? null : day.toString());
    FileStatistics statistics = new FileStatistics(rows.size(), columns);
    return DataFile.of(StoragePath.of("f"), 1, Optional.of(statistics), partition);
  }

  private static Predicate predicate(Random random, int depth) {
    String column = List.of("a", "b", "p").get(random.nextInt(3));
    return switch (random.nextInt(depth > 0 ? 8 : 6)) {
      case 0 -> new Predicate.IsNull(column);
      case 1 -> new Predicate.IsNotNull(column);
      case 2 ->
          new Predicate.In(column, Arrays.asList(value(random, column), value(random, column)));
      case 3, 4 -> new Compare(column, Operator.values()[random.nextInt(6)], value(random, column));
      case 5 -> new Predicate.Within(column, value(random, column), value(random, column));
      case 6 ->
          new Predicate.And(List.of(predicate(random, depth - 1), predicate(random, depth - 1)));
      default ->
          new Predicate.Or(List.of(predicate(random, depth - 1), predicate(random, depth - 1)));
    };
  }

  private static Comparable<?> value(Random random, String column) {
    return switch (column) {
      case "a" -> (long) random.nextInt(8) - 1;
      case "b" -> random.nextInt(8) - 3.5;
      default -> day("2001-01-0" + (1 + random.nextInt(6)));
    };
  }

  /** As SQL judges a row; null where it does not know. */
  private static @Nullable Boolean meets(
      Predicate predicate, Map<String, @Nullable Comparable<?>> row) {
    return switch (predicate) {
      case Predicate.IsNull one -> row.get(one.column()) == null;
      case Predicate.IsNotNull one -> row.get(one.column()) != null;
      case Predicate.Within within -> {
        Comparable<?> value = row.get(within.column());
        yield value == null
            ? null
            : order(value, within.low()) >= 0 && order(value, within.high()) <= 0;
      }
      case Predicate.In in -> {
        Comparable<?> value = row.get(in.column());
        yield value == null ? null : in.values().contains(value);
      }
      case Compare compare -> {
        Comparable<?> value = row.get(compare.column());
        yield value == null ? null : meets(compare.operator(), order(value, compare.value()));
      }
      case Predicate.And and ->
          and.parts().stream().allMatch(part -> Boolean.TRUE.equals(meets(part, row)));
      case Predicate.Or or ->
          or.parts().stream().anyMatch(part -> Boolean.TRUE.equals(meets(part, row)));
    };
  }

  private static boolean meets(Operator operator, int order) {
    return switch (operator) {
      case EQUAL -> order == 0;
      case NOT_EQUAL -> order != 0;
      case LESS -> order < 0;
      case LESS_OR_EQUAL -> order <= 0;
      case GREATER -> order > 0;
      case GREATER_OR_EQUAL -> order >= 0;
    };
  }

  @SuppressWarnings("unchecked") // both are values of one column
  private static int order(Comparable<?> left, Comparable<?> right) {
    return ((Comparable<Object>) left).compareTo(right);
  }
}

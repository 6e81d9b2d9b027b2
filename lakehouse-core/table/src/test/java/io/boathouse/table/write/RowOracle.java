package io.boathouse.table.write;

import io.boathouse.table.compute.ChangedRows;
import io.boathouse.table.compute.MergedRows;
import io.boathouse.table.compute.TargetRows;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** What a table must hold after random changes, computed row by row in the plainest way. */
final class RowOracle {
  /** A row of the table: a key, a number and a text, each may be null. */
  record Row(@Nullable Long id, @Nullable Integer v, @Nullable String p) {
    String text() {
      return id + "|" + v + "|" + p;
    }

    String literal() {
      return "(CAST(%s AS BIGINT), CAST(%s AS INTEGER), CAST(%s AS VARCHAR))"
          .formatted(id, v, p == null ? "NULL" : "'" + p + "'");
    }
  }

  /** A condition as SQL over an alias, and as what it means: true, false or null for unknown. */
  record Condition(String sql, Function<Row, @Nullable Boolean> meaning) {
    boolean holds(Row row) {
      return Boolean.TRUE.equals(meaning.apply(row));
    }
  }

  private record Assignment(String column, String sql, UnaryOperator<Row> meaning) {}

  private final Random random;
  private List<Row> rows = new ArrayList<>();

  RowOracle(Random random) {
    this(random, List.of());
  }

  /**
   * @param random decides what the changes are, whatever the rows
   */
  RowOracle(Random random, List<Row> rows) {
    this.random = random;
    this.rows = new ArrayList<>(rows);
  }

  /** The rows; those that no change met are the same objects as before. */
  List<Row> rows() {
    return List.copyOf(rows);
  }

  /** The rows as text, in no order. */
  List<String> texts() {
    return rows.stream().map(Row::text).toList();
  }

  /** New rows; the query that gives them. */
  String insert(int most) {
    List<Row> fresh = fresh(1 + random.nextInt(most));
    rows.addAll(fresh);
    return values(fresh);
  }

  /** The condition of a deletion. */
  String delete() {
    Condition condition = condition("t", 2);
    rows = new ArrayList<>(rows.stream().filter(row -> !condition.holds(row)).toList());
    return condition.sql();
  }

  /** The assignment and the condition of an update. */
  String[] update() {
    Condition condition = condition("t", 2);
    Assignment assignment = assignment();
    rows.replaceAll(row -> condition.holds(row) ? assignment.meaning().apply(row) : row);
    return new String[] {assignment.column() + " = " + assignment.sql(), condition.sql()};
  }

  /**
   * A merge by id: conditional update, delete, insert, and a change of what no source row meets.
   */
  RowChange.Merge merge() {
    List<Row> source = new ArrayList<>();
    for (Row row : fresh(1 + random.nextInt(30))) {
      if (source.stream().noneMatch(other -> Objects.equals(other.id(), row.id()))) {
        source.add(row);
      }
    }
    Condition updates = condition("s", 1);
    Condition deletes = condition("t", 1);
    Condition inserts = condition("s", 1);
    Optional<Condition> drops =
        random.nextInt(3) == 0 ? Optional.of(condition("t", 2)) : Optional.empty();
    List<Row> after = new ArrayList<>();
    for (Row row : rows) {
      Optional<Row> met = source.stream().filter(s -> matches(row, s)).findFirst();
      if (met.isPresent() && updates.holds(met.get())) {
        after.add(new Row(row.id(), met.get().v(), row.p()));
      } else if (met.isPresent()
          ? !deletes.holds(row)
          : !drops.map(c -> c.holds(row)).orElse(false)) {
        after.add(row);
      }
    }
    for (Row row : source) {
      if (rows.stream().noneMatch(target -> matches(target, row)) && inserts.holds(row)) {
        after.add(row);
      }
    }
    rows = after;
    return change(source, updates, deletes, inserts, drops);
  }

  private static RowChange.Merge change(
      List<Row> source,
      Condition updates,
      Condition deletes,
      Condition inserts,
      Optional<Condition> drops) {
    String place = "t." + TargetRows.FILE + ", t." + TargetRows.ROW;
    String matched =
        "SELECT %s, s.%s, CASE WHEN %s THEN 'update' WHEN %s THEN 'delete' END AS %s, t.id AS id, CASE WHEN %s THEN s.v ELSE t.v END AS v, t.p AS p FROM %s AS t JOIN %s AS s ON t.id = s.id"
            .formatted(
                place,
                MergedRows.SOURCE_ROW,
                updates.sql(),
                deletes.sql(),
                ChangedRows.KIND,
                updates.sql(),
                TargetRows.VIEW,
                MergedRows.SOURCE);
    String inserted =
        "SELECT CASE WHEN %s THEN 'insert' END AS %s, s.id, s.v, s.p FROM %s AS s"
            .formatted(inserts.sql(), ChangedRows.KIND, MergedRows.UNMATCHED_SOURCE);
    Optional<String> unmatched =
        drops.map(
            condition ->
                "SELECT %s, CASE WHEN %s THEN 'delete' END AS %s, t.id, t.v, t.p FROM %s AS t"
                    .formatted(
                        place, condition.sql(), ChangedRows.KIND, MergedRows.UNMATCHED_TARGET));
    return new RowChange.Merge(
        values(source),
        matched,
        Optional.of(inserted),
        unmatched,
        List.of(),
        false,
        List.of(),
        false);
  }

  private static boolean matches(Row target, Row source) {
    return target.id() != null && target.id().equals(source.id());
  }

  private List<Row> fresh(int count) {
    List<Row> fresh = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      fresh.add(
          new Row(
              random.nextInt(12) == 0 ? null : (long) random.nextInt(200),
              random.nextInt(5) == 0 ? null : random.nextInt(10),
              random.nextInt(5) == 0 ? null : "p" + random.nextInt(3)));
    }
    return fresh;
  }

  private static String values(List<Row> rows) {
    return "SELECT * FROM (VALUES "
        + String.join(", ", rows.stream().map(Row::literal).toList())
        + ") AS v(id, v, p)";
  }

  private Condition condition(String alias, int depth) {
    int kind = random.nextInt(depth == 0 ? 5 : 8);
    int number = random.nextInt(10);
    String p = "p" + random.nextInt(3);
    return switch (kind) {
      case 0 ->
          new Condition(
              alias + ".id % 10 = " + number,
              row -> row.id() == null ? null : row.id() % 10 == number);
      case 1 ->
          new Condition(alias + ".v > " + number, row -> row.v() == null ? null : row.v() > number);
      case 2 -> new Condition(alias + ".v IS NULL", row -> row.v() == null);
      case 3 ->
          new Condition(
              alias + ".p = '" + p + "'", row -> row.p() == null ? null : row.p().equals(p));
      case 4 ->
          new Condition(
              "%s.id BETWEEN %d AND %d".formatted(alias, number * 20, number * 20 + 8),
              row ->
                  row.id() == null
                      ? null
                      : (row.id() >= number * 20L && row.id() <= number * 20L + 8));
      case 5 -> {
        Condition inner = condition(alias, depth - 1);
        yield new Condition("(NOT (" + inner.sql() + "))", row -> not(inner.meaning().apply(row)));
      }
      default -> {
        Condition one = condition(alias, depth - 1);
        Condition other = condition(alias, depth - 1);
        boolean and = kind == 6;
        yield new Condition(
            "((%s) %s (%s))".formatted(one.sql(), and ? "AND" : "OR", other.sql()),
            row -> both(one.meaning().apply(row), other.meaning().apply(row), and));
      }
    };
  }

  private static @Nullable Boolean not(@Nullable Boolean value) {
    return value == null ? null : !value;
  }

  /** AND is decided by a false, OR by a true; otherwise an unknown makes it unknown. */
  private static @Nullable Boolean both(@Nullable Boolean a, @Nullable Boolean b, boolean and) {
    boolean decides = !and;
    if (Objects.equals(a, decides) || Objects.equals(b, decides)) {
      return decides;
    }
    return (a == null || b == null) ? null : and;
  }

  private Assignment assignment() {
    int number = random.nextInt(10);
    return switch (random.nextInt(4)) {
      case 0 ->
          new Assignment(
              "v",
              "t.v + " + number,
              row -> new Row(row.id(), row.v() == null ? null : row.v() + number, row.p()));
      case 1 ->
          new Assignment("v", "CAST(NULL AS INTEGER)", row -> new Row(row.id(), null, row.p()));
      case 2 ->
          new Assignment(
              "p", "'p" + number % 3 + "'", row -> new Row(row.id(), row.v(), "p" + number % 3));
      default ->
          new Assignment(
              "id",
              "t.id + coalesce(t.v, 0)",
              row ->
                  new Row(
                      row.id() == null ? null : row.id() + (row.v() == null ? 0 : row.v()),
                      row.v(),
                      row.p()));
    };
  }
}

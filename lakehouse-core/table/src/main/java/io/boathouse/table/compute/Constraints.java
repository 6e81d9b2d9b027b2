package io.boathouse.table.compute;

import io.boathouse.platform.duckdb.DuckSession;
import io.boathouse.platform.duckdb.SqlText;
import io.boathouse.platform.error.LakeException;
import io.boathouse.table.type.Column;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;

/**
 * CHECK constraints. Their text may come from another writer's log, so that only plain expressions
 * over the row's own columns are evaluated; a table with others is not written.
 */
public final class Constraints {
  private static final String MARK = "boathouse-constraint-";

  private Constraints() {}

  /**
   * The query with a guard that stops it at the first row for which a constraint is not true, or
   * that has another value in a generated column than the computed one.
   *
   * @param select has the table's columns
   */
  static String guarded(DuckSession session, String select, TableShape shape) {
    List<String> guards = new ArrayList<>();
    for (Map.Entry<String, String> constraint : new TreeMap<>(shape.constraints()).entrySet()) {
      String what = "the constraint '" + constraint.getKey() + "'";
      guards.add(guard(PlainExpression.of(session, constraint.getValue(), what).sql(), guards));
    }
    for (Column column : generated(shape)) {
      String same =
          SqlText.identifier(column.name())
              + " IS NOT DISTINCT FROM "
              + FilledRows.generated(session, column);
      guards.add(guard(same, guards));
    }
    return guards.isEmpty()
        ? select
        : "SELECT * FROM (%s) AS checked WHERE %s".formatted(select, String.join(" AND ", guards));
  }

  private static String guard(String condition, List<String> before) {
    return "CASE WHEN (%s) THEN TRUE ELSE error(%s) END"
        .formatted(condition, SqlText.literal(MARK + before.size() + "."));
  }

  private static List<Column> generated(TableShape shape) {
    return shape.schema().columns().stream().filter(FilledRows::isGenerated).toList();
  }

  /** Runs work on guarded queries and says which constraint a row did not meet. */
  static <T> T naming(TableShape shape, Supplier<T> work) {
    try {
      return work.get();
    } catch (LakeException e) {
      int number = 0;
      for (Map.Entry<String, String> constraint : new TreeMap<>(shape.constraints()).entrySet()) {
        if (e.message().contains(MARK + number++ + ".")) {
          throw SchemaErrors.violated(constraint.getKey(), constraint.getValue(), e);
        }
      }
      for (Column column : generated(shape)) {
        if (e.message().contains(MARK + number++ + ".")) {
          throw SchemaErrors.notGenerated(column, e);
        }
      }
      throw e;
    }
  }

  /** The query of the rows of a view for which an expression is not true. */
  public static String violations(DuckSession session, String view, String expression) {
    return "SELECT 1 FROM %s WHERE %s IS NOT TRUE"
        .formatted(
            SqlText.identifier(view),
            PlainExpression.of(session, expression, "the constraint").sql());
  }
}

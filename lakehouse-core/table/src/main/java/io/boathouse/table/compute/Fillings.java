package io.boathouse.table.compute;

import io.boathouse.platform.duckdb.DuckSession;
import io.boathouse.table.delta.Alteration;
import io.boathouse.table.delta.DeltaSnapshot;
import io.boathouse.table.type.Column;
import io.boathouse.table.type.Filling;
import io.boathouse.table.type.TableSchema;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What fills the columns of a table, for those who commit rows or change the table. */
public final class Fillings {
  private Fillings() {}

  /**
   * Sees that a new table's columns can be filled as it says.
   *
   * @throws io.boathouse.platform.error.LakeException INVALID_ARGUMENT naming the column;
   *     UNSUPPORTED if an expression is more than a plain one
   */
  public static void require(
      DuckSession session, TableSchema table, List<String> partitionColumns) {
    FilledRows.require(session, table, partitionColumns);
  }

  /** Sees that a column can have a default. Errors as {@link #require}. */
  public static void requireDefault(DuckSession session, Column column, String expression) {
    FilledRows.requireDefault(session, column, expression);
  }

  /**
   * What the word DEFAULT stands for in SQL of a statement, which still is to be checked.
   *
   * @throws io.boathouse.platform.error.LakeException INVALID_ARGUMENT if the column is generated
   */
  public static String defaultOf(Column column) {
    requireOnlyDefault(column);
    return column.filling().orElse(null) instanceof Filling.Default(String expression)
        ? "(" + PlainExpression.spelledAsHere(expression) + "\n)"
        : "NULL";
  }

  /** Whether a column is computed from others. */
  public static boolean isGenerated(Column column) {
    return FilledRows.isGenerated(column);
  }

  /** Whether a column's values are numbers that cannot be given. */
  public static boolean isAlwaysNumbered(Column column) {
    return column.filling().orElse(null) instanceof Filling.Identity identity
        && !identity.explicit();
  }

  /** Refuses a value for a column whose numbers cannot be given. */
  public static void requireAssignable(Column column) {
    if (isAlwaysNumbered(column)) {
      throw SchemaErrors.identityGiven(column.name());
    }
  }

  /** Sees that a column is filled by nothing but a default. */
  public static void requireOnlyDefault(Column column) {
    if (column.filling().isPresent() && !(column.filling().get() instanceof Filling.Default)) {
      throw SchemaErrors.wrongFilling(column, "it is generated");
    }
  }

  /**
   * The version with the last numbers of its identity columns after rows were added.
   *
   * @param given columns that the rows brought
   */
  public static DeltaSnapshot numbered(DeltaSnapshot base, Set<String> given, long rows) {
    return numbered(base, FilledRows.numbered(base.schema(), given, rows));
  }

  /** The version with the last numbers of its identity columns. */
  public static DeltaSnapshot numbered(
      DeltaSnapshot base, Map<String, Filling.Identity> identities) {
    DeltaSnapshot after = base;
    for (Map.Entry<String, Filling.Identity> identity : identities.entrySet()) {
      after = after.altered(Alteration.filled(identity.getKey(), identity.getValue()));
    }
    return after;
  }
}

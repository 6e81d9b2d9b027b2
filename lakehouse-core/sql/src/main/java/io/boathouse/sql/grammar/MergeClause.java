package io.boathouse.sql.grammar;

import io.boathouse.sql.grammar.Statement.Expression;
import java.util.List;
import java.util.Optional;

/**
 * A WHEN of a MERGE.
 *
 * @param condition what else must hold
 */
public record MergeClause(Of of, Optional<Expression> condition, Action action) {

  /** Which rows a clause is about. */
  public enum Of {
    /** Rows of the target with one of the source. */
    MATCHED,
    /** Rows of the source without one of the target. */
    NOT_MATCHED,
    /** Rows of the target without one of the source. */
    NOT_MATCHED_BY_SOURCE
  }

  /** What becomes of a row. */
  public sealed interface Action {
    /** It goes. */
    record Delete() implements Action {}

    /** Every column gets the value of the source's column of that name; {@code *} in SQL. */
    record SetAll() implements Action {}

    /** Columns get values; the others keep theirs, or are null in a new row. */
    record Set(List<Assignment> assignments) implements Action {
      public Set {
        assignments = List.copyOf(assignments);
      }
    }
  }

  /**
   * A column and its value.
   *
   * @param column the name as written, of one or more parts
   */
  public record Assignment(List<String> column, Expression value) {
    public Assignment {
      column = List.copyOf(column);
    }
  }
}

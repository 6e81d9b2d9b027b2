package io.boathouse.sql.grammar;

import java.util.List;

/** What a statement says of a table's row filter or of a column's mask. */
public sealed interface PolicyClause {
  /** SET ROW FILTER, or WITH ROW FILTER. @param columns that the function gets */
  record SetRowFilter(List<String> function, List<String> columns) implements PolicyClause {
    public SetRowFilter {
      function = List.copyOf(function);
      columns = List.copyOf(columns);
    }
  }

  /** DROP ROW FILTER. */
  record DropRowFilter() implements PolicyClause {}

  /** SET MASK, or MASK. @param others columns that the function gets after the masked one */
  record SetMask(String column, List<String> function, List<String> others)
      implements PolicyClause {
    public SetMask {
      function = List.copyOf(function);
      others = List.copyOf(others);
    }
  }

  /** DROP MASK. */
  record DropMask(String column) implements PolicyClause {}
}

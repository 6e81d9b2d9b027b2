package io.boathouse.sql.grammar;

import java.util.List;

/** The rules of row filters and masks. */
final class PolicyRules {
  private final Cursor cursor;

  PolicyRules(Cursor cursor) {
    this.cursor = cursor;
  }

  /** What follows ROW FILTER. */
  PolicyClause rowFilter() {
    List<String> function = cursor.names("a function");
    cursor.expect("on");
    return new PolicyClause.SetRowFilter(function, columns());
  }

  /** What follows MASK. */
  PolicyClause mask(String column) {
    List<String> function = cursor.names("a function");
    List<String> others = cursor.accept("using", "columns") ? columns() : List.of();
    return new PolicyClause.SetMask(column, function, others);
  }

  private List<String> columns() {
    if (cursor.peek().isSymbol("(") && cursor.peek(1).isSymbol(")")) {
      cursor.expectSymbol("(");
      cursor.expectSymbol(")");
      return List.of();
    }
    return cursor.nameList("a column");
  }
}

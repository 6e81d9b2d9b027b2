package io.boathouse.sql.govern;

import io.boathouse.catalog.securable.FullName;
import java.util.List;

/**
 * A query that passed the first wall: it names nothing but the views below and its own CTEs.
 *
 * @param sql to be run where all views exist as TEMP views
 * @param tables what the views must show
 */
public record CheckedQuery(String sql, List<ViewedTable> tables) {
  public CheckedQuery {
    tables = List.copyOf(tables);
  }

  /**
   * A table that a query reads.
   *
   * @param view the name of the TEMP view that stands for it
   * @param filters every row that makes a difference meets one of them; empty if all rows may
   */
  public record ViewedTable(
      String view, FullName name, TableUse.AsOf asOf, List<RowFilter> filters) {
    public ViewedTable {
      filters = List.copyOf(filters);
    }

    /** A table of which all rows may make a difference. */
    public ViewedTable(String view, FullName name, TableUse.AsOf asOf) {
      this(view, name, asOf, List.of());
    }
  }
}

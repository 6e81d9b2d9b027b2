package io.boathouse.sql.govern;

import io.boathouse.catalog.securable.FullName;
import io.boathouse.table.compute.MetadataField;
import java.util.List;
import java.util.Set;

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
   * @param metadata what the view has to tell of each row besides the table's columns
   */
  public record ViewedTable(
      String view,
      FullName name,
      TableUse.AsOf asOf,
      List<RowFilter> filters,
      Set<MetadataField> metadata) {
    public ViewedTable {
      filters = List.copyOf(filters);
      metadata = Set.copyOf(metadata);
    }

    /** The same at a version, of which all rows may make a difference. */
    public ViewedTable at(long version) {
      return new ViewedTable(view, name, new TableUse.AsOf.Version(version), List.of(), metadata);
    }

    /** A table of which all rows may make a difference. */
    public ViewedTable(String view, FullName name, TableUse.AsOf asOf) {
      this(view, name, asOf, List.of(), Set.of());
    }
  }
}

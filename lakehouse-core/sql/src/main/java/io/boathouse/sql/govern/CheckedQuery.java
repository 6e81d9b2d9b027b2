package io.boathouse.sql.govern;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.boathouse.catalog.securable.FullName;
import io.boathouse.platform.auth.Caller;
import io.boathouse.table.compute.MetadataField;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * A query that passed the first wall: it names nothing but the views below and its own CTEs.
 *
 * @param sql to be run where all views exist as TEMP views
 * @param tables what the views must show
 * @param tree of the same query, for those who read more off it; nobody changes it
 * @param steady whether it shows the same whenever it reads the same
 * @param models that it asks
 */
public record CheckedQuery(
    String sql, List<ViewedTable> tables, JsonNode tree, boolean steady, List<ModelCall> models) {
  public CheckedQuery {
    tables = List.copyOf(tables);
    models = List.copyOf(models);
  }

  /** One whose columns nobody asks where they came from. */
  public CheckedQuery(String sql, List<ViewedTable> tables) {
    this(sql, tables, MissingNode.getInstance(), false, List.of());
  }

  /**
   * A table that a query reads.
   *
   * @param view the name of the TEMP view that stands for it
   * @param filters every row that makes a difference meets one of them; empty if all rows may
   * @param metadata what the view has to tell of each row besides the table's columns
   * @param columns in lower case, beside which none is read; empty if all may be
   * @param rights whose the table is read with, where that is not who asks, as in the body of a
   *     function; it is no source of the query's rows then
   * @param whole the whole query, if the table is all that it reads and it is run as it is
   */
  public record ViewedTable(
      String view,
      FullName name,
      TableUse.AsOf asOf,
      List<RowFilter> filters,
      Set<MetadataField> metadata,
      Optional<Set<String>> columns,
      Optional<Caller> rights,
      Optional<JsonNode> whole) {
    public ViewedTable {
      filters = List.copyOf(filters);
      metadata = Set.copyOf(metadata);
      columns = columns.map(Set::copyOf);
    }

    /** A table of which all columns may be read, and nothing else. */
    public ViewedTable(String view, FullName name, TableUse.AsOf asOf, List<RowFilter> filters) {
      this(
          view,
          name,
          asOf,
          filters,
          Set.of(),
          Optional.empty(),
          Optional.empty(),
          Optional.empty());
    }

    /** The same, read by one SELECT and nothing else. */
    ViewedTable readBy(JsonNode select) {
      return new ViewedTable(
          view, name, asOf, filters, metadata, columns, rights, Optional.of(select));
    }

    /** The same at a version, of which all rows may make a difference. */
    public ViewedTable at(long version) {
      return new ViewedTable(
          view,
          name,
          new TableUse.AsOf.Version(version),
          List.of(),
          metadata,
          columns,
          rights,
          Optional.empty());
    }

    /** The same with somebody's rights, unless it has some of its own. */
    ViewedTable with(Caller owner) {
      return new ViewedTable(
          view,
          name,
          asOf,
          filters,
          metadata,
          columns,
          rights.or(() -> Optional.of(owner)),
          Optional.empty());
    }

    /** The newest version of a table that the body of a function reads. */
    static ViewedTable inBody(String view, FullName name, Caller rights) {
      return new ViewedTable(
          view,
          name,
          new TableUse.AsOf.Latest(),
          List.of(),
          Set.of(),
          Optional.empty(),
          Optional.of(rights),
          Optional.empty());
    }

    /** A table of which all rows may make a difference. */
    public ViewedTable(String view, FullName name, TableUse.AsOf asOf) {
      this(view, name, asOf, List.of());
    }
  }
}

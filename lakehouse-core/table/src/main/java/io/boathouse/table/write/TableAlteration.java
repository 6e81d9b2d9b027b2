package io.boathouse.table.write;

import io.boathouse.table.type.Column;
import java.util.List;
import java.util.Map;

/** A change of what a table is, rather than of its rows. */
public sealed interface TableAlteration {

  /** New columns behind the others, null in the rows that are there. */
  record AddColumns(List<Column> columns) implements TableAlteration {
    public AddColumns {
      columns = List.copyOf(columns);
    }
  }

  /**
   * An expression that must be true of every row, of those that are there too.
   *
   * @param expression over the table's columns
   */
  record AddConstraint(String name, String expression) implements TableAlteration {}

  /** Forgets a constraint. */
  record DropConstraint(String name, boolean ifExists) implements TableAlteration {}

  /** Sets properties. */
  record SetProperties(Map<String, String> properties) implements TableAlteration {
    public SetProperties {
      properties = Map.copyOf(properties);
    }
  }

  /** Takes properties back to what they are by default. */
  record UnsetProperties(List<String> names, boolean ifExists) implements TableAlteration {
    public UnsetProperties {
      names = List.copyOf(names);
    }
  }

  /** Keeps rows together by these columns from now on; by none if there are none. */
  record ClusterBy(List<String> columns) implements TableAlteration {
    public ClusterBy {
      columns = List.copyOf(columns);
    }
  }
}

package io.boathouse.table.write;

import io.boathouse.table.type.Column;
import io.boathouse.table.type.DataType;
import java.util.List;
import java.util.Map;
import java.util.Optional;

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

  /**
   * Another name for a column, or a field inside one.
   *
   * @param path its names from the outermost
   */
  record RenameColumn(List<String> path, String name) implements TableAlteration {
    public RenameColumn {
      path = List.copyOf(path);
    }
  }

  /** Columns, or fields inside some, that go. */
  record DropColumns(List<List<String>> paths, boolean ifExists) implements TableAlteration {
    public DropColumns {
      paths = List.copyOf(paths);
    }
  }

  /**
   * Another place for a column among its neighbours.
   *
   * @param after the neighbour before it; empty for the first place
   */
  record MoveColumn(List<String> path, Optional<String> after) implements TableAlteration {
    public MoveColumn {
      path = List.copyOf(path);
    }
  }

  /** A wider type for a column. */
  record WidenColumn(List<String> path, DataType type) implements TableAlteration {
    public WidenColumn {
      path = List.copyOf(path);
    }
  }

  /** What people are told about a column. */
  record CommentColumn(List<String> path, String comment) implements TableAlteration {
    public CommentColumn {
      path = List.copyOf(path);
    }
  }

  /**
   * What a column gets in rows that do not say.
   *
   * @param expression over no columns; empty for null
   */
  record SetDefault(String column, Optional<String> expression) implements TableAlteration {}
}

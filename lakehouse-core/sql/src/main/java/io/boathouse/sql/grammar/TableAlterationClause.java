package io.boathouse.sql.grammar;

import io.boathouse.sql.grammar.Statement.ColumnDefinition;
import io.boathouse.sql.grammar.Statement.Expression;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What ALTER TABLE does. */
public sealed interface TableAlterationClause {

  /** ADD COLUMN or COLUMNS. */
  record AddColumns(List<ColumnDefinition> columns) implements TableAlterationClause {
    public AddColumns {
      columns = List.copyOf(columns);
    }
  }

  /** ADD CONSTRAINT … CHECK. */
  record AddConstraint(String name, Expression check) implements TableAlterationClause {}

  /** DROP CONSTRAINT. */
  record DropConstraint(String name, boolean ifExists) implements TableAlterationClause {}

  /** SET TBLPROPERTIES. */
  record SetProperties(Map<String, String> properties) implements TableAlterationClause {
    public SetProperties {
      properties = Map.copyOf(properties);
    }
  }

  /** UNSET TBLPROPERTIES. */
  record UnsetProperties(List<String> names, boolean ifExists) implements TableAlterationClause {
    public UnsetProperties {
      names = List.copyOf(names);
    }
  }

  /** CLUSTER BY; NONE is no columns. */
  record ClusterBy(List<String> columns) implements TableAlterationClause {
    public ClusterBy {
      columns = List.copyOf(columns);
    }
  }

  /**
   * RENAME COLUMN.
   *
   * @param path the column's name and those of the fields inside it
   */
  record RenameColumn(List<String> path, String name) implements TableAlterationClause {
    public RenameColumn {
      path = List.copyOf(path);
    }
  }

  /** DROP COLUMN or COLUMNS. */
  record DropColumns(List<List<String>> paths, boolean ifExists) implements TableAlterationClause {
    public DropColumns {
      paths = List.copyOf(paths);
    }
  }

  /** ALTER COLUMN. */
  record AlterColumn(List<String> path, ColumnChange change) implements TableAlterationClause {
    public AlterColumn {
      path = List.copyOf(path);
    }
  }

  /** What ALTER COLUMN does. */
  sealed interface ColumnChange {
    /** TYPE. @param type as written */
    record Type(String type) implements ColumnChange {}

    /** FIRST, or AFTER another. */
    record Place(Optional<String> after) implements ColumnChange {}

    /** SET DEFAULT; empty for DROP DEFAULT. */
    record Default(Optional<Expression> value) implements ColumnChange {}

    /** COMMENT. */
    record Comment(String text) implements ColumnChange {}
  }
}

package io.boathouse.sql.grammar;

import io.boathouse.sql.grammar.Statement.ColumnDefinition;
import io.boathouse.sql.grammar.Statement.Expression;
import java.util.List;
import java.util.Map;

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
}

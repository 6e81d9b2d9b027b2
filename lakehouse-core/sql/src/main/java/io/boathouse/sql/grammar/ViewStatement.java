package io.boathouse.sql.grammar;

import io.boathouse.sql.grammar.Statement.Existing;
import io.boathouse.sql.grammar.Statement.Query;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Statements about views. */
public sealed interface ViewStatement extends Statement.OfViews {
  /** The view. */
  List<String> name();

  /** CREATE VIEW; without columns it has those of its query. */
  record Create(List<String> name, Existing existing, Shape shape, Query query)
      implements ViewStatement {
    public Create {
      name = List.copyOf(name);
    }

    @Override
    public String kind() {
      return "CREATE VIEW";
    }
  }

  /** What stands between the name and AS. */
  record Shape(List<Column> columns, Optional<String> comment, Map<String, String> properties) {
    public Shape {
      columns = List.copyOf(columns);
      properties = Map.copyOf(properties);
    }
  }

  /** A column of a view, whose type is its query's. */
  record Column(String name, Optional<String> comment) {}

  /** ALTER VIEW … AS. */
  record SetQuery(List<String> name, Query query) implements ViewStatement {
    public SetQuery {
      name = List.copyOf(name);
    }

    @Override
    public String kind() {
      return "ALTER VIEW";
    }
  }

  /** ALTER VIEW … SET or UNSET TBLPROPERTIES. */
  record SetProperties(List<String> name, Map<String, String> set, List<String> unset)
      implements ViewStatement {
    public SetProperties {
      name = List.copyOf(name);
      set = Map.copyOf(set);
      unset = List.copyOf(unset);
    }

    @Override
    public String kind() {
      return "ALTER VIEW";
    }
  }

  /** DROP VIEW. */
  record Drop(List<String> name, boolean ifExists) implements ViewStatement {
    public Drop {
      name = List.copyOf(name);
    }

    @Override
    public String kind() {
      return "DROP VIEW";
    }
  }

  /** SHOW VIEWS; the name is the schema's, empty for the default one. */
  record Show(List<String> name, Optional<String> like) implements ViewStatement {
    public Show {
      name = List.copyOf(name);
    }

    @Override
    public String kind() {
      return "SHOW VIEWS";
    }
  }

  /** SHOW CREATE of a table or view. */
  record ShowCreate(List<String> name) implements ViewStatement {
    public ShowCreate {
      name = List.copyOf(name);
    }

    @Override
    public String kind() {
      return "SHOW CREATE TABLE";
    }
  }
}

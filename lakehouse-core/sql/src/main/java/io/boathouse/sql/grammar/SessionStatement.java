package io.boathouse.sql.grammar;

import java.util.List;
import java.util.Optional;

/** Statements that change what a session keeps between statements. */
public sealed interface SessionStatement extends Statement.OfSession {
  /** USE CATALOG, or SET CATALOG. */
  record UseCatalog(String name) implements SessionStatement {
    @Override
    public String kind() {
      return "USE CATALOG";
    }
  }

  /** USE of a schema by a name of one or two parts. */
  record UseSchema(List<String> name) implements SessionStatement {
    public UseSchema {
      name = List.copyOf(name);
    }

    @Override
    public String kind() {
      return "USE SCHEMA";
    }
  }

  /** SET of a setting. */
  record Set(String name, String value) implements SessionStatement {
    @Override
    public String kind() {
      return "SET";
    }
  }

  /** SET without a value, which tells all settings or one. */
  record ShowSettings(Optional<String> name) implements SessionStatement {
    @Override
    public String kind() {
      return "SHOW SETTINGS";
    }
  }

  /** RESET of all settings or of one. */
  record Reset(Optional<String> name) implements SessionStatement {
    @Override
    public String kind() {
      return "RESET";
    }
  }
}

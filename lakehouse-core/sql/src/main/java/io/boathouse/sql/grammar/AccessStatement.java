package io.boathouse.sql.grammar;

import java.util.List;
import java.util.Optional;

/** Statements that change or tell who may see what. */
public sealed interface AccessStatement extends Statement.OfAccess {
  /**
   * GRANT or REVOKE.
   *
   * @param grant false for REVOKE
   * @param privileges as written, such as {@code USE CATALOG}
   */
  record ChangeGrant(
      boolean grant,
      List<String> privileges,
      Statement.ObjectType type,
      List<String> name,
      String principal)
      implements AccessStatement {
    public ChangeGrant {
      privileges = List.copyOf(privileges);
      name = List.copyOf(name);
    }

    @Override
    public String kind() {
      return grant ? "GRANT" : "REVOKE";
    }
  }

  /** SHOW GRANTS. */
  record ShowGrants(Statement.ObjectType type, List<String> name, Optional<String> principal)
      implements AccessStatement {
    public ShowGrants {
      name = List.copyOf(name);
    }

    @Override
    public String kind() {
      return "SHOW GRANTS";
    }
  }

  /** A change of a table's row filter or masks. */
  record ChangePolicy(List<String> name, PolicyClause clause) implements AccessStatement {
    public ChangePolicy {
      name = List.copyOf(name);
    }

    @Override
    public String kind() {
      return "ALTER TABLE";
    }
  }
}

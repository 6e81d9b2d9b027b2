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

  /** A catalog, schema or table that attribute policies are set on. */
  record PolicyPlace(Statement.ObjectType type, List<String> name) {
    public PolicyPlace {
      name = List.copyOf(name);
    }
  }

  /** CREATE POLICY, an attribute policy. */
  record CreatePolicy(String name, Statement.Existing existing, PolicyPlace on, PolicyText text)
      implements AccessStatement {
    @Override
    public String kind() {
      return "CREATE POLICY";
    }
  }

  /**
   * What an attribute policy says.
   *
   * @param masked the alias of the columns that a mask is for; empty for a row filter
   * @param using aliases of other columns for the function
   */
  record PolicyText(
      Optional<String> comment,
      List<String> function,
      List<String> to,
      List<String> except,
      Optional<String> when,
      List<MatchedColumns> matches,
      Optional<String> masked,
      List<String> using) {
    public PolicyText {
      function = List.copyOf(function);
      to = List.copyOf(to);
      except = List.copyOf(except);
      matches = List.copyOf(matches);
      using = List.copyOf(using);
    }
  }

  /** Columns whose tags meet a condition, and the name that they go by. */
  record MatchedColumns(String condition, String alias) {}

  /** DROP POLICY. */
  record DropPolicy(String name, PolicyPlace on) implements AccessStatement {
    @Override
    public String kind() {
      return "DROP POLICY";
    }
  }

  /** SHOW POLICIES; the effective ones are those of what is above too. */
  record ShowPolicies(PolicyPlace on, boolean effective) implements AccessStatement {
    @Override
    public String kind() {
      return "SHOW POLICIES";
    }
  }

  /** DESCRIBE POLICY. */
  record DescribePolicy(String name, PolicyPlace on) implements AccessStatement {
    @Override
    public String kind() {
      return "DESCRIBE POLICY";
    }
  }
}

package io.boathouse.sql.statement;

import io.boathouse.catalog.policy.PolicyService;
import io.boathouse.catalog.securable.FullName;
import io.boathouse.platform.auth.Caller;
import io.boathouse.sql.govern.NameDefaults;
import io.boathouse.sql.grammar.AccessStatement.ChangePolicy;
import io.boathouse.sql.grammar.PolicyClause;

/** Statements that set and drop row filters and masks. */
final class PolicyStatements {
  private final PolicyService policies;

  PolicyStatements(PolicyService policies) {
    this.policies = policies;
  }

  void change(Caller caller, ChangePolicy statement, NameDefaults defaults) {
    change(caller, defaults.table(statement.name()), statement.clause(), defaults);
  }

  void change(Caller caller, FullName table, PolicyClause clause, NameDefaults defaults) {
    switch (clause) {
      case PolicyClause.SetRowFilter set ->
          policies.setRowFilter(caller, table, defaults.table(set.function()), set.columns());
      case PolicyClause.DropRowFilter drop -> policies.dropRowFilter(caller, table);
      case PolicyClause.SetMask set ->
          policies.setMask(
              caller, table, set.column(), defaults.table(set.function()), set.others());
      case PolicyClause.DropMask drop -> policies.dropMask(caller, table, drop.column());
    }
  }
}

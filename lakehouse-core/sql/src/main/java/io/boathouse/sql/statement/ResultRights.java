package io.boathouse.sql.statement;

import io.boathouse.catalog.grant.Authorizer;
import io.boathouse.catalog.grant.Privilege;
import io.boathouse.catalog.policy.PolicyService;
import io.boathouse.catalog.securable.FullName;
import io.boathouse.catalog.securable.Securable;
import io.boathouse.catalog.securable.SecurableType;
import io.boathouse.platform.auth.Caller;
import io.boathouse.sql.govern.CheckedQuery.ViewedTable;
import java.util.List;
import java.util.UUID;
import java.util.function.Function;

/**
 * Asks once more, whenever a kept result is read, for the right to what it came from: what was
 * revoked since is over at once, and so is a result from before a change of policies.
 */
final class ResultRights {
  private final Authorizer authorizer;
  private final PolicyService policies;
  private final Function<UUID, Caller> callers;

  ResultRights(Authorizer authorizer, PolicyService policies, Function<UUID, Caller> callers) {
    this.authorizer = authorizer;
    this.policies = policies;
    this.callers = callers;
  }

  /**
   * A table that a result came from.
   *
   * @param policyVersion of its policies when the statement ran; empty without policies
   */
  record Source(UUID tableId, FullName name, String policyVersion) {}

  /** What is to be remembered of the tables of a query that is about to run. */
  List<Source> sources(Caller caller, List<ViewedTable> tables) {
    return tables.stream()
        .filter(table -> table.rights().isEmpty())
        .map(ViewedTable::name)
        .distinct()
        .map(
            name -> {
              Securable table = select(caller, name);
              return new Source(table.id(), name, policies.of(caller, table).version());
            })
        .toList();
  }

  private Securable select(Caller caller, FullName name) {
    return authorizer.require(caller, Privilege.SELECT, SecurableType.TABLE, name);
  }

  /**
   * @throws io.boathouse.platform.error.LakeException PERMISSION_DENIED or NOT_FOUND if a table
   *     that the result came from is out of the caller's reach by now, or shows other things
   */
  void require(Caller caller, ExecutedStatement statement) {
    for (Source source : statement.sources()) {
      Securable table = select(caller, source.name());
      boolean same =
          table.id().equals(source.tableId())
              && policies.of(caller, table).version().equals(source.policyVersion())
              && (source.policyVersion().isEmpty()
                  || caller.groups().equals(statement.caller().groups()));
      if (!same) {
        throw StatementErrors.shownOtherwise(source.name().toString());
      }
    }
  }

  /** Like {@link #require}, for whoever ran the statement, with the rights of now. */
  void requireOfOwner(ExecutedStatement statement) {
    require(callers.apply(statement.caller().principalId()), statement);
  }
}

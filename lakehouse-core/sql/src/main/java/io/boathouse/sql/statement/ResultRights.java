package io.boathouse.sql.statement;

import io.boathouse.catalog.grant.Authorizer;
import io.boathouse.catalog.grant.Privilege;
import io.boathouse.catalog.information.InformationService;
import io.boathouse.catalog.policy.PolicyService;
import io.boathouse.catalog.relation.ViewQueries;
import io.boathouse.catalog.securable.FullName;
import io.boathouse.catalog.securable.Securable;
import io.boathouse.catalog.securable.SecurableType;
import io.boathouse.platform.auth.Caller;
import io.boathouse.platform.error.LakeException;
import io.boathouse.sql.govern.CheckedQuery.ViewedTable;
import io.boathouse.sql.govern.ViewBodies;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
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
  private final Views views;

  /** What is known of views. */
  record Views(ViewQueries queries, ViewBodies bodies) {}

  ResultRights(
      Authorizer authorizer, PolicyService policies, Function<UUID, Caller> callers, Views views) {
    this.authorizer = authorizer;
    this.policies = policies;
    this.callers = callers;
    this.views = views;
  }

  /**
   * A table or view that a result came from; of information_schema, which shows something else to
   * everybody, the id is the reader's.
   *
   * @param policyVersion of its policies when the statement ran, or of the view's query; empty
   *     without policies
   * @param owner of the view that reads it, with whose rights it was read
   */
  record Source(UUID tableId, FullName name, String policyVersion, Optional<UUID> owner) {}

  /** What is to be remembered of the tables of a query that is about to run. */
  List<Source> sources(Caller caller, List<ViewedTable> tables) {
    Set<Source> sources = new LinkedHashSet<>();
    add(sources, caller, Optional.empty(), tables);
    return List.copyOf(sources);
  }

  private void add(
      Set<Source> sources, Caller reader, Optional<Caller> owner, List<ViewedTable> tables) {
    for (ViewedTable table : tables) {
      if (table.rights().isPresent()) {
        continue;
      }
      if (InformationService.isInformation(table.name())) {
        sources.add(new Source(reader.principalId(), table.name(), "", Optional.empty()));
        continue;
      }
      Caller rights = owner.orElse(reader);
      Securable found;
      try {
        found = select(rights, table.name());
      } catch (LakeException e) {
        if (owner.isEmpty()) {
          throw e;
        }
        continue; // whoever runs the query is told which view cannot read it
      }
      Source source =
          new Source(
              found.id(), table.name(), version(reader, found), owner.map(Caller::principalId));
      if (sources.add(source) && views.queries().find(found.id()).isPresent()) {
        below(sources, reader, rights, table);
      }
    }
  }

  private void below(Set<Source> sources, Caller reader, Caller rights, ViewedTable use) {
    ViewBodies.Read body = views.bodies().read(reader, rights, use.name());
    add(sources, reader, Optional.of(body.owner()), body.tables());
  }

  private String version(Caller reader, Securable table) {
    return views
        .queries()
        .find(table.id())
        .map(text -> text.toString())
        .orElseGet(() -> policies.of(reader, table).version());
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
      if (InformationService.isInformation(source.name())) {
        if (!source.tableId().equals(caller.principalId())) {
          throw StatementErrors.shownOtherwise(source.name().toString());
        }
        continue;
      }
      Caller rights = source.owner().map(callers).orElse(caller);
      Securable table = select(rights, source.name());
      boolean same =
          table.id().equals(source.tableId())
              && version(caller, table).equals(source.policyVersion())
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

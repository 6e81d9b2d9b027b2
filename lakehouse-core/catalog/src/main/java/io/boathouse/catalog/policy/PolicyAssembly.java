package io.boathouse.catalog.policy;

import io.boathouse.catalog.audit.AuditLog;
import io.boathouse.catalog.function.FunctionCalls;
import io.boathouse.catalog.grant.AccessStamp;
import io.boathouse.catalog.grant.Memberships;
import io.boathouse.catalog.grant.StoredAuthorizer;
import io.boathouse.catalog.relation.RelationService;
import io.boathouse.catalog.securable.SecurableService;
import io.boathouse.catalog.securable.SecurableTree;
import io.boathouse.platform.auth.Caller;
import io.boathouse.platform.db.Database;
import java.time.InstantSource;
import java.util.UUID;
import java.util.function.Function;

/** Puts the services of this package together, and what policies call and whom they ask for. */
public final class PolicyAssembly {
  private final Memberships memberships;
  private final FunctionCalls functions;
  private final PolicyChanges changes;
  private final PolicyService policies;
  private final AttributePolicyService attributes;

  /**
   * What decides, names and records.
   *
   * @param callers tells whose rights a principal has now; NOT_FOUND if it is gone or disabled
   */
  public record Governance(
      SecurableService securables,
      SecurableTree tree,
      RelationService relations,
      StoredAuthorizer authorizer,
      Function<UUID, Caller> callers,
      AccessStamp stamp,
      AuditLog audit) {}

  public PolicyAssembly(Database database, Governance governance, InstantSource clock) {
    memberships = new Memberships(database, governance.authorizer());
    functions =
        new FunctionCalls(
            new FunctionCalls.Foundation(database, governance.tree(), governance.stamp()),
            governance.authorizer(),
            memberships,
            governance.callers());
    changes = new PolicyChanges(database, governance.stamp(), governance.tree(), memberships);
    policies =
        new PolicyService(
            database,
            new PolicyService.Governance(
                governance.relations(),
                functions,
                governance.authorizer(),
                memberships,
                changes,
                governance.audit()),
            clock);
    attributes =
        new AttributePolicyService(
            database,
            new AttributePolicyService.Governance(
                governance.securables(),
                functions,
                governance.authorizer(),
                changes,
                governance.audit()),
            clock);
  }

  public Memberships memberships() {
    return memberships;
  }

  public FunctionCalls functions() {
    return functions;
  }

  public PolicyChanges changes() {
    return changes;
  }

  public PolicyService policies() {
    return policies;
  }

  public AttributePolicyService attributes() {
    return attributes;
  }
}

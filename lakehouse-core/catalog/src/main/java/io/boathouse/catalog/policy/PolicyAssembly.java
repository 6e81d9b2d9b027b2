package io.boathouse.catalog.policy;

import io.boathouse.catalog.audit.AuditLog;
import io.boathouse.catalog.function.FunctionCalls;
import io.boathouse.catalog.grant.AccessStamp;
import io.boathouse.catalog.grant.Authorizer;
import io.boathouse.catalog.grant.Memberships;
import io.boathouse.catalog.relation.RelationService;
import io.boathouse.catalog.securable.SecurableService;
import io.boathouse.catalog.securable.SecurableTree;
import io.boathouse.platform.db.Database;
import java.time.InstantSource;

/** Puts the services of this package together. */
public final class PolicyAssembly {
  private final PolicyChanges changes;
  private final PolicyService policies;
  private final AttributePolicyService attributes;

  /** What decides, names and records. */
  public record Governance(
      SecurableService securables,
      SecurableTree tree,
      RelationService relations,
      FunctionCalls functions,
      Authorizer authorizer,
      Memberships memberships,
      AccessStamp stamp,
      AuditLog audit) {}

  public PolicyAssembly(Database database, Governance governance, InstantSource clock) {
    changes =
        new PolicyChanges(
            database, governance.stamp(), governance.tree(), governance.memberships());
    policies =
        new PolicyService(
            database,
            new PolicyService.Governance(
                governance.relations(),
                governance.functions(),
                governance.authorizer(),
                governance.memberships(),
                changes,
                governance.audit()),
            clock);
    attributes =
        new AttributePolicyService(
            database,
            new AttributePolicyService.Governance(
                governance.securables(),
                governance.functions(),
                governance.authorizer(),
                changes,
                governance.audit()),
            clock);
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

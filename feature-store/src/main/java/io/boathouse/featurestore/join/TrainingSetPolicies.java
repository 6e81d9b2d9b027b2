package io.boathouse.featurestore.join;

import io.boathouse.catalog.grant.Authorizer;
import io.boathouse.catalog.grant.Privilege;
import io.boathouse.catalog.policy.PolicyService;
import io.boathouse.catalog.securable.FullName;
import io.boathouse.catalog.securable.Securable;
import io.boathouse.catalog.securable.SecurableType;
import io.boathouse.featurestore.join.TrainingSet.Shown;
import io.boathouse.platform.auth.Caller;
import java.util.Collection;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Training sets keep what policies once let through. Such a set is read only while the policies are
 * those under which it was made, and, where there are any, only by its maker in the same groups:
 * what they show to others, nobody knows without making the set again.
 */
final class TrainingSetPolicies {
  private final Authorizer authorizer;
  private final PolicyService policies;

  TrainingSetPolicies(Authorizer authorizer, PolicyService policies) {
    this.authorizer = authorizer;
    this.policies = policies;
  }

  /** To be asked before the tables are read, so that a policy set meanwhile is not passed over. */
  Shown shown(Caller caller, Collection<FullName> tables) {
    SortedMap<String, String> versions = new TreeMap<>();
    for (FullName name : tables) {
      Securable table = authorizer.require(caller, Privilege.SELECT, SecurableType.TABLE, name);
      String version = policies.of(caller, table).version();
      if (!version.isEmpty()) {
        versions.put(name.toString(), version);
      }
    }
    return new Shown(versions, versions.isEmpty() ? Set.of() : caller.groups());
  }

  /**
   * @throws io.boathouse.platform.error.LakeException PERMISSION_DENIED if the caller may see other
   *     things of a table than the set holds
   */
  void require(Caller caller, TrainingSet set, Collection<FullName> tables) {
    Shown now = shown(caller, tables);
    if (!now.policies().equals(set.shown().policies())) {
      throw TrainingSetErrors.shownOtherwise(set.id());
    }
    boolean same =
        now.policies().isEmpty()
            || (set.createdBy().equals(caller.principalId())
                && now.groups().equals(set.shown().groups()));
    if (!same) {
      throw TrainingSetErrors.shownOtherwise(set.id());
    }
  }
}

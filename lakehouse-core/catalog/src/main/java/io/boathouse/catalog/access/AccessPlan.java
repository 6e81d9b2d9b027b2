package io.boathouse.catalog.access;

import io.boathouse.catalog.grant.Privilege;
import io.boathouse.catalog.securable.FullName;
import io.boathouse.catalog.securable.SecurableType;
import java.util.List;
import java.util.Set;

/**
 * What a file changes, and what that means for whom.
 *
 * @param changes in the order in which they are made; none if all is as the file says
 * @param effects who gains or loses what, by principal and thing
 * @param whole whether the effects tell of everybody and everything
 * @param digest of the changes: the same changes have the same
 */
public record AccessPlan(List<Change> changes, List<Effect> effects, boolean whole, String digest) {
  public AccessPlan {
    changes = List.copyOf(changes);
    effects = List.copyOf(effects);
  }

  /**
   * One change.
   *
   * @param action such as GRANT or SET_ROW_FILTER
   * @param on the type and name of what is changed
   * @param what in words that follow the action
   */
  public record Change(String action, String on, String what) {}

  /**
   * What changes for one principal on one thing.
   *
   * @param before what policies left of the table, and {@code after} leave; the same if that did
   *     not change
   */
  public record Effect(
      String principal,
      SecurableType type,
      FullName name,
      Set<Privilege> gained,
      Set<Privilege> lost,
      List<String> before,
      List<String> after) {
    public Effect {
      gained = Set.copyOf(gained);
      lost = Set.copyOf(lost);
      before = List.copyOf(before);
      after = List.copyOf(after);
    }
  }
}

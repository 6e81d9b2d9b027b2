package io.boathouse.catalog.grant;

import java.util.Set;

/** What to grant to one principal and what to take from it. */
public record GrantChange(String principal, Set<Privilege> add, Set<Privilege> remove) {
  public GrantChange {
    add = Set.copyOf(add);
    remove = Set.copyOf(remove);
    for (Privilege privilege : add) {
      if (remove.contains(privilege)) {
        throw GrantErrors.conflicting(principal, privilege);
      }
    }
  }
}

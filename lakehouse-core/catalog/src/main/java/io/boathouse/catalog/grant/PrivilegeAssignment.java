package io.boathouse.catalog.grant;

import io.boathouse.catalog.securable.FullName;
import io.boathouse.catalog.securable.SecurableType;
import java.util.List;
import java.util.Optional;

/** What one principal or group is granted on a securable. */
public record PrivilegeAssignment(String principal, List<Held> privileges) {
  public PrivilegeAssignment {
    privileges = List.copyOf(privileges);
  }

  /**
   * One granted privilege.
   *
   * @param inheritedFrom the container it was granted on; empty if on the securable itself
   */
  public record Held(Privilege privilege, Optional<Container> inheritedFrom) {}

  /** A securable above. */
  public record Container(SecurableType type, FullName name) {}
}

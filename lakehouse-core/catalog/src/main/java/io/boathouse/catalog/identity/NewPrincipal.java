package io.boathouse.catalog.identity;

import java.util.Optional;

/** What is said about a principal to be created. */
public record NewPrincipal(
    String name,
    Principal.Kind kind,
    Optional<String> displayName,
    Optional<String> externalId,
    boolean active) {
  public NewPrincipal {
    IdentityErrors.checkName(name);
    displayName.ifPresent(text -> IdentityErrors.checkText("displayName", text));
    externalId.ifPresent(text -> IdentityErrors.checkText("externalId", text));
  }

  /** An active user of this name. */
  public static NewPrincipal user(String name) {
    return new NewPrincipal(name, Principal.Kind.USER, Optional.empty(), Optional.empty(), true);
  }

  /** A group of this name. */
  public static NewPrincipal group(String name) {
    return new NewPrincipal(name, Principal.Kind.GROUP, Optional.empty(), Optional.empty(), true);
  }

  /** An active service principal of this name. */
  public static NewPrincipal servicePrincipal(String name) {
    return new NewPrincipal(
        name, Principal.Kind.SERVICE_PRINCIPAL, Optional.empty(), Optional.empty(), true);
  }
}

package io.boathouse.catalog.grant;

import io.boathouse.platform.auth.Caller;
import io.boathouse.platform.db.Database;
import java.util.Set;
import java.util.UUID;

/**
 * Who belongs to which groups now, whatever a caller came with. Thread-safe; blocks on the metadata
 * database.
 */
public final class Memberships {
  private final StoredAuthorizer authorizer;
  private final GrantRepository repository;

  public Memberships(Database database, StoredAuthorizer authorizer) {
    this.authorizer = authorizer;
    this.repository = new GrantRepository(database);
  }

  /** The caller and all groups that it belongs to; empty if it is disabled. */
  public Set<UUID> ids(Caller caller) {
    return authorizer.standing(caller.principalId());
  }

  /** The names of all groups of a caller, nested ones included; none if it is disabled. */
  public Set<String> groups(Caller caller) {
    return repository.groupNames(authorizer.standing(caller.principalId()));
  }
}

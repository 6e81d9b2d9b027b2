package io.boathouse.catalog.grant;

import io.boathouse.catalog.securable.Remembered;
import io.boathouse.platform.auth.Caller;
import io.boathouse.platform.db.Database;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/**
 * Who belongs to which groups now, whatever a caller came with. Thread-safe; blocks on the metadata
 * database.
 */
public final class Memberships {
  private static final int MOST = 50_000;

  private final StoredAuthorizer authorizer;
  private final GrantRepository repository;
  private final Remembered<UUID, Set<String>> groups;

  public Memberships(Database database, StoredAuthorizer authorizer) {
    this.authorizer = authorizer;
    this.repository = new GrantRepository(database);
    this.groups = new Remembered<>(authorizer.stamp(), MOST);
  }

  /** The caller and all groups that it belongs to; empty if it is disabled. */
  public Set<UUID> ids(Caller caller) {
    return authorizer.standing(caller.principalId());
  }

  /** The names of all groups of a caller, nested ones included; none if it is disabled. */
  public Set<String> groups(Caller caller) {
    return groups
        .find(
            caller.principalId(),
            id -> Optional.of(Set.copyOf(repository.groupNames(authorizer.standing(id)))))
        .orElseThrow();
  }
}

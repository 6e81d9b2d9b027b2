package io.boathouse.catalog.securable;

import io.boathouse.platform.db.Database;
import java.util.Optional;
import java.util.UUID;

/**
 * Finds securables without asking for any right: for the authorizer and for packages that ask it
 * themselves. Blocks on the metadata database; sees the transaction of the calling thread.
 */
public final class SecurableTree {
  private final SecurableRepository repository;

  public SecurableTree(Database database) {
    this.repository = new SecurableRepository(database);
  }

  public Optional<Securable> find(SecurableType type, FullName name) {
    return repository.find(type, name);
  }

  public Optional<Securable> find(UUID id) {
    return repository.find(id);
  }

  /** Finds and keeps it from being renamed or deleted until the transaction ends. */
  public Optional<Securable> findAndHold(SecurableType type, FullName name) {
    return repository.findForShare(type, name);
  }

  /** The root of the tree. */
  public Securable metastore() {
    return repository
        .find(SecurableType.METASTORE, FullName.metastore())
        .orElseThrow(() -> new IllegalStateException("the metastore is missing"));
  }
}

package io.boathouse.catalog.securable;

import io.boathouse.platform.db.Database;
import java.util.Optional;
import java.util.UUID;

/**
 * Finds securables without asking for any right: for the authorizer and for packages that ask it
 * themselves. What was found is kept until something changes. Blocks on the metadata database; sees
 * the transaction of the calling thread.
 */
public final class SecurableTree {
  private static final int MOST = 50_000;

  private final SecurableRepository repository;
  private final Remembered<Named, Securable> byName;
  private final Remembered<UUID, Securable> byId;

  private record Named(SecurableType type, FullName name) {}

  /**
   * @param stamp moves whenever a securable, or the name of an owner, is another
   */
  public SecurableTree(Database database, CatalogStamp stamp) {
    this.repository = new SecurableRepository(database);
    this.byName = new Remembered<>(stamp, MOST);
    this.byId = new Remembered<>(stamp, MOST);
  }

  public Optional<Securable> find(SecurableType type, FullName name) {
    return byName.find(new Named(type, name), key -> repository.find(key.type(), key.name()));
  }

  public Optional<Securable> find(UUID id) {
    return byId.find(id, repository::find);
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

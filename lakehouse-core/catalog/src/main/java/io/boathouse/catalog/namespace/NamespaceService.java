package io.boathouse.catalog.namespace;

import io.boathouse.catalog.securable.FullName;
import io.boathouse.catalog.securable.NewSecurable;
import io.boathouse.catalog.securable.Securable;
import io.boathouse.catalog.securable.SecurableChange;
import io.boathouse.catalog.securable.SecurableErrors;
import io.boathouse.catalog.securable.SecurableService;
import io.boathouse.catalog.securable.SecurableType;
import io.boathouse.platform.auth.Caller;
import io.boathouse.platform.db.Database;
import io.boathouse.platform.http.Page;
import io.boathouse.platform.http.PageRequest;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/** Creates, shows, changes and deletes catalogs and schemas. Thread-safe; every method blocks. */
public final class NamespaceService {
  private static final String INFORMATION = "information_schema";

  private final Database database;
  private final SecurableService securables;
  private final NamespaceRepository repository;

  public NamespaceService(Database database, SecurableService securables) {
    this.database = database;
    this.securables = securables;
    this.repository = new NamespaceRepository(database);
  }

  /** Creates a catalog (CREATE_CATALOG) or schema (CREATE_SCHEMA on its catalog). */
  public Namespace create(Caller caller, NewSecurable wanted, Optional<String> storageRoot) {
    requireFree(wanted.type(), wanted.name().name());
    return database.inTransaction(
        () -> {
          Securable securable = securables.create(caller, wanted);
          storageRoot.ifPresent(root -> repository.insert(securable.id(), root));
          return new Namespace(securable, storageRoot);
        });
  }

  /**
   * @throws io.boathouse.platform.error.LakeException NOT_FOUND if absent or hidden
   */
  public Namespace get(Caller caller, SecurableType type, FullName name) {
    return of(securables.get(caller, type, name));
  }

  private static void requireFree(SecurableType type, String name) {
    if (type == SecurableType.SCHEMA && name.equalsIgnoreCase(INFORMATION)) {
      throw SecurableErrors.invalidName(name, "is of the schema that every catalog has already");
    }
  }

  /** The catalogs that the caller may know of, by name. */
  public Page<Namespace> listCatalogs(Caller caller, PageRequest page) {
    return of(securables.list(caller, SecurableType.CATALOG, page));
  }

  /** The schemas of a catalog that the caller may know of, by name. */
  public Page<Namespace> listSchemas(Caller caller, FullName catalog, PageRequest page) {
    return of(securables.list(caller, SecurableType.SCHEMA, catalog, page));
  }

  /** Changes name, comment, owner or properties. */
  public Namespace update(
      Caller caller, SecurableType type, FullName name, SecurableChange change) {
    change.newName().ifPresent(newName -> requireFree(type, newName));
    return of(securables.update(caller, type, name, change));
  }

  /** Deletes it, with force also all that is in it. */
  public void delete(Caller caller, SecurableType type, FullName name, boolean force) {
    securables.delete(caller, type, name, force);
  }

  private Namespace of(Securable securable) {
    return new Namespace(
        securable,
        Optional.ofNullable(repository.storageRoots(List.of(securable.id())).get(securable.id())));
  }

  private Page<Namespace> of(Page<Securable> page) {
    Map<UUID, String> roots =
        repository.storageRoots(page.items().stream().map(Securable::id).toList());
    return page.map(
        securable -> new Namespace(securable, Optional.ofNullable(roots.get(securable.id()))));
  }
}

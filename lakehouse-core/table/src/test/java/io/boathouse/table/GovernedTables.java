package io.boathouse.table;

import io.boathouse.catalog.CatalogModule;
import io.boathouse.catalog.grant.Privilege;
import io.boathouse.catalog.identity.NewPrincipal;
import io.boathouse.catalog.identity.Principal;
import io.boathouse.catalog.securable.FullName;
import io.boathouse.catalog.securable.SecurableType;
import io.boathouse.platform.auth.Caller;
import io.boathouse.platform.db.TestDatabase;
import io.boathouse.platform.duckdb.DuckDb;
import io.boathouse.platform.duckdb.DuckDbConfig;
import io.boathouse.platform.secret.SecretBox;
import io.boathouse.platform.storage.ExternalStorage;
import io.boathouse.platform.storage.FileStore;
import io.boathouse.platform.storage.LocalFileStore;
import io.boathouse.platform.storage.S3KeyVendor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Optional;
import java.util.Set;

/** Tables behind a catalog, on a real database and local files, with an administrator at hand. */
public final class GovernedTables implements AutoCloseable {
  private final TestDatabase database = TestDatabase.create("catalog");
  private final CatalogModule catalog;
  private final TableModule module;
  private final DuckDb duckDb;
  private final Path root;

  public GovernedTables(Path folder) throws IOException {
    this(folder, new LocalFileStore(folder.resolve("storage")), S3KeyVendor.NONE);
  }

  /**
   * With its data elsewhere.
   *
   * @param vendor gives keys to the store
   */
  public GovernedTables(Path folder, FileStore storage, S3KeyVendor vendor) throws IOException {
    this(folder, storage, vendor, ExternalStorage.NONE);
  }

  /** With places outside the server's own storage. */
  public GovernedTables(Path folder, ExternalStorage external) throws IOException {
    this(folder, new LocalFileStore(folder.resolve("storage")), S3KeyVendor.NONE, external);
  }

  private GovernedTables(
      Path folder, FileStore storage, S3KeyVendor vendor, ExternalStorage external)
      throws IOException {
    root = folder.resolve("storage");
    catalog =
        new CatalogModule(
            database.database(),
            new CatalogModule.Places(storage, vendor, external, SecretBox.forThisProcess()),
            InstantSource.system());
    catalog.bootstrap().start();
    duckDb =
        new DuckDb(new DuckDbConfig("512MB", 2, Files.createDirectories(folder.resolve("tmp"))));
    module =
        new TableModule(
            new TableModule.Governance(
                catalog.namespaces(),
                catalog.relations(),
                catalog.policies(),
                catalog.commits(),
                catalog.locations().folders(),
                catalog.access(),
                catalog.authorizer(),
                catalog.auditLog(),
                catalog.deletions()),
            storage,
            duckDb,
            InstantSource.system());
  }

  /** For child processes. */
  public TestDatabase database() {
    return database;
  }

  public CatalogModule catalog() {
    return catalog;
  }

  public TableModule module() {
    return module;
  }

  public DuckDb duckDb() {
    return duckDb;
  }

  /** The folder of all managed data on disk. */
  public Path root() {
    return root;
  }

  /** Somebody who may do everything. */
  public Caller administrator() {
    return catalog.systemCallers().system("test");
  }

  /** A new user with these privileges on {@code main.default}, and on its catalog to use it. */
  public Caller user(String name, Privilege... onSchema) {
    Principal principal = catalog.principals().create(administrator(), NewPrincipal.user(name));
    grant(SecurableType.CATALOG, FullName.of("main"), name, Privilege.USE_CATALOG);
    grant(SecurableType.SCHEMA, FullName.of("main", "default"), name, onSchema);
    return new Caller(
        principal.id(), name, Caller.Kind.USER, Set.of(), Optional.empty(), "r1", "local", "test");
  }

  public void grant(SecurableType type, FullName name, String principal, Privilege... privileges) {
    catalog.grants().grant(administrator(), type, name, principal, privileges);
  }

  @Override
  public void close() {
    module.close();
    database.close();
  }
}

package io.boathouse.sql;

import io.boathouse.catalog.CatalogModule;
import io.boathouse.catalog.grant.Privilege;
import io.boathouse.catalog.identity.NewPrincipal;
import io.boathouse.catalog.identity.Principal;
import io.boathouse.catalog.securable.FullName;
import io.boathouse.catalog.securable.SecurableType;
import io.boathouse.platform.auth.Authenticator;
import io.boathouse.platform.auth.Caller;
import io.boathouse.platform.auth.Credentials;
import io.boathouse.platform.db.TestDatabase;
import io.boathouse.platform.duckdb.DuckDb;
import io.boathouse.platform.duckdb.DuckDbConfig;
import io.boathouse.platform.error.ErrorCode;
import io.boathouse.platform.error.LakeException;
import io.boathouse.platform.storage.LocalFileStore;
import io.boathouse.table.TableModule;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicReference;

/** Catalog, tables and SQL over a real database and a local store, with a clock that tests move. */
public final class TestLakehouse implements AutoCloseable {
  public final TestDatabase database = TestDatabase.create("platform", "catalog", "sql");
  public final AtomicReference<Instant> now =
      new AtomicReference<>(Instant.parse("2026-01-01T00:00:00Z"));
  public final LocalFileStore storage;
  public final CatalogModule catalog;
  public final TableModule tables;
  public final SqlModule sql;
  public final Caller admin;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final Map<String, Caller> callers = new ConcurrentHashMap<>();

  public TestLakehouse(Path folder) {
    storage = new LocalFileStore(folder.resolve("storage"));
    DuckDb duckDb = new DuckDb(new DuckDbConfig("256MB", 1, folder));
    catalog = new CatalogModule(database.database(), storage, now::get);
    tables =
        new TableModule(
            new TableModule.Governance(
                catalog.relations(), catalog.authorizer(), catalog.auditLog(), catalog.deletions()),
            storage,
            duckDb,
            now::get);
    sql =
        new SqlModule(
            SqlConfig.DEFAULTS,
            new SqlModule.Platform(
                database.database(), duckDb, folder.resolve("results"), threads, now::get),
            catalog,
            tables);
    catalog.bootstrap().start();
    Caller system = catalog.systemCallers().system("test");
    admin = callerFor(catalog.principals().find(system, "admin").orElseThrow());
  }

  /** A new user without any right. */
  public Caller user(String name) {
    return callerFor(catalog.principals().create(admin, NewPrincipal.user(name)));
  }

  /** A new user who may use the standard catalog and schema. */
  public Caller analyst(String name) {
    Caller caller = user(name);
    grant(SecurableType.CATALOG, "main", name, Privilege.USE_CATALOG);
    grant(SecurableType.SCHEMA, "main.default", name, Privilege.USE_SCHEMA);
    return caller;
  }

  public void grant(SecurableType type, String name, String principal, Privilege... privileges) {
    catalog.grants().grant(admin, type, FullName.parse(name), principal, privileges);
  }

  private Caller callerFor(Principal principal) {
    Caller caller =
        new Caller(
            principal.id(),
            principal.name(),
            Caller.Kind.USER,
            Set.of(),
            Optional.empty(),
            "request-1",
            "127.0.0.1",
            "test");
    callers.put(principal.name() + "-token", caller);
    return caller;
  }

  /** Takes {@code name-token} for the user of that name. */
  public Authenticator authenticator() {
    return new Authenticator() {
      @Override
      public Caller authenticate(Credentials credentials) {
        return cached(credentials)
            .orElseThrow(
                () ->
                    new LakeException(
                        ErrorCode.UNAUTHENTICATED, "UNAUTHENTICATED", "No.", Map.of()));
      }

      @Override
      public Optional<Caller> cached(Credentials credentials) {
        return credentials instanceof Credentials.Bearer(String token)
            ? Optional.ofNullable(callers.get(token))
            : Optional.empty();
      }
    };
  }

  @Override
  public void close() {
    sql.close();
    tables.close();
    catalog.close();
    threads.close();
    database.close();
  }
}

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
import io.boathouse.platform.secret.SecretBox;
import io.boathouse.platform.storage.LocalFileStore;
import io.boathouse.platform.storage.ReleasedStorage;
import io.boathouse.platform.storage.S3KeyVendor;
import io.boathouse.sql.govern.ModelCalls;
import io.boathouse.sql.statement.FileLoads;
import io.boathouse.sql.statement.StatementAssembly;
import io.boathouse.sql.statement.StatementRequest;
import io.boathouse.sql.statement.StatementState;
import io.boathouse.sql.statement.StatementView;
import io.boathouse.sql.warehouse.WarehouseRights;
import io.boathouse.table.TableModule;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Catalog, tables and SQL over a real database and a local store: what the fixtures of the rooms
 * above stand on.
 */
public final class TestLakehouse implements AutoCloseable {
  public final TestDatabase database;
  public final LocalFileStore storage;

  /** A folder of the disk, not there yet, in which locations may lie. */
  public final Path outside;

  public final DuckDb duckDb;
  public final CatalogModule catalog;
  public final TableModule tables;
  public final SqlModule sql;
  public final Caller admin;

  /** What ai_query asks. */
  public final AtomicReference<ModelCalls> models = new AtomicReference<>(ModelCalls.NONE);

  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final Map<String, Caller> byToken = new ConcurrentHashMap<>();
  private final Map<UUID, Caller> byId = new ConcurrentHashMap<>();

  /** One with little memory, at the start of 2026. */
  public TestLakehouse(Path folder) {
    this(
        folder,
        new DuckDbConfig("256MB", 1, folder),
        InstantSource.fixed(Instant.parse("2026-01-01T00:00:00Z")));
  }

  /**
   * @param more rooms whose metadata tables are made besides
   */
  public TestLakehouse(
      Path folder, DuckDbConfig duckDbConfig, InstantSource clock, String... more) {
    List<String> rooms = new ArrayList<>(List.of("platform", "catalog", "sql"));
    rooms.addAll(List.of(more));
    database = TestDatabase.create(rooms.toArray(String[]::new));
    storage = new LocalFileStore(folder.resolve("storage"));
    duckDb = new DuckDb(duckDbConfig);
    outside = folder.toAbsolutePath().resolve("outside");
    catalog =
        new CatalogModule(
            database.database(),
            new CatalogModule.Places(
                storage,
                S3KeyVendor.NONE,
                ReleasedStorage.of(List.of(outside), List.of(), folder.resolve("copies")),
                SecretBox.forThisProcess()),
            clock);
    catalog.bootstrap().start();
    tables =
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
            clock);
    sql =
        new SqlModule(
            SqlConfig.DEFAULTS,
            new SqlModule.Platform(
                database.database(), duckDb, folder.resolve("results"), threads, clock),
            new SqlModule.Governance(
                catalog.authorizer(),
                catalog.auditLog(),
                catalog.functionCalls(),
                new WarehouseRights.Access(
                    catalog.authorizer(),
                    catalog.memberships(),
                    catalog.principals(),
                    catalog.accessStamp()),
                new StatementAssembly.Names(
                    catalog.namespaces(),
                    catalog.securables(),
                    catalog.grants(),
                    catalog.lineage(),
                    catalog.functions(),
                    catalog.policies(),
                    catalog.attributePolicies(),
                    catalog.views(),
                    catalog.viewQueries(),
                    catalog.tags(),
                    catalog.information()),
                new StatementAssembly.Results(
                    catalog.policies(),
                    catalog.systemCallers()::inNameOf,
                    catalog.systemCallers()::named,
                    new byte[32])),
            new StatementAssembly.Tables(
                tables.tables(), tables.reader(), tables.maintenance(), catalog.relations()),
            new SqlModule.LaterRooms(
                FileLoads.NONE, (caller, endpoint) -> models.get().require(caller, endpoint)));
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
    byToken.put(principal.name() + "-token", caller);
    byId.put(principal.id(), caller);
    return caller;
  }

  /** The administrator and everybody made here, by their ids. */
  public @Nullable Caller caller(UUID id) {
    return byId.get(id);
  }

  /** The rows of a query of the administrator's, as JSON text. */
  public String query(String statement) {
    return query(admin, statement);
  }

  /** The rows of a query of somebody's, as JSON text. */
  public String query(Caller caller, String statement) {
    StatementView view = sql.statements().submit(caller, StatementRequest.of(statement));
    if (!(view.state() instanceof StatementState.Succeeded)) {
      throw new AssertionError(view.state().toString());
    }
    return sql.statements().rows(caller, view.id().toString(), 0);
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
            ? Optional.ofNullable(byToken.get(token))
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
    storage.close();
    database.close();
  }
}

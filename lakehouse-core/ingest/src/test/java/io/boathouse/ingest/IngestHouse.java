package io.boathouse.ingest;

import io.boathouse.catalog.CatalogModule;
import io.boathouse.catalog.grant.Privilege;
import io.boathouse.catalog.identity.NewPrincipal;
import io.boathouse.catalog.identity.Principal;
import io.boathouse.catalog.securable.FullName;
import io.boathouse.catalog.securable.SecurableType;
import io.boathouse.ingest.file.SelectGovernor;
import io.boathouse.platform.auth.Authenticator;
import io.boathouse.platform.auth.Caller;
import io.boathouse.platform.auth.Credentials;
import io.boathouse.platform.db.TestDatabase;
import io.boathouse.platform.duckdb.DuckDb;
import io.boathouse.platform.duckdb.DuckDbConfig;
import io.boathouse.platform.duckdb.DuckSession;
import io.boathouse.platform.error.ErrorCode;
import io.boathouse.platform.error.LakeException;
import io.boathouse.platform.storage.LocalFileStore;
import io.boathouse.sql.SqlConfig;
import io.boathouse.sql.SqlModule;
import io.boathouse.sql.govern.CheckedQuery;
import io.boathouse.sql.govern.NameDefaults;
import io.boathouse.sql.govern.QueryText;
import io.boathouse.sql.govern.TableViews;
import io.boathouse.sql.statement.StatementRequest;
import io.boathouse.sql.statement.StatementState;
import io.boathouse.sql.statement.StatementView;
import io.boathouse.table.TableModule;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** Catalog, tables, SQL and ingestion over a real database and a local store. */
public final class IngestHouse implements AutoCloseable {
  public final TestDatabase database = TestDatabase.create("platform", "catalog", "sql");
  public final CatalogModule catalog;
  public final TableModule tables;
  public final SqlModule sql;
  public final IngestModule ingest;
  public final Caller admin;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final Map<String, Caller> callers = new ConcurrentHashMap<>();

  public IngestHouse(Path folder) {
    InstantSource clock = InstantSource.fixed(Instant.parse("2026-01-01T00:00:00Z"));
    LocalFileStore storage = new LocalFileStore(folder.resolve("storage"));
    DuckDb duckDb = new DuckDb(new DuckDbConfig("1GB", 2, folder));
    catalog = new CatalogModule(database.database(), storage, clock);
    tables =
        new TableModule(
            new TableModule.Governance(
                catalog.relations(), catalog.authorizer(), catalog.auditLog(), catalog.deletions()),
            storage,
            duckDb,
            clock);
    sql =
        new SqlModule(
            SqlConfig.DEFAULTS,
            new SqlModule.Platform(
                database.database(), duckDb, folder.resolve("results"), threads, clock),
            catalog,
            tables);
    ingest =
        new IngestModule(
            new IngestModule.Platform(duckDb, folder.resolve("uploads"), clock),
            catalog,
            tables,
            governor(sql));
    catalog.bootstrap().start();
    Caller system = catalog.systemCallers().system("test");
    admin = callerFor(catalog.principals().find(system, "admin").orElseThrow());
  }

  /** The wall of the SQL room as ingestion wants it. */
  static SelectGovernor governor(SqlModule sql) {
    return (caller, select, locals) -> {
      CheckedQuery checked =
          sql.checker()
              .check(caller, new QueryText(select, List.of(), NameDefaults.STANDARD, locals));
      TableViews.Resolved tables = sql.views().resolve(caller, checked.tables());
      return new SelectGovernor.GovernedSelect() {
        @Override
        public String sql() {
          return checked.sql();
        }

        @Override
        public List<Path> readable() {
          return tables.readable();
        }

        @Override
        public void bind(DuckSession session) {
          tables.bind(session);
        }

        @Override
        public List<SelectGovernor.Input> inputs() {
          return tables.inputs().stream()
              .map(input -> new SelectGovernor.Input(input.name(), input.version()))
              .toList();
        }
      };
    };
  }

  public Caller user(String name) {
    Caller caller = callerFor(catalog.principals().create(admin, NewPrincipal.user(name)));
    catalog
        .grants()
        .grant(admin, SecurableType.CATALOG, FullName.of("main"), name, Privilege.USE_CATALOG);
    catalog
        .grants()
        .grant(
            admin,
            SecurableType.SCHEMA,
            FullName.of("main", "default"),
            name,
            Privilege.USE_SCHEMA);
    return caller;
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

  /** The rows of a query as JSON text. */
  public String query(String statement) {
    StatementView view = sql.statements().submit(admin, StatementRequest.of(statement));
    if (!(view.state() instanceof StatementState.Succeeded)) {
      throw new AssertionError(view.state().toString());
    }
    return sql.statements().rows(admin, view.id().toString(), 0);
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
    ingest.close();
    sql.close();
    tables.close();
    catalog.close();
    threads.close();
    database.close();
  }
}

package io.boathouse.featurestore;

import io.boathouse.catalog.CatalogModule;
import io.boathouse.catalog.grant.Privilege;
import io.boathouse.catalog.securable.FullName;
import io.boathouse.catalog.securable.SecurableType;
import io.boathouse.platform.auth.Authenticator;
import io.boathouse.platform.auth.Caller;
import io.boathouse.platform.auth.Credentials;
import io.boathouse.platform.db.TestDatabase;
import io.boathouse.platform.duckdb.DuckAccess;
import io.boathouse.platform.duckdb.DuckDb;
import io.boathouse.platform.duckdb.DuckDbConfig;
import io.boathouse.platform.duckdb.DuckSession;
import io.boathouse.platform.storage.LocalFileStore;
import io.boathouse.sql.TestLakehouse;
import io.boathouse.sql.engine.Cancellation;
import io.boathouse.sql.engine.QueryEngine;
import io.boathouse.sql.engine.ResultColumn;
import io.boathouse.sql.engine.RowSink;
import io.boathouse.sql.engine.RunLimits;
import io.boathouse.sql.govern.QueryText;
import io.boathouse.table.TableModule;
import io.boathouse.table.type.TableSchema;
import io.boathouse.table.write.NewTable;
import io.boathouse.table.write.Rows;
import io.boathouse.table.write.WriteOptions;
import io.boathouse.workflow.WorkflowModule;
import io.boathouse.workflow.run.WorkflowConfig;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A whole feature store below one folder: real catalog, tables, SQL, workflow and online store. */
public final class TestFeatureStore implements AutoCloseable {
  public static final InstantSource CLOCK =
      InstantSource.fixed(Instant.parse("2026-01-01T00:00:00Z"));

  public final CatalogModule catalog;
  public final TableModule tables;
  public final WorkflowModule workflow;
  public final FeatureStoreModule module;
  public final LocalFileStore storage;
  public final DuckDb duckDb;
  public final Caller admin;
  public final TestDatabase database;
  private final TestLakehouse lakehouse;

  public TestFeatureStore(Path folder) {
    lakehouse = new TestLakehouse(folder, new DuckDbConfig("900MB", 2, folder), CLOCK);
    catalog = lakehouse.catalog;
    tables = lakehouse.tables;
    storage = lakehouse.storage;
    duckDb = lakehouse.duckDb;
    admin = lakehouse.admin;
    database = lakehouse.database;
    workflow =
        new WorkflowModule(
            lakehouse.database.dataSource(),
            lakehouse.database.database(),
            catalog.authorizer(),
            InstantSource.system(),
            WorkflowConfig.DEFAULTS,
            lakehouse::caller);
    module = open(folder);
    workflow.register(module.publishTask());
    workflow.start();
  }

  private FeatureStoreModule open(Path folder) {
    return new FeatureStoreModule(
        new FeatureStoreModule.Governance(
            lakehouse.database.dataSource(),
            lakehouse.database.database(),
            catalog.authorizer(),
            catalog.securables(),
            catalog.policies(),
            catalog.policyChanges(),
            catalog.auditLog(),
            catalog.lineage(),
            catalog.deletions()),
        new FeatureStoreModule.Engines(
            tables.tables(),
            lakehouse.sql.checker(),
            lakehouse.sql.engine(),
            duckDb,
            storage,
            folder.resolve("online"),
            workflow.runs()),
        FeatureStoreConfig.DEFAULTS,
        CLOCK);
  }

  /** The feature store again over the same data, as after a restart. */
  public FeatureStoreModule restarted(Path folder) {
    module.close();
    return open(folder);
  }

  public static FullName name(String table) {
    return FullName.of("main", "default", table);
  }

  /** A table of {@code main.default} with what a query of plain DuckDB gives. */
  public long table(String table, String select) {
    try (DuckSession session = duckDb.open(DuckAccess.scratchOnly())) {
      NewTable wanted = NewTable.of(name(table), new TableSchema(List.of()));
      return tables.tables().createAs(admin, wanted, new Rows.Query(session, select)).version();
    }
  }

  /** Replaces the rows of a table. */
  public long overwrite(String table, String select) {
    try (DuckSession session = duckDb.open(DuckAccess.scratchOnly())) {
      return tables
          .tables()
          .overwrite(
              admin, name(table), new Rows.Query(session, select), WriteOptions.of("OVERWRITE"))
          .version();
    }
  }

  /** Runs a statement of the administrator's. */
  public void change(String statement) {
    String unused = lakehouse.query(statement);
  }

  /** The first column of a governed query. */
  public List<String> query(Caller caller, String select) {
    List<String> rows = new ArrayList<>();
    var unused =
        lakehouse
            .sql
            .engine()
            .run(
                caller,
                lakehouse.sql.checker().check(caller, QueryText.of(select)),
                new QueryEngine.Run(new RunLimits(Duration.ofMinutes(1)), new Cancellation()),
                new RowSink() {
                  @Override
                  public void columns(List<ResultColumn> columns) {}

                  @Override
                  public boolean row(List<@Nullable Object> values) {
                    return rows.add(String.valueOf(values.getFirst()));
                  }
                });
    return rows;
  }

  /** A new user who may use {@code main.default} and nothing in it. */
  public Caller user(String name) {
    return lakehouse.analyst(name);
  }

  public void grant(SecurableType type, String thing, String user, Privilege... privileges) {
    catalog.grants().grant(admin, type, name(thing), user, privileges);
  }

  public void revoke(SecurableType type, String thing, String user, Privilege... privileges) {
    catalog.grants().revoke(admin, type, name(thing), user, privileges);
  }

  /** Takes any token for the administrator's. */
  public Authenticator everybodyIsAdmin() {
    return new Authenticator() {
      @Override
      public Caller authenticate(Credentials credentials) {
        return admin;
      }

      @Override
      public Optional<Caller> cached(Credentials credentials) {
        return Optional.of(admin);
      }
    };
  }

  @Override
  public void close() {
    module.close();
    workflow.close();
    lakehouse.close();
  }
}

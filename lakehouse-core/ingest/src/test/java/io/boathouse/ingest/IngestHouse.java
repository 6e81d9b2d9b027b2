package io.boathouse.ingest;

import io.boathouse.catalog.CatalogModule;
import io.boathouse.ingest.file.SelectGovernor;
import io.boathouse.platform.auth.Caller;
import io.boathouse.platform.duckdb.DuckDbConfig;
import io.boathouse.platform.duckdb.DuckSession;
import io.boathouse.sql.SqlModule;
import io.boathouse.sql.TestLakehouse;
import io.boathouse.sql.govern.CheckedQuery;
import io.boathouse.sql.govern.NameDefaults;
import io.boathouse.sql.govern.QueryText;
import io.boathouse.sql.govern.TableViews;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;

/** Ingestion on a lakehouse. */
public final class IngestHouse implements AutoCloseable {
  public final TestLakehouse lakehouse;
  public final IngestModule ingest;
  public final Caller admin;

  public IngestHouse(Path folder) {
    InstantSource clock = InstantSource.fixed(Instant.parse("2026-01-01T00:00:00Z"));
    lakehouse = new TestLakehouse(folder, new DuckDbConfig("1GB", 2, folder), clock);
    CatalogModule catalog = lakehouse.catalog;
    ingest =
        new IngestModule(
            new IngestModule.Platform(lakehouse.duckDb, folder.resolve("uploads"), clock),
            new IngestModule.Governance(
                catalog.authorizer(),
                catalog.relations(),
                catalog.policies(),
                catalog.lineage(),
                catalog.volumeFiles()),
            lakehouse.tables.tables(),
            governor(lakehouse.sql));
    admin = lakehouse.admin;
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

  /** A new user who may use the standard catalog and schema. */
  public Caller user(String name) {
    return lakehouse.analyst(name);
  }

  /** The rows of a query as JSON text. */
  public String query(String statement) {
    return lakehouse.query(statement);
  }

  @Override
  public void close() {
    ingest.close();
    lakehouse.close();
  }
}

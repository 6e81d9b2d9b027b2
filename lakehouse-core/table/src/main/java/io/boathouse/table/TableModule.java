package io.boathouse.table;

import io.boathouse.catalog.audit.AuditLog;
import io.boathouse.catalog.commit.RatifiedCommits;
import io.boathouse.catalog.grant.Authorizer;
import io.boathouse.catalog.location.AccessService;
import io.boathouse.catalog.location.ExternalFolders;
import io.boathouse.catalog.namespace.NamespaceService;
import io.boathouse.catalog.policy.PolicyService;
import io.boathouse.catalog.relation.RelationService;
import io.boathouse.catalog.securable.Deletions;
import io.boathouse.catalog.securable.SecurableType;
import io.boathouse.platform.auth.Caller;
import io.boathouse.platform.duckdb.DuckDb;
import io.boathouse.platform.http.Routes;
import io.boathouse.platform.lane.HeavyLane;
import io.boathouse.platform.storage.FileStore;
import io.boathouse.table.delta.DeltaLogs;
import io.boathouse.table.iceberg.IcebergRoutes;
import io.boathouse.table.iceberg.IcebergService;
import io.boathouse.table.maintain.BackgroundUpkeep;
import io.boathouse.table.maintain.MaintenanceRoutes;
import io.boathouse.table.maintain.MaintenanceService;
import io.boathouse.table.read.ChangeRoutes;
import io.boathouse.table.read.StreamRoutes;
import io.boathouse.table.read.TableReader;
import io.boathouse.table.read.TableRoutes;
import io.boathouse.table.read.TableStream;
import io.boathouse.table.write.TableService;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.InstantSource;
import java.util.List;

/** Puts the tables together: their services stand on the catalog's and share the logs. */
public final class TableModule implements AutoCloseable {
  private final TableService tables;
  private final TableReader reader;
  private final TableStream stream;
  private final IcebergService iceberg;
  private final MaintenanceService maintenance;
  private final RelationService relations;
  private final DeltaLogs logs;
  private final DuckDb duckDb;
  private final BackgroundUpkeep upkeep;
  private final HeavyLane reading = new HeavyLane("reading changes", 2, 64);
  private final HeavyLane maintaining = new HeavyLane("maintenance of tables", 2, 16);

  /** What tables take from the catalog. */
  public record Governance(
      NamespaceService namespaces,
      RelationService relations,
      PolicyService policies,
      RatifiedCommits commits,
      ExternalFolders places,
      AccessService access,
      Authorizer authorizer,
      AuditLog audit,
      Deletions deletions) {}

  /**
   * @param storage where the data of managed tables is; the catalog's own
   * @param duckDb evaluates and writes rows
   * @param clock tells when a version was committed
   */
  public TableModule(Governance governance, FileStore storage, DuckDb duckDb, InstantSource clock) {
    this(governance, storage, duckDb, clock, new SimpleMeterRegistry());
  }

  /**
   * @param meters counts what is done for tables in the background
   */
  public TableModule(
      Governance governance,
      FileStore storage,
      DuckDb duckDb,
      InstantSource clock,
      MeterRegistry meters) {
    this.duckDb = duckDb;
    upkeep = new BackgroundUpkeep(duckDb, meters);
    relations = governance.relations();
    logs = new DeltaLogs(storage, clock, governance.commits(), governance.places()::of, upkeep);
    tables =
        new TableService(
            new TableService.Governance(
                governance.relations(),
                governance.policies(),
                governance.commits(),
                governance.places(),
                governance.authorizer(),
                governance.audit()),
            logs,
            duckDb);
    reader = new TableReader(governance.relations(), governance.policies(), logs);
    stream = new TableStream(reader);
    iceberg =
        new IcebergService(
            new IcebergService.Governance(
                governance.namespaces(),
                governance.relations(),
                governance.policies(),
                governance.access(),
                governance.places()),
            logs);
    maintenance =
        new MaintenanceService(
            new MaintenanceService.Governance(
                governance.relations(),
                governance.policies(),
                governance.places(),
                governance.access(),
                governance.audit()),
            logs,
            duckDb,
            clock);
    governance.deletions().onDelete(SecurableType.TABLE, table -> logs.forget(table.id()));
    governance.deletions().onPurge(SecurableType.TABLE, table -> logs.delete(table.id()));
  }

  /** Has the compactions that the server does by itself written to the audit as this caller's. */
  public void recordUpkeep(Caller system) {
    upkeep.record(
        (log, done) ->
            logs.tableOf(log)
                .map(id -> relations.byId(system, id).securable())
                .ifPresent(table -> maintenance.recordCompaction(system, table, done)));
  }

  public TableService tables() {
    return tables;
  }

  public TableReader reader() {
    return reader;
  }

  public TableStream stream() {
    return stream;
  }

  public MaintenanceService maintenance() {
    return maintenance;
  }

  /** What tables hold; making and filling them are endpoints of the rooms that use this one. */
  public List<Routes> routes() {
    return List.of(
        new TableRoutes(reader),
        new ChangeRoutes(reader, duckDb, reading),
        new StreamRoutes(stream, duckDb, reading),
        new MaintenanceRoutes(maintenance, maintaining),
        new IcebergRoutes(iceberg));
  }

  @Override
  public void close() {
    reading.close();
    maintaining.close();
    upkeep.close();
  }
}

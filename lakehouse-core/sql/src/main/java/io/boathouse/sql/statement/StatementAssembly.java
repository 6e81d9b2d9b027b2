package io.boathouse.sql.statement;

import io.boathouse.catalog.audit.AuditLog;
import io.boathouse.catalog.function.FunctionService;
import io.boathouse.catalog.grant.Authorizer;
import io.boathouse.catalog.grant.GrantService;
import io.boathouse.catalog.information.InformationService;
import io.boathouse.catalog.lineage.LineageService;
import io.boathouse.catalog.namespace.NamespaceService;
import io.boathouse.catalog.policy.AttributePolicyService;
import io.boathouse.catalog.policy.PolicyService;
import io.boathouse.catalog.relation.DroppedTables;
import io.boathouse.catalog.relation.RelationService;
import io.boathouse.catalog.relation.ViewQueries;
import io.boathouse.catalog.relation.ViewService;
import io.boathouse.catalog.securable.SecurableService;
import io.boathouse.catalog.tag.TagService;
import io.boathouse.platform.auth.Caller;
import io.boathouse.platform.db.Database;
import io.boathouse.sql.engine.QueryEngine;
import io.boathouse.sql.engine.RunLimits;
import io.boathouse.sql.govern.ModelCalls;
import io.boathouse.sql.govern.PolicyViews;
import io.boathouse.sql.govern.QueryChecker;
import io.boathouse.sql.govern.ViewBodies;
import io.boathouse.sql.warehouse.SessionService;
import io.boathouse.sql.warehouse.WarehouseService;
import io.boathouse.table.maintain.MaintenanceService;
import io.boathouse.table.read.TableReader;
import io.boathouse.table.write.TableService;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.UUID;
import java.util.concurrent.Executor;
import java.util.function.BiFunction;
import java.util.function.Function;

/** Puts the services of this package together. */
public final class StatementAssembly {
  private final HistoryService history;
  private final StatementService statements;

  /**
   * What the package needs of others.
   *
   * @param folder for results, emptied first
   * @param executor runs each statement on a thread that may block
   */
  public record Needs(
      Database database,
      Authorizer authorizer,
      AuditLog audit,
      Names names,
      Tables tables,
      FileLoads loads,
      ModelCalls models,
      QueryChecker checker,
      ViewBodies bodies,
      PolicyViews policyViews,
      QueryEngine engine,
      WarehouseService warehouses,
      SessionService sessions,
      Results results,
      Path folder,
      Executor executor,
      RunLimits limits,
      InstantSource clock) {}

  /**
   * How results are handed over.
   *
   * @param callers tells whose rights a principal has now; NOT_FOUND if it is gone or disabled
   * @param principals tells the same of a principal by its name
   * @param linkKey signs the addresses of chunks; at least 32 secret bytes
   */
  public record Results(
      PolicyService policies,
      Function<UUID, Caller> callers,
      BiFunction<Caller, String, Caller> principals,
      byte[] linkKey) {}

  /** The catalog's services about names and what they came from. */
  public record Names(
      NamespaceService namespaces,
      SecurableService securables,
      GrantService grants,
      LineageService lineage,
      FunctionService functions,
      PolicyService policies,
      AttributePolicyService attributePolicies,
      ViewService views,
      ViewQueries viewQueries,
      TagService tags,
      InformationService information) {}

  /** The services about tables. */
  public record Tables(
      TableService tables,
      TableReader reader,
      MaintenanceService maintenance,
      RelationService relations) {}

  public StatementAssembly(Needs needs) {
    history = new HistoryService(needs.database(), needs.authorizer(), needs.clock());
    history.endAbandoned();
    var lineage = new StatementLineage(needs.names().lineage());
    var rooms =
        new TableStatements.Rooms(
            needs.tables().tables(),
            needs.tables().reader(),
            needs.tables().relations(),
            needs.names().policies(),
            lineage,
            needs.models());
    var rights =
        new ResultRights(
            needs.authorizer(),
            needs.results().policies(),
            needs.results().callers(),
            new ResultRights.Views(needs.names().viewQueries(), needs.bodies()));
    var runner =
        new StatementRunner(
            needs.engine(),
            new StatementRunner.Kinds(
                new TableStatements(rooms, needs.checker(), needs.engine()),
                new RowStatements(rooms, needs.checker(), needs.policyViews(), needs.engine()),
                new DefinitionStatements(
                    needs.names().namespaces(),
                    needs.names().securables(),
                    needs.names().grants(),
                    needs.tables().relations()),
                new ListingStatements(
                    needs.names().securables(),
                    needs.names().grants(),
                    DroppedTables.of(needs.tables().relations())),
                new MaintenanceStatements(
                    needs.tables().maintenance(),
                    needs.tables().reader(),
                    needs.tables().relations()),
                new CloneStatements(rooms),
                new CopyStatements(needs.tables().relations(), needs.loads()),
                new SessionStatements(needs.sessions(), needs.names().securables()),
                new MetadataStatements(needs.names().securables(), needs.tables().relations()),
                new FunctionStatements(needs.names().functions(), needs.checker(), needs.engine()),
                new PolicyStatements(needs.names().policies(), needs.names().attributePolicies()),
                descriptions(needs, lineage),
                lineage),
            rights,
            needs.limits());
    statements =
        new StatementService(
            new StatementService.Parts(
                runner,
                new StatementStore(needs.folder(), needs.clock()),
                history,
                needs.warehouses(),
                needs.audit(),
                rights,
                new LinkTokens(needs.results().linkKey(), needs.clock()),
                needs.executor()),
            needs.clock());
  }

  private static StatementRunner.Descriptions descriptions(Needs needs, StatementLineage lineage) {
    Names names = needs.names();
    Tables tables = needs.tables();
    return new StatementRunner.Descriptions(
        new ViewStatements(
            new ViewStatements.Rooms(names.views(), tables.relations(), lineage),
            needs.checker(),
            needs.bodies(),
            needs.engine()),
        new DescribeStatements(tables.relations(), names.views(), names.tags(), tables.tables()),
        new DescriptionStatements(
            names.securables(), names.tags(), tables.relations(), tables.reader()));
  }

  public HistoryService history() {
    return history;
  }

  public StatementService statements() {
    return statements;
  }
}

package io.boathouse.sql;

import io.boathouse.catalog.audit.AuditLog;
import io.boathouse.catalog.function.FunctionCalls;
import io.boathouse.catalog.grant.Authorizer;
import io.boathouse.platform.db.Database;
import io.boathouse.platform.duckdb.DuckDb;
import io.boathouse.platform.http.Routes;
import io.boathouse.sql.asset.SavedQueryPermissionRoutes;
import io.boathouse.sql.asset.SavedQueryRoutes;
import io.boathouse.sql.asset.SavedQueryService;
import io.boathouse.sql.engine.DuckDbEngine;
import io.boathouse.sql.engine.QueryEngine;
import io.boathouse.sql.engine.ResultCache;
import io.boathouse.sql.engine.RunLimits;
import io.boathouse.sql.govern.AllowList;
import io.boathouse.sql.govern.DeltaTableViews;
import io.boathouse.sql.govern.ModelCalls;
import io.boathouse.sql.govern.PolicyViews;
import io.boathouse.sql.govern.QueryChecker;
import io.boathouse.sql.govern.SyntaxTrees;
import io.boathouse.sql.govern.TableViews;
import io.boathouse.sql.govern.ViewBodies;
import io.boathouse.sql.statement.FileLoads;
import io.boathouse.sql.statement.HistoryRoutes;
import io.boathouse.sql.statement.HistoryService;
import io.boathouse.sql.statement.PreviewRoutes;
import io.boathouse.sql.statement.PreviewService;
import io.boathouse.sql.statement.StatementAssembly;
import io.boathouse.sql.statement.StatementRoutes;
import io.boathouse.sql.statement.StatementService;
import io.boathouse.sql.warehouse.SessionRoutes;
import io.boathouse.sql.warehouse.SessionService;
import io.boathouse.sql.warehouse.WarehouseEngines;
import io.boathouse.sql.warehouse.WarehousePermissionRoutes;
import io.boathouse.sql.warehouse.WarehouseRights;
import io.boathouse.sql.warehouse.WarehouseRoutes;
import io.boathouse.sql.warehouse.WarehouseService;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.Executor;

/** Puts SQL together. The tables of {@code db/migration/sql} must be there. */
public final class SqlModule implements AutoCloseable {
  private final SyntaxTrees trees;
  private final QueryChecker checker;
  private final TableViews views;
  private final WarehouseEngines engine;
  private final WarehouseService warehouses;
  private final SessionService sessions;
  private final HistoryService history;
  private final StatementService statements;
  private final PreviewService previews;
  private final SavedQueryService queries;

  /**
   * What the module runs on.
   *
   * @param folder for results, emptied first; below the data directory's tmp
   * @param executor runs each statement on a thread that may block, such as a virtual one
   */
  public record Platform(
      Database database, DuckDb duckDb, Path folder, Executor executor, InstantSource clock) {}

  /** What statements take from the catalog. */
  public record Governance(
      Authorizer authorizer,
      AuditLog audit,
      FunctionCalls functions,
      WarehouseRights.Access warehouses,
      StatementAssembly.Names names,
      StatementAssembly.Results results) {}

  /**
   * What rooms that are made later do for statements; asked only while statements run.
   *
   * @param loads of files, for COPY INTO
   * @param models for ai_query
   */
  public record LaterRooms(FileLoads loads, ModelCalls models) {
    static final LaterRooms NONE = new LaterRooms(FileLoads.NONE, ModelCalls.NONE);
  }

  /** Without COPY INTO and ai_query. */
  public SqlModule(
      SqlConfig config, Platform platform, Governance governance, StatementAssembly.Tables tables) {
    this(config, platform, governance, tables, LaterRooms.NONE);
  }

  public SqlModule(
      SqlConfig config,
      Platform platform,
      Governance governance,
      StatementAssembly.Tables tables,
      LaterRooms later) {
    trees = new SyntaxTrees(platform.duckDb());
    checker = new QueryChecker(trees, AllowList.standard(), governance.functions());
    var policyViews = new PolicyViews(trees, AllowList.standard(), governance.functions());
    ViewBodies bodies =
        new ViewBodies(checker, governance.names().views(), governance.names().viewQueries());
    views =
        new DeltaTableViews(
            tables.reader(),
            new DeltaTableViews.Catalog(policyViews, bodies, governance.names().information()));
    warehouses =
        new WarehouseService(
            platform.database(), governance.warehouses(), governance.audit(), platform.clock());
    ResultCache results = new ResultCache(64L << 20, 1L << 20);
    engine =
        new WarehouseEngines(
            warehouses,
            config.engine(),
            settings -> new DuckDbEngine(platform.duckDb(), views, settings, results));
    sessions = new SessionService(warehouses, platform.clock());
    var assembly =
        new StatementAssembly(
            new StatementAssembly.Needs(
                platform.database(),
                governance.authorizer(),
                governance.audit(),
                governance.names(),
                tables,
                later.loads(),
                later.models(),
                checker,
                bodies,
                policyViews,
                engine,
                warehouses,
                sessions,
                governance.results(),
                platform.folder(),
                platform.executor(),
                new RunLimits(config.deadline()),
                platform.clock()));
    previews =
        new PreviewService(
            new PreviewService.Needs(
                governance.authorizer(),
                governance.names().policies(),
                governance.audit(),
                checker,
                engine,
                governance.results().principals()));
    queries =
        new SavedQueryService(
            platform.database(), governance.warehouses(), governance.audit(), platform.clock());
    history = assembly.history();
    statements = assembly.statements();
  }

  public StatementService statements() {
    return statements;
  }

  /** What somebody would get of a table. */
  public PreviewService previews() {
    return previews;
  }

  public HistoryService history() {
    return history;
  }

  /** The first wall, for other modules that take queries from outside. */
  public QueryChecker checker() {
    return checker;
  }

  /** How the tables of a checked query become views of a session. */
  public TableViews views() {
    return views;
  }

  public QueryEngine engine() {
    return engine;
  }

  /** The endpoints of this module. */
  public List<Routes> routes() {
    return List.of(
        new StatementRoutes(statements, sessions),
        new SessionRoutes(sessions),
        new HistoryRoutes(history),
        new PreviewRoutes(previews),
        new WarehouseRoutes(warehouses, engine),
        new WarehousePermissionRoutes(warehouses),
        new SavedQueryRoutes(queries),
        new SavedQueryPermissionRoutes(queries));
  }

  @Override
  public void close() {
    statements.close();
    engine.close();
    trees.close();
  }
}

package io.boathouse.serving;

import io.boathouse.catalog.audit.AuditLog;
import io.boathouse.catalog.grant.Authorizer;
import io.boathouse.catalog.grant.GrantService;
import io.boathouse.catalog.identity.PrincipalService;
import io.boathouse.catalog.identity.SystemCallers;
import io.boathouse.catalog.lineage.LineageService;
import io.boathouse.catalog.securable.Deletions;
import io.boathouse.catalog.securable.SecurableService;
import io.boathouse.catalog.securable.SecurableType;
import io.boathouse.featurestore.lookup.FeatureLookupService;
import io.boathouse.featurestore.spec.FeatureSpecService;
import io.boathouse.platform.db.Database;
import io.boathouse.platform.db.Migrations;
import io.boathouse.platform.http.Routes;
import io.boathouse.platform.lane.Lanes;
import io.boathouse.registry.version.ModelVersionService;
import io.boathouse.serving.batch.Batcher;
import io.boathouse.serving.capture.InferenceLog;
import io.boathouse.serving.endpoint.AliasFollower;
import io.boathouse.serving.endpoint.DeploymentLineage;
import io.boathouse.serving.endpoint.Deployments;
import io.boathouse.serving.endpoint.EndpointNotes;
import io.boathouse.serving.endpoint.EndpointPermissionRoutes;
import io.boathouse.serving.endpoint.EndpointRoutes;
import io.boathouse.serving.endpoint.EndpointService;
import io.boathouse.serving.endpoint.EndpointWatchRoutes;
import io.boathouse.serving.endpoint.EndpointWatchService;
import io.boathouse.serving.endpoint.EntityLogs;
import io.boathouse.serving.endpoint.RolloutKeeper;
import io.boathouse.serving.endpoint.RolloutRunner;
import io.boathouse.serving.inference.Predictor;
import io.boathouse.serving.inference.RateGates;
import io.boathouse.serving.inference.RoutingTable;
import io.boathouse.serving.inference.ServingMeters;
import io.boathouse.serving.prediction.InvocationService;
import io.boathouse.serving.prediction.PredictionOrigins;
import io.boathouse.serving.prediction.PredictionReplay;
import io.boathouse.serving.prediction.PredictionRoutes;
import io.boathouse.serving.prediction.PredictionService;
import io.boathouse.serving.prediction.Recall;
import io.boathouse.serving.protocol.Protocols;
import io.boathouse.serving.scale.BudgetedLoader;
import io.boathouse.serving.scale.MemoryBudget;
import io.boathouse.serving.scale.Residency;
import io.boathouse.serving.score.BatchInferenceRoutes;
import io.boathouse.serving.score.BatchInferenceService;
import io.boathouse.serving.score.BatchInferenceTask;
import io.boathouse.serving.score.EndpointModels;
import io.boathouse.sql.engine.QueryEngine;
import io.boathouse.sql.govern.ModelCalls;
import io.boathouse.sql.govern.QueryChecker;
import io.boathouse.sql.statement.StatementService;
import io.boathouse.table.read.TableReader;
import io.boathouse.table.write.TableService;
import io.boathouse.workflow.run.RunService;
import io.micrometer.core.instrument.MeterRegistry;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/** Puts serving together; {@link #start} brings the endpoints back. */
public final class ServingModule implements AutoCloseable {
  private final Governance governance;
  private final ModelVersionService versions;
  private final FeatureSpecService specs;
  private final InferenceLog captures;
  private final MemoryBudget budget;
  private final Residency residency;
  private final RolloutRunner runner;
  private final AliasFollower aliases;
  private @Nullable RolloutKeeper keeper;
  private final EndpointService endpoints;
  private final EndpointWatchService watching;
  private final InvocationService invocations;
  private final PredictionService predictions;
  private final PredictionOrigins origins;
  private final PredictionReplay replay;
  private final Protocols protocols;
  private final EndpointModels models;
  private final BatchInferenceTask batchTask;
  private final BatchInferenceService batches;

  /**
   * What serving runs on.
   *
   * @param inferenceLog a folder for predictions on their way into inference tables
   */
  public record Foundation(
      DataSource dataSource,
      Database database,
      Lanes lanes,
      MeterRegistry meters,
      InstantSource clock,
      Path inferenceLog) {}

  /** What serving takes from the governance. */
  public record Governance(
      Authorizer authorizer,
      SecurableService securables,
      Deletions deletions,
      GrantService grants,
      PrincipalService principals,
      SystemCallers systemCallers,
      AuditLog audit,
      LineageService lineage) {}

  /** What tables are scored with. */
  public record Scoring(RunService runs, QueryChecker checker, QueryEngine engine) {}

  /** What serving reads models, features and inference tables with. */
  public record Rooms(
      TableService tables,
      TableReader reader,
      StatementService statements,
      ModelVersionService versions,
      FeatureSpecService specs,
      FeatureLookupService lookups,
      Scoring scoring) {}

  public ServingModule(
      ServingConfig config, Foundation foundation, Governance governance, Rooms rooms) {
    Migrations.run(foundation.dataSource(), "serving");
    this.governance = governance;
    this.versions = rooms.versions();
    this.specs = rooms.specs();
    this.captures =
        new InferenceLog(
            InferenceLog.Parts.of(
                rooms.tables(), rooms.reader(), foundation.meters(), foundation.clock()),
            config.capture(),
            foundation.inferenceLog());
    this.budget = new MemoryBudget(config.memoryBytes(), foundation.meters());
    var watch =
        new Deployments.Watch(
            new ServingMeters(foundation.meters()),
            new EntityLogs(foundation.clock()),
            new RateGates(),
            new Residency(budget, config.scaleToZero()),
            new EndpointNotes(foundation.database(), foundation.clock()));
    this.residency = watch.residency();
    var deployments =
        new Deployments(
            new Deployments.Rooms(
                rooms.versions(),
                rooms.specs(),
                rooms.lookups(),
                captures,
                governance.principals(),
                governance.systemCallers(),
                governance.authorizer(),
                new BudgetedLoader(foundation.database(), residency)),
            watch,
            config.concurrentRequests(),
            new Batcher.Workers(
                foundation.lanes().compute(), Runtime.getRuntime().availableProcessors()),
            foundation.lanes().virtualThreads());
    var routing = new RoutingTable();
    this.runner =
        new RolloutRunner(
            foundation.database(),
            deployments,
            new DeploymentLineage(governance.lineage(), governance.systemCallers()),
            routing,
            foundation.lanes().virtualThreads(),
            foundation.clock());
    this.aliases =
        new AliasFollower(
            foundation.database(),
            deployments,
            runner,
            rooms.versions(),
            new AliasFollower.Catalog(governance.securables(), governance.systemCallers()),
            foundation.clock());
    this.endpoints =
        new EndpointService(
            foundation.database(),
            new EndpointService.Governance(
                governance.securables(), governance.authorizer(), governance.audit()),
            deployments,
            runner,
            foundation.clock());
    this.predictions = new PredictionService(endpoints, captures, rooms.statements());
    this.origins = new PredictionOrigins(predictions, governance.lineage());
    this.replay = new PredictionReplay(predictions, rooms.versions(), foundation.lanes().compute());
    this.watching =
        new EndpointWatchService(
            governance.authorizer(), endpoints, watch, config.concurrentRequests());
    var predictor = new Predictor(routing, foundation.lanes().virtualThreads());
    this.invocations = new InvocationService(endpoints, predictor, foundation.clock());
    this.protocols =
        new Protocols(
            new Protocols.Engine(routing, predictor),
            endpoints,
            governance.authorizer(),
            foundation.lanes(),
            foundation.clock(),
            config);
    this.models = new EndpointModels(invocations);
    var batch =
        new BatchInferenceService.Parts(
            models,
            rooms.scoring().checker(),
            rooms.scoring().engine(),
            rooms.tables(),
            governance.authorizer(),
            rooms.scoring().runs());
    this.batchTask = new BatchInferenceTask(batch, governance.lineage());
    this.batches = new BatchInferenceService(batch);
    governance.deletions().onDelete(SecurableType.SERVING_ENDPOINT, runner::withdraw);
  }

  /** Loads what was deployed when the server stopped, in the background. */
  public void start() {
    runner.startAll(governance.securables(), governance.systemCallers());
    keeper = new RolloutKeeper(runner, aliases, residency);
  }

  public EndpointService endpoints() {
    return endpoints;
  }

  /** Queries of endpoints from other rooms. */
  public InvocationService invocations() {
    return invocations;
  }

  /** Scores tables; to be registered with the workflow before it starts. */
  public BatchInferenceTask batchTask() {
    return batchTask;
  }

  /** What queries ask. */
  public ModelCalls models() {
    return models;
  }

  public PredictionService predictions() {
    return predictions;
  }

  /** The inference tables; flushing makes their newest rows readable. */
  public InferenceLog captures() {
    return captures;
  }

  public List<Routes> routes() {
    List<Routes> routes = new ArrayList<>(protocols.routes());
    routes.add(new EndpointRoutes(endpoints, versions, specs));
    routes.add(
        new EndpointPermissionRoutes(
            governance.securables(), governance.grants(), governance.principals()));
    routes.add(new EndpointWatchRoutes(watching));
    routes.add(
        new PredictionRoutes(
            predictions, origins, replay, new Recall(predictions, governance.lineage())));
    routes.add(new BatchInferenceRoutes(batches));
    return List.copyOf(routes);
  }

  @Override
  public void close() {
    if (keeper != null) {
      keeper.close();
    }
    runner.close();
    captures.close();
    budget.close();
  }
}

package io.boathouse.server;

import io.boathouse.agents.AgentsModule;
import io.boathouse.agents.tool.ToolSource;
import io.boathouse.catalog.CatalogModule;
import io.boathouse.catalog.grant.AccessFeed;
import io.boathouse.catalog.identity.IdentityConfig;
import io.boathouse.catalog.lineage.LineageOutbox;
import io.boathouse.catalog.lineage.OpenLineageSender;
import io.boathouse.catalog.relation.DroppedTableSweep;
import io.boathouse.catalog.relation.DroppedTables;
import io.boathouse.featurestore.FeatureStoreConfig;
import io.boathouse.featurestore.FeatureStoreModule;
import io.boathouse.ingest.IngestModule;
import io.boathouse.platform.PlatformModule;
import io.boathouse.platform.backup.BackupArchive;
import io.boathouse.platform.backup.DataDirectory;
import io.boathouse.platform.backup.Restore;
import io.boathouse.platform.http.HttpServer;
import io.boathouse.platform.http.Routes;
import io.boathouse.registry.RegistryConfig;
import io.boathouse.registry.RegistryModule;
import io.boathouse.serving.ServingConfig;
import io.boathouse.serving.ServingModule;
import io.boathouse.sql.SqlConfig;
import io.boathouse.sql.SqlModule;
import io.boathouse.sql.statement.StatementAssembly;
import io.boathouse.sql.statement.SystemFeeds;
import io.boathouse.sql.warehouse.WarehouseRights;
import io.boathouse.table.TableModule;
import io.boathouse.table.append.AuditFeed;
import io.boathouse.table.append.Feed;
import io.boathouse.table.append.FeedTables;
import io.boathouse.table.append.FeedWriter;
import io.boathouse.table.append.LineageFeed;
import io.boathouse.table.append.UsageFeed;
import io.boathouse.training.TrainingJobsModule;
import io.boathouse.training.TrainingModule;
import io.boathouse.training.launch.TrainTask;
import io.boathouse.training.launch.TrainingConfig;
import io.boathouse.workflow.WorkflowModule;
import io.boathouse.workflow.run.RunUsage;
import io.boathouse.workflow.run.WorkflowConfig;
import java.io.IOException;
import java.net.URI;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The whole server: makes the rooms in the order of the house, each with what it may use, opens the
 * port last, and closes everything in reverse.
 */
public final class Boathouse implements AutoCloseable {
  /** As the jar carries it. */
  public static final String VERSION =
      Optional.ofNullable(Boathouse.class.getPackage().getImplementationVersion())
          .orElse("0-unpackaged");

  private static final int LINK_KEY_BYTES = 32;
  private static final Logger log = LoggerFactory.getLogger(Boathouse.class);

  private final Deque<AutoCloseable> opened = new ArrayDeque<>();
  private final List<Routes> routes = new ArrayList<>();
  private final PlatformModule platform;
  private final CatalogModule catalog;
  private final TableModule tables;
  private final SqlModule sql;
  private final IngestModule ingest;
  private final WorkflowModule workflow;
  private final RegistryModule registry;
  private final FeatureStoreModule features;
  private final TrainingModule training;
  private final TrainingJobsModule trainingJobs;
  private final ServingModule serving;
  private final AgentsModule agents;
  private final HttpServer server;
  private final AtomicReference<Optional<URI>> address = new AtomicReference<>(Optional.empty());

  /**
   * Starts the server in an open data directory, which the caller closes afterwards.
   *
   * @throws IOException if the port is taken
   */
  public Boathouse(DataDirectory directory, ServerConfig config, InstantSource clock)
      throws IOException {
    this(directory, config, clock, AgentsModule.Additions.NONE);
  }

  /**
   * As the other.
   *
   * @param additions what agents are offered besides
   */
  Boathouse(
      DataDirectory directory,
      ServerConfig config,
      InstantSource clock,
      AgentsModule.Additions additions)
      throws IOException {
    try {
      platform = opened(new PlatformModule(directory, config.platform(), clock));
      catalog = opened(catalog(config.auth(), clock));
      tables = opened(tables(clock));
      sql = opened(sql(directory, config.sql(), clock));
      ingest = opened(ingest(directory, clock));
      workflow = workflow(config.workflow(), clock);
      registry = opened(registry(config.registry(), clock));
      features = opened(features(directory, config.featureStore(), clock));
      training = opened(training(clock));
      trainingJobs = trainingJobs(directory, config.training(), clock);
      serving = opened(serving(directory, config.serving(), clock));
      agents = opened(agents(additions));

      routes.addAll(catalog.routes());
      routes.add(catalog.lineages().openLineage(config.openlineage().namespace()));
      routes.addAll(tables.routes());
      routes.addAll(sql.routes());
      routes.addAll(ingest.routes());
      routes.addAll(workflow.routes());
      routes.addAll(registry.routes());
      routes.addAll(features.routes());
      routes.addAll(features.browseRoutes(catalog.tags()));
      routes.addAll(training.routes());
      routes.addAll(trainingJobs.routes());
      routes.addAll(serving.routes());
      routes.addAll(agents.routes());
      routes.add(platform.backups(VERSION, new AdministratorGate(catalog, "BACKUP")));
      routes.add(
          PlatformModule.configuration(
              config.view(), new AdministratorGate(catalog, "CONFIGURATION")));

      registry.register(training.artifactSource());
      tables.recordUpkeep(catalog.systemCallers().system("table"));
      catalog.register(registry.folders(catalog.systemCallers().system("registry")));
      registry.recover(catalog.systemCallers().system("registry"), config.registry());
      training.prepare(catalog.systemCallers().system("training"));
      workflow.register(features.publishTask());
      workflow.register(trainingJobs.task());
      workflow.register(serving.batchTask());
      features.start(catalog.systemCallers()::inNameOf);
      serving.start();
      OpenLineageSender.of(config.openlineage(), platform.telemetry().meters())
          .ifPresent(sender -> catalog.lineages().sendTo(opened(sender)));
      opened(systemTables(clock));
      opened(new AccessFeed(catalog.accessStamp(), AccessFeed.Pace.STANDARD));
      opened(new DroppedTableSweep(DroppedTables.of(catalog.relations()), clock));
      server = opened(platform.serve(catalog.authenticator(), routes));
      address.set(Optional.of(server.uri()));
      opened(workflow).start();
    } catch (IOException | RuntimeException e) {
      close();
      throw e;
    }
  }

  private CatalogModule catalog(IdentityConfig auth, InstantSource clock) {
    platform.migrate("catalog");
    CatalogModule made =
        new CatalogModule(
            platform.database(),
            new CatalogModule.Places(
                platform.store(), platform.keys(), platform.externalStorage(), platform.secrets()),
            auth,
            clock);
    made.bootstrap().start();
    return made;
  }

  private TableModule tables(InstantSource clock) {
    return new TableModule(
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
        platform.store(),
        platform.duckDb(),
        clock,
        platform.telemetry().meters());
  }

  private SqlModule sql(DataDirectory directory, SqlConfig config, InstantSource clock) {
    platform.migrate("sql");
    return new SqlModule(
        config,
        new SqlModule.Platform(
            platform.database(),
            platform.duckDb(),
            directory.tmp().resolve("statements"),
            platform.lanes().virtualThreads(),
            clock),
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
                secret(LINK_KEY_BYTES))),
        new StatementAssembly.Tables(
            tables.tables(), tables.reader(), tables.maintenance(), catalog.relations()),
        new SqlModule.LaterRooms(
            new IngestLoads(catalog.volumeFiles(), () -> ingest.loader()),
            (caller, endpoint) -> serving.models().require(caller, endpoint)));
  }

  private static byte[] secret(int bytes) {
    byte[] secret = new byte[bytes];
    new SecureRandom().nextBytes(secret);
    return secret;
  }

  private IngestModule ingest(DataDirectory directory, InstantSource clock) {
    return new IngestModule(
        new IngestModule.Platform(platform.duckDb(), directory.tmp().resolve("uploads"), clock),
        new IngestModule.Governance(
            catalog.authorizer(),
            catalog.relations(),
            catalog.policies(),
            catalog.lineage(),
            catalog.volumeFiles()),
        tables.tables(),
        new IngestGovernor(sql));
  }

  /**
   * Its workers start when every room has registered its tasks and the port is open, because tasks
   * may call the server; and they stop before anything else does.
   */
  private WorkflowModule workflow(WorkflowConfig config, InstantSource clock) {
    return new WorkflowModule(
        platform.dataSource(),
        platform.database(),
        catalog.authorizer(),
        clock,
        config,
        catalog.systemCallers()::inNameOf);
  }

  private FeatureStoreModule features(
      DataDirectory directory, FeatureStoreConfig config, InstantSource clock) {
    return new FeatureStoreModule(
        new FeatureStoreModule.Governance(
            platform.dataSource(),
            platform.database(),
            catalog.authorizer(),
            catalog.securables(),
            catalog.policies(),
            catalog.policyChanges(),
            catalog.auditLog(),
            catalog.lineage(),
            catalog.deletions()),
        new FeatureStoreModule.Engines(
            tables.tables(),
            sql.checker(),
            sql.engine(),
            platform.duckDb(),
            platform.store(),
            directory.online(),
            workflow.runs()),
        config,
        clock);
  }

  private RegistryModule registry(RegistryConfig config, InstantSource clock) {
    platform.migrate("registry");
    return new RegistryModule(
        new RegistryModule.Foundation(platform.database(), platform.store(), clock),
        new RegistryModule.Governance(
            catalog.authorizer(),
            catalog.securables(),
            catalog.deletions(),
            catalog.auditLog(),
            catalog.lineage(),
            catalog.access()),
        config);
  }

  private TrainingModule training(InstantSource clock) {
    platform.migrate("training");
    return new TrainingModule(
        new TrainingModule.Foundation(
            platform.database(), platform.store(), clock, new SecureRandom()),
        new TrainingModule.Governance(
            catalog.authorizer(),
            catalog.securables(),
            catalog.deletions(),
            catalog.auditLog(),
            catalog.lineage(),
            registry.versions()));
  }

  private TrainingJobsModule trainingJobs(
      DataDirectory directory, TrainingConfig config, InstantSource clock) {
    return new TrainingJobsModule(
        new TrainingJobsModule.Foundation(
            platform.database(), catalog.authorizer(), catalog.tokens(), clock),
        new TrainingJobsModule.Rooms(
            training,
            workflow.runs(),
            features.trainingSets(),
            features.specs(),
            registry.models(),
            registry.names()),
        new TrainTask.Places(
            directory.tmp().resolve("training"),
            directory.cache().resolve("matrices"),
            directory.logs().resolve("training"),
            address::get),
        config);
  }

  private ServingModule serving(
      DataDirectory directory, ServingConfig config, InstantSource clock) {
    return new ServingModule(
        config,
        new ServingModule.Foundation(
            platform.dataSource(),
            platform.database(),
            platform.lanes(),
            platform.telemetry().meters(),
            clock,
            directory.logs().resolve("inference")),
        new ServingModule.Governance(
            catalog.authorizer(),
            catalog.securables(),
            catalog.deletions(),
            catalog.grants(),
            catalog.principals(),
            catalog.systemCallers(),
            catalog.auditLog(),
            catalog.lineage()),
        new ServingModule.Rooms(
            tables.tables(),
            tables.reader(),
            sql.statements(),
            registry.versions(),
            features.specs(),
            features.lookups(),
            new ServingModule.Scoring(workflow.runs(), sql.checker(), sql.engine())));
  }

  private AgentsModule agents(AgentsModule.Additions additions) {
    return new AgentsModule(
        new AgentsModule.Rooms(
            new AgentsModule.Governance(
                catalog.search(), catalog.relations(), catalog.securables(), catalog.auditLog()),
            sql.statements(),
            serving.invocations()),
        platform.lanes().virtualThreads(),
        VERSION,
        additions.and(
            ToolSource.of(List.of(new FeatureLookupTool(features.lookups(), features.specs())))));
  }

  private FeedWriter systemTables(InstantSource clock) {
    List<Feed> feeds = new ArrayList<>();
    feeds.add(new AuditFeed(catalog.auditOutbox()));
    feeds.add(
        LineageFeed.ofTables(LineageOutbox.ofTables(platform.database()), catalog.installation()));
    feeds.add(
        LineageFeed.ofColumns(
            LineageOutbox.ofColumns(platform.database()), catalog.installation()));
    feeds.addAll(SystemFeeds.of(platform.database(), catalog.installation(), clock));
    feeds.add(new UsageFeed(new RunUsage(platform.database()), catalog.installation(), clock));
    return new FeedWriter(
        new FeedTables(
            new FeedTables.Governance(
                catalog.namespaces(),
                catalog.relations(),
                catalog.functions(),
                catalog.policies(),
                catalog.grants()),
            tables.tables()),
        catalog.systemCallers().system("system-tables"),
        feeds,
        platform.telemetry().meters());
  }

  /** Puts an archive into a fresh data directory, which the caller closes. */
  public static Restore.Restored restore(
      DataDirectory directory, ServerConfig config, InstantSource clock, BackupArchive archive)
      throws IOException {
    return PlatformModule.restore(directory, config.platform(), clock, archive);
  }

  /** Where the server answers. */
  public URI uri() {
    return server.uri();
  }

  /** The present administrator token if it is still good, else a new one. */
  public String administratorToken(String present) {
    return catalog.bootstrap().administratorToken(present);
  }

  /** A new administrator token. */
  public String newAdministratorToken() {
    return catalog.bootstrap().newAdministratorToken();
  }

  private <T extends AutoCloseable> T opened(T part) {
    opened.push(part);
    return part;
  }

  @Override
  public void close() {
    while (!opened.isEmpty()) {
      AutoCloseable part = opened.pop();
      try {
        part.close();
      } catch (Exception e) {
        log.error("{} did not close cleanly", part.getClass().getSimpleName(), e);
      }
    }
  }
}

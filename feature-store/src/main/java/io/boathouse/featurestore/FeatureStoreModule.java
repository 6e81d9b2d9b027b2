package io.boathouse.featurestore;

import io.boathouse.catalog.audit.AuditLog;
import io.boathouse.catalog.grant.Authorizer;
import io.boathouse.catalog.lineage.LineageService;
import io.boathouse.catalog.policy.PolicyChanges;
import io.boathouse.catalog.policy.PolicyService;
import io.boathouse.catalog.securable.Deletions;
import io.boathouse.catalog.securable.FullName;
import io.boathouse.catalog.securable.SecurableService;
import io.boathouse.catalog.securable.SecurableType;
import io.boathouse.catalog.tag.TagService;
import io.boathouse.featurestore.browse.BrowseRoutes;
import io.boathouse.featurestore.browse.BrowseService;
import io.boathouse.featurestore.browse.DeclaredFeatureRoutes;
import io.boathouse.featurestore.browse.FeatureTablePage;
import io.boathouse.featurestore.browse.FeatureTagRoutes;
import io.boathouse.featurestore.feast.FeastMaterialization;
import io.boathouse.featurestore.feast.FeastRoutes;
import io.boathouse.featurestore.join.SkewRoutes;
import io.boathouse.featurestore.join.SkewService;
import io.boathouse.featurestore.join.TrainingSetRoutes;
import io.boathouse.featurestore.join.TrainingSetService;
import io.boathouse.featurestore.lookup.FeatureLookupService;
import io.boathouse.featurestore.lookup.LookupRoutes;
import io.boathouse.featurestore.online.OnlineLifetimes;
import io.boathouse.featurestore.online.OnlineStore;
import io.boathouse.featurestore.online.OnlineStoreConfig;
import io.boathouse.featurestore.online.OnlineStores;
import io.boathouse.featurestore.publish.ContinuousPublishing;
import io.boathouse.featurestore.publish.OnlineTableRoutes;
import io.boathouse.featurestore.publish.PublishRoutes;
import io.boathouse.featurestore.publish.PublishService;
import io.boathouse.featurestore.publish.PublishTask;
import io.boathouse.featurestore.spec.FeatureSpecRoutes;
import io.boathouse.featurestore.spec.FeatureSpecService;
import io.boathouse.featurestore.table.FeatureTableRoutes;
import io.boathouse.featurestore.table.FeatureTableService;
import io.boathouse.featurestore.table.GovernedReads;
import io.boathouse.platform.auth.Caller;
import io.boathouse.platform.db.Database;
import io.boathouse.platform.db.Migrations;
import io.boathouse.platform.duckdb.DuckDb;
import io.boathouse.platform.http.Routes;
import io.boathouse.platform.storage.FileStore;
import io.boathouse.sql.engine.QueryEngine;
import io.boathouse.sql.govern.QueryChecker;
import io.boathouse.table.write.TableService;
import io.boathouse.workflow.run.RunService;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import javax.sql.DataSource;

/** Puts the feature store together. */
public final class FeatureStoreModule implements AutoCloseable {
  private final OnlineStore online;
  private final FeatureTableService tables;
  private final FeatureSpecService specs;
  private final TrainingSetService trainingSets;
  private final SkewService skew;
  private final PublishService publishing;
  private final FeatureLookupService lookups;
  private final RunService runs;
  private final Governance governance;
  private final OnlineStoreConfig.Kind store;
  private final Duration publishInterval;
  private final InstantSource clock;
  private final GovernedReads reads;
  private final FullName feastSchema;
  private Optional<ContinuousPublishing> continuous = Optional.empty();

  /** What the feature store takes from the metadata database and the catalog. */
  public record Governance(
      DataSource dataSource,
      Database database,
      Authorizer authorizer,
      SecurableService securables,
      PolicyService policies,
      PolicyChanges policyChanges,
      AuditLog audit,
      LineageService lineage,
      Deletions deletions) {}

  /**
   * What it reads, computes and writes with.
   *
   * @param storage the main file store
   * @param onlineFolder where the embedded online store keeps its logs
   */
  public record Engines(
      TableService tables,
      QueryChecker checker,
      QueryEngine engine,
      DuckDb duckDb,
      FileStore storage,
      Path onlineFolder,
      RunService runs) {}

  public FeatureStoreModule(
      Governance governance, Engines engines, FeatureStoreConfig config, InstantSource clock) {
    Migrations.run(governance.dataSource(), "featurestore");
    runs = engines.runs();
    this.governance = governance;
    store = config.online().store();
    publishInterval = config.publishInterval();
    this.clock = clock;
    feastSchema = FullName.parse(SecurableType.SCHEMA, config.feastSchema());
    OnlineLifetimes lifetimes = new OnlineLifetimes(clock);
    online = OnlineStores.open(config.online(), engines.onlineFolder(), config.onlineMaxBytes());
    reads = new GovernedReads(engines.checker(), engines.engine(), config.deadline());
    tables =
        new FeatureTableService(
            new FeatureTableService.Parts(
                governance.authorizer(),
                governance.securables(),
                governance.database(),
                engines.tables(),
                reads,
                governance.lineage(),
                governance.audit(),
                clock));
    specs =
        new FeatureSpecService(
            new FeatureSpecService.Parts(
                governance.authorizer(),
                governance.securables(),
                governance.database(),
                tables,
                governance.audit(),
                clock));
    trainingSets =
        new TrainingSetService(
            new TrainingSetService.Parts(
                governance.authorizer(),
                governance.policies(),
                governance.database(),
                specs,
                tables,
                reads,
                engines.storage(),
                engines.duckDb(),
                governance.lineage(),
                governance.audit(),
                clock));
    skew = new SkewService(trainingSets, specs, reads, engines.storage(), engines.duckDb());
    publishing =
        new PublishService(
            new PublishService.Parts(
                governance.authorizer(),
                governance.policies(),
                governance.database(),
                tables,
                new PublishService.Reading(
                    reads, engines.engine(), engines.tables(), config.deadline()),
                new PublishService.Target(online, lifetimes),
                governance.audit(),
                clock));
    lookups =
        new FeatureLookupService(
            governance.authorizer(),
            governance.policies(),
            specs,
            tables,
            new FeatureLookupService.Store(online, lifetimes, config.online().deadline()));
    governance.policyChanges().onSet(online::tables, online::drop);
    governance.deletions().onPurge(SecurableType.TABLE, table -> online.drop(table.id()));
  }

  /**
   * Begins to follow the tables that are kept fresh.
   *
   * @param callers who a principal is now, by its id
   */
  public void start(Function<UUID, Caller> callers) {
    continuous =
        Optional.of(
            new ContinuousPublishing(
                publishing, governance.securables(), tables, callers, publishInterval));
  }

  public FeatureTableService featureTables() {
    return tables;
  }

  public FeatureSpecService specs() {
    return specs;
  }

  public SkewService skew() {
    return skew;
  }

  public TrainingSetService trainingSets() {
    return trainingSets;
  }

  public PublishService publishing() {
    return publishing;
  }

  public FeatureLookupService lookups() {
    return lookups;
  }

  /** To be registered with the workflow before it starts. */
  public PublishTask publishTask() {
    return new PublishTask(publishing);
  }

  /** Finding features and judging them. */
  public BrowseService browse(TagService tags) {
    return new BrowseService(
        new BrowseService.Parts(
            governance.authorizer(),
            governance.database(),
            governance.audit(),
            tables,
            reads,
            governance.lineage(),
            tags));
  }

  /** The routes of {@link #browse}. */
  public List<Routes> browseRoutes(TagService tags) {
    BrowseService browse = browse(tags);
    return List.of(
        new BrowseRoutes(browse, new FeatureTablePage(browse, tables)),
        new FeatureTagRoutes(browse, tags),
        new DeclaredFeatureRoutes());
  }

  public List<Routes> routes() {
    return List.of(
        new FeatureTableRoutes(tables),
        new FeatureSpecRoutes(specs),
        new TrainingSetRoutes(trainingSets),
        new SkewRoutes(skew),
        new PublishRoutes(publishing, runs),
        new OnlineTableRoutes(publishing, tables, store),
        new LookupRoutes(lookups),
        new FeastRoutes(
            lookups, publishing, new FeastMaterialization(tables, publishing, clock), feastSchema));
  }

  @Override
  public void close() {
    continuous.ifPresent(ContinuousPublishing::close);
    online.close();
  }
}

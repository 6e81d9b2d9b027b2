package io.boathouse.featurestore;

import io.boathouse.catalog.audit.AuditLog;
import io.boathouse.catalog.grant.Authorizer;
import io.boathouse.catalog.lineage.LineageService;
import io.boathouse.catalog.policy.PolicyChanges;
import io.boathouse.catalog.policy.PolicyService;
import io.boathouse.catalog.securable.Deletions;
import io.boathouse.catalog.securable.SecurableService;
import io.boathouse.catalog.securable.SecurableType;
import io.boathouse.featurestore.join.SkewRoutes;
import io.boathouse.featurestore.join.SkewService;
import io.boathouse.featurestore.join.TrainingSetRoutes;
import io.boathouse.featurestore.join.TrainingSetService;
import io.boathouse.featurestore.lookup.FeatureLookupService;
import io.boathouse.featurestore.lookup.LookupRoutes;
import io.boathouse.featurestore.online.OnlineStore;
import io.boathouse.featurestore.online.OnlineStores;
import io.boathouse.featurestore.publish.PublishRoutes;
import io.boathouse.featurestore.publish.PublishService;
import io.boathouse.featurestore.publish.PublishTask;
import io.boathouse.featurestore.spec.FeatureSpecRoutes;
import io.boathouse.featurestore.spec.FeatureSpecService;
import io.boathouse.featurestore.table.FeatureTableRoutes;
import io.boathouse.featurestore.table.FeatureTableService;
import io.boathouse.featurestore.table.GovernedReads;
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
import java.time.InstantSource;
import java.util.List;
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
    online = OnlineStores.open(config.online(), engines.onlineFolder(), config.onlineMaxBytes());
    var reads = new GovernedReads(engines.checker(), engines.engine(), config.deadline());
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
                reads,
                online,
                governance.audit(),
                clock));
    lookups =
        new FeatureLookupService(
            governance.authorizer(),
            governance.policies(),
            specs,
            tables,
            new FeatureLookupService.Store(online, config.online().deadline()));
    governance.policyChanges().onSet(online::tables, online::drop);
    governance.deletions().onDelete(SecurableType.TABLE, table -> online.drop(table.id()));
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

  public List<Routes> routes() {
    return List.of(
        new FeatureTableRoutes(tables),
        new FeatureSpecRoutes(specs),
        new TrainingSetRoutes(trainingSets),
        new SkewRoutes(skew),
        new PublishRoutes(publishing, runs),
        new LookupRoutes(lookups));
  }

  @Override
  public void close() {
    online.close();
  }
}

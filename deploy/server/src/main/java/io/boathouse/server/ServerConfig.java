package io.boathouse.server;

import io.boathouse.catalog.identity.IdentityConfig;
import io.boathouse.catalog.lineage.OpenLineageConfig;
import io.boathouse.featurestore.FeatureStoreConfig;
import io.boathouse.platform.PlatformModule;
import io.boathouse.platform.config.ConfigLoader;
import io.boathouse.platform.config.ConfigSources;
import io.boathouse.platform.config.ConfigView;
import io.boathouse.platform.db.DatabaseConfig;
import io.boathouse.platform.duckdb.DuckDbLimits;
import io.boathouse.platform.http.HttpConfig;
import io.boathouse.platform.lane.LaneConfig;
import io.boathouse.platform.secret.SecretConfig;
import io.boathouse.platform.storage.StorageConfig;
import io.boathouse.platform.telemetry.TelemetryConfig;
import io.boathouse.registry.RegistryConfig;
import io.boathouse.serving.ServingConfig;
import io.boathouse.sql.SqlConfig;
import io.boathouse.training.launch.TrainingConfig;
import io.boathouse.workflow.run.WorkflowConfig;
import java.util.Set;

/** Every setting of the server, a section a record. */
public record ServerConfig(
    HttpConfig server,
    IdentityConfig auth,
    OpenLineageConfig openlineage,
    LaneConfig lanes,
    DatabaseConfig database,
    StorageConfig storage,
    DuckDbLimits duckdb,
    TelemetryConfig telemetry,
    SecretConfig secrets,
    SqlConfig sql,
    WorkflowConfig workflow,
    FeatureStoreConfig featureStore,
    RegistryConfig registry,
    TrainingConfig training,
    ServingConfig serving) {
  public static final ServerConfig DEFAULTS =
      new ServerConfig(
          HttpConfig.DEFAULTS,
          IdentityConfig.DEFAULTS,
          OpenLineageConfig.DEFAULTS,
          LaneConfig.DEFAULTS,
          DatabaseConfig.DEFAULTS,
          StorageConfig.DEFAULTS,
          DuckDbLimits.DEFAULTS,
          TelemetryConfig.DEFAULTS,
          SecretConfig.DEFAULTS,
          SqlConfig.DEFAULTS,
          WorkflowConfig.DEFAULTS,
          FeatureStoreConfig.DEFAULTS,
          RegistryConfig.DEFAULTS,
          TrainingConfig.DEFAULTS,
          ServingConfig.DEFAULTS);

  /** Variables that the launcher and the commands read. */
  private static final Set<String> OTHER_VARIABLES =
      Set.of(
          "BOATHOUSE_CONFIG",
          "BOATHOUSE_DATA_DIR",
          "BOATHOUSE_JAVA_OPTS",
          "BOATHOUSE_TOKEN",
          "BOATHOUSE_URL");

  /** Settings that are no numbers, and that hold no secret whatever an operator writes there. */
  private static final Set<String> HARMLESS =
      Set.of(
          "server.host",
          "server.allowed_hosts",
          "server.allowed_origins",
          "openlineage.namespace",
          "storage.bucket",
          "storage.prefix",
          "storage.region",
          "storage.external_roots",
          "duckdb.memory_limit",
          "telemetry.log_levels",
          "sql.memory_limit",
          "feature_store.online.region",
          "feature_store.feast_schema",
          "serving.invocations_endpoint",
          "registry.default_schema",
          "training.neural_module");

  /** The defaults with what file, environment and flags change. */
  public static ServerConfig load(ConfigSources sources) {
    return new ConfigLoader(OTHER_VARIABLES).load(DEFAULTS, sources);
  }

  /** What of it may be shown. */
  ConfigView view() {
    return ConfigView.of(this, DEFAULTS, HARMLESS);
  }

  PlatformModule.Settings platform() {
    return new PlatformModule.Settings(
        server, lanes, database, storage, duckdb, telemetry, secrets);
  }
}

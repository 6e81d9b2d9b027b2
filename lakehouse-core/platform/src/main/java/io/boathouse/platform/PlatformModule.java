package io.boathouse.platform;

import io.boathouse.platform.auth.Authenticator;
import io.boathouse.platform.auth.Caller;
import io.boathouse.platform.backup.BackupArchive;
import io.boathouse.platform.backup.BackupRoutes;
import io.boathouse.platform.backup.BackupService;
import io.boathouse.platform.backup.DataDirectory;
import io.boathouse.platform.backup.Restore;
import io.boathouse.platform.config.ConfigView;
import io.boathouse.platform.config.ConfigurationRoutes;
import io.boathouse.platform.db.Database;
import io.boathouse.platform.db.DatabaseConfig;
import io.boathouse.platform.db.DatabaseLoad;
import io.boathouse.platform.db.MetadataDatabase;
import io.boathouse.platform.duckdb.DuckDb;
import io.boathouse.platform.duckdb.DuckDbLimits;
import io.boathouse.platform.http.HealthRoutes;
import io.boathouse.platform.http.HttpConfig;
import io.boathouse.platform.http.HttpServer;
import io.boathouse.platform.http.Routes;
import io.boathouse.platform.http.SiteRoutes;
import io.boathouse.platform.lane.LaneConfig;
import io.boathouse.platform.lane.Lanes;
import io.boathouse.platform.lease.LeaseService;
import io.boathouse.platform.secret.SecretBox;
import io.boathouse.platform.secret.SecretConfig;
import io.boathouse.platform.storage.ExternalStorage;
import io.boathouse.platform.storage.FileStore;
import io.boathouse.platform.storage.LocalFileStore;
import io.boathouse.platform.storage.S3FileStore;
import io.boathouse.platform.storage.S3KeyVendor;
import io.boathouse.platform.storage.StorageConfig;
import io.boathouse.platform.storage.StsKeyVendor;
import io.boathouse.platform.telemetry.Telemetry;
import io.boathouse.platform.telemetry.TelemetryConfig;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import javax.sql.DataSource;

/** Opens what all rooms stand on, in one data directory, and closes it last. */
public final class PlatformModule implements AutoCloseable {
  /** The MLflow version whose calls are served: newer ones promise calls that we do not have. */
  private static final String MLFLOW_VERSION = "2.17.2";

  private final Settings settings;
  private final DataDirectory directory;
  private final InstantSource clock;
  private final ExternalStorage external;
  private final MetadataDatabase metadata;
  private final FileStore store;
  private final Optional<StsKeyVendor> keys;
  private final SecretBox secrets;
  private final DuckDb duckDb;
  private final LeaseService leases;
  private final Lanes lanes;
  private final Telemetry telemetry;

  /** The sections of the configuration that are the platform's. */
  public record Settings(
      HttpConfig server,
      LaneConfig lanes,
      DatabaseConfig database,
      StorageConfig storage,
      DuckDbLimits duckdb,
      TelemetryConfig telemetry,
      SecretConfig secrets) {}

  /** Opens everything but the port; see {@link #serve}. */
  public PlatformModule(DataDirectory directory, Settings settings, InstantSource clock) {
    this.settings = settings;
    this.directory = directory;
    this.clock = clock;
    this.metadata = MetadataDatabase.open(directory.postgres(), settings.database());
    metadata.migrate("platform");
    this.store = store(directory, settings, clock);
    this.external = new ExternalStorage(settings.storage(), directory.cache(), clock);
    this.keys = settings.storage().keyVendor(directory.cache());
    this.secrets =
        settings
            .secrets()
            .sealingKey()
            .map(SecretBox::of)
            .orElseGet(() -> SecretBox.keptIn(directory.sealingKeyFile()));
    this.duckDb = new DuckDb(settings.duckdb().in(directory.tmp()));
    this.leases = new LeaseService(metadata.database(), clock);
    this.telemetry = new Telemetry(settings.telemetry(), clock);
    this.lanes = new Lanes(settings.lanes());
  }

  /**
   * Listens and serves these routes and the platform's own; whoever calls closes the server before
   * the rooms behind it.
   *
   * @throws IOException if the port is taken
   */
  public HttpServer serve(Authenticator authenticator, List<Routes> rooms) throws IOException {
    List<Routes> all = new ArrayList<>(rooms);
    all.add(new SiteRoutes());
    all.add(new HealthRoutes(MLFLOW_VERSION, metadata::answers));
    all.add(telemetry.routes(settings.server().openMetrics()));
    return HttpServer.start(settings.server(), lanes, authenticator, all, telemetry.observer());
  }

  /**
   * The way to take everything as one archive.
   *
   * @param version of the server
   * @param gate refuses whoever may not, and records that it was taken
   */
  public Routes backups(String version, Consumer<Caller> gate) {
    return new BackupRoutes(
        new BackupService(
            new BackupService.Places(directory.tmp(), directory.online(), version),
            store,
            metadata.dataSource(),
            gate,
            clock));
  }

  /**
   * The way to look at the settings that hold.
   *
   * @param gate refuses whoever may not, and records that it was looked at
   */
  public static Routes configuration(ConfigView view, Consumer<Caller> gate) {
    return new ConfigurationRoutes(view, gate);
  }

  /**
   * Puts an archive into a fresh data directory, with the database and the storage that the
   * settings name, or leaves the directory empty.
   */
  public static Restore.Restored restore(
      DataDirectory directory, Settings settings, InstantSource clock, BackupArchive archive)
      throws IOException {
    try (MetadataDatabase metadata =
            MetadataDatabase.open(directory.postgres(), settings.database());
        FileStore store = store(directory, settings, clock)) {
      return Restore.run(archive, directory, new DatabaseLoad(metadata.dataSource()), store);
    }
  }

  private static FileStore store(DataDirectory directory, Settings settings, InstantSource clock) {
    return settings
        .storage()
        .s3(directory.cache())
        .<FileStore>map(s3 -> new S3FileStore(s3, clock))
        .orElseGet(() -> new LocalFileStore(directory.storage()));
  }

  public Database database() {
    return metadata.database();
  }

  public DataSource dataSource() {
    return metadata.dataSource();
  }

  /** Brings a room's tables up to date. */
  public void migrate(String room) {
    metadata.migrate(room);
  }

  /** Gives others keys to the store, where it is in S3 and there is a role. */
  public S3KeyVendor keys() {
    return keys.<S3KeyVendor>map(vendor -> vendor).orElse(S3KeyVendor.NONE);
  }

  /** Seals what is secret before it goes into the database. */
  public SecretBox secrets() {
    return secrets;
  }

  /** What of others' storage there is to do with. */
  public ExternalStorage externalStorage() {
    return external;
  }

  public FileStore store() {
    return store;
  }

  public DuckDb duckDb() {
    return duckDb;
  }

  public LeaseService leases() {
    return leases;
  }

  public Lanes lanes() {
    return lanes;
  }

  public Telemetry telemetry() {
    return telemetry;
  }

  @Override
  public void close() {
    lanes.close(Duration.ofSeconds(5));
    telemetry.close();
    keys.ifPresent(StsKeyVendor::close);
    metadata.close();
  }
}

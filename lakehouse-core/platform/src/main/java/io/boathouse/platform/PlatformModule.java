package io.boathouse.platform;

import io.boathouse.platform.auth.Authenticator;
import io.boathouse.platform.backup.DataDirectory;
import io.boathouse.platform.db.Database;
import io.boathouse.platform.db.DatabaseConfig;
import io.boathouse.platform.db.MetadataDatabase;
import io.boathouse.platform.duckdb.DuckDb;
import io.boathouse.platform.duckdb.DuckDbLimits;
import io.boathouse.platform.http.HealthRoutes;
import io.boathouse.platform.http.HttpConfig;
import io.boathouse.platform.http.HttpServer;
import io.boathouse.platform.http.Routes;
import io.boathouse.platform.lane.LaneConfig;
import io.boathouse.platform.lane.Lanes;
import io.boathouse.platform.lease.LeaseService;
import io.boathouse.platform.storage.FileStore;
import io.boathouse.platform.storage.LocalFileStore;
import io.boathouse.platform.storage.S3FileStore;
import io.boathouse.platform.storage.StorageConfig;
import io.boathouse.platform.telemetry.Telemetry;
import io.boathouse.platform.telemetry.TelemetryConfig;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import javax.sql.DataSource;

/** Opens what all rooms stand on, in one data directory, and closes it last. */
public final class PlatformModule implements AutoCloseable {
  /** The MLflow version whose calls are served: newer ones promise calls that we do not have. */
  private static final String MLFLOW_VERSION = "2.17.2";

  private final Settings settings;
  private final MetadataDatabase metadata;
  private final FileStore store;
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
      TelemetryConfig telemetry) {}

  /** Opens everything but the port; see {@link #serve}. */
  public PlatformModule(DataDirectory directory, Settings settings, InstantSource clock) {
    this.settings = settings;
    this.metadata = MetadataDatabase.open(directory.postgres(), settings.database());
    metadata.migrate("platform");
    this.store =
        settings
            .storage()
            .s3(directory.cache())
            .<FileStore>map(s3 -> new S3FileStore(s3, clock))
            .orElseGet(() -> new LocalFileStore(directory.storage()));
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
    all.add(new HealthRoutes(MLFLOW_VERSION, metadata::answers));
    all.add(telemetry.routes(settings.server().openMetrics()));
    return HttpServer.start(settings.server(), lanes, authenticator, all, telemetry.observer());
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
    metadata.close();
  }
}

package io.boathouse.serving;

import com.fasterxml.jackson.databind.JsonNode;
import io.boathouse.catalog.CatalogModule;
import io.boathouse.catalog.grant.Privilege;
import io.boathouse.catalog.identity.NewPrincipal;
import io.boathouse.catalog.securable.FullName;
import io.boathouse.catalog.securable.SecurableType;
import io.boathouse.featurestore.FeatureStoreConfig;
import io.boathouse.featurestore.FeatureStoreModule;
import io.boathouse.featurestore.online.OnlineStoreConfig;
import io.boathouse.platform.auth.Caller;
import io.boathouse.platform.auth.Credentials;
import io.boathouse.platform.db.TestDatabase;
import io.boathouse.platform.duckdb.DuckDbConfig;
import io.boathouse.platform.http.Routes;
import io.boathouse.platform.http.TestServer;
import io.boathouse.platform.lane.LaneConfig;
import io.boathouse.platform.lane.Lanes;
import io.boathouse.platform.secret.Secret;
import io.boathouse.platform.storage.FileStore;
import io.boathouse.platform.storage.StoragePath;
import io.boathouse.registry.RegistryConfig;
import io.boathouse.registry.RegistryModule;
import io.boathouse.registry.artifact.ArtifactSource;
import io.boathouse.registry.artifact.ResolvedArtifacts;
import io.boathouse.registry.artifact.SourceUri;
import io.boathouse.registry.model.Tag;
import io.boathouse.registry.version.ModelVersion;
import io.boathouse.registry.version.NewVersion;
import io.boathouse.serving.capture.CaptureLimits;
import io.boathouse.sql.SqlModule;
import io.boathouse.sql.TestLakehouse;
import io.boathouse.table.TableModule;
import io.boathouse.workflow.WorkflowModule;
import io.boathouse.workflow.run.WorkflowConfig;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;

/** A real server with all that serving stands on, over a real database. */
public final class TestServing implements AutoCloseable {
  private static final InstantSource CLOCK = InstantSource.system();

  public final CatalogModule catalog;
  public final TableModule tables;
  public final SqlModule sql;
  public final FeatureStoreModule features;
  public final RegistryModule registry;
  public final SimpleMeterRegistry meters = new SimpleMeterRegistry();
  public final Caller admin;
  public ServingModule module;
  private final ServingConfig config;
  private final Path folder;
  private final TestLakehouse lakehouse;
  private final WorkflowModule workflow;
  private final Lanes lanes = new Lanes(LaneConfig.DEFAULTS);
  private final String adminToken;
  private final Map<String, String> tokens = new HashMap<>();
  private TestServer server;

  public TestServing(Path folder) {
    this(folder, ServingConfig.DEFAULTS.with(16, CaptureLimits.DEFAULTS));
  }

  public TestServing(Path folder, ServingConfig config) {
    this(folder, config, database -> FeatureStoreConfig.DEFAULTS);
  }

  /** One whose online store is its own database, which answers later and on another thread. */
  public static TestServing withPostgresFeatures(Path folder, Duration deadline) {
    return new TestServing(
        folder,
        ServingConfig.DEFAULTS.with(16, CaptureLimits.DEFAULTS),
        database ->
            new FeatureStoreConfig(
                FeatureStoreConfig.DEFAULTS.onlineMaxBytes(),
                FeatureStoreConfig.DEFAULTS.deadline(),
                new OnlineStoreConfig(
                    OnlineStoreConfig.Kind.POSTGRES,
                    Optional.of(database.url()),
                    Optional.of(database.user()),
                    Optional.of(new Secret(database.password())),
                    "",
                    deadline,
                    4),
                FeatureStoreConfig.DEFAULTS.publishInterval(),
                FeatureStoreConfig.DEFAULTS.feastSchema()));
  }

  private TestServing(
      Path folder, ServingConfig config, Function<TestDatabase, FeatureStoreConfig> online) {
    this.config = config;
    this.folder = folder;
    lakehouse = new TestLakehouse(folder, new DuckDbConfig("700MB", 2, folder), CLOCK, "registry");
    catalog = lakehouse.catalog;
    tables = lakehouse.tables;
    sql = lakehouse.sql;
    workflow =
        new WorkflowModule(
            lakehouse.database.dataSource(),
            lakehouse.database.database(),
            catalog.authorizer(),
            CLOCK,
            WorkflowConfig.DEFAULTS,
            id -> null);
    features =
        new FeatureStoreModule(
            new FeatureStoreModule.Governance(
                lakehouse.database.dataSource(),
                lakehouse.database.database(),
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
                lakehouse.duckDb,
                lakehouse.storage,
                folder.resolve("online"),
                workflow.runs()),
            online.apply(lakehouse.database),
            CLOCK);
    registry =
        new RegistryModule(
            new RegistryModule.Foundation(lakehouse.database.database(), lakehouse.storage, CLOCK),
            new RegistryModule.Governance(
                catalog.authorizer(),
                catalog.securables(),
                catalog.deletions(),
                catalog.auditLog(),
                catalog.lineage(),
                catalog.access()),
            RegistryConfig.DEFAULTS);
    registry.register(new Folders(lakehouse.storage.scoped(StoragePath.of("sources"))));
    adminToken = catalog.bootstrap().newAdministratorToken();
    admin = catalog.authenticator().authenticate(new Credentials.Bearer(adminToken));
    module = open();
    lakehouse.models.set((caller, endpoint) -> module.models().require(caller, endpoint));
    workflow.register(module.batchTask());
    server = listen();
  }

  /** Folders of the store stand for runs. */
  private record Folders(FileStore store) implements ArtifactSource {
    @Override
    public Optional<ResolvedArtifacts> resolve(Caller caller, String source) {
      return Optional.of(
          new ResolvedArtifacts(
              store, SourceUri.parse(source).storagePath(), Optional.of("f".repeat(32))));
    }

    @Override
    public boolean readableRun(Caller caller, String runId) {
      return true;
    }
  }

  private ServingModule open() {
    var opened =
        new ServingModule(
            config,
            new ServingModule.Foundation(
                lakehouse.database.dataSource(),
                lakehouse.database.database(),
                lanes,
                meters,
                CLOCK,
                folder.resolve("inference-log")),
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
    opened.start();
    return opened;
  }

  private TestServer listen() {
    List<Routes> routes = new ArrayList<>(module.routes());
    routes.addAll(catalog.routes());
    return TestServer.start(catalog.authenticator(), routes).as(adminToken);
  }

  /** Serving again over the same data, as after a restart of the server. */
  public void restart() {
    server.close();
    module.close();
    module = open();
    server = listen();
  }

  /** The lanes that predictions run on. */
  public Lanes lanes() {
    return lanes;
  }

  /** The rows that a query finds, as JSON text. */
  public String query(String select) {
    return lakehouse.query(select);
  }

  /** The database of the metadata. */
  public TestDatabase database() {
    return lakehouse.database;
  }

  /** Calls as the administrator. */
  public TestServer http() {
    return server;
  }

  /** Calls as a user of this name, who is made with the first call and has no rights yet. */
  public TestServer as(String user) {
    return server.as(
        tokens.computeIfAbsent(
            user,
            name -> {
              var unused = catalog.principals().create(admin, NewPrincipal.user(name));
              return catalog.tokens().createFor(admin, name, "test", Duration.ofDays(1)).value();
            }));
  }

  public void grant(SecurableType type, String name, String user, Privilege... privileges) {
    catalog.grants().grant(admin, type, FullName.parse(type, name), user, privileges);
  }

  /** Registers a version of {@code main.default.<name>} from these files. */
  public ModelVersion register(String name, Map<String, byte[]> files, Tag... tags) {
    FullName model = FullName.of("main", "default", name);
    if (catalog.securables().find(admin, SecurableType.REGISTERED_MODEL, model).isEmpty()) {
      var unused = registry.models().create(admin, model, name, Optional.empty(), List.of());
    }
    String folder = name + "-" + System.nanoTime();
    files.forEach(
        (path, bytes) ->
            lakehouse.storage.put(
                StoragePath.of("sources/" + folder + "/" + path), out -> out.write(bytes)));
    return registry
        .registration()
        .create(
            admin,
            model,
            new NewVersion(
                "runs:/" + folder,
                Optional.of("f".repeat(32)),
                Optional.empty(),
                Optional.empty(),
                "",
                List.of(tags)));
  }

  /** The files of an ONNX model whose signature is this JSON list of inputs. */
  public static Map<String, byte[]> onnx(byte[] model, String inputs) {
    return onnx(model, inputs, "[]");
  }

  /** The files of an ONNX model with these JSON lists of inputs and params. */
  public static Map<String, byte[]> onnx(byte[] model, String inputs, String params) {
    String text =
        """
        flavors:
          onnx:
            onnx_version: 1.12.0
            data: model.onnx
        signature:
          inputs: '%s'
          outputs: '[{"type":"double","name":"probability","required":true}]'
          params: '%s'
        """
            .formatted(inputs, params);
    return Map.of("MLmodel", text.getBytes(StandardCharsets.UTF_8), "model.onnx", model);
  }

  /** Creates an endpoint of one entity and waits until it answers. */
  public JsonNode deploy(String endpoint, String model, int version, String more) {
    var response =
        server.post("/api/2.0/serving-endpoints", creation(endpoint, model, version, more));
    if (response.statusCode() != 200) {
      throw new AssertionError(response.body());
    }
    return await(endpoint);
  }

  /**
   * @param more further members of the configuration, each with a leading comma
   */
  public static String creation(String endpoint, String model, int version, String more) {
    return """
    {"name": "%s", "config": {"served_entities": [
      {"name": "only", "entity_name": "main.default.%s", "entity_version": "%d",
       "workload_size": "Small", "scale_to_zero_enabled": true}]%s}}
    """
        .formatted(endpoint, model, version, more);
  }

  /** Waits as the service's clients do, until no update is in progress. */
  public JsonNode await(String endpoint) {
    for (int i = 0; i < 400; i++) {
      JsonNode found = TestServer.json(server.get("/api/2.0/serving-endpoints/" + endpoint));
      String update = found.path("state").path("config_update").asText();
      boolean loading =
          update.equals("NOT_UPDATING")
              && found.has("config")
              && found.path("state").path("ready").asText().equals("NOT_READY");
      if (!update.equals("IN_PROGRESS") && !loading) {
        return found;
      }
      LockSupport.parkNanos(25_000_000);
    }
    throw new AssertionError("endpoint " + endpoint + " does not settle");
  }

  @Override
  public void close() {
    server.close();
    module.close();
    registry.close();
    features.close();
    workflow.close();
    lanes.close();
    lakehouse.close();
  }
}

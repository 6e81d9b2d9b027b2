package io.boathouse.training;

import io.boathouse.catalog.CatalogModule;
import io.boathouse.catalog.grant.Privilege;
import io.boathouse.catalog.identity.NewPrincipal;
import io.boathouse.catalog.identity.Principal;
import io.boathouse.catalog.securable.FullName;
import io.boathouse.catalog.securable.SecurableType;
import io.boathouse.platform.auth.Caller;
import io.boathouse.platform.auth.Credentials;
import io.boathouse.platform.db.TestDatabase;
import io.boathouse.platform.http.Routes;
import io.boathouse.platform.http.TestServer;
import io.boathouse.platform.storage.LocalFileStore;
import io.boathouse.registry.RegistryConfig;
import io.boathouse.registry.RegistryModule;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** A real server with catalog, registry and tracking over a real database, for tests. */
public final class TrackingServer implements AutoCloseable {
  private final TestDatabase database;
  private final LocalFileStore store;
  private final Path root;
  private final CatalogModule catalog;
  private final RegistryModule registry;
  private final TrainingModule training;
  private final String adminToken;
  private final TestServer server;

  private TrackingServer(Path root) {
    this.root = root;
    InstantSource clock = InstantSource.system();
    database = TestDatabase.create("catalog", "registry", "training");
    store = new LocalFileStore(root);
    catalog = new CatalogModule(database.database(), store, clock);
    catalog.bootstrap().start();
    registry =
        new RegistryModule(
            new RegistryModule.Foundation(database.database(), store, clock),
            new RegistryModule.Governance(
                catalog.authorizer(),
                catalog.securables(),
                catalog.deletions(),
                catalog.auditLog(),
                catalog.lineage(),
                catalog.access()),
            RegistryConfig.DEFAULTS);
    training =
        new TrainingModule(
            new TrainingModule.Foundation(database.database(), store, clock, new Random(7)),
            new TrainingModule.Governance(
                catalog.authorizer(),
                catalog.securables(),
                catalog.deletions(),
                catalog.auditLog(),
                catalog.lineage(),
                registry.versions()));
    registry.register(training.artifactSource());
    training.prepare(catalog.systemCallers().system("training"));
    adminToken = catalog.bootstrap().newAdministratorToken();
    List<Routes> routes = new ArrayList<>(registry.routes());
    routes.addAll(training.routes());
    server = TestServer.start(catalog.authenticator(), routes).as(adminToken);
  }

  /** Starts on a free port, with its files below a temporary folder. */
  public static TrackingServer start() {
    try {
      return new TrackingServer(Files.createTempDirectory("tracking"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Calls as the administrator. */
  public TestServer http() {
    return server;
  }

  public String url() {
    return server.uri("").toString();
  }

  public String adminToken() {
    return adminToken;
  }

  public Caller admin() {
    return catalog.authenticator().authenticate(new Credentials.Bearer(adminToken));
  }

  /** Calls as a user of this name, who is made and has no rights yet. */
  public TestServer as(String user) {
    Principal unused = catalog.principals().create(admin(), NewPrincipal.user(user));
    return server.as(catalog.tokens().createFor(admin(), user, "test", Duration.ofDays(1)).value());
  }

  public void grant(SecurableType type, String name, String user, Privilege privilege) {
    catalog.grants().grant(admin(), type, FullName.parse(type, name), user, privilege);
  }

  public CatalogModule catalog() {
    return catalog;
  }

  public RegistryModule registry() {
    return registry;
  }

  public TrainingModule training() {
    return training;
  }

  public TestDatabase database() {
    return database;
  }

  /** Where the store keeps its files. */
  public Path root() {
    return root;
  }

  @Override
  public void close() {
    server.close();
    training.close();
    registry.close();
    catalog.close();
    store.close();
    database.close();
  }
}

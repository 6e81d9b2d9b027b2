package io.boathouse.registry;

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
import io.boathouse.platform.storage.FileStore;
import io.boathouse.platform.storage.LocalFileStore;
import io.boathouse.platform.storage.StoragePath;
import io.boathouse.registry.artifact.ArtifactSource;
import io.boathouse.registry.artifact.ResolvedArtifacts;
import io.boathouse.registry.artifact.SourceUri;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A real server with catalog and registry over a real database, for tests. Sources are the folders
 * {@code runs:/<folder>} of its store, and the run {@code r1} is known.
 */
public final class RegistryServer implements AutoCloseable {
  private final TestDatabase database;
  private final Path root;
  private final LocalFileStore store;
  private final CatalogModule catalog;
  private final RegistryModule registry;
  private final String adminToken;
  private final TestServer server;
  private volatile Instant now = Instant.parse("2026-11-22T10:00:00Z");

  private RegistryServer(Path root, RegistryConfig config) {
    this.root = root;
    InstantSource clock = InstantSource.system();
    database = TestDatabase.create("catalog", "registry");
    store = new LocalFileStore(root);
    catalog = new CatalogModule(database.database(), store, clock);
    catalog.bootstrap().start();
    registry =
        new RegistryModule(
            new RegistryModule.Foundation(database.database(), store, () -> now),
            new RegistryModule.Governance(
                catalog.authorizer(),
                catalog.securables(),
                catalog.deletions(),
                catalog.auditLog(),
                catalog.lineage(),
                catalog.access()),
            config);
    registry.register(new Folders(store.scoped(StoragePath.of("sources"))));
    catalog.register(registry.folders(catalog.systemCallers().system("registry")));
    adminToken = catalog.bootstrap().newAdministratorToken();
    List<Routes> routes = new ArrayList<>(catalog.routes());
    routes.addAll(registry.routes());
    server = TestServer.start(catalog.authenticator(), routes).as(adminToken);
  }

  /** Folders of the store stand for runs. */
  private record Folders(FileStore store) implements ArtifactSource {
    @Override
    public Optional<ResolvedArtifacts> resolve(Caller caller, String source) {
      SourceUri uri = SourceUri.parse(source);
      return uri.scheme().equals("runs")
          ? Optional.of(new ResolvedArtifacts(store, uri.storagePath(), Optional.of("r1")))
          : Optional.empty();
    }

    @Override
    public boolean readableRun(Caller caller, String runId) {
      return runId.equals("r1");
    }
  }

  public static RegistryServer start() {
    return start(RegistryConfig.DEFAULTS);
  }

  public static RegistryServer start(RegistryConfig config) {
    try {
      return new RegistryServer(Files.createTempDirectory("registry"), config);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Puts a file where {@code runs:/<path>} finds it. */
  public void source(String path, String content) {
    store.put(
        StoragePath.of("sources/" + path),
        out -> out.write(content.getBytes(StandardCharsets.UTF_8)));
  }

  /** Calls as the administrator. */
  public TestServer http() {
    return server;
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

  public void pass(Duration time) {
    now = now.plus(time);
  }

  public CatalogModule catalog() {
    return catalog;
  }

  public RegistryModule registry() {
    return registry;
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
    registry.close();
    catalog.close();
    store.close();
    database.close();
  }
}

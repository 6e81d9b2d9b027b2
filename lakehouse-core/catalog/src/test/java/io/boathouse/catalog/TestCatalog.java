package io.boathouse.catalog;

import io.boathouse.catalog.grant.Privilege;
import io.boathouse.catalog.identity.IdentityConfig;
import io.boathouse.catalog.identity.NewPrincipal;
import io.boathouse.catalog.identity.Principal;
import io.boathouse.catalog.relation.NewRelation;
import io.boathouse.catalog.relation.Relation;
import io.boathouse.catalog.relation.RelationColumn;
import io.boathouse.catalog.securable.FullName;
import io.boathouse.catalog.securable.NewSecurable;
import io.boathouse.catalog.securable.Securable;
import io.boathouse.catalog.securable.SecurableType;
import io.boathouse.platform.auth.Caller;
import io.boathouse.platform.db.TestDatabase;
import io.boathouse.platform.secret.Secret;
import io.boathouse.platform.secret.SecretBox;
import io.boathouse.platform.storage.ExternalStorage;
import io.boathouse.platform.storage.FileStore;
import io.boathouse.platform.storage.LocalFileStore;
import io.boathouse.platform.storage.S3KeyVendor;
import io.boathouse.platform.storage.StorageConfig;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicReference;

/** A started catalog on a database of its own, with a clock that tests move. */
public final class TestCatalog implements AutoCloseable {
  public final TestDatabase fixture = TestDatabase.create("platform", "catalog");
  public final AtomicReference<Instant> now =
      new AtomicReference<>(Instant.parse("2026-01-01T00:00:00Z"));
  public final CatalogModule module;
  public final Caller admin;

  /** With {@code /elsewhere} as the only folder of the disk for external locations. */
  public TestCatalog() {
    this(external(List.of(Path.of("/elsewhere")), List.of()));
  }

  public TestCatalog(ExternalStorage external) {
    this(external, IdentityConfig.DEFAULTS);
  }

  /** A catalog that clients log in to like this. */
  public TestCatalog(IdentityConfig login) {
    this(external(List.of(Path.of("/elsewhere")), List.of()), login);
  }

  private TestCatalog(ExternalStorage external, IdentityConfig login) {
    module =
        new CatalogModule(
            fixture.database(),
            new CatalogModule.Places(
                storage(), S3KeyVendor.NONE, external, SecretBox.forThisProcess()),
            login,
            now::get);
    module.bootstrap().start();
    Caller system = module.systemCallers().system("test");
    Principal administrator = module.principals().find(system, "admin").orElseThrow();
    admin = callerFor(administrator);
  }

  /**
   * Folders and addresses that the operator has named; the server's own keys are {@code
   * server-key}.
   */
  public static ExternalStorage external(List<Path> roots, List<URI> endpoints) {
    StorageConfig usual = StorageConfig.DEFAULTS;
    return new ExternalStorage(
        new StorageConfig(
            Optional.empty(),
            "",
            Optional.empty(),
            usual.region(),
            false,
            Optional.of(new Secret("server-key")),
            Optional.of(new Secret("server-secret")),
            Optional.empty(),
            endpoints.stream().findFirst(),
            roots,
            endpoints,
            usual.cacheBytes(),
            usual.attemptTimeout()),
        Path.of("target"),
        InstantSource.system());
  }

  /** A new user without any right. */
  public Caller user(String name) {
    return callerFor(module.principals().create(admin, NewPrincipal.user(name)));
  }

  public Principal group(String name) {
    return module.principals().create(admin, NewPrincipal.group(name));
  }

  public static Caller callerFor(Principal principal) {
    return new Caller(
        principal.id(),
        principal.name(),
        Caller.Kind.USER,
        Set.of(),
        Optional.empty(),
        "request-1",
        "127.0.0.1",
        "test");
  }

  public Securable create(Caller caller, SecurableType type, String name) {
    return module.securables().create(caller, NewSecurable.of(type, FullName.parse(type, name)));
  }

  /** A managed table of the admin's whose columns are strings. */
  public FullName table(FullName name, String... columns) {
    Relation unused =
        module
            .relations()
            .create(
                admin,
                NewRelation.managed(
                    UUID.randomUUID(),
                    name,
                    Arrays.stream(columns).map(TestCatalog::column).toList(),
                    Optional.empty(),
                    Map.of()));
    return name;
  }

  public static RelationColumn column(String name) {
    return new RelationColumn(
        name,
        "string",
        "STRING",
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        true,
        Optional.empty(),
        Optional.empty());
  }

  public void grant(SecurableType type, String name, String principal, Privilege... privileges) {
    module.grants().grant(admin, type, FullName.parse(type, name), principal, privileges);
  }

  public void revoke(SecurableType type, String name, String principal, Privilege... privileges) {
    module.grants().revoke(admin, type, FullName.parse(type, name), principal, privileges);
  }

  public void pass(Duration duration) {
    now.updateAndGet(instant -> instant.plus(duration));
  }

  private static FileStore storage() {
    try {
      return new LocalFileStore(
          Files.createTempDirectory(Path.of("target").toAbsolutePath(), "storage"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    module.close();
    fixture.close();
  }
}

package io.boathouse.benchmark;

import io.boathouse.catalog.CatalogModule;
import io.boathouse.catalog.grant.Authorizer;
import io.boathouse.catalog.grant.Privilege;
import io.boathouse.catalog.identity.NewPrincipal;
import io.boathouse.catalog.identity.NewToken;
import io.boathouse.catalog.securable.FullName;
import io.boathouse.catalog.securable.NewSecurable;
import io.boathouse.catalog.securable.Securable;
import io.boathouse.catalog.securable.SecurableType;
import io.boathouse.platform.auth.Authenticator;
import io.boathouse.platform.auth.Caller;
import io.boathouse.platform.auth.Credentials;
import io.boathouse.platform.db.DatabaseConfig;
import io.boathouse.platform.db.MetadataDatabase;
import io.boathouse.platform.storage.LocalFileStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * What do knowing a caller and deciding about it cost when both are known already? A thousand
 * tables in turn, reached through a nested group; the peer is a look into a map.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class DecisionBenchmark {
  private static final int TABLES = 1_000;

  private final List<Securable> tables = new ArrayList<>();
  private final Map<UUID, Boolean> known = new ConcurrentHashMap<>();
  private Optional<MetadataDatabase> metadata = Optional.empty();
  private Optional<Authorizer> authorizer = Optional.empty();
  private Optional<Authenticator> authenticator = Optional.empty();
  private Optional<Caller> reader = Optional.empty();
  private Credentials credentials = new Credentials.Bearer("none");
  private int next;

  /** Makes a catalog in a database of its own, and a reader who may select from all of it. */
  @Setup
  public void fill() throws IOException {
    Path folder = Files.createTempDirectory("decision-benchmark");
    MetadataDatabase opened =
        MetadataDatabase.open(folder.resolve("postgres"), DatabaseConfig.DEFAULTS);
    metadata = Optional.of(opened);
    opened.migrate("platform");
    opened.migrate("catalog");
    CatalogModule catalog =
        new CatalogModule(
            opened.database(),
            new LocalFileStore(folder.resolve("storage")),
            InstantSource.system());
    catalog.bootstrap().start();
    Caller system = catalog.systemCallers().system("benchmark");
    var user = catalog.principals().create(system, NewPrincipal.user("reader"));
    var inner = catalog.principals().create(system, NewPrincipal.group("inner"));
    var outer = catalog.principals().create(system, NewPrincipal.group("outer"));
    catalog.principals().addMember(system, inner.id(), user.id());
    catalog.principals().addMember(system, outer.id(), inner.id());
    FullName main = FullName.of("main");
    catalog
        .grants()
        .grant(
            system,
            SecurableType.CATALOG,
            main,
            "outer",
            Privilege.USE_CATALOG,
            Privilege.USE_SCHEMA,
            Privilege.SELECT);
    for (int i = 0; i < TABLES; i++) {
      tables.add(
          catalog
              .securables()
              .create(
                  system,
                  NewSecurable.of(SecurableType.TABLE, FullName.of("main", "default", "t" + i))));
    }
    NewToken token = catalog.tokens().createFor(system, "reader", "", Duration.ofDays(1));
    credentials = new Credentials.Bearer(token.value());
    authenticator = Optional.of(catalog.authenticator());
    reader = Optional.of(catalog.authenticator().authenticate(credentials));
    authorizer = Optional.of(catalog.authorizer());
    for (Securable table : tables) {
      if (!catalog.authorizer().allows(reader.get(), Privilege.SELECT, table)) {
        throw new IllegalStateException("the reader may not read " + table.name());
      }
      known.put(table.id(), true);
    }
  }

  /** Closes the database. */
  @TearDown
  public void close() {
    metadata.ifPresent(MetadataDatabase::close);
  }

  private Securable table() {
    next = next + 1 < TABLES ? next + 1 : 0;
    return tables.get(next);
  }

  /** The decision as the event loop asks for it. */
  @Benchmark
  public Optional<Boolean> cachedDecision() {
    return authorizer
        .orElseThrow()
        .cachedDecision(reader.orElseThrow(), Privilege.SELECT, table().id());
  }

  /** The decision as services ask for it. */
  @Benchmark
  public boolean decision() {
    return authorizer.orElseThrow().allows(reader.orElseThrow(), Privilege.SELECT, table());
  }

  /** Who a token speaks for. */
  @Benchmark
  public Optional<Caller> cachedCaller() {
    return authenticator.orElseThrow().cached(credentials);
  }

  /** The peer: one look into a concurrent map of the same tables. */
  @Benchmark
  public boolean map() {
    return known.containsKey(table().id());
  }
}

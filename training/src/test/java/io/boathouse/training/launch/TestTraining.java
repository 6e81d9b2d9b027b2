package io.boathouse.training.launch;

import com.fasterxml.jackson.databind.JsonNode;
import io.boathouse.featurestore.TestFeatureStore;
import io.boathouse.featurestore.join.TrainingSetRequest;
import io.boathouse.featurestore.online.ValueType;
import io.boathouse.featurestore.spec.FeatureLookup;
import io.boathouse.featurestore.spec.FeatureSpec;
import io.boathouse.featurestore.spec.RequestColumn;
import io.boathouse.featurestore.spec.SpecDefinition;
import io.boathouse.featurestore.table.KnownAt;
import io.boathouse.featurestore.table.NewFeatureTable;
import io.boathouse.platform.auth.Caller;
import io.boathouse.platform.db.Migrations;
import io.boathouse.platform.http.TestServer;
import io.boathouse.registry.RegistryConfig;
import io.boathouse.registry.RegistryModule;
import io.boathouse.training.TrainingModule;
import io.boathouse.training.experiment.NewExperiment;
import io.boathouse.workflow.task.TaskContext;
import io.boathouse.workflow.task.TaskRunner;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;

/** Training jobs over a real feature store, and a server that their processes log to. */
final class TestTraining implements AutoCloseable {
  private static final TrainingConfig CONFIG =
      new TrainingConfig(
          1,
          200L << 20,
          1,
          Duration.ofMinutes(2),
          Duration.ofSeconds(5),
          100L << 20,
          Optional.empty());

  final TestFeatureStore store;
  final TrainingModule tracking;
  final TestServer server;
  final TrainTask task;
  final TrainingJobService jobs;
  final Caller stranger;
  final String trainingSet;
  final String experiment;

  /** An administrator's. */
  final String token;

  private final RegistryModule registry;

  TestTraining(Path folder) {
    store = new TestFeatureStore(folder);
    Migrations.run(store.database.dataSource(), "registry");
    Migrations.run(store.database.dataSource(), "training");
    registry = registry();
    tracking = tracking();
    tracking.prepare(store.catalog.systemCallers().system("training"));
    server = TestServer.start(store.catalog.authenticator(), tracking.routes());
    task = task(folder);
    store.workflow.register(new Queue());
    jobs =
        new TrainingJobService(
            new TrainingJobService.Parts(
                store.catalog.authorizer(),
                store.workflow.runs(),
                tracking.experiments(),
                store.module.trainingSets(),
                registry.models(),
                registry.names(),
                CONFIG));
    trainingSet = rows();
    experiment =
        Long.toString(
            tracking
                .experiments()
                .create(store.admin, new NewExperiment("/late", Optional.empty(), List.of()))
                .id());
    stranger = store.user("mallory");
    token = store.catalog.bootstrap().newAdministratorToken();
  }

  /** What is submitted waits for ever. */
  private static final class Queue implements TaskRunner {
    @Override
    public String kind() {
      return TrainTask.KIND;
    }

    @Override
    public int maxRunning() {
      return 0;
    }

    @Override
    public JsonNode run(TaskContext context) {
      throw new IllegalStateException("nothing of this kind is claimed");
    }
  }

  private RegistryModule registry() {
    var catalog = store.catalog;
    return new RegistryModule(
        new RegistryModule.Foundation(
            store.database.database(), store.storage, TestFeatureStore.CLOCK),
        new RegistryModule.Governance(
            catalog.authorizer(),
            catalog.securables(),
            catalog.deletions(),
            catalog.auditLog(),
            catalog.lineage(),
            catalog.access()),
        RegistryConfig.DEFAULTS);
  }

  private TrainingModule tracking() {
    var catalog = store.catalog;
    return new TrainingModule(
        new TrainingModule.Foundation(
            store.database.database(), store.storage, TestFeatureStore.CLOCK, new Random(7)),
        new TrainingModule.Governance(
            catalog.authorizer(),
            catalog.securables(),
            catalog.deletions(),
            catalog.auditLog(),
            catalog.lineage(),
            registry.versions()));
  }

  private TrainTask task(Path folder) {
    return new TrainTask(
        new TrainTask.Parts(
            store.database.database(),
            store.catalog.tokens(),
            tracking.runs(),
            store.module.trainingSets(),
            store.module.specs(),
            TestFeatureStore.CLOCK),
        new TrainTask.Places(
            folder.resolve("work"),
            folder.resolve("cache"),
            folder.resolve("logs"),
            () -> Optional.of(URI.create(server.uri("").toString()))),
        CONFIG);
  }

  /** A training set of four hundred rows with two features. */
  private String rows() {
    long unused =
        store.table(
            "flights",
            """
            SELECT i AS id, timestamptz '2001-01-01 00:00:00+00' + to_minutes(i) AS at_time,
              (i % 7)::DOUBLE AS x, (i * 31 % 11)::DOUBLE AS y, i % 7 + i * 31 % 11 > 8 AS late
            FROM range(400) AS t(i)
            """);
    FeatureSpec spec =
        store
            .module
            .specs()
            .create(
                store.admin,
                TestFeatureStore.name("plain"),
                new SpecDefinition(
                    List.of(
                        new RequestColumn("x", ValueType.DOUBLE),
                        new RequestColumn("y", ValueType.DOUBLE)),
                    List.of(),
                    Optional.empty(),
                    List.of()),
                Optional.empty());
    return store
        .module
        .trainingSets()
        .create(
            store.admin,
            new TrainingSetRequest(
                spec.name(),
                spec.version(),
                "SELECT id, at_time, x, y, late FROM main.default.flights",
                "at_time",
                "late",
                List.of("id")))
        .id();
  }

  /** A training set whose one table tells the label, an hour after it is asked for. */
  String leaking() {
    store.table(
        "outcomes",
        "SELECT id, at_time AS event, at_time + INTERVAL 1 HOUR AS known, late::DOUBLE AS outcome"
            + " FROM (SELECT i AS id, timestamptz '2001-01-01 00:00:00+00' + to_minutes(i) AS"
            + " at_time, i % 3 = 0 AS late FROM range(400) AS t(i))");
    var unusedTable =
        store
            .module
            .featureTables()
            .register(
                store.admin,
                new NewFeatureTable(
                    TestFeatureStore.name("outcomes"),
                    List.of("id"),
                    "event",
                    new KnownAt.Column("known"),
                    Map.of()));
    store.table(
        "leaky_labels",
        "SELECT i AS id, timestamptz '2001-01-01 00:00:00+00' + to_minutes(i) AS at_time,"
            + " (i % 7)::DOUBLE AS x, i % 3 = 0 AS late,"
            + " CASE WHEN i % 4 = 0 THEN 'test' ELSE 'train' END AS part FROM range(400) AS t(i)");
    FeatureSpec spec =
        store
            .module
            .specs()
            .create(
                store.admin,
                TestFeatureStore.name("leaky"),
                new SpecDefinition(
                    List.of(new RequestColumn("x", ValueType.DOUBLE)),
                    List.of(
                        FeatureLookup.all(TestFeatureStore.name("outcomes"), List.of("id"), "")),
                    Optional.empty(),
                    List.of()),
                Optional.empty());
    return store
        .module
        .trainingSets()
        .create(
            store.admin,
            new TrainingSetRequest(
                spec.name(),
                spec.version(),
                "SELECT * FROM main.default.leaky_labels",
                "at_time",
                "late",
                List.of("id")))
        .id();
  }

  @Override
  public void close() {
    server.close();
    tracking.close();
    registry.close();
    store.close();
  }
}

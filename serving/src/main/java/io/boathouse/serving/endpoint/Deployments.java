package io.boathouse.serving.endpoint;

import io.boathouse.catalog.grant.Authorizer;
import io.boathouse.catalog.grant.Privilege;
import io.boathouse.catalog.identity.PrincipalService;
import io.boathouse.catalog.identity.SystemCallers;
import io.boathouse.catalog.securable.FullName;
import io.boathouse.catalog.securable.Securable;
import io.boathouse.featurestore.lookup.FeatureLookupService;
import io.boathouse.featurestore.lookup.LookupPlan;
import io.boathouse.featurestore.spec.FeatureSpecService;
import io.boathouse.platform.auth.Caller;
import io.boathouse.platform.error.LakeException;
import io.boathouse.registry.model.Tag;
import io.boathouse.registry.signature.MlModel;
import io.boathouse.registry.version.ModelVersion;
import io.boathouse.registry.version.ModelVersionService;
import io.boathouse.registry.version.VersionFiles;
import io.boathouse.registry.version.VersionStatus;
import io.boathouse.serving.batch.Batcher;
import io.boathouse.serving.capture.InferenceLog;
import io.boathouse.serving.capture.InferenceTable;
import io.boathouse.serving.inference.EntityLog;
import io.boathouse.serving.inference.LiveEndpoint;
import io.boathouse.serving.inference.LiveEntity;
import io.boathouse.serving.inference.ModelInputs;
import io.boathouse.serving.inference.RateGate;
import io.boathouse.serving.inference.RateGates;
import io.boathouse.serving.inference.ServingMeters;
import io.boathouse.serving.inference.ShadowTraffic;
import io.boathouse.serving.runtime.ModelLoader;
import io.boathouse.serving.runtime.ModelRuntime;
import io.boathouse.serving.runtime.NoModel;
import io.boathouse.serving.scale.BudgetedLoader;
import io.boathouse.serving.scale.MemoryBudget;
import io.boathouse.serving.scale.Residency;
import io.boathouse.serving.scale.ScaledModel;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Executor;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Makes a deployment answer: loads models, plans lookups, opens the inference table. Blocks. */
public final class Deployments {
  /** The tag of a version, or the key in its MLmodel file, that names its feature spec. */
  static final String FEATURE_SPEC_TAG = "boathouse.feature_spec";

  private static final int RESTORE_TRIES = 20;
  private static final long RESTORE_PAUSE_NANOS = 250_000_000;
  private static final Logger log = LoggerFactory.getLogger(Deployments.class);

  private final Rooms rooms;
  private final Watch watch;
  private final int slots;
  private final Batcher.Workers workers;
  private final Executor threads;

  /** The services that deployments stand on. */
  public record Rooms(
      ModelVersionService versions,
      FeatureSpecService specs,
      FeatureLookupService lookups,
      InferenceLog captures,
      PrincipalService principals,
      SystemCallers systemCallers,
      Authorizer authorizer,
      BudgetedLoader loader) {}

  /** What is told of all that happens to endpoints, and what holds their requests back. */
  public record Watch(
      ServingMeters meters,
      EntityLogs logs,
      RateGates gates,
      Residency residency,
      EndpointNotes notes) {}

  /**
   * @param slots how many requests an endpoint takes at once
   * @param workers who scores
   * @param threads where models are loaded for requests
   */
  public Deployments(
      Rooms rooms, Watch watch, int slots, Batcher.Workers workers, Executor threads) {
    this.rooms = rooms;
    this.watch = watch;
    this.slots = slots;
    this.workers = workers;
    this.threads = threads;
  }

  EndpointNotes notes() {
    return watch.notes();
  }

  /** A feature spec by name and version. */
  record SpecRef(FullName name, int version) {
    @Override
    public String toString() {
      return name + "/" + version;
    }
  }

  /**
   * Fails early, while the deployer waits, where a deployment cannot succeed.
   *
   * @throws io.boathouse.platform.error.LakeException INVALID_ARGUMENT naming flavors found and
   *     served; NOT_FOUND or PERMISSION_DENIED for a model or feature table
   */
  void check(Caller deployer, EndpointConfig config) {
    for (ServedEntity entity : config.entities()) {
      if (entity.kind() == ServedEntity.Kind.FEATURE_SPEC) {
        LookupPlan unused = rooms.lookups().plan(deployer, entity.model(), entity.version());
        continue;
      }
      ModelVersion version = version(deployer, entity);
      Optional<SpecRef> spec = spec(deployer, version);
      if (spec.isPresent()) {
        LookupPlan unused = rooms.lookups().plan(deployer, spec.get().name(), spec.get().version());
      }
    }
  }

  /**
   * Loads everything again after a restart, when more may be deployed than is in memory at once.
   */
  LiveEndpoint restore(ServingEndpoint endpoint, Deployment deployment) {
    for (int tries = 1; ; tries++) {
      try {
        return load(endpoint, deployment, Residency.Room.ANY);
      } catch (LakeException e) { // what others are just loading can be unloaded in a moment
        if (!e.reason().equals(MemoryBudget.EXCEEDED) || tries == RESTORE_TRIES) {
          throw e;
        }
        LockSupport.parkNanos(RESTORE_PAUSE_NANOS);
      }
    }
  }

  /** Loads everything; nothing stays loaded if any of it fails. */
  LiveEndpoint load(ServingEndpoint endpoint, Deployment deployment) {
    return load(endpoint, deployment, Residency.Room.FREE);
  }

  private LiveEndpoint load(ServingEndpoint endpoint, Deployment deployment, Residency.Room room) {
    Caller deployer = deployer(deployment);
    List<LiveEntity> loaded = new ArrayList<>();
    try {
      for (ServedEntity entity : deployment.config().entities()) {
        loaded.add(logged(new Target(endpoint, deployment, deployer, room), entity));
      }
      Optional<InferenceTable> capture =
          deployment
              .config()
              .capture()
              .map(config -> rooms.captures().open(deployer, endpoint.name(), config));
      return new LiveEndpoint(
          endpoint.securable().id(),
          endpoint.name(),
          deployment.configVersion(),
          new LiveEndpoint.Traffic(
              loaded, deployment.config().percentages(), shadow(deployment.config(), loaded)),
          new LiveEndpoint.Handling(
              capture, watch.meters().of(endpoint.name()), gate(endpoint), slots));
    } catch (RuntimeException e) {
      loaded.forEach(Deployments::unload);
      throw e;
    }
  }

  private Optional<ShadowTraffic> shadow(EndpointConfig config, List<LiveEntity> loaded) {
    return config
        .policy()
        .shadow()
        .flatMap(
            policy ->
                loaded.stream()
                    .filter(entity -> entity.name().equals(policy.entity()))
                    .findFirst()
                    .map(
                        entity ->
                            new ShadowTraffic(
                                entity,
                                policy.percentage(),
                                policy.tolerance(),
                                workers.compute())));
  }

  private RateGate gate(ServingEndpoint endpoint) {
    RateGate gate = watch.gates().of(endpoint.securable().id(), endpoint.name());
    hold(endpoint.securable().id(), endpoint.details());
    return gate;
  }

  /** Holds an endpoint's requests to these limits, or all of them, from now on. */
  void hold(UUID endpoint, ServingEndpoint.Details details) {
    watch
        .gates()
        .find(endpoint)
        .ifPresent(
            gate -> {
              gate.limit(details.rateLimits());
              gate.freeze(details.frozen().map(ServingEndpoint.Freeze::reason));
            });
  }

  /** Unloads the models and writes the rest of the inference table. */
  void unload(LiveEndpoint endpoint) {
    endpoint.entities().forEach(Deployments::unload);
    endpoint.capture().ifPresent(rooms.captures()::close);
  }

  private static void unload(LiveEntity entity) {
    entity.runtime().close();
    entity.log().loading("%s version %d is unloaded".formatted(entity.model(), entity.version()));
  }

  /** Forgets what was noted of an endpoint that is no more. */
  void forget(Securable endpoint) {
    watch.meters().forget(endpoint.name().name());
    watch.logs().forget(endpoint.id());
    watch.gates().forget(endpoint.id());
  }

  private record Target(
      ServingEndpoint endpoint, Deployment deployment, Caller deployer, Residency.Room room) {}

  private LiveEntity logged(Target target, ServedEntity entity) {
    EntityLog entityLog = watch.logs().of(target.endpoint().securable().id(), entity.name());
    entityLog.loading(
        "Loading %s version %d as %s"
            .formatted(entity.model(), entity.version(), target.deployer().principal()));
    try {
      LiveEntity loaded =
          entity.kind() == ServedEntity.Kind.MODEL
              ? model(target, entity, entityLog)
              : features(target, entity, entityLog);
      entityLog.loading(
          "%s version %d is loaded by %s; features %s"
              .formatted(
                  entity.model(),
                  entity.version(),
                  loaded
                      .scaled()
                      .map(ScaledModel::kind)
                      .orElseGet(() -> loaded.runtime().getClass().getSimpleName()),
                  loaded.featureSpec().orElse("none")));
      if (entity.kind() == ServedEntity.Kind.MODEL) {
        String warm = loaded.batcher().warmUp();
        log.info("{} version {} {}", entity.model(), entity.version(), warm);
        loaded.scaled().ifPresent(scaled -> scaled.warmUpWith(loaded.batcher()::warmUp));
      }
      return loaded;
    } catch (RuntimeException e) {
      entityLog.loadingFailed(
          e instanceof LakeException known
              ? known.code() + " " + known.message()
              : "the server made a mistake; its own log tells more");
      throw e;
    }
  }

  private LiveEntity model(Target target, ServedEntity entity, EntityLog entityLog) {
    Caller deployer = target.deployer();
    ModelVersion version = version(deployer, entity);
    MlModel model = version.mlModel().orElseThrow();
    Optional<SpecRef> spec = spec(deployer, version);
    Optional<LookupPlan> plan =
        spec.map(ref -> rooms.lookups().plan(deployer, ref.name(), ref.version()));
    VersionFiles files = rooms.versions().files(deployer, entity.model(), entity.version());
    String name = entity.model() + " version " + entity.version();
    ScaledModel runtime =
        scaled(
            target,
            entity,
            new BudgetedLoader.Version(
                version.modelId(), version.number(), name, model, files.store()),
            entityLog);
    try {
      return new LiveEntity(
          version.modelId() + "-" + version.number(),
          entity.name(),
          entity.model(),
          entity.version(),
          version.runId(),
          spec.map(SpecRef::toString),
          runtime,
          Optional.of(runtime),
          batcher(target, runtime),
          ModelInputs.of(name, model.signature(), ModelLoader.features(model), runtime, plan),
          watch.meters().of(target.endpoint().name()),
          entityLog);
    } catch (RuntimeException e) {
      runtime.close();
      throw e;
    }
  }

  /** The model in memory, and the way to bring it there again. */
  private ScaledModel scaled(
      Target target, ServedEntity entity, BudgetedLoader.Version version, EntityLog entityLog) {
    Securable endpoint = target.endpoint().securable();
    int config = target.deployment().configVersion();
    var use = new MemoryBudget.Use(endpoint, config, entity.name(), version.label(), 0);
    Predicate<MemoryBudget.Use> own = other -> other.endpoint().id().equals(endpoint.id());
    Predicate<MemoryBudget.Use> visible =
        own.or(
            other ->
                rooms.authorizer().allows(target.deployer(), Privilege.CAN_VIEW, other.endpoint()));
    return new ScaledModel(
        version.label(),
        rooms.loader().load(version, new BudgetedLoader.For(use, visible, target.room())),
        () -> rooms.loader().load(version, new BudgetedLoader.For(use, own, Residency.Room.IDLE)),
        new ModelEvents(
            endpoint,
            config,
            version.label(),
            new ModelEvents.Sinks(
                watch.notes(), watch.meters().of(target.endpoint().name()), entityLog)),
        new ScaledModel.Terms(
            watch.residency(),
            Boolean.TRUE.equals(entity.settings().get("scale_to_zero_enabled")),
            threads));
  }

  /** An entity without a model: its answers are the features themselves. */
  private LiveEntity features(Target target, ServedEntity entity, EntityLog entityLog) {
    LookupPlan plan = rooms.lookups().plan(target.deployer(), entity.model(), entity.version());
    var ref = new SpecRef(entity.model(), entity.version());
    ModelRuntime runtime = new NoModel();
    return new LiveEntity(
        ref.toString(),
        entity.name(),
        entity.model(),
        entity.version(),
        Optional.empty(),
        Optional.of(ref.toString()),
        runtime,
        Optional.empty(),
        new Batcher(target.endpoint().name(), runtime, Optional.empty(), workers),
        ModelInputs.features(plan),
        watch.meters().of(target.endpoint().name()),
        entityLog);
  }

  private Batcher batcher(Target target, ModelRuntime runtime) {
    return new Batcher(
        target.endpoint().name(),
        runtime,
        target.deployment().config().policy().batching(),
        workers);
  }

  private ModelVersion version(Caller deployer, ServedEntity entity) {
    ModelVersion version = rooms.versions().get(deployer, entity.model(), entity.version());
    if (version.status() != VersionStatus.READY) {
      throw EndpointErrors.versionNotReady(
          entity.model().toString(), entity.version(), version.status().name());
    }
    ModelLoader.requireServable(entity.model() + " version " + entity.version(), version.mlModel());
    return version;
  }

  /** The spec of a version; its newest version if none is said. */
  private Optional<SpecRef> spec(Caller deployer, ModelVersion version) {
    Optional<String> tagged =
        version.tags().stream()
            .filter(tag -> tag.key().equals(FEATURE_SPEC_TAG))
            .map(Tag::value)
            .findFirst();
    return tagged.or(version::featureSpec).map(text -> spec(deployer, text));
  }

  private SpecRef spec(Caller deployer, String text) {
    int slash = text.indexOf('/');
    if (slash < 0) {
      FullName name = FullName.parse(text);
      return new SpecRef(name, rooms.specs().latest(deployer, name).version());
    }
    String number = text.substring(slash + 1);
    if (!number.matches("[1-9][0-9]{0,8}")) {
      throw EndpointErrors.invalid(FEATURE_SPEC_TAG, text, "catalog.schema.spec/version");
    }
    return new SpecRef(FullName.parse(text.substring(0, slash)), Integer.parseInt(number));
  }

  /** The deployer as of now: a group that was left since gives no rights. */
  Caller deployer(Deployment deployment) {
    Deployment.Deployer deployer = deployment.deployer();
    Set<String> groups =
        rooms
            .principals()
            .groupsOf(rooms.systemCallers().system("serving"), deployer.principalId());
    return new Caller(
        deployer.principalId(),
        deployer.principal(),
        deployer.kind(),
        groups,
        Optional.empty(),
        "deployment",
        "local",
        "boathouse");
  }
}

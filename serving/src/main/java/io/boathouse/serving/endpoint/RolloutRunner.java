package io.boathouse.serving.endpoint;

import io.boathouse.catalog.identity.SystemCallers;
import io.boathouse.catalog.securable.Securable;
import io.boathouse.catalog.securable.SecurableService;
import io.boathouse.platform.db.Database;
import io.boathouse.platform.error.LakeException;
import io.boathouse.serving.inference.LiveCanary;
import io.boathouse.serving.inference.LiveEndpoint;
import io.boathouse.serving.inference.RoutingTable;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs the rollout machine: a step's state is written first, its effects follow the commit on
 * threads of their own. What answers is always what the database calls active, and a part of the
 * requests what it calls pending at a step of its canary policy.
 */
public final class RolloutRunner {
  private static final Logger log = LoggerFactory.getLogger(RolloutRunner.class);

  private final Database database;
  private final Deployments deployments;
  private final DeploymentLineage lineage;
  private final RoutingTable routing;
  private final Executor threads;
  private final InstantSource clock;
  private final EndpointRepository repository = new EndpointRepository();
  private final EventRepository events = new EventRepository();
  private final ReentrantLock publishing = new ReentrantLock();
  private final Map<UUID, Candidate> candidates = new ConcurrentHashMap<>();
  private volatile boolean closed;

  public RolloutRunner(
      Database database,
      Deployments deployments,
      DeploymentLineage lineage,
      RoutingTable routing,
      Executor threads,
      InstantSource clock) {
    this.database = database;
    this.deployments = deployments;
    this.lineage = lineage;
    this.routing = routing;
    this.threads = threads;
    this.clock = clock;
  }

  /** What is loaded and not yet what answers. */
  private record Candidate(Securable securable, Deployment deployment, LiveEndpoint loaded) {
    int version() {
      return deployment.configVersion();
    }
  }

  RoutingTable routing() {
    return routing;
  }

  /** Takes the next step in the thread's transaction. */
  void step(Securable securable, Rollout.Event event) {
    List<Rollout.Effect> effects = stepOf(securable, event);
    database.afterCommit(() -> start(securable, effects));
  }

  /** Brings all endpoints back to what they were when the server stopped. */
  public void startAll(SecurableService securables, SystemCallers callers) {
    for (EndpointRepository.Row row : database.read(repository::all)) {
      Securable securable = securables.byId(callers.system("serving"), row.id());
      start(
          securable,
          Rollout.next(securable.name().name(), row.state(), new Rollout.Event.Started())
              .effects());
    }
  }

  /** Notes what happened, in the thread's transaction or one of its own. */
  void note(Securable securable, EndpointEvent event) {
    deployments.notes().note(securable, event);
  }

  List<EndpointEvent> events(Securable securable) {
    return deployments.notes().list(securable);
  }

  /** Lets limits and freezes hold that another server was told. */
  void holdAll() {
    publishing.lock(); // so that what is newer comes after
    try {
      for (EndpointRepository.Row row : database.read(repository::all)) {
        deployments.hold(row.id(), row.details());
      }
    } finally {
      publishing.unlock();
    }
  }

  /** Lets limits and a freeze hold that were just committed. */
  void hold(ServingEndpoint endpoint) {
    publishing.lock();
    try {
      deployments.hold(endpoint.securable().id(), endpoint.details());
    } finally {
      publishing.unlock();
    }
  }

  /** Stops answering for an endpoint that was deleted. */
  public void withdraw(Securable securable) {
    publishing.lock();
    try {
      String name = securable.name().name();
      discard(securable, candidates.get(securable.id()));
      if (routing.find(name).filter(live -> live.id().equals(securable.id())).isPresent()) {
        routing.withdraw(name).ifPresent(this::unload);
      }
    } finally {
      publishing.unlock();
    }
    deployments.forget(securable);
    lineage.withdrawn(securable);
  }

  /** Publishes nothing more. */
  public void close() {
    closed = true;
  }

  /** Looks how the configurations do that take over step by step, and lets them go on or back. */
  void judge() {
    for (Candidate candidate : candidates.values()) {
      Optional<LiveCanary> canary =
          routing
              .find(candidate.loaded().name())
              .flatMap(LiveEndpoint::canary)
              .filter(live -> live.candidate() == candidate.loaded());
      if (canary.isPresent() && !closed) {
        judge(candidate, canary.get());
      }
    }
  }

  private void judge(Candidate candidate, LiveCanary canary) {
    CanaryPolicy policy = candidate.deployment().config().policy().canary().orElseThrow();
    CanaryJudge.Verdict verdict =
        CanaryJudge.judge(
            policy,
            Duration.ofNanos(System.nanoTime() - canary.beganNanos()),
            canary.outcomes().counts(),
            canary.baseline().counts());
    int version = candidate.version();
    switch (verdict) {
      case CanaryJudge.Verdict.Wait wait -> {
        // Its step goes on.
      }
      case CanaryJudge.Verdict.Advance advance ->
          follow(
              candidate.securable(),
              new Rollout.Event.Passed(version, policy.steps().indexOf(canary.percent())));
      case CanaryJudge.Verdict.RollBack(String why) -> {
        log.warn("Endpoint {}: configuration {} is taken back: {}", name(candidate), version, why);
        follow(
            candidate.securable(),
            new Rollout.Event.Refused(version, "It was taken back: " + why + "."));
      }
    }
  }

  private static String name(Candidate candidate) {
    return candidate.loaded().name();
  }

  private List<Rollout.Effect> stepOf(Securable securable, Rollout.Event event) {
    return database.inTransaction(
        handle -> {
          Optional<EndpointRepository.Row> row = repository.lock(handle, securable.id());
          if (row.isEmpty()) {
            return List.<Rollout.Effect>of();
          }
          Rollout.Step step = Rollout.next(securable.name().name(), row.get().state(), event);
          repository.update(
              handle,
              new EndpointRepository.Row(
                  securable.id(), step.state(), row.get().details(), clock.instant()));
          if (!step.state().equals(row.get().state())) {
            EndpointEvent.of(clock.instant(), event, step.effects())
                .forEach(happened -> events.add(handle, securable.id(), happened));
          }
          for (Rollout.Effect effect : step.effects()) {
            if (effect instanceof Rollout.Effect.Publish) {
              Deployment active = step.state().active().orElseThrow();
              lineage.deployed(deployments.deployer(active), securable, active);
            }
          }
          return step.effects();
        });
  }

  /** One after the other, so that what answers is there before what is compared with it. */
  private void start(Securable securable, List<Rollout.Effect> effects) {
    if (!effects.isEmpty()) {
      threads.execute(() -> effects.forEach(effect -> run(securable, effect)));
    }
  }

  /** Writes the next state, then does what follows from it. */
  private void follow(Securable securable, Rollout.Event event) {
    publishing.lock();
    try {
      stepOf(securable, event).forEach(effect -> run(securable, effect));
    } finally {
      publishing.unlock();
    }
  }

  private void run(Securable securable, Rollout.Effect effect) {
    switch (effect) {
      case Rollout.Effect.LoadPending(Deployment deployment) -> loadPending(securable, deployment);
      case Rollout.Effect.LoadActive(Deployment deployment) -> loadActive(securable, deployment);
      case Rollout.Effect.Share(int version, int percent) ->
          candidate(securable, version).ifPresent(candidate -> share(candidate, percent));
      case Rollout.Effect.Publish(int version) ->
          candidate(securable, version).ifPresent(this::publish);
      case Rollout.Effect.Discard(int version) ->
          candidate(securable, version).ifPresent(found -> discard(securable, found));
    }
  }

  private Optional<Candidate> candidate(Securable securable, int version) {
    return Optional.ofNullable(candidates.get(securable.id()))
        .filter(candidate -> candidate.version() == version);
  }

  private void loadPending(Securable securable, Deployment deployment) {
    int version = deployment.configVersion();
    try {
      LiveEndpoint loaded = deployments.load(unread(securable), deployment);
      publishing.lock();
      try {
        if (closed) {
          unload(loaded);
          return;
        }
        discard(securable, candidates.get(securable.id()));
        candidates.put(securable.id(), new Candidate(securable, deployment, loaded));
        List<Rollout.Effect> effects = stepOf(securable, new Rollout.Event.Loaded(version));
        effects.forEach(effect -> run(securable, effect));
        if (effects.isEmpty()) { // the endpoint went meanwhile
          candidate(securable, version).ifPresent(found -> discard(securable, found));
        }
      } finally {
        publishing.unlock();
      }
    } catch (RuntimeException e) {
      log.warn(
          "Endpoint {} cannot be updated to configuration {}", securable.name().name(), version, e);
      candidate(securable, version).ifPresent(found -> discard(securable, found));
      List<Rollout.Effect> unused =
          stepOf(securable, new Rollout.Event.Failed(version, message(e)));
    }
  }

  /** Whether a configuration that is to answer is about to, and does not yet. */
  boolean isPublishing(Securable securable, int configVersion) {
    return candidate(securable, configVersion).isPresent();
  }

  private void publish(Candidate candidate) {
    publishing.lock();
    try {
      routing.publish(candidate.loaded()).ifPresent(this::unload);
      candidates.remove(candidate.securable().id());
    } finally {
      publishing.unlock();
    }
    log.info("Endpoint {} answers with configuration {}", name(candidate), candidate.version());
  }

  private void share(Candidate candidate, int percent) {
    Optional<LiveEndpoint> answering = routing.find(name(candidate));
    if (answering.isEmpty()) {
      follow(
          candidate.securable(),
          new Rollout.Event.Refused(
              candidate.version(), "What it was to be compared with does not answer."));
      return;
    }
    answering
        .get()
        .canary(Optional.of(LiveCanary.begin(candidate.loaded(), percent, System.nanoTime())));
    log.info(
        "Endpoint {}: configuration {} answers {} % of its requests",
        name(candidate), candidate.version(), percent);
  }

  private void discard(Securable securable, @Nullable Candidate found) {
    if (found != null && candidates.remove(securable.id(), found)) {
      routing
          .find(name(found))
          .filter(live -> live.canary().filter(c -> c.candidate() == found.loaded()).isPresent())
          .ifPresent(live -> live.canary(Optional.empty()));
      unload(found.loaded());
    }
  }

  private void loadActive(Securable securable, Deployment deployment) {
    String name = securable.name().name();
    try {
      LiveEndpoint loaded = deployments.restore(unread(securable), deployment);
      publishing.lock();
      try {
        if (closed || !isActive(securable, deployment)) {
          unload(loaded);
        } else {
          routing.publish(loaded).ifPresent(this::unload);
          log.info("Endpoint {} answers again", name);
          note(securable, restored(deployment, EndpointEvent.Type.RESTORED, "It answers again"));
        }
      } finally {
        publishing.unlock();
      }
    } catch (RuntimeException e) {
      log.error("Endpoint {} does not answer after the restart", name, e);
      note(securable, restored(deployment, EndpointEvent.Type.RESTORE_FAILED, message(e)));
    }
  }

  private EndpointEvent restored(Deployment deployment, EndpointEvent.Type type, String message) {
    return EndpointEvent.of(clock.instant(), type, deployment.configVersion(), message);
  }

  private boolean isActive(Securable securable, Deployment deployment) {
    return row(securable)
        .flatMap(row -> row.state().active())
        .filter(active -> active.configVersion() == deployment.configVersion())
        .isPresent();
  }

  private Optional<EndpointRepository.Row> row(Securable securable) {
    return Optional.ofNullable(
        database
            .read(handle -> repository.find(handle, List.of(securable.id())))
            .get(securable.id()));
  }

  private void unload(LiveEndpoint endpoint) {
    threads.execute(() -> deployments.unload(endpoint));
  }

  private ServingEndpoint unread(Securable securable) {
    return new ServingEndpoint(
        securable,
        EndpointState.EMPTY,
        row(securable).map(EndpointRepository.Row::details).orElse(ServingEndpoint.Details.NONE),
        clock.instant(),
        Optional.empty(),
        false);
  }

  private static String message(RuntimeException failure) {
    return failure instanceof LakeException known
        ? known.message()
        : "The server made a mistake; its log tells more.";
  }
}

package io.boathouse.serving.endpoint;

import io.boathouse.catalog.identity.SystemCallers;
import io.boathouse.catalog.securable.Securable;
import io.boathouse.catalog.securable.SecurableService;
import io.boathouse.platform.db.Database;
import io.boathouse.platform.error.LakeException;
import io.boathouse.serving.inference.LiveEndpoint;
import io.boathouse.serving.inference.RoutingTable;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs the rollout machine: a step's state is written first, its effects follow the commit on
 * threads of their own. What answers is always what the database calls active.
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
  private final ReentrantLock publishing = new ReentrantLock();
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

  RoutingTable routing() {
    return routing;
  }

  /** Takes the next step in the thread's transaction. */
  void step(Securable securable, Rollout.Event event) {
    List<Rollout.Effect> effects = stepOf(securable, event);
    database.afterCommit(() -> effects.forEach(effect -> start(securable, effect)));
  }

  /** Brings all endpoints back to what they were when the server stopped. */
  public void startAll(SecurableService securables, SystemCallers callers) {
    for (EndpointRepository.Row row : database.read(repository::all)) {
      Securable securable = securables.byId(callers.system("serving"), row.id());
      Rollout.next(securable.name().name(), row.state(), new Rollout.Event.Started())
          .effects()
          .forEach(effect -> start(securable, effect));
    }
  }

  /** Stops answering for an endpoint that was deleted. */
  public void withdraw(Securable securable) {
    publishing.lock();
    try {
      String name = securable.name().name();
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
                  securable.id(), step.state(), row.get().tags(), clock.instant()));
          return step.effects();
        });
  }

  private void start(Securable securable, Rollout.Effect effect) {
    switch (effect) {
      case Rollout.Effect.LoadPending(Deployment deployment) ->
          threads.execute(() -> loadPending(securable, deployment));
      case Rollout.Effect.LoadActive(Deployment deployment) ->
          threads.execute(() -> loadActive(securable, deployment));
      case Rollout.Effect.Publish publish -> {
        // Done by whoever loaded it, which still holds it.
      }
      case Rollout.Effect.Discard discard -> {
        // Likewise.
      }
    }
  }

  private void loadPending(Securable securable, Deployment deployment) {
    int version = deployment.configVersion();
    String name = securable.name().name();
    try {
      LiveEndpoint loaded = deployments.load(unread(securable), deployment);
      publishing.lock();
      try {
        if (activated(securable, deployment) && !closed) {
          routing.publish(loaded).ifPresent(this::unload);
          log.info("Endpoint {} answers with configuration {}", name, version);
        } else {
          unload(loaded);
        }
      } finally {
        publishing.unlock();
      }
    } catch (RuntimeException e) {
      log.warn("Endpoint {} cannot be updated to configuration {}", name, version, e);
      List<Rollout.Effect> unused =
          stepOf(securable, new Rollout.Event.Failed(version, message(e)));
    }
  }

  private void loadActive(Securable securable, Deployment deployment) {
    String name = securable.name().name();
    try {
      LiveEndpoint loaded = deployments.load(unread(securable), deployment);
      publishing.lock();
      try {
        if (closed || !isActive(securable, deployment)) {
          unload(loaded);
        } else {
          routing.publish(loaded).ifPresent(this::unload);
          log.info("Endpoint {} answers again", name);
        }
      } finally {
        publishing.unlock();
      }
    } catch (RuntimeException e) {
      log.error("Endpoint {} does not answer after the restart", name, e);
    }
  }

  /** Whether what is loaded answers from now on: it does not if the endpoint went meanwhile. */
  private boolean activated(Securable securable, Deployment deployment) {
    int version = deployment.configVersion();
    return database.inTransaction(
        handle -> {
          List<Rollout.Effect> effects = stepOf(securable, new Rollout.Event.Loaded(version));
          boolean active = effects.contains(new Rollout.Effect.Publish(version));
          if (active) {
            lineage.deployed(deployments.deployer(deployment), securable, deployment);
          }
          return active;
        });
  }

  private boolean isActive(Securable securable, Deployment deployment) {
    return Optional.ofNullable(
            database
                .read(handle -> repository.find(handle, List.of(securable.id())))
                .get(securable.id()))
        .flatMap(row -> row.state().active())
        .filter(active -> active.configVersion() == deployment.configVersion())
        .isPresent();
  }

  private void unload(LiveEndpoint endpoint) {
    threads.execute(() -> deployments.unload(endpoint));
  }

  private ServingEndpoint unread(Securable securable) {
    return new ServingEndpoint(securable, EndpointState.EMPTY, Map.of(), clock.instant(), false);
  }

  private static String message(RuntimeException failure) {
    return failure instanceof LakeException known
        ? known.message()
        : "The server made a mistake; its log tells more.";
  }
}

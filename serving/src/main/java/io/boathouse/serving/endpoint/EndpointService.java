package io.boathouse.serving.endpoint;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.boathouse.catalog.audit.AuditLog;
import io.boathouse.catalog.grant.Authorizer;
import io.boathouse.catalog.grant.Privilege;
import io.boathouse.catalog.securable.FullName;
import io.boathouse.catalog.securable.NewSecurable;
import io.boathouse.catalog.securable.Securable;
import io.boathouse.catalog.securable.SecurableErrors;
import io.boathouse.catalog.securable.SecurableService;
import io.boathouse.catalog.securable.SecurableType;
import io.boathouse.platform.auth.Caller;
import io.boathouse.platform.db.Database;
import io.boathouse.platform.error.LakeException;
import io.boathouse.platform.http.Page;
import io.boathouse.platform.http.PageRequest;
import io.boathouse.serving.inference.LiveEndpoint;
import io.boathouse.serving.inference.RateLimit;
import io.boathouse.serving.inference.RoutingTable;
import io.boathouse.serving.scale.ScaledModel;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;

/**
 * Creates, shows, updates and deletes endpoints. Creating needs CREATE_SERVING_ENDPOINT on the
 * metastore, seeing CAN_VIEW, updating CAN_MANAGE, deleting MANAGE, and whoever deploys needs
 * EXECUTE on the models and SELECT on the feature tables. Thread-safe; every method blocks.
 */
public final class EndpointService {
  private static final int LOAD_MINUTES = 10;
  private static final int LARGEST_PAGE = 1000;
  private static final Pattern NAME = Pattern.compile("[a-zA-Z0-9_-]{1,63}");

  private final Database database;
  private final Governance governance;
  private final Deployments deployments;
  private final RolloutRunner runner;
  private final RoutingTable routing;
  private final InstantSource clock;
  private final EndpointRepository repository = new EndpointRepository();

  /** What endpoints take from the catalog. */
  public record Governance(SecurableService securables, Authorizer authorizer, AuditLog audit) {}

  public EndpointService(
      Database database,
      Governance governance,
      Deployments deployments,
      RolloutRunner runner,
      InstantSource clock) {
    this.database = database;
    this.governance = governance;
    this.deployments = deployments;
    this.runner = runner;
    this.routing = runner.routing();
    this.clock = clock;
  }

  /** What a caller says about an endpoint to be created. */
  public record NewEndpoint(
      String name,
      Optional<EndpointConfig> config,
      Optional<String> description,
      ServingEndpoint.Details details) {
    public NewEndpoint {
      requireName(name);
    }

    /** Refuses a name that no endpoint can have. */
    static void requireName(String name) {
      if (!NAME.matcher(name).matches()) {
        throw EndpointErrors.invalid(
            "name", name, "1 to 63 letters, digits, '_' or '-' ([a-zA-Z0-9_-]{1,63})");
      }
    }
  }

  /**
   * Creates an endpoint owned by the caller; its models load after the call returns.
   *
   * @throws io.boathouse.platform.error.LakeException ALREADY_EXISTS; INVALID_ARGUMENT naming what
   *     in the configuration cannot be
   */
  public ServingEndpoint create(Caller caller, NewEndpoint wanted) {
    FullName name = FullName.verbatim(wanted.name());
    requireMayCreate(caller);
    wanted.config().ifPresent(config -> deployments.check(caller, config));
    return database.inTransaction(
        handle -> {
          Securable securable =
              governance
                  .securables()
                  .create(
                      caller,
                      new NewSecurable(
                          SecurableType.SERVING_ENDPOINT, name, wanted.description(), Map.of()));
          EndpointRepository.Row row =
              new EndpointRepository.Row(
                  securable.id(), EndpointState.EMPTY, wanted.details(), clock.instant());
          repository.insert(handle, row);
          wanted
              .config()
              .ifPresent(
                  config ->
                      runner.step(
                          securable, new Rollout.Event.Asked(deployment(caller, 1, config))));
          return of(securable);
        });
  }

  /**
   * @throws io.boathouse.platform.error.LakeException NOT_FOUND if absent or hidden
   */
  public ServingEndpoint get(Caller caller, String name) {
    return of(require(caller, Privilege.CAN_VIEW, name));
  }

  /** The endpoints that the caller may know of, by name. */
  public Page<ServingEndpoint> list(Caller caller, PageRequest page) {
    Page<Securable> found =
        governance.securables().list(caller, SecurableType.SERVING_ENDPOINT, page);
    List<UUID> ids = found.items().stream().map(Securable::id).toList();
    Map<UUID, EndpointRepository.Row> rows = database.read(handle -> repository.find(handle, ids));
    return new Page<>(
        found.items().stream()
            .flatMap(
                securable ->
                    Optional.ofNullable(rows.get(securable.id())).stream()
                        .map(row -> with(securable, row)))
            .toList(),
        found.nextPageToken());
  }

  /**
   * Rolls another configuration out; the present one answers until that one can.
   *
   * @throws io.boathouse.platform.error.LakeException CONFLICT while an update is in progress
   */
  public ServingEndpoint updateConfig(Caller caller, String name, EndpointConfig config) {
    Securable securable = require(caller, Privilege.CAN_MANAGE, name);
    deployments.check(caller, config);
    return database.inTransaction(
        handle -> {
          int next =
              repository
                      .lock(handle, securable.id())
                      .orElseThrow(() -> absent(name))
                      .state()
                      .lastVersion()
                  + 1;
          runner.step(securable, new Rollout.Event.Asked(deployment(caller, next, config)));
          governance
              .audit()
              .changed(
                  caller,
                  "UPDATE_SERVING_ENDPOINT",
                  securable,
                  Map.of("config_version", Integer.toString(next)));
          return of(securable);
        });
  }

  /**
   * Changes tags of an endpoint.
   *
   * @param change makes the tags of those that are there
   */
  public ServingEndpoint updateTags(
      Caller caller, String name, UnaryOperator<Map<String, String>> change) {
    return updateDetails(
        caller,
        name,
        "UPDATE_SERVING_ENDPOINT_TAGS",
        before ->
            new ServingEndpoint.Details(
                change.apply(before.tags()), before.rateLimits(), before.frozen()));
  }

  /** Replaces how often an endpoint may be asked; it holds from now on. */
  public ServingEndpoint updateRateLimits(Caller caller, String name, List<RateLimit> limits) {
    ServingEndpoint updated =
        updateDetails(
            caller,
            name,
            "UPDATE_SERVING_ENDPOINT_RATE_LIMITS",
            before -> new ServingEndpoint.Details(before.tags(), limits, before.frozen()));
    runner.hold(updated);
    return updated;
  }

  /** Lets an endpoint answer nobody until it is thawed. */
  public ServingEndpoint freeze(Caller caller, String name, String reason) {
    var freeze = new ServingEndpoint.Freeze(reason, caller.principal(), clock.instant());
    return frozen(caller, name, Optional.of(freeze), "FREEZE_SERVING_ENDPOINT");
  }

  /** Lets an endpoint answer again. */
  public ServingEndpoint thaw(Caller caller, String name) {
    return frozen(caller, name, Optional.empty(), "THAW_SERVING_ENDPOINT");
  }

  private ServingEndpoint frozen(
      Caller caller, String name, Optional<ServingEndpoint.Freeze> freeze, String action) {
    ServingEndpoint updated =
        updateDetails(
            caller,
            name,
            action,
            before -> new ServingEndpoint.Details(before.tags(), before.rateLimits(), freeze));
    runner.hold(updated);
    runner.note(
        updated.securable(),
        new EndpointEvent(
            clock.instant(),
            freeze.isPresent() ? EndpointEvent.Type.FROZEN : EndpointEvent.Type.THAWED,
            Optional.empty(),
            freeze
                .map(frozen -> frozen.by() + ": " + frozen.reason())
                .orElse("by " + caller.principal())));
    return updated;
  }

  /** What happened to an endpoint, the newest first. */
  public List<EndpointEvent> events(Caller caller, String name) {
    Securable securable = require(caller, Privilege.CAN_VIEW, name);
    return runner.events(securable);
  }

  private ServingEndpoint updateDetails(
      Caller caller, String name, String action, UnaryOperator<ServingEndpoint.Details> change) {
    Securable securable = require(caller, Privilege.CAN_MANAGE, name);
    return database.inTransaction(
        handle -> {
          EndpointRepository.Row row =
              repository.lock(handle, securable.id()).orElseThrow(() -> absent(name));
          repository.update(
              handle,
              new EndpointRepository.Row(
                  row.id(), row.state(), change.apply(row.details()), clock.instant()));
          governance.audit().changed(caller, action, securable, Map.of());
          return of(securable);
        });
  }

  /** How an endpoint's traffic goes. @throws io.boathouse.platform.error.LakeException NOT_FOUND */
  public ObjectNode traffic(Caller caller, String name) {
    ServingEndpoint endpoint = get(caller, name);
    return EndpointTraffic.of(
        endpoint, routing.find(name).filter(live -> live.id().equals(endpoint.securable().id())));
  }

  /** Deletes an endpoint; it stops answering before the call returns. */
  public void delete(Caller caller, String name) {
    governance
        .securables()
        .delete(caller, SecurableType.SERVING_ENDPOINT, FullName.verbatim(name), false);
  }

  /**
   * Demands that the caller may query an endpoint, and that it answers.
   *
   * @throws io.boathouse.platform.error.LakeException NOT_FOUND, PERMISSION_DENIED, or UNAVAILABLE
   *     while it is not ready
   */
  public LiveEndpoint requireQueryable(Caller caller, String name) {
    return getQueryable(caller, name).live();
  }

  /** As {@link #requireQueryable}, with what is said about the endpoint. */
  public QueryableEndpoint getQueryable(Caller caller, String name) {
    Securable securable = require(caller, Privilege.CAN_QUERY, name);
    return queryable(securable)
        .orElseThrow(() -> EndpointErrors.notReady(name, why(of(securable))));
  }

  /** The endpoints that answer and that the caller may query, by name. */
  public List<QueryableEndpoint> listQueryable(Caller caller) {
    List<QueryableEndpoint> found = new ArrayList<>();
    Optional<PageRequest> page = Optional.of(PageRequest.first(LARGEST_PAGE));
    while (page.isPresent()) {
      Page<Securable> securables =
          governance.securables().list(caller, SecurableType.SERVING_ENDPOINT, page.get());
      for (Securable securable : securables.items()) {
        if (governance.authorizer().allows(caller, Privilege.CAN_QUERY, securable)) {
          queryable(securable).ifPresent(found::add);
        }
      }
      page =
          securables
              .nextPageToken()
              .map(token -> new PageRequest(LARGEST_PAGE, Optional.of(token)));
    }
    return List.copyOf(found);
  }

  /**
   * Unloads an endpoint's models until {@link #loadModels}; their memory goes to others meanwhile.
   * It holds in this server and until its restart.
   */
  public void unloadModels(Caller caller, String name) {
    Securable securable = require(caller, Privilege.CAN_MANAGE, name);
    for (ScaledModel model : models(securable)) {
      boolean unusedThere = model.park("by " + caller.principal());
    }
    audited(caller, "UNLOAD_SERVING_ENDPOINT_MODELS", securable);
  }

  /**
   * Loads an endpoint's models that are not in memory and waits for that.
   *
   * @throws io.boathouse.platform.error.LakeException UNAVAILABLE with the figures if they do not
   *     fit
   */
  public void loadModels(Caller caller, String name) {
    Securable securable = require(caller, Privilege.CAN_MANAGE, name);
    try {
      for (ScaledModel model : models(securable)) {
        model.unpark();
        model.wake().get(LOAD_MINUTES, TimeUnit.MINUTES);
      }
    } catch (ExecutionException e) {
      throw e.getCause() instanceof LakeException known
          ? known
          : new IllegalStateException("not loaded", e);
    } catch (TimeoutException e) {
      throw EndpointErrors.notReady(name, "its models are being loaded");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw EndpointErrors.notReady(name, "the server stops");
    }
    audited(caller, "LOAD_SERVING_ENDPOINT_MODELS", securable);
  }

  private List<ScaledModel> models(Securable securable) {
    return queryable(securable)
        .orElseThrow(() -> EndpointErrors.notReady(securable.name().name(), why(of(securable))))
        .live()
        .entities()
        .stream()
        .flatMap(entity -> entity.scaled().stream())
        .toList();
  }

  private void audited(Caller caller, String action, Securable securable) {
    database.useTransaction(() -> governance.audit().changed(caller, action, securable, Map.of()));
  }

  private Optional<QueryableEndpoint> queryable(Securable securable) {
    return routing
        .find(securable.name().name())
        .filter(live -> live.id().equals(securable.id()))
        .map(live -> new QueryableEndpoint(live, securable.comment()));
  }

  private static String why(ServingEndpoint endpoint) {
    return endpoint
        .state()
        .message()
        .orElse(
            endpoint.state().lastVersion() == 0
                ? "it has no configuration"
                : "its models are being loaded");
  }

  /** Demands the right to create endpoints. */
  public void requireMayCreate(Caller caller) {
    Securable unused =
        governance
            .authorizer()
            .require(
                caller,
                Privilege.CREATE_SERVING_ENDPOINT,
                SecurableType.METASTORE,
                FullName.metastore());
  }

  /** Demands the right to change an endpoint. */
  public void requireMayUpdate(Caller caller, String name) {
    Securable unused = require(caller, Privilege.CAN_MANAGE, name);
  }

  private Securable require(Caller caller, Privilege privilege, String name) {
    return governance
        .authorizer()
        .require(caller, privilege, SecurableType.SERVING_ENDPOINT, FullName.verbatim(name));
  }

  private Deployment deployment(Caller caller, int version, EndpointConfig config) {
    return new Deployment(version, config, Deployment.Deployer.of(caller), clock.instant());
  }

  private ServingEndpoint of(Securable securable) {
    return Optional.ofNullable(
            database
                .read(handle -> repository.find(handle, List.of(securable.id())))
                .get(securable.id()))
        .map(row -> with(securable, row))
        .orElseThrow(() -> absent(securable.name().name()));
  }

  private ServingEndpoint with(Securable securable, EndpointRepository.Row row) {
    boolean publishing =
        row.state()
            .active()
            .filter(active -> runner.isPublishing(securable, active.configVersion()))
            .isPresent(); // asked before, so that what has been published since is found below
    Optional<LiveEndpoint> live =
        routing
            .find(securable.name().name())
            .filter(endpoint -> endpoint.id().equals(securable.id()));
    return new ServingEndpoint(
        securable, row.state(), row.details(), row.updatedAt(), live, publishing);
  }

  private static LakeException absent(String name) {
    return SecurableErrors.notFound(SecurableType.SERVING_ENDPOINT, FullName.verbatim(name));
  }
}

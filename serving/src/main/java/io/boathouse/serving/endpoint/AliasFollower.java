package io.boathouse.serving.endpoint;

import io.boathouse.catalog.identity.SystemCallers;
import io.boathouse.catalog.securable.Securable;
import io.boathouse.catalog.securable.SecurableService;
import io.boathouse.platform.auth.Caller;
import io.boathouse.platform.db.Database;
import io.boathouse.platform.error.LakeException;
import io.boathouse.registry.version.ModelVersionService;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Rolls endpoints out anew whose aliases have moved, where their policy says so, with the rights of
 * who deployed them. A version that failed is not tried again until the alias moves on.
 */
public final class AliasFollower {
  private static final Logger log = LoggerFactory.getLogger(AliasFollower.class);

  private final Database database;
  private final Deployments deployments;
  private final RolloutRunner runner;
  private final ModelVersionService versions;
  private final Catalog catalog;
  private final InstantSource clock;
  private final EndpointRepository repository = new EndpointRepository();

  /** What is taken from the catalog. */
  public record Catalog(SecurableService securables, SystemCallers callers) {}

  public AliasFollower(
      Database database,
      Deployments deployments,
      RolloutRunner runner,
      ModelVersionService versions,
      Catalog catalog,
      InstantSource clock) {
    this.database = database;
    this.deployments = deployments;
    this.runner = runner;
    this.versions = versions;
    this.catalog = catalog;
    this.clock = clock;
  }

  /** Looks at all endpoints once; blocks. */
  void follow() {
    for (EndpointRepository.Row row : database.read(repository::all)) {
      Optional<Deployment> followed =
          row.state().active().filter(active -> active.config().policy().followAliases());
      if (followed.isPresent() && row.state().update() != EndpointState.Update.IN_PROGRESS) {
        try {
          follow(row, followed.get());
        } catch (LakeException e) {
          log.warn("Aliases of endpoint {} cannot be followed: {}", row.id(), e.message());
        }
      }
    }
  }

  private void follow(EndpointRepository.Row row, Deployment active) {
    Caller deployer = deployments.deployer(active);
    EndpointConfig wanted = active.config().with(resolved(deployer, active.config()));
    boolean failedBefore =
        row.state()
            .pending()
            .filter(failed -> failed.config().entities().equals(wanted.entities()))
            .isPresent();
    if (wanted.entities().equals(active.config().entities()) || failedBefore) {
      return;
    }
    Securable securable = catalog.securables().byId(catalog.callers().system("serving"), row.id());
    int next = row.state().lastVersion() + 1;
    log.info("Endpoint {}: an alias has moved, configuration {}", securable.name().name(), next);
    database.useTransaction(
        () -> {
          runner.note(
              securable,
              EndpointEvent.of(
                  clock.instant(),
                  EndpointEvent.Type.ALIAS_MOVED,
                  next,
                  "An alias has moved; it is rolled out anew"));
          runner.step(
              securable,
              new Rollout.Event.Asked(
                  new Deployment(next, wanted, active.deployer(), clock.instant())));
        });
  }

  private List<ServedEntity> resolved(Caller deployer, EndpointConfig config) {
    List<ServedEntity> entities = new ArrayList<>();
    for (ServedEntity entity : config.entities()) {
      entities.add(
          entity
              .alias()
              .map(alias -> versions.getByAlias(deployer, entity.model(), alias).number())
              .map(entity::withVersion)
              .orElse(entity));
    }
    return entities;
  }
}

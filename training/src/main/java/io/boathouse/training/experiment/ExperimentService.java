package io.boathouse.training.experiment;

import io.boathouse.catalog.audit.AuditLog;
import io.boathouse.catalog.grant.Authorizer;
import io.boathouse.catalog.grant.BuiltInGroups;
import io.boathouse.catalog.grant.Privilege;
import io.boathouse.catalog.securable.FullName;
import io.boathouse.catalog.securable.NewSecurable;
import io.boathouse.catalog.securable.Securable;
import io.boathouse.catalog.securable.SecurableChange;
import io.boathouse.catalog.securable.SecurableService;
import io.boathouse.catalog.securable.SecurableType;
import io.boathouse.platform.auth.Caller;
import io.boathouse.platform.db.Database;
import io.boathouse.platform.error.ErrorCode;
import io.boathouse.platform.error.LakeException;
import io.boathouse.registry.mlflow.PageOffset.Page;
import io.boathouse.registry.search.SearchSql;
import java.time.InstantSource;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.jdbi.v3.core.Handle;

/**
 * Creates, finds and changes experiments. Reading needs CAN_READ, tags and runs CAN_EDIT, renaming
 * and deleting CAN_MANAGE. Thread-safe; every method blocks on the metadata database.
 */
public final class ExperimentService {
  private static final String DEFAULT_NAME = "Default";

  private final Database database;
  private final Authorizer authorizer;
  private final SecurableService securables;
  private final AuditLog audit;
  private final InstantSource clock;
  private final ExperimentRepository repository = new ExperimentRepository();

  public ExperimentService(
      Database database,
      Authorizer authorizer,
      SecurableService securables,
      AuditLog audit,
      InstantSource clock) {
    this.database = database;
    this.authorizer = authorizer;
    this.securables = securables;
    this.audit = audit;
    this.clock = clock;
  }

  /**
   * Makes experiment 0, which clients take for granted, unless it is there; the administrators own
   * it.
   */
  public void ensureDefault(Caller caller) {
    database.useTransaction(
        handle -> {
          if (repository.find(handle, Experiment.DEFAULT_ID).isEmpty()) {
            Experiment made =
                insert(
                    caller,
                    handle,
                    new NewExperiment(DEFAULT_NAME, Optional.empty(), List.of()),
                    Experiment.DEFAULT_ID);
            Securable unused =
                securables.update(
                    caller,
                    SecurableType.EXPERIMENT,
                    FullName.verbatim(made.name()),
                    SecurableChange.owner(BuiltInGroups.ADMINS));
          }
        });
  }

  /**
   * Creates an experiment owned by the caller.
   *
   * @throws LakeException ALREADY_EXISTS if the name is taken, also by a deleted experiment
   */
  public Experiment create(Caller caller, NewExperiment experiment) {
    checkName(experiment.name());
    experiment.artifactLocation().ifPresent(ExperimentService::checkLocation);
    experiment.tags().forEach(ExperimentService::checkTag);
    return database.inTransaction(
        handle -> insert(caller, handle, experiment, repository.nextId(handle)));
  }

  private Experiment insert(Caller caller, Handle handle, NewExperiment wanted, long id) {
    Securable securable;
    try {
      securable =
          securables.create(
              caller,
              new NewSecurable(
                  SecurableType.EXPERIMENT,
                  FullName.verbatim(wanted.name()),
                  Optional.empty(),
                  Map.of()));
    } catch (LakeException e) {
      throw e.code() == ErrorCode.ALREADY_EXISTS
          ? TrainingErrors.experimentExists(wanted.name())
          : e;
    }
    long now = clock.millis();
    Experiment experiment =
        new Experiment(
            id,
            securable.id(),
            wanted.name(),
            wanted.artifactLocation().orElse("mlflow-artifacts:/" + id),
            Lifecycle.ACTIVE,
            now,
            now,
            wanted.tags());
    repository.insert(handle, experiment);
    return experiment;
  }

  /**
   * @throws LakeException NOT_FOUND if there is none, or the caller may not see it
   */
  public Experiment get(Caller caller, String id) {
    return require(caller, Privilege.CAN_READ, id);
  }

  /** Finds an experiment by its name, deleted ones included. */
  public Experiment getByName(Caller caller, String name) {
    return hiding(
        () -> TrainingErrors.experimentNameNotFound(name),
        () -> {
          Securable securable =
              authorizer.require(
                  caller, Privilege.CAN_READ, SecurableType.EXPERIMENT, FullName.verbatim(name));
          return database
              .read(handle -> repository.findBySecurable(handle, securable.id()))
              .orElseThrow(() -> TrainingErrors.experimentNameNotFound(name));
        });
  }

  /** Finds experiments that the caller may see. */
  public Page<Experiment> search(Caller caller, ExperimentSearch search) {
    SearchSql sql = repository.compile(search);
    Authorizer.Visible visible = authorizer.visible(caller, SecurableType.EXPERIMENT);
    return search
        .page()
        .page(database.read(handle -> repository.search(handle, sql, visible, search)));
  }

  /** Gives an active experiment another name. */
  public void rename(Caller caller, String id, String newName) {
    checkName(newName);
    Experiment experiment = require(caller, Privilege.CAN_MANAGE, id);
    if (experiment.stage() != Lifecycle.ACTIVE) {
      throw TrainingErrors.cannotRename(experiment.id(), experiment.stage());
    }
    if (newName.equals(experiment.name())) {
      return;
    }
    database.useTransaction(
        handle -> {
          try {
            securables.update(
                caller,
                SecurableType.EXPERIMENT,
                FullName.verbatim(experiment.name()),
                SecurableChange.rename(newName));
          } catch (LakeException e) {
            throw e.code() == ErrorCode.ALREADY_EXISTS
                ? TrainingErrors.experimentExists(newName)
                : e;
          }
          repository.touch(handle, experiment.id(), clock.millis());
        });
  }

  /** Puts an experiment and its runs away; deleting a deleted one again changes nothing. */
  public void delete(Caller caller, String id) {
    Experiment experiment = require(caller, Privilege.CAN_MANAGE, id);
    if (experiment.id() == Experiment.DEFAULT_ID) {
      throw TrainingErrors.cannotDeleteDefault();
    }
    changeStage(caller, experiment, Lifecycle.DELETED, "DELETE_EXPERIMENT");
  }

  /** Brings an experiment back, with its runs. */
  public void restore(Caller caller, String id) {
    Experiment experiment = require(caller, Privilege.CAN_MANAGE, id);
    changeStage(caller, experiment, Lifecycle.ACTIVE, "RESTORE_EXPERIMENT");
  }

  private void changeStage(Caller caller, Experiment experiment, Lifecycle stage, String action) {
    database.useTransaction(
        handle -> {
          if (repository.lock(handle, experiment.id()).filter(now -> now != stage).isPresent()) {
            repository.setStage(handle, experiment.id(), stage, clock.millis());
            repository.setStageOfRuns(handle, experiment.id(), stage);
            Securable securable = securables.byId(caller, experiment.securableId());
            audit.changed(
                caller, action, securable, Map.of("experiment_id", Long.toString(experiment.id())));
          }
        });
  }

  public void setTag(Caller caller, String id, KeyValue tag) {
    checkTag(tag);
    Experiment experiment = requireActive(require(caller, Privilege.CAN_EDIT, id));
    database.useTransaction(
        handle -> {
          repository.setTag(handle, experiment.id(), tag);
          repository.touch(handle, experiment.id(), clock.millis());
        });
  }

  public void deleteTag(Caller caller, String id, String key) {
    Experiment experiment = requireActive(require(caller, Privilege.CAN_EDIT, id));
    database.useTransaction(
        handle -> {
          if (!repository.deleteTag(handle, experiment.id(), key)) {
            throw TrainingErrors.experimentTagNotFound(experiment.id(), key);
          }
          repository.touch(handle, experiment.id(), clock.millis());
        });
  }

  /**
   * Finds an experiment and demands a privilege on it.
   *
   * @throws LakeException NOT_FOUND if there is none or the caller has no right on it at all, which
   *     read the same; PERMISSION_DENIED if the caller lacks this privilege
   */
  public Experiment require(Caller caller, Privilege privilege, String id) {
    return hiding(
        () -> TrainingErrors.experimentNotFound(id),
        () -> {
          Experiment experiment =
              number(id)
                  .flatMap(number -> database.read(handle -> repository.find(handle, number)))
                  .orElseThrow(() -> TrainingErrors.experimentNotFound(id));
          authorizer.require(caller, privilege, securables.byId(caller, experiment.securableId()));
          return experiment;
        });
  }

  /** Those of the experiments that exist and that the caller may read. */
  public List<Long> readable(Caller caller, Collection<String> ids) {
    List<Long> numbers = ids.stream().flatMap(id -> number(id).stream()).distinct().toList();
    Authorizer.Visible visible = authorizer.visible(caller, SecurableType.EXPERIMENT);
    return database.read(handle -> repository.visible(handle, numbers, visible)).stream()
        .filter(
            experiment ->
                authorizer.allows(
                    caller, Privilege.CAN_READ, securables.byId(caller, experiment.securableId())))
        .map(Experiment::id)
        .toList();
  }

  /** Holds off the deletion of the experiment until the thread's transaction ends. */
  public void lockActive(Caller caller, long id) {
    Lifecycle stage =
        database
            .inTransaction(handle -> repository.lockShared(handle, id))
            .orElseThrow(() -> TrainingErrors.experimentNotFound(Long.toString(id)));
    if (stage != Lifecycle.ACTIVE) {
      throw TrainingErrors.experimentNotActive(id, stage);
    }
  }

  private static Experiment requireActive(Experiment experiment) {
    if (experiment.stage() != Lifecycle.ACTIVE) {
      throw TrainingErrors.experimentNotActive(experiment.id(), experiment.stage());
    }
    return experiment;
  }

  /** What the caller may not see reads as absent, by the name that the caller used. */
  private static <T> T hiding(Supplier<LakeException> absent, Supplier<T> work) {
    try {
      return work.get();
    } catch (LakeException e) {
      throw e.code() == ErrorCode.NOT_FOUND ? absent.get() : e;
    }
  }

  private static Optional<Long> number(String id) {
    return id.matches("[0-9]{1,18}") ? Optional.of(Long.parseLong(id)) : Optional.empty();
  }

  private static void checkName(String name) {
    if (name.isBlank()) {
      throw TrainingErrors.invalidExperimentName(name, "is blank");
    }
    Limits.value("name", name, 500);
    if (name.chars().anyMatch(Character::isISOControl)) {
      throw TrainingErrors.invalidExperimentName(name, "has a control character");
    }
  }

  private static void checkLocation(String location) {
    ArtifactLocation.check(location);
  }

  private static void checkTag(KeyValue tag) {
    Limits.key("key", tag.key());
    Limits.value("value", tag.value(), Limits.EXPERIMENT_TAG_VALUE);
  }
}

package io.boathouse.training.model;

import io.boathouse.catalog.grant.Privilege;
import io.boathouse.platform.auth.Caller;
import io.boathouse.platform.db.Database;
import io.boathouse.platform.error.ErrorCode;
import io.boathouse.platform.error.LakeException;
import io.boathouse.registry.mlflow.PageOffset.Page;
import io.boathouse.registry.search.SearchSql;
import io.boathouse.training.experiment.Experiment;
import io.boathouse.training.experiment.ExperimentService;
import io.boathouse.training.experiment.KeyValue;
import io.boathouse.training.experiment.Lifecycle;
import io.boathouse.training.experiment.Limits;
import io.boathouse.training.experiment.TrainingErrors;
import io.boathouse.training.run.RunNames;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * Creates, finds and describes logged models; rights are those on the experiment. Thread-safe;
 * every method blocks on the metadata database.
 */
public final class LoggedModelService {
  private static final String FORBIDDEN_IN_NAMES = "/:.%\"'";

  private final Database database;
  private final ExperimentService experiments;
  private final RunNames names;
  private final InstantSource clock;
  private final LoggedModelRepository repository = new LoggedModelRepository();

  public LoggedModelService(
      Database database, ExperimentService experiments, RunNames names, InstantSource clock) {
    this.database = database;
    this.experiments = experiments;
    this.names = names;
    this.clock = clock;
  }

  /** Creates a model whose files are still to come. */
  public LoggedModel create(Caller caller, NewLoggedModel wanted) {
    Experiment experiment = experiments.require(caller, Privilege.CAN_EDIT, wanted.experimentId());
    String name = wanted.name().filter(text -> !text.isBlank()).orElseGet(names::next);
    checkName(name);
    List<KeyValue> params = checked(wanted.params(), Limits.PARAM_VALUE);
    List<KeyValue> tags = checked(wanted.tags(), Limits.TAG_VALUE);
    String id = "m-" + UUID.randomUUID().toString().replace("-", "");
    long now = clock.millis();
    LoggedModel model =
        new LoggedModel(
            id,
            experiment.id(),
            name,
            wanted.modelType().orElse(""),
            wanted.sourceRunId(),
            experiment.artifactLocation() + "/models/" + id + "/artifacts",
            LoggedModel.Status.PENDING,
            Lifecycle.ACTIVE,
            now,
            now,
            params,
            tags,
            List.of());
    database.useTransaction(
        handle -> {
          experiments.lockActive(caller, experiment.id());
          repository.insert(handle, model);
          repository.putParams(handle, id, params);
          repository.putTags(handle, id, tags);
        });
    return model;
  }

  /**
   * @param deletedToo whether a deleted model is found
   * @throws LakeException NOT_FOUND if there is none, or the caller may not see it
   */
  public LoggedModel get(Caller caller, String id, boolean deletedToo) {
    LoggedModel model = require(caller, Privilege.CAN_READ, id);
    if (!deletedToo && model.stage() == Lifecycle.DELETED) {
      throw TrainingErrors.modelNotFound(id);
    }
    return model;
  }

  /** Says whether the files have come. */
  public LoggedModel finish(Caller caller, String id, LoggedModel.Status status) {
    LoggedModel model = require(caller, Privilege.CAN_EDIT, id);
    database.useTransaction(
        handle -> repository.update(handle, id, status, model.stage(), clock.millis()));
    return require(caller, Privilege.CAN_EDIT, id);
  }

  /** Puts a model away; its files stay. */
  public void delete(Caller caller, String id) {
    LoggedModel model = require(caller, Privilege.CAN_EDIT, id);
    database.useTransaction(
        handle -> repository.update(handle, id, model.status(), Lifecycle.DELETED, clock.millis()));
  }

  /** Finds models of those experiments that the caller may read. */
  public Page<LoggedModel> search(Caller caller, LoggedModelSearch search) {
    SearchSql sql = repository.compile(search);
    List<Long> readable = experiments.readable(caller, search.experimentIds());
    if (readable.isEmpty()) {
      return new Page<>(List.of(), Optional.empty());
    }
    return search
        .page()
        .page(database.read(handle -> repository.search(handle, readable, sql, search)));
  }

  public LoggedModel setTags(Caller caller, String id, List<KeyValue> tags) {
    LoggedModel model = require(caller, Privilege.CAN_EDIT, id);
    List<KeyValue> checked = checked(tags, Limits.TAG_VALUE);
    database.useTransaction(
        handle -> {
          repository.putTags(handle, id, checked);
          repository.update(handle, id, model.status(), model.stage(), clock.millis());
        });
    return require(caller, Privilege.CAN_EDIT, id);
  }

  public void deleteTag(Caller caller, String id, String key) {
    LoggedModel model = require(caller, Privilege.CAN_EDIT, id);
    database.useTransaction(
        handle -> {
          if (!repository.deleteTag(handle, model.id(), key)) {
            throw TrainingErrors.modelTagNotFound(id, key);
          }
        });
  }

  /** Adds parameters; those that are there already stay as they are. */
  public void addParams(Caller caller, String id, List<KeyValue> params) {
    LoggedModel model = require(caller, Privilege.CAN_EDIT, id);
    List<KeyValue> checked = checked(params, Limits.PARAM_VALUE);
    database.useTransaction(handle -> repository.putParams(handle, model.id(), checked));
  }

  /**
   * Finds a model and demands a privilege on its experiment.
   *
   * @throws LakeException NOT_FOUND if there is none or the caller has no right at all on its
   *     experiment, which read the same
   */
  public LoggedModel require(Caller caller, Privilege privilege, String id) {
    LoggedModel model =
        database
            .read(handle -> repository.find(handle, id))
            .orElseThrow(() -> TrainingErrors.modelNotFound(id));
    try {
      Experiment unused =
          experiments.require(caller, privilege, Long.toString(model.experimentId()));
      return model;
    } catch (LakeException e) {
      throw e.code() == ErrorCode.NOT_FOUND ? TrainingErrors.modelNotFound(id) : e;
    }
  }

  private static void checkName(String name) {
    Limits.value("name", name, 500);
    for (int i = 0; i < name.length(); i++) {
      if (FORBIDDEN_IN_NAMES.indexOf(name.charAt(i)) >= 0) {
        throw TrainingErrors.invalid(
            "name",
            name,
            "Invalid model name (%s) provided. Model name must be a non-empty string and cannot"
                + " contain the following characters: / : . % \" '.");
      }
    }
  }

  private static List<KeyValue> checked(List<KeyValue> entries, int limit) {
    return entries.stream()
        .map(
            entry ->
                new KeyValue(
                    Limits.key("key", entry.key()), Limits.truncated(entry.value(), limit)))
        .toList();
  }
}

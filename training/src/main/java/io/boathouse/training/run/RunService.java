package io.boathouse.training.run;

import io.boathouse.catalog.grant.Privilege;
import io.boathouse.platform.auth.Caller;
import io.boathouse.platform.db.Database;
import io.boathouse.platform.error.ErrorCode;
import io.boathouse.platform.error.LakeException;
import io.boathouse.registry.mlflow.PageOffset.Page;
import io.boathouse.registry.search.SearchSql;
import io.boathouse.training.dataset.DatasetInput;
import io.boathouse.training.experiment.Experiment;
import io.boathouse.training.experiment.ExperimentService;
import io.boathouse.training.experiment.KeyValue;
import io.boathouse.training.experiment.Lifecycle;
import io.boathouse.training.experiment.Limits;
import io.boathouse.training.experiment.TrainingErrors;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.core.Handle;

/**
 * Creates, finds and ends runs. A run has no rights of its own: reading it needs CAN_READ on its
 * experiment, changing it CAN_EDIT. Thread-safe; every method blocks on the metadata database.
 */
public final class RunService {
  static final String NAME_TAG = "mlflow.runName";

  private final Database database;
  private final ExperimentService experiments;
  private final RunNames names;
  private final RunRepository repository = new RunRepository();
  private final InputRepository inputs = new InputRepository();

  public RunService(Database database, ExperimentService experiments, RunNames names) {
    this.database = database;
    this.experiments = experiments;
    this.names = names;
  }

  /**
   * Starts a run in an active experiment.
   *
   * @throws LakeException INVALID_ARGUMENT if the experiment is deleted
   */
  public Run create(Caller caller, NewRun wanted) {
    Experiment experiment = experiments.require(caller, Privilege.CAN_EDIT, wanted.experimentId());
    Map<String, String> tags = new LogBatch(List.of(), List.of(), wanted.tags()).tagsByKey();
    String name = nameOf(wanted, tags);
    Map<String, String> named = new LinkedHashMap<>(tags);
    named.put(NAME_TAG, name);
    String id = UUID.randomUUID().toString().replace("-", "");
    RunInfo run =
        new RunInfo(
            id,
            name,
            experiment.id(),
            wanted.userId().orElse(caller.principal()),
            RunStatus.RUNNING,
            wanted.startTime(),
            Optional.empty(),
            experiment.artifactLocation() + "/" + id + "/artifacts",
            Lifecycle.ACTIVE);
    database.useTransaction(
        handle -> {
          experiments.lockActive(caller, experiment.id());
          repository.insert(handle, run);
          repository.putTags(handle, id, named);
        });
    return read(run);
  }

  private String nameOf(NewRun wanted, Map<String, String> tags) {
    Optional<String> given = wanted.name().filter(name -> !name.isBlank());
    Optional<String> tagged =
        Optional.ofNullable(tags.get(NAME_TAG)).filter(name -> !name.isBlank());
    if (given.isPresent() && tagged.isPresent() && !given.equals(tagged)) {
      throw TrainingErrors.invalid(
          "run_name",
          given.get(),
          "Both 'run_name' argument and 'mlflow.runName' tag are specified, but with different"
              + " values (run_name='%s'). Give one of them.");
    }
    return Limits.truncated(given.or(() -> tagged).orElseGet(names::next), Limits.TAG_VALUE);
  }

  /**
   * A run with all that it logged.
   *
   * @throws LakeException NOT_FOUND if there is none, or the caller may not see it
   */
  public Run get(Caller caller, String id) {
    return read(require(caller, Privilege.CAN_READ, id));
  }

  /** Finds runs in those of the experiments that the caller may read. */
  public Page<Run> search(Caller caller, RunSearch search) {
    SearchSql sql = repository.compile(search);
    List<Long> readable = experiments.readable(caller, search.experimentIds());
    if (readable.isEmpty()) {
      return new Page<>(List.of(), Optional.empty());
    }
    return database.read(
        handle -> {
          Page<RunInfo> page = search.page().page(repository.search(handle, readable, sql, search));
          return new Page<>(read(handle, page.items()), page.nextToken());
        });
  }

  /** Changes status, end or name of an active run. */
  public RunInfo update(Caller caller, String id, RunChange change) {
    RunInfo run = require(caller, Privilege.CAN_EDIT, id);
    return database.inTransaction(
        handle -> {
          RunInfo current = lockActive(handle, run.id());
          Optional<String> name = change.name().filter(text -> !text.isBlank());
          RunInfo changed =
              new RunInfo(
                  current.id(),
                  name.map(text -> Limits.truncated(text, Limits.TAG_VALUE)).orElse(current.name()),
                  current.experimentId(),
                  current.userId(),
                  change.status().orElse(current.status()),
                  current.startTime(),
                  change.endTime().or(current::endTime),
                  current.artifactUri(),
                  current.stage());
          repository.update(handle, changed);
          if (name.isPresent()) {
            repository.putTags(handle, changed.id(), Map.of(NAME_TAG, changed.name()));
          }
          return changed;
        });
  }

  public void delete(Caller caller, String id) {
    changeStage(caller, id, Lifecycle.DELETED);
  }

  public void restore(Caller caller, String id) {
    changeStage(caller, id, Lifecycle.ACTIVE);
  }

  private void changeStage(Caller caller, String id, Lifecycle stage) {
    RunInfo run = require(caller, Privilege.CAN_EDIT, id);
    database.useTransaction(
        handle -> {
          RunInfo current =
              repository
                  .lock(handle, run.id())
                  .orElseThrow(() -> TrainingErrors.runNotFound(run.id()));
          repository.update(handle, withStage(current, stage));
        });
  }

  /** The datasets that active runs of the experiments read. */
  public List<DatasetSummary> datasets(Caller caller, List<String> experimentIds) {
    List<Long> readable = experiments.readable(caller, experimentIds);
    return database.read(handle -> inputs.summaries(handle, readable, 1000));
  }

  /**
   * Finds a run and demands a privilege on its experiment.
   *
   * @throws LakeException NOT_FOUND if there is none or the caller has no right at all on its
   *     experiment, which read the same
   */
  public RunInfo require(Caller caller, Privilege privilege, String id) {
    RunInfo run =
        database
            .read(handle -> repository.find(handle, id))
            .orElseThrow(() -> TrainingErrors.runNotFound(id));
    try {
      Experiment unused = experiments.require(caller, privilege, Long.toString(run.experimentId()));
      return run;
    } catch (LakeException e) {
      throw e.code() == ErrorCode.NOT_FOUND ? TrainingErrors.runNotFound(id) : e;
    }
  }

  /** Locks a run against other writers until the transaction ends. */
  RunInfo lockActive(Handle handle, String id) {
    RunInfo run = repository.lock(handle, id).orElseThrow(() -> TrainingErrors.runNotFound(id));
    if (run.stage() != Lifecycle.ACTIVE) {
      throw TrainingErrors.runNotActive(id, run.stage());
    }
    return run;
  }

  /** Renames a run because its name tag changed. */
  void rename(Handle handle, RunInfo run, String name) {
    repository.update(
        handle,
        new RunInfo(
            run.id(),
            name,
            run.experimentId(),
            run.userId(),
            run.status(),
            run.startTime(),
            run.endTime(),
            run.artifactUri(),
            run.stage()));
  }

  private static RunInfo withStage(RunInfo run, Lifecycle stage) {
    return new RunInfo(
        run.id(),
        run.name(),
        run.experimentId(),
        run.userId(),
        run.status(),
        run.startTime(),
        run.endTime(),
        run.artifactUri(),
        stage);
  }

  private Run read(RunInfo run) {
    return database.read(handle -> read(handle, List.of(run))).getFirst();
  }

  private List<Run> read(Handle handle, List<RunInfo> runs) {
    List<String> ids = runs.stream().map(RunInfo::id).toList();
    Map<String, List<Metric>> metrics = repository.latestMetrics(handle, ids);
    Map<String, List<KeyValue>> params = repository.params(handle, ids);
    Map<String, List<KeyValue>> tags = repository.tags(handle, ids);
    Map<String, List<DatasetInput>> datasets = inputs.datasets(handle, ids);
    Map<String, List<ModelLink>> read = inputs.models(handle, "input", ids);
    Map<String, List<ModelLink>> written = inputs.models(handle, "output", ids);
    return runs.stream()
        .map(
            run ->
                new Run(
                    run,
                    metrics.getOrDefault(run.id(), List.of()),
                    params.getOrDefault(run.id(), List.of()),
                    tags.getOrDefault(run.id(), List.of()),
                    datasets.getOrDefault(run.id(), List.of()),
                    read.getOrDefault(run.id(), List.of()),
                    written.getOrDefault(run.id(), List.of())))
        .toList();
  }
}

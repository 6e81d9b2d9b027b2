package io.boathouse.training.run;

import io.boathouse.catalog.grant.Privilege;
import io.boathouse.platform.auth.Caller;
import io.boathouse.platform.db.Database;
import io.boathouse.platform.http.HttpErrors;
import io.boathouse.registry.mlflow.PageOffset;
import io.boathouse.registry.mlflow.PageOffset.Page;
import io.boathouse.training.experiment.TrainingErrors;
import io.boathouse.training.run.MetricRepository.RunMetric;
import io.boathouse.training.run.MetricRepository.StepInterval;
import java.util.List;
import java.util.Optional;

/** Reads the histories of metrics; needs CAN_READ on the experiments. */
public final class MetricService {
  static final int MAX_POINTS = 25_000;
  static final int MAX_SAMPLED = 2_500;
  private static final int MAX_RUNS = 100;

  private final Database database;
  private final RunService runs;
  private final MetricRepository repository = new MetricRepository();

  public MetricService(Database database, RunService runs) {
    this.database = database;
    this.runs = runs;
  }

  /** The points of a metric in the order in which they were measured. */
  public Page<Metric> history(Caller caller, String runId, String key, PageOffset page) {
    RunInfo run = runs.require(caller, Privilege.CAN_READ, runId);
    return page.page(
        database.read(
            handle -> repository.history(handle, run.id(), key, page.rows(), page.offset())));
  }

  /** The points of a metric in several runs. */
  List<RunMetric> histories(Caller caller, List<String> runIds, String key, int limit) {
    requireAll(caller, runIds);
    return database.read(handle -> repository.histories(handle, runIds, key, limit));
  }

  /** The points of a metric in several runs, thinned to a number of steps. */
  List<RunMetric> sample(
      Caller caller,
      List<String> runIds,
      String key,
      Optional<Long> from,
      Optional<Long> to,
      int steps) {
    if (from.isPresent() != to.isPresent()) {
      throw HttpErrors.missingParameter(from.isPresent() ? "end_step" : "start_step");
    }
    if (from.isPresent() && from.get() > to.orElseThrow()) {
      throw TrainingErrors.invalid(
          "start_step",
          Long.toString(from.get()),
          "end_step must be greater than start_step, which is %s.");
    }
    if (steps < 1 || steps > MAX_SAMPLED) {
      throw HttpErrors.invalidParameter(
          "max_results", Integer.toString(steps), "a number from 1 to " + MAX_SAMPLED);
    }
    requireAll(caller, runIds);
    return database.read(
        handle -> repository.sample(handle, runIds, key, StepInterval.of(from, to, steps)));
  }

  /** Removes the points of runs that went with their experiment. */
  public void deleteOrphans(Caller caller) {
    database.useTransaction(repository::deleteOrphans);
  }

  private void requireAll(Caller caller, List<String> runIds) {
    if (runIds.isEmpty()) {
      throw HttpErrors.missingParameter("run_ids");
    }
    if (runIds.size() > MAX_RUNS) {
      throw TrainingErrors.tooMany("run_ids", MAX_RUNS, runIds.size());
    }
    for (String runId : runIds) {
      RunInfo unused = runs.require(caller, Privilege.CAN_READ, runId);
    }
  }
}

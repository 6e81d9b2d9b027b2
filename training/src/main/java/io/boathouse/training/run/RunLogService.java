package io.boathouse.training.run;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import io.boathouse.catalog.grant.Privilege;
import io.boathouse.catalog.lineage.LineageNode;
import io.boathouse.catalog.lineage.LineageService;
import io.boathouse.catalog.securable.FullName;
import io.boathouse.catalog.securable.SecurableService;
import io.boathouse.catalog.securable.SecurableType;
import io.boathouse.platform.auth.Caller;
import io.boathouse.platform.db.Database;
import io.boathouse.platform.error.LakeException;
import io.boathouse.platform.http.HttpErrors;
import io.boathouse.platform.json.Json;
import io.boathouse.training.dataset.DatasetInput;
import io.boathouse.training.dataset.DatasetSources;
import io.boathouse.training.experiment.KeyValue;
import io.boathouse.training.experiment.TrainingErrors;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jdbi.v3.core.Handle;

/**
 * Adds to active runs what they log; needs CAN_EDIT on the experiment. Each call is one transaction
 * under the lock of the run, so logging the same again changes nothing and costs the same however
 * long the history is.
 */
public final class RunLogService {
  private static final String MODELS_TAG = "mlflow.log-model.history";

  private final Database database;
  private final RunService runs;
  private final LineageService lineage;
  private final SecurableService securables;
  private final RunRepository repository = new RunRepository();
  private final MetricRepository metrics = new MetricRepository();
  private final InputRepository inputs = new InputRepository();

  public RunLogService(
      Database database, RunService runs, LineageService lineage, SecurableService securables) {
    this.database = database;
    this.runs = runs;
    this.lineage = lineage;
    this.securables = securables;
  }

  /**
   * Logs points, parameters and tags, all or none.
   *
   * @throws io.boathouse.platform.error.LakeException INVALID_ARGUMENT if a parameter was logged
   *     with another value, or the run is deleted
   */
  public void log(Caller caller, String runId, LogBatch batch) {
    Map<String, String> params = batch.paramsByKey(runId);
    RunInfo run = runs.require(caller, Privilege.CAN_EDIT, runId);
    database.useTransaction(
        handle -> {
          RunInfo locked = runs.lockActive(handle, run.id());
          if (!params.isEmpty()) {
            putParams(handle, run.id(), params);
          }
          if (!batch.metrics().isEmpty()) {
            putMetrics(handle, run, batch.metrics());
          }
          if (!batch.tags().isEmpty()) {
            putTags(handle, locked, batch.tagsByKey());
          }
        });
  }

  private void putParams(Handle handle, String runId, Map<String, String> params) {
    repository.insertParams(handle, runId, params);
    for (KeyValue logged :
        repository.params(handle, List.of(runId)).getOrDefault(runId, List.of())) {
      String wanted = params.get(logged.key());
      if (wanted != null && !wanted.equals(logged.value())) {
        throw TrainingErrors.paramChanged(runId, logged.key(), logged.value(), wanted);
      }
    }
  }

  private void putMetrics(Handle handle, RunInfo run, List<Metric> points) {
    metrics.insert(handle, run.id(), points);
    metrics.raiseLatest(handle, run.id(), points);
    List<Metric> ofModels = points.stream().filter(point -> point.modelId().isPresent()).toList();
    if (!ofModels.isEmpty()
        && metrics.insertOfModels(handle, run.id(), run.experimentId(), ofModels)
            < ofModels.size()) {
      throw TrainingErrors.modelNotFound(ofModels.getFirst().modelId().orElse(""));
    }
  }

  private void putTags(Handle handle, RunInfo run, Map<String, String> tags) {
    repository.putTags(handle, run.id(), tags);
    String name = tags.getOrDefault(RunService.NAME_TAG, "");
    if (!name.isBlank() && !name.equals(run.name())) {
      runs.rename(handle, run, name);
    }
  }

  public void deleteTag(Caller caller, String runId, String key) {
    RunInfo run = runs.require(caller, Privilege.CAN_EDIT, runId);
    database.useTransaction(
        handle -> {
          RunInfo unused = runs.lockActive(handle, run.id());
          if (!repository.deleteTag(handle, run.id(), key)) {
            throw TrainingErrors.tagNotFound(run.id(), key);
          }
        });
  }

  /**
   * Records what a run read, and the lineage from every thing that the sources name and that the
   * caller may know of.
   */
  public void logInputs(
      Caller caller, String runId, List<DatasetInput> datasets, List<ModelLink> models) {
    RunInfo run = runs.require(caller, Privilege.CAN_EDIT, runId);
    database.useTransaction(
        handle -> {
          RunInfo unused = runs.lockActive(handle, run.id());
          for (DatasetInput dataset : datasets) {
            inputs.putDataset(handle, run.id(), dataset);
            DatasetSources.nodes(dataset).stream()
                .filter(source -> mayClaim(caller, source))
                .forEach(
                    source ->
                        lineage.record(
                            caller,
                            source,
                            new LineageNode("RUN", run.id(), Optional.empty()),
                            "READ",
                            Map.of("dataset", dataset.name(), "digest", dataset.digest())));
          }
          models.forEach(model -> inputs.putModel(handle, run.id(), "input", model));
        });
  }

  /** Nobody ties a run to governed things that are hidden from them, or to inventions. */
  private boolean mayClaim(Caller caller, LineageNode source) {
    Optional<SecurableType> type = DatasetSources.governedBy(source);
    if (type.isEmpty()) {
      return true;
    }
    try {
      return securables
          .find(caller, type.get(), FullName.parse(type.get(), source.name()))
          .isPresent();
    } catch (LakeException e) {
      return false; // no name that the catalog could hold
    }
  }

  /** Records which logged models a run wrote. */
  public void logOutputs(Caller caller, String runId, List<ModelLink> models) {
    RunInfo run = runs.require(caller, Privilege.CAN_EDIT, runId);
    database.useTransaction(
        handle -> {
          RunInfo unused = runs.lockActive(handle, run.id());
          models.forEach(model -> inputs.putModel(handle, run.id(), "output", model));
        });
  }

  /**
   * Records a model in the form of MLflow 2: its description is appended to a tag.
   *
   * @param modelJson the model's MLmodel as JSON text
   */
  public void logModel(Caller caller, String runId, String modelJson) {
    JsonNode model = Json.parse(modelJson);
    for (String field : List.of("artifact_path", "flavors", "utc_time_created", "run_id")) {
      if (!model.hasNonNull(field)) {
        throw HttpErrors.missingParameter("model_json." + field);
      }
    }
    RunInfo run = runs.require(caller, Privilege.CAN_EDIT, runId);
    database.useTransaction(
        handle -> {
          RunInfo unused = runs.lockActive(handle, run.id());
          ArrayNode history = Json.mapper().createArrayNode();
          for (KeyValue tag :
              repository.tags(handle, List.of(run.id())).getOrDefault(run.id(), List.of())) {
            if (tag.key().equals(MODELS_TAG) && Json.parse(tag.value()) instanceof ArrayNode old) {
              history.addAll(old);
            }
          }
          history.add(model);
          repository.putTags(handle, run.id(), Map.of(MODELS_TAG, Json.writeText(history)));
        });
  }
}

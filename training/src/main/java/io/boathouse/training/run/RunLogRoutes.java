package io.boathouse.training.run;

import static io.boathouse.platform.http.Endpoint.Method.POST;

import io.boathouse.platform.auth.Caller;
import io.boathouse.platform.http.Api;
import io.boathouse.platform.http.Endpoint;
import io.boathouse.platform.http.HttpErrors;
import io.boathouse.platform.http.Permission;
import io.boathouse.platform.http.Reply;
import io.boathouse.platform.http.Request;
import io.boathouse.platform.http.Routes;
import io.boathouse.registry.mlflow.MlflowApi;
import io.boathouse.registry.mlflow.MlflowParameters;
import io.boathouse.training.dataset.DatasetInput;
import io.boathouse.training.experiment.TrainingErrors;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** MLflow's calls that add to runs. */
public final class RunLogRoutes implements Routes {
  private static final int MAX_BATCH_BYTES = 1_000_000;
  private static final String BASE = "/api/2.0/mlflow/runs/";
  private static final Permission EDIT = Permission.privileges("CAN_EDIT on the experiment");

  static final Endpoint LOG_METRIC =
      new Endpoint(POST, BASE + "log-metric", "logMetric").requires(EDIT);
  static final Endpoint LOG_PARAM =
      new Endpoint(POST, BASE + "log-parameter", "logParam").requires(EDIT);
  static final Endpoint SET_TAG = new Endpoint(POST, BASE + "set-tag", "setTag").requires(EDIT);
  static final Endpoint DELETE_TAG =
      new Endpoint(POST, BASE + "delete-tag", "deleteTag").requires(EDIT);
  static final Endpoint LOG_BATCH =
      new Endpoint(POST, BASE + "log-batch", "logBatch").requires(EDIT);
  static final Endpoint LOG_INPUTS =
      new Endpoint(POST, BASE + "log-inputs", "logInputs").requires(EDIT);
  static final Endpoint LOG_OUTPUTS =
      new Endpoint(POST, BASE + "outputs", "logOutputs").requires(EDIT);
  static final Endpoint LOG_MODEL =
      new Endpoint(POST, BASE + "log-model", "logModel").requires(EDIT);

  private final RunLogService log;

  public RunLogRoutes(RunLogService log) {
    this.log = log;
  }

  @Override
  public void mount(Api api) {
    MlflowApi mlflow = new MlflowApi(api);
    mlflow.call(LOG_METRIC, this::logMetric);
    mlflow.call(LOG_PARAM, this::logParam);
    mlflow.call(SET_TAG, this::setTag);
    mlflow.call(DELETE_TAG, this::deleteTag);
    mlflow.handle(LOG_BATCH, this::logBatch);
    mlflow.call(LOG_INPUTS, this::logInputs);
    mlflow.call(LOG_OUTPUTS, this::logOutputs);
    mlflow.call(LOG_MODEL, this::logModel);
  }

  private Object logMetric(Caller caller, MlflowParameters in) {
    log.log(caller, RunRoutes.runId(in), LogBatch.ofMetric(metric(in)));
    return Map.of();
  }

  private Object logParam(Caller caller, MlflowParameters in) {
    log.log(caller, RunRoutes.runId(in), LogBatch.ofParam(RunRoutes.entry(in)));
    return Map.of();
  }

  private Object setTag(Caller caller, MlflowParameters in) {
    log.log(caller, RunRoutes.runId(in), LogBatch.ofTag(RunRoutes.entry(in)));
    return Map.of();
  }

  private Object deleteTag(Caller caller, MlflowParameters in) {
    log.deleteTag(caller, RunRoutes.runId(in), in.required("key"));
    return Map.of();
  }

  private Reply logBatch(Request request) {
    if (request.body().length > MAX_BATCH_BYTES) {
      throw TrainingErrors.requestTooLarge(
          "Batched logging API requests", request.body().length, MAX_BATCH_BYTES);
    }
    MlflowParameters in = MlflowParameters.of(request);
    LogBatch batch =
        new LogBatch(
            in.objects("metrics").stream().map(RunLogRoutes::metric).toList(),
            RunRoutes.entries(in, "params"),
            RunRoutes.entries(in, "tags"));
    log.log(request.caller(), RunRoutes.runId(in), batch);
    return Reply.empty();
  }

  private Object logInputs(Caller caller, MlflowParameters in) {
    List<DatasetInput> datasets =
        in.objects("datasets").stream().map(RunLogRoutes::dataset).toList();
    List<ModelLink> models =
        in.objects("models").stream()
            .map(model -> new ModelLink(model.required("model_id"), Optional.empty()))
            .toList();
    log.logInputs(caller, RunRoutes.runId(in), datasets, models);
    return Map.of();
  }

  private Object logOutputs(Caller caller, MlflowParameters in) {
    List<ModelLink> models =
        in.objects("models").stream()
            .map(
                model ->
                    new ModelLink(
                        model.required("model_id"), Optional.of(model.requiredNumber("step"))))
            .toList();
    log.logOutputs(caller, RunRoutes.runId(in), models);
    return Map.of();
  }

  private Object logModel(Caller caller, MlflowParameters in) {
    log.logModel(caller, RunRoutes.runId(in), in.required("model_json"));
    return Map.of();
  }

  private static Metric metric(MlflowParameters in) {
    return new Metric(
        in.required("key"),
        in.requiredDouble("value"),
        in.requiredNumber("timestamp"),
        in.number("step").orElse(0L),
        in.text("model_id").filter(text -> !text.isEmpty()),
        in.text("dataset_name").filter(text -> !text.isEmpty()),
        in.text("dataset_digest").filter(text -> !text.isEmpty()));
  }

  private static DatasetInput dataset(MlflowParameters in) {
    MlflowParameters dataset =
        in.object("dataset").orElseThrow(() -> HttpErrors.missingParameter("datasets.dataset"));
    return new DatasetInput(
        dataset.required("name"),
        dataset.required("digest"),
        dataset.required("source_type"),
        dataset.required("source"),
        dataset.text("schema"),
        dataset.text("profile"),
        RunRoutes.entries(in, "tags"));
  }
}

package io.boathouse.training.model;

import static io.boathouse.platform.http.Endpoint.Method.DELETE;
import static io.boathouse.platform.http.Endpoint.Method.GET;
import static io.boathouse.platform.http.Endpoint.Method.PATCH;
import static io.boathouse.platform.http.Endpoint.Method.POST;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
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
import io.boathouse.registry.mlflow.PageOffset;
import io.boathouse.registry.mlflow.PageOffset.Page;
import io.boathouse.training.experiment.KeyValue;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** MLflow's calls about logged models. */
public final class LoggedModelRoutes implements Routes {
  private static final String BASE = "/api/2.0/mlflow/logged-models";
  private static final String ONE = BASE + "/:model_id";
  private static final Permission READ = Permission.privileges("CAN_READ on the experiment");
  private static final Permission EDIT = Permission.privileges("CAN_EDIT on the experiment");

  static final Endpoint CREATE = new Endpoint(POST, BASE, "createLoggedModel").requires(EDIT);
  static final Endpoint GET_ONE = new Endpoint(GET, ONE, "getLoggedModel").requires(READ);
  static final Endpoint FINISH = new Endpoint(PATCH, ONE, "finalizeLoggedModel").requires(EDIT);
  static final Endpoint REMOVE = new Endpoint(DELETE, ONE, "deleteLoggedModel").requires(EDIT);
  static final Endpoint SEARCH =
      new Endpoint(POST, BASE + "/search", "searchLoggedModels").requires(READ);
  static final Endpoint SET_TAGS =
      new Endpoint(PATCH, ONE + "/tags", "setLoggedModelTags").requires(EDIT);
  static final Endpoint DELETE_TAG =
      new Endpoint(DELETE, ONE + "/tags/:tag_key", "deleteLoggedModelTag").requires(EDIT);
  static final Endpoint LOG_PARAMS =
      new Endpoint(POST, ONE + "/params", "logLoggedModelParams").requires(EDIT);

  private final LoggedModelService models;

  public LoggedModelRoutes(LoggedModelService models) {
    this.models = models;
  }

  @Override
  public void mount(Api api) {
    MlflowApi mlflow = new MlflowApi(api);
    mlflow.call(CREATE, this::create);
    mlflow.handle(GET_ONE, this::get);
    mlflow.handle(FINISH, this::finish);
    mlflow.handle(REMOVE, this::delete);
    mlflow.call(SEARCH, this::search);
    mlflow.handle(SET_TAGS, this::setTags);
    mlflow.handle(DELETE_TAG, this::deleteTag);
    mlflow.handle(LOG_PARAMS, this::logParams);
  }

  private static List<KeyValue> entries(MlflowParameters in, String name) {
    return in.objects(name).stream()
        .map(entry -> new KeyValue(entry.required("key"), entry.text("value").orElse("")))
        .toList();
  }

  private static Map<String, Object> shown(LoggedModel model) {
    return Map.of("model", ShownModel.of(model));
  }

  private Object create(Caller caller, MlflowParameters in) {
    return shown(
        models.create(
            caller,
            new NewLoggedModel(
                in.required("experiment_id"),
                in.text("name"),
                in.text("model_type"),
                in.text("source_run_id").filter(text -> !text.isEmpty()),
                entries(in, "params"),
                entries(in, "tags"))));
  }

  private Reply get(Request request) {
    return Reply.of(
        shown(
            models.get(
                request.caller(),
                request.pathParam("model_id"),
                request.booleanQuery("allow_deleted").orElse(false))));
  }

  private Reply finish(Request request) {
    LoggedModel.Status status =
        MlflowParameters.of(request)
            .choice("status", LoggedModel.Status.class, "LOGGED_MODEL_")
            .orElseThrow(() -> HttpErrors.missingParameter("status"));
    return Reply.of(shown(models.finish(request.caller(), request.pathParam("model_id"), status)));
  }

  private Reply delete(Request request) {
    models.delete(request.caller(), request.pathParam("model_id"));
    return Reply.empty();
  }

  private Object search(Caller caller, MlflowParameters in) {
    List<String> orders =
        in.objects("order_by").stream()
            .map(
                order ->
                    quoted(order.required("field_name"))
                        + (order.flag("ascending").orElse(true) ? " ASC" : " DESC"))
            .toList();
    Page<LoggedModel> page =
        models.search(
            caller,
            new LoggedModelSearch(
                in.texts("experiment_ids"),
                in.text("filter"),
                orders,
                PageOffset.of(in, 50, 1000)));
    return new Found(page.items().stream().map(ShownModel::of).toList(), page.nextToken());
  }

  /** A field's name in the grammar, whose keys may need quotes: {@code metrics.f1-score}. */
  private static String quoted(String field) {
    int dot = field.indexOf('.');
    return dot < 0 || field.indexOf('`') >= 0
        ? field
        : field.substring(0, dot) + ".`" + field.substring(dot + 1) + "`";
  }

  private Reply setTags(Request request) {
    List<KeyValue> tags = entries(MlflowParameters.of(request), "tags");
    return Reply.of(shown(models.setTags(request.caller(), request.pathParam("model_id"), tags)));
  }

  private Reply deleteTag(Request request) {
    models.deleteTag(request.caller(), request.pathParam("model_id"), request.pathParam("tag_key"));
    return Reply.empty();
  }

  private Reply logParams(Request request) {
    models.addParams(
        request.caller(),
        request.pathParam("model_id"),
        entries(MlflowParameters.of(request), "params"));
    return Reply.empty();
  }

  record Found(
      @JsonProperty("models") List<ShownModel> models,
      @JsonProperty("next_page_token") Optional<String> nextPageToken) {}

  record ShownModel(@JsonProperty("info") ShownInfo info, @JsonProperty("data") ShownData data) {
    static ShownModel of(LoggedModel model) {
      return new ShownModel(
          ShownInfo.of(model),
          new ShownData(model.params(), model.metrics().stream().map(ShownMeasure::of).toList()));
    }
  }

  record ShownInfo(
      @JsonProperty("model_id") String id,
      @JsonProperty("experiment_id") String experimentId,
      @JsonProperty("name") String name,
      @JsonProperty("creation_timestamp_ms") long createdAt,
      @JsonProperty("last_updated_timestamp_ms") long updatedAt,
      @JsonProperty("artifact_uri") String artifactUri,
      @JsonProperty("status") String status,
      @JsonProperty("model_type") String modelType,
      @JsonProperty("source_run_id") String sourceRunId,
      @JsonProperty("tags") List<KeyValue> tags) {
    static ShownInfo of(LoggedModel model) {
      return new ShownInfo(
          model.id(),
          Long.toString(model.experimentId()),
          model.name(),
          model.createdAt(),
          model.updatedAt(),
          model.artifactUri(),
          model.status().text(),
          model.modelType(),
          model.sourceRunId().orElse(""),
          model.tags());
    }
  }

  @JsonInclude(JsonInclude.Include.NON_EMPTY)
  record ShownData(
      @JsonProperty("params") List<KeyValue> params,
      @JsonProperty("metrics") List<ShownMeasure> metrics) {}

  record ShownMeasure(
      @JsonProperty("key") String key,
      @JsonProperty("value") double value,
      @JsonProperty("timestamp") long timestamp,
      @JsonProperty("step") long step,
      @JsonProperty("run_id") String runId,
      @JsonProperty("dataset_name") Optional<String> datasetName,
      @JsonProperty("dataset_digest") Optional<String> datasetDigest) {
    static ShownMeasure of(LoggedModel.Measure measure) {
      return new ShownMeasure(
          measure.key(),
          measure.value(),
          measure.timestamp(),
          measure.step(),
          measure.runId(),
          measure.datasetName(),
          measure.datasetDigest());
    }
  }
}

package io.boathouse.training.experiment;

import static io.boathouse.platform.http.Endpoint.Method.GET;
import static io.boathouse.platform.http.Endpoint.Method.POST;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.boathouse.platform.auth.Caller;
import io.boathouse.platform.http.Api;
import io.boathouse.platform.http.Endpoint;
import io.boathouse.platform.http.Permission;
import io.boathouse.platform.http.Routes;
import io.boathouse.registry.mlflow.MlflowApi;
import io.boathouse.registry.mlflow.MlflowParameters;
import io.boathouse.registry.mlflow.PageOffset;
import io.boathouse.registry.mlflow.PageOffset.Page;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** MLflow's calls about experiments. */
public final class ExperimentRoutes implements Routes {
  private static final String BASE = "/api/2.0/mlflow/experiments/";
  private static final Permission READ = Permission.privileges("CAN_READ on the experiment");
  private static final Permission EDIT = Permission.privileges("CAN_EDIT on the experiment");
  private static final Permission MANAGE = Permission.privileges("CAN_MANAGE on the experiment");

  static final Endpoint CREATE =
      new Endpoint(POST, BASE + "create", "createExperiment")
          .requires(Permission.privileges("CREATE_EXPERIMENT on the metastore"));
  static final Endpoint SEARCH =
      new Endpoint(POST, BASE + "search", "searchExperiments").requires(READ);
  static final Endpoint SEARCH_BY_QUERY =
      new Endpoint(GET, BASE + "search", "searchExperimentsByQuery").requires(READ);
  static final Endpoint GET_ONE = new Endpoint(GET, BASE + "get", "getExperiment").requires(READ);
  static final Endpoint GET_BY_NAME =
      new Endpoint(GET, BASE + "get-by-name", "getExperimentByName").requires(READ);
  static final Endpoint DELETE =
      new Endpoint(POST, BASE + "delete", "deleteExperiment").requires(MANAGE);
  static final Endpoint RESTORE =
      new Endpoint(POST, BASE + "restore", "restoreExperiment").requires(MANAGE);
  static final Endpoint UPDATE =
      new Endpoint(POST, BASE + "update", "updateExperiment").requires(MANAGE);
  static final Endpoint SET_TAG =
      new Endpoint(POST, BASE + "set-experiment-tag", "setExperimentTag").requires(EDIT);
  static final Endpoint DELETE_TAG =
      new Endpoint(POST, BASE + "delete-experiment-tag", "deleteExperimentTag").requires(EDIT);

  private final ExperimentService experiments;

  public ExperimentRoutes(ExperimentService experiments) {
    this.experiments = experiments;
  }

  @Override
  public void mount(Api api) {
    MlflowApi mlflow = new MlflowApi(api);
    mlflow.call(CREATE, this::create);
    mlflow.call(SEARCH, this::search);
    mlflow.call(SEARCH_BY_QUERY, this::search);
    mlflow.call(GET_ONE, this::get);
    mlflow.call(GET_BY_NAME, this::getByName);
    mlflow.call(DELETE, this::delete);
    mlflow.call(RESTORE, this::restore);
    mlflow.call(UPDATE, this::update);
    mlflow.call(SET_TAG, this::setTag);
    mlflow.call(DELETE_TAG, this::deleteTag);
  }

  private Object create(Caller caller, MlflowParameters in) {
    List<KeyValue> tags =
        in.objects("tags").stream()
            .map(tag -> new KeyValue(tag.required("key"), tag.text("value").orElse("")))
            .toList();
    Optional<String> location = in.text("artifact_location").filter(text -> !text.isEmpty());
    Experiment created =
        experiments.create(caller, new NewExperiment(in.required("name"), location, tags));
    return Map.of("experiment_id", Long.toString(created.id()));
  }

  private Object search(Caller caller, MlflowParameters in) {
    Page<Experiment> page =
        experiments.search(
            caller,
            new ExperimentSearch(
                in.choice("view_type", Lifecycle.View.class, "").orElse(Lifecycle.View.ACTIVE_ONLY),
                in.text("filter"),
                in.texts("order_by"),
                PageOffset.of(in, 1000, 50_000)));
    return new Found(page.items().stream().map(Shown::of).toList(), page.nextToken());
  }

  private Object get(Caller caller, MlflowParameters in) {
    return Map.of("experiment", Shown.of(experiments.get(caller, in.required("experiment_id"))));
  }

  private Object getByName(Caller caller, MlflowParameters in) {
    return Map.of(
        "experiment", Shown.of(experiments.getByName(caller, in.required("experiment_name"))));
  }

  private Object delete(Caller caller, MlflowParameters in) {
    experiments.delete(caller, in.required("experiment_id"));
    return Map.of();
  }

  private Object restore(Caller caller, MlflowParameters in) {
    experiments.restore(caller, in.required("experiment_id"));
    return Map.of();
  }

  private Object update(Caller caller, MlflowParameters in) {
    experiments.rename(caller, in.required("experiment_id"), in.required("new_name"));
    return Map.of();
  }

  private Object setTag(Caller caller, MlflowParameters in) {
    experiments.setTag(
        caller,
        in.required("experiment_id"),
        new KeyValue(in.required("key"), in.text("value").orElse("")));
    return Map.of();
  }

  private Object deleteTag(Caller caller, MlflowParameters in) {
    experiments.deleteTag(caller, in.required("experiment_id"), in.required("key"));
    return Map.of();
  }

  record Found(
      @JsonProperty("experiments") List<Shown> experiments,
      @JsonProperty("next_page_token") Optional<String> nextPageToken) {}

  record Shown(
      @JsonProperty("experiment_id") String id,
      @JsonProperty("name") String name,
      @JsonProperty("artifact_location") String artifactLocation,
      @JsonProperty("lifecycle_stage") String lifecycleStage,
      @JsonProperty("last_update_time") long lastUpdateTime,
      @JsonProperty("creation_time") long creationTime,
      @JsonProperty("tags") List<KeyValue> tags) {
    static Shown of(Experiment experiment) {
      return new Shown(
          Long.toString(experiment.id()),
          experiment.name(),
          experiment.artifactLocation(),
          experiment.stage().text(),
          experiment.updatedAt(),
          experiment.createdAt(),
          experiment.tags());
    }
  }
}

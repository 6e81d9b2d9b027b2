package io.boathouse.training.run;

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
import io.boathouse.training.experiment.Experiment;
import io.boathouse.training.experiment.KeyValue;
import io.boathouse.training.experiment.Lifecycle;
import io.boathouse.training.run.RunWire.ShownInfo;
import io.boathouse.training.run.RunWire.ShownRun;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** MLflow's calls that create, find and end runs. */
public final class RunRoutes implements Routes {
  private static final String BASE = "/api/2.0/mlflow/runs/";
  private static final Permission READ = Permission.privileges("CAN_READ on the experiment");
  private static final Permission EDIT = Permission.privileges("CAN_EDIT on the experiment");

  static final Endpoint CREATE = new Endpoint(POST, BASE + "create", "createRun").requires(EDIT);
  static final Endpoint UPDATE = new Endpoint(POST, BASE + "update", "updateRun").requires(EDIT);
  static final Endpoint DELETE = new Endpoint(POST, BASE + "delete", "deleteRun").requires(EDIT);
  static final Endpoint RESTORE = new Endpoint(POST, BASE + "restore", "restoreRun").requires(EDIT);
  static final Endpoint GET_ONE = new Endpoint(GET, BASE + "get", "getRun").requires(READ);
  static final Endpoint SEARCH = new Endpoint(POST, BASE + "search", "searchRuns").requires(READ);
  static final Endpoint SEARCH_DATASETS =
      new Endpoint(POST, "/api/2.0/mlflow/experiments/search-datasets", "searchDatasets")
          .requires(READ);

  private final RunService runs;

  public RunRoutes(RunService runs) {
    this.runs = runs;
  }

  @Override
  public void mount(Api api) {
    MlflowApi mlflow = new MlflowApi(api);
    mlflow.call(CREATE, this::create);
    mlflow.call(UPDATE, this::update);
    mlflow.call(DELETE, this::delete);
    mlflow.call(RESTORE, this::restore);
    mlflow.call(GET_ONE, this::get);
    mlflow.call(SEARCH, this::search);
    mlflow.call(SEARCH_DATASETS, this::searchDatasets);
  }

  /** The run that a call is about; old clients call the parameter {@code run_uuid}. */
  static String runId(MlflowParameters in) {
    return in.requiredAny("run_id", "run_uuid");
  }

  static List<KeyValue> entries(MlflowParameters in, String name) {
    return in.objects(name).stream().map(RunRoutes::entry).toList();
  }

  static KeyValue entry(MlflowParameters in) {
    return new KeyValue(in.required("key"), in.text("value").orElse(""));
  }

  private Object create(Caller caller, MlflowParameters in) {
    NewRun run =
        new NewRun(
            in.text("experiment_id")
                .filter(id -> !id.isEmpty())
                .orElse(Long.toString(Experiment.DEFAULT_ID)),
            in.text("run_name"),
            in.text("user_id").filter(user -> !user.isBlank()),
            in.number("start_time"),
            entries(in, "tags"));
    return Map.of("run", ShownRun.of(runs.create(caller, run)));
  }

  private Object update(Caller caller, MlflowParameters in) {
    RunChange change =
        new RunChange(
            in.choice("status", RunStatus.class, ""), in.number("end_time"), in.text("run_name"));
    return Map.of("run_info", ShownInfo.of(runs.update(caller, runId(in), change)));
  }

  private Object delete(Caller caller, MlflowParameters in) {
    runs.delete(caller, runId(in));
    return Map.of();
  }

  private Object restore(Caller caller, MlflowParameters in) {
    runs.restore(caller, runId(in));
    return Map.of();
  }

  private Object get(Caller caller, MlflowParameters in) {
    return Map.of("run", ShownRun.of(runs.get(caller, runId(in))));
  }

  private Object search(Caller caller, MlflowParameters in) {
    RunSearch search =
        new RunSearch(
            in.texts("experiment_ids"),
            in.choice("run_view_type", Lifecycle.View.class, "").orElse(Lifecycle.View.ACTIVE_ONLY),
            in.text("filter"),
            in.texts("order_by"),
            PageOffset.of(in, 1000, 50_000));
    Page<Run> page = runs.search(caller, search);
    return new Found(page.items().stream().map(ShownRun::of).toList(), page.nextToken());
  }

  private Object searchDatasets(Caller caller, MlflowParameters in) {
    List<ShownSummary> summaries =
        runs.datasets(caller, in.texts("experiment_ids")).stream().map(ShownSummary::of).toList();
    return Map.of("dataset_summaries", summaries);
  }

  record Found(
      @JsonProperty("runs") List<ShownRun> runs,
      @JsonProperty("next_page_token") Optional<String> nextPageToken) {}

  record ShownSummary(
      @JsonProperty("experiment_id") String experimentId,
      @JsonProperty("name") String name,
      @JsonProperty("digest") String digest,
      @JsonProperty("context") Optional<String> context) {
    static ShownSummary of(DatasetSummary summary) {
      return new ShownSummary(
          summary.experimentId(), summary.name(), summary.digest(), summary.context());
    }
  }
}

package io.boathouse.training.run;

import static io.boathouse.platform.http.Endpoint.Method.GET;

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
import io.boathouse.training.run.MetricRepository.RunMetric;
import io.boathouse.training.run.RunWire.ShownMetric;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** MLflow's calls that read histories of metrics. */
public final class MetricRoutes implements Routes {
  private static final String BASE = "/api/2.0/mlflow/metrics/";
  private static final Permission READ = Permission.privileges("CAN_READ on the experiments");

  static final Endpoint HISTORY =
      new Endpoint(GET, BASE + "get-history", "getMetricHistory").requires(READ);
  static final Endpoint BULK =
      new Endpoint(GET, BASE + "get-history-bulk", "getMetricHistoryBulk").requires(READ);
  static final Endpoint BULK_INTERVAL =
      new Endpoint(GET, BASE + "get-history-bulk-interval", "getMetricHistoryBulkInterval")
          .requires(READ);

  private final MetricService metrics;

  public MetricRoutes(MetricService metrics) {
    this.metrics = metrics;
  }

  @Override
  public void mount(Api api) {
    MlflowApi mlflow = new MlflowApi(api);
    mlflow.call(HISTORY, this::history);
    mlflow.call(BULK, this::bulk);
    mlflow.call(BULK_INTERVAL, this::bulkInterval);
  }

  private Object history(Caller caller, MlflowParameters in) {
    String runId = RunRoutes.runId(in);
    PageOffset offset = PageOffset.of(in, MetricService.MAX_POINTS, MetricService.MAX_POINTS);
    Page<Metric> page = metrics.history(caller, runId, in.required("metric_key"), offset);
    return new History(
        page.items().stream().map(metric -> ShownMetric.of(runId, metric)).toList(),
        page.nextToken());
  }

  private Object bulk(Caller caller, MlflowParameters in) {
    int limit = PageOffset.of(in, MetricService.MAX_POINTS, MetricService.MAX_POINTS).limit();
    return shown(metrics.histories(caller, in.texts("run_id"), in.required("metric_key"), limit));
  }

  private Object bulkInterval(Caller caller, MlflowParameters in) {
    int steps = PageOffset.of(in, MetricService.MAX_SAMPLED, MetricService.MAX_SAMPLED).limit();
    return shown(
        metrics.sample(
            caller,
            in.texts("run_ids"),
            in.required("metric_key"),
            in.number("start_step"),
            in.number("end_step"),
            steps));
  }

  private static Object shown(List<RunMetric> points) {
    return Map.of(
        "metrics",
        points.stream().map(point -> ShownMetric.of(point.runId(), point.metric())).toList());
  }

  record History(
      @JsonProperty("metrics") List<ShownMetric> metrics,
      @JsonProperty("next_page_token") Optional<String> nextPageToken) {}
}

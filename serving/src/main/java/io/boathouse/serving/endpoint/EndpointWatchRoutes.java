package io.boathouse.serving.endpoint;

import static io.boathouse.platform.http.Endpoint.Method.GET;

import io.boathouse.platform.http.Api;
import io.boathouse.platform.http.Endpoint;
import io.boathouse.platform.http.ErrorFormat;
import io.boathouse.platform.http.Permission;
import io.boathouse.platform.http.Reply;
import io.boathouse.platform.http.Request;
import io.boathouse.platform.http.Routes;
import java.util.Map;

/** Meters and logs of serving endpoints, as Databricks clients ask for them. */
public final class EndpointWatchRoutes implements Routes {
  private static final String ONE = "/api/2.0/serving-endpoints/:name";
  private static final Permission MANAGE =
      Permission.privileges("CAN_MANAGE on the serving endpoint");

  static final Endpoint METRICS =
      new Endpoint(GET, ONE + "/metrics", "exportServingEndpointMetrics")
          .requires(Permission.privileges("CAN_VIEW on the serving endpoint"));
  static final Endpoint LOGS =
      new Endpoint(GET, ONE + "/served-models/:served/logs", "getServedModelLogs").requires(MANAGE);
  static final Endpoint BUILD_LOGS =
      new Endpoint(GET, ONE + "/served-models/:served/build-logs", "getServedModelBuildLogs")
          .requires(MANAGE);

  private final EndpointWatchService watch;

  public EndpointWatchRoutes(EndpointWatchService watch) {
    this.watch = watch;
  }

  @Override
  public void mount(Api api) {
    api.handle(
        METRICS,
        ErrorFormat.DATABRICKS,
        request -> Reply.text(watch.metrics(request.caller(), name(request))));
    api.handle(
        LOGS,
        ErrorFormat.DATABRICKS,
        request -> logs(watch.log(request.caller(), name(request), served(request))));
    api.handle(
        BUILD_LOGS,
        ErrorFormat.DATABRICKS,
        request -> logs(watch.loadingLog(request.caller(), name(request), served(request))));
  }

  private static Reply logs(String text) {
    return Reply.of(Map.of("logs", text));
  }

  private static String name(Request request) {
    return request.pathParam("name");
  }

  private static String served(Request request) {
    return request.pathParam("served");
  }
}

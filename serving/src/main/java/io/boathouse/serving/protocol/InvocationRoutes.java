package io.boathouse.serving.protocol;

import static io.boathouse.platform.http.Endpoint.Method.POST;

import io.boathouse.platform.auth.Caller;
import io.boathouse.platform.http.Api;
import io.boathouse.platform.http.Endpoint;
import io.boathouse.platform.http.ErrorFormat;
import io.boathouse.platform.http.Permission;
import io.boathouse.platform.http.Routes;
import io.vertx.ext.web.RoutingContext;
import java.util.Optional;

/** Queries of serving endpoints in MLflow's scoring protocol. */
public final class InvocationRoutes implements Routes {
  private static final Permission QUERY =
      Permission.privileges("CAN_QUERY on the serving endpoint");

  static final Endpoint INVOKE =
      new Endpoint(POST, "/serving-endpoints/:name/invocations", "queryServingEndpoint")
          .requires(QUERY);
  static final Endpoint INVOKE_ONE =
      new Endpoint(
              POST,
              "/serving-endpoints/:name/served-models/:served/invocations",
              "queryServedModel")
          .requires(QUERY);

  private final MlflowScoring scoring;

  InvocationRoutes(MlflowScoring scoring) {
    this.scoring = scoring;
  }

  @Override
  public void mount(Api api) {
    api.handleHot(INVOKE, ErrorFormat.DATABRICKS, (context, caller) -> invoke(context, caller));
    api.handleHot(INVOKE_ONE, ErrorFormat.DATABRICKS, (context, caller) -> invoke(context, caller));
  }

  private void invoke(RoutingContext context, Caller caller) {
    scoring.serve(
        context,
        caller,
        String.valueOf(context.pathParam("name")),
        Optional.ofNullable(context.pathParam("served")));
  }
}

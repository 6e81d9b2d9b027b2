package io.boathouse.serving.protocol;

import static io.boathouse.platform.http.Endpoint.Method.POST;

import io.boathouse.platform.auth.Caller;
import io.boathouse.platform.http.Api;
import io.boathouse.platform.http.Endpoint;
import io.boathouse.platform.http.ErrorFormat;
import io.boathouse.platform.http.Permission;
import io.boathouse.platform.http.Routes;
import io.boathouse.serving.inference.Asked;
import io.boathouse.serving.inference.LiveEndpoint;
import io.boathouse.serving.inference.LiveEntity;
import io.boathouse.serving.inference.Predictor;
import io.vertx.ext.web.RoutingContext;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

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

  private final HotPath hot;
  private final Predictor predictor;

  InvocationRoutes(HotPath hot, Predictor predictor) {
    this.hot = hot;
    this.predictor = predictor;
  }

  @Override
  public void mount(Api api) {
    api.handleHot(INVOKE, ErrorFormat.DATABRICKS, (context, caller) -> invoke(context, caller));
    api.handleHot(INVOKE_ONE, ErrorFormat.DATABRICKS, (context, caller) -> invoke(context, caller));
  }

  private void invoke(RoutingContext context, Caller caller) {
    String type = context.request().getHeader("content-type");
    boolean csv = isCsv(type);
    if (!csv && !isJson(type)) {
      var unused =
          context
              .response()
              .setStatusCode(415)
              .putHeader("Content-Type", "text/plain; charset=utf-8")
              .end(
                  "This predictor only supports the content types application/json and text/csv; got '%s'.\n"
                      .formatted(shown(type)));
      return;
    }
    Optional<String> served = Optional.ofNullable(context.pathParam("served"));
    hot.serve(
        context,
        caller,
        Voice.http(ErrorFormat.DATABRICKS),
        String.valueOf(context.pathParam("name")),
        (endpoint, asked) ->
            predictor.invoke(endpoint, served, csv ? fromCsv(endpoint, served, asked) : asked));
  }

  private static Asked fromCsv(LiveEndpoint endpoint, Optional<String> served, Asked asked) {
    LiveEntity entity = served.map(endpoint::entity).orElseGet(endpoint.entities()::getFirst);
    return asked.withBody(CsvBody.toJson(asked.body(), entity.inputs().fields()));
  }

  /** CSV in UTF-8. */
  private static boolean isCsv(@Nullable String type) {
    return type != null && isPlain(type, "text/csv");
  }

  /** JSON, with no parameter but the one charset that JSON has. */
  static boolean isJson(@Nullable String type) {
    return type != null && isPlain(type, "application/json");
  }

  private static boolean isPlain(String type, String wanted) {
    String[] parts = type.toLowerCase(Locale.ROOT).split(";", -1);
    boolean charset =
        parts.length == 1
            || (parts.length == 2 && parts[1].trim().replace("\"", "").equals("charset=utf-8"));
    return parts[0].trim().equals(wanted) && charset;
  }

  private static String shown(@Nullable String type) {
    String text = String.valueOf(type).replaceAll("\\p{Cntrl}", " ");
    return text.length() > 100 ? text.substring(0, 100) : text;
  }
}

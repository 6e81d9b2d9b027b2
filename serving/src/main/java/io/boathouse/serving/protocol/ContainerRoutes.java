package io.boathouse.serving.protocol;

import static io.boathouse.platform.http.Endpoint.Method.DELETE;
import static io.boathouse.platform.http.Endpoint.Method.GET;
import static io.boathouse.platform.http.Endpoint.Method.POST;

import io.boathouse.platform.auth.Caller;
import io.boathouse.platform.http.Api;
import io.boathouse.platform.http.Endpoint;
import io.boathouse.platform.http.ErrorFormat;
import io.boathouse.platform.http.Permission;
import io.boathouse.platform.http.Reply;
import io.boathouse.platform.http.Routes;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What MLflow's scoring server and a SageMaker container answer: probes, {@code /invocations}, and
 * the invocation of a container of several models, each of which is an endpoint (Amazon SageMaker
 * AI Developer Guide, "Custom inference code with hosting services"). {@code GET /models} is a page
 * of the console.
 */
public final class ContainerRoutes implements Routes {
  private static final String TARGET = "x-amzn-sagemaker-target-model";
  private static final String ATTRIBUTES = "x-amzn-sagemaker-custom-attributes";
  private static final String ACCEPT = "x-amzn-sagemaker-accept";
  private static final int LONGEST_ATTRIBUTES = 1024;
  private static final int PAYLOAD_MB = 16;
  private static final Permission QUERY =
      Permission.privileges("CAN_QUERY on the serving endpoint");

  static final Endpoint PING =
      new Endpoint(GET, "/ping", "pingContainer")
          .requires(Permission.open("says only that the server is up"));
  static final Endpoint INVOKE =
      new Endpoint(POST, "/invocations", "invokeContainer").requires(QUERY);
  static final Endpoint PARAMETERS =
      new Endpoint(GET, "/execution-parameters", "getContainerParameters")
          .requires(Permission.open("says only how requests are to be sent"));
  static final Endpoint INVOKE_MODEL =
      new Endpoint(POST, "/models/:model/invoke", "invokeContainerModel").requires(QUERY);

  private static final List<Endpoint> NOT_HERE =
      List.of(
          new Endpoint(POST, "/models", "loadContainerModel").requires(QUERY),
          new Endpoint(DELETE, "/models/:model", "unloadContainerModel").requires(QUERY));

  private final MlflowScoring scoring;
  private final Optional<String> endpoint;
  private final int concurrent;

  /**
   * @param endpoint that answers requests which name none
   * @param concurrent how many requests one endpoint takes at once
   */
  ContainerRoutes(MlflowScoring scoring, Optional<String> endpoint, int concurrent) {
    this.scoring = scoring;
    this.endpoint = endpoint;
    this.concurrent = concurrent;
  }

  @Override
  public void mount(Api api) {
    api.handle(PING, ErrorFormat.TEXT, request -> Reply.text("\n"));
    api.handle(
        PARAMETERS,
        ErrorFormat.DATABRICKS,
        request ->
            Reply.of(
                Map.of(
                    "MaxConcurrentTransforms",
                    concurrent,
                    "BatchStrategy",
                    "MULTI_RECORD",
                    "MaxPayloadInMB",
                    PAYLOAD_MB)));
    api.handleHot(INVOKE, ErrorFormat.DATABRICKS, (context, caller) -> invoke(context, caller));
    api.handleHot(
        INVOKE_MODEL,
        ErrorFormat.DATABRICKS,
        (context, caller) -> ask(context, caller, String.valueOf(context.pathParam("model"))));
    NOT_HERE.forEach(
        one ->
            api.unsupported(
                one,
                ErrorFormat.DATABRICKS,
                "Endpoints are made and deleted under /api/2.0/serving-endpoints."));
  }

  private void invoke(RoutingContext context, Caller caller) {
    String name =
        Optional.ofNullable(context.request().getHeader(TARGET))
            .or(() -> endpoint)
            .orElseThrow(() -> ProtocolErrors.noTarget(TARGET));
    ask(context, caller, name);
  }

  private void ask(RoutingContext context, Caller caller, String name) {
    HttpServerRequest request = context.request();
    String accept = request.getHeader(ACCEPT);
    if (accept != null && !accept.matches("(?i)\\*/\\*|application/(json|\\*)([;,].*)?")) {
      throw ProtocolErrors.invalidHeader(ACCEPT, accept, "application/json");
    }
    String attributes = request.getHeader(ATTRIBUTES);
    if (attributes != null) {
      if (attributes.length() > LONGEST_ATTRIBUTES || !attributes.matches("[\\x20-\\x7e]*")) {
        throw ProtocolErrors.invalidHeader(
            ATTRIBUTES, attributes, "at most 1024 printable characters of ASCII");
      }
      var unused = context.response().putHeader(ATTRIBUTES, attributes);
    }
    scoring.serve(context, caller, name, Optional.empty());
  }
}

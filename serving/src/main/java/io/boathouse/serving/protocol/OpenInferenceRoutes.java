package io.boathouse.serving.protocol;

import static io.boathouse.platform.http.Endpoint.Method.GET;
import static io.boathouse.platform.http.Endpoint.Method.POST;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import io.boathouse.platform.auth.Caller;
import io.boathouse.platform.http.Api;
import io.boathouse.platform.http.Endpoint;
import io.boathouse.platform.http.ErrorFormat;
import io.boathouse.platform.http.Permission;
import io.boathouse.platform.http.Reply;
import io.boathouse.platform.http.Request;
import io.boathouse.platform.http.Routes;
import io.boathouse.platform.json.Json;
import io.boathouse.serving.endpoint.EndpointService;
import io.boathouse.serving.inference.LiveEndpoint;
import io.boathouse.serving.inference.LiveEntity;
import io.boathouse.serving.inference.Predictor;
import io.vertx.ext.web.RoutingContext;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The Open Inference Protocol over HTTP and JSON; a model's name is that of its endpoint. */
public final class OpenInferenceRoutes implements Routes {
  private static final String MODEL = "/v2/models/:model";
  private static final String VERSION = MODEL + "/versions/:version";
  private static final Permission PROBE = Permission.open("says only whether the server answers");
  private static final Permission QUERY =
      Permission.privileges("CAN_QUERY on the serving endpoint");

  private static final Permission MANAGE =
      Permission.privileges("CAN_MANAGE on the serving endpoint");

  static final Endpoint SERVER =
      new Endpoint(GET, "/v2", "getInferenceServer")
          .requires(Permission.open("says only what the protocol is called"));
  static final Endpoint LIVE =
      new Endpoint(GET, "/v2/health/live", "getInferenceLiveness").requires(PROBE);
  static final Endpoint READY =
      new Endpoint(GET, "/v2/health/ready", "getInferenceReadiness").requires(PROBE);
  static final Endpoint METADATA = new Endpoint(GET, MODEL, "getInferenceModel").requires(QUERY);
  static final Endpoint VERSION_METADATA =
      new Endpoint(GET, VERSION, "getInferenceModelVersion").requires(QUERY);
  static final Endpoint MODEL_READY =
      new Endpoint(GET, MODEL + "/ready", "getInferenceModelReadiness").requires(QUERY);
  static final Endpoint VERSION_READY =
      new Endpoint(GET, VERSION + "/ready", "getInferenceVersionReadiness").requires(QUERY);
  static final Endpoint INFER = new Endpoint(POST, MODEL + "/infer", "infer").requires(QUERY);
  static final Endpoint VERSION_INFER =
      new Endpoint(POST, VERSION + "/infer", "inferVersion").requires(QUERY);

  static final Endpoint INDEX =
      new Endpoint(POST, "/v2/repository/index", "inferenceRepositoryIndex")
          .requires(Permission.authenticated("only endpoints that the caller may query"));

  static final Endpoint LOAD =
      new Endpoint(POST, "/v2/repository/models/:model/load", "inferenceRepositoryLoad")
          .requires(MANAGE);
  static final Endpoint UNLOAD =
      new Endpoint(POST, "/v2/repository/models/:model/unload", "inferenceRepositoryUnload")
          .requires(MANAGE);

  /** What is offered beyond the protocol's core. */
  static final List<String> EXTENSIONS = List.of("binary_tensor_data", "model_repository");

  private static final String JSON_LENGTH = "inference-header-content-length";

  private static final List<Endpoint> NOT_YET =
      List.of(
          new Endpoint(GET, MODEL + "/stats", "getInferenceModelStatistics").requires(QUERY),
          new Endpoint(GET, MODEL + "/config", "getInferenceModelConfig").requires(QUERY),
          new Endpoint(POST, MODEL + "/generate", "inferenceGenerate").requires(QUERY),
          new Endpoint(POST, MODEL + "/generate_stream", "inferenceGenerateStream")
              .requires(QUERY));

  private final HotPath hot;
  private final EndpointService endpoints;
  private final ModelRepository repository;
  private final Predictor predictor;

  OpenInferenceRoutes(HotPath hot, EndpointService endpoints, Predictor predictor) {
    this.hot = hot;
    this.endpoints = endpoints;
    this.repository = new ModelRepository(endpoints);
    this.predictor = predictor;
  }

  @Override
  public void mount(Api api) {
    ErrorFormat errors = ErrorFormat.OPEN_INFERENCE;
    api.handle(
        SERVER,
        errors,
        request ->
            Reply.of(Map.of("name", "boathouse", "version", version(), "extensions", EXTENSIONS)));
    api.handle(LIVE, errors, request -> Reply.of(Map.of("live", true)));
    api.handle(READY, errors, request -> Reply.of(Map.of("ready", true)));
    api.handle(METADATA, errors, this::metadata);
    api.handle(VERSION_METADATA, errors, this::versionMetadata);
    api.handle(MODEL_READY, errors, this::ready);
    api.handle(VERSION_READY, errors, this::versionReady);
    api.handleHot(INFER, errors, this::infer);
    api.handleHot(VERSION_INFER, errors, this::infer);
    api.handle(INDEX, errors, this::index);
    api.handle(LOAD, errors, this::load);
    api.handle(UNLOAD, errors, this::unload);
    NOT_YET.forEach(
        endpoint ->
            api.unsupported(
                endpoint, errors, "Endpoints are managed under /api/2.0/serving-endpoints."));
  }

  private static Optional<Integer> jsonBytes(RoutingContext context) {
    String length = context.request().getHeader(JSON_LENGTH);
    if (length == null) {
      return Optional.empty();
    }
    if (!length.matches("[0-9]{1,9}")) {
      throw ProtocolErrors.invalidHeader(JSON_LENGTH, length, "a number of bytes");
    }
    return Optional.of(Integer.parseInt(length));
  }

  static String version() {
    String version = OpenInferenceRoutes.class.getPackage().getImplementationVersion();
    return version == null ? "development" : version;
  }

  /** What does not answer is not told of. */
  private Reply index(Request request) {
    ArrayNode models = Json.mapper().createArrayNode();
    boolean readyOnly = body(request).path("ready").asBoolean(false);
    for (ModelRepository.Entry entry : repository.index(request.caller(), readyOnly)) {
      models
          .addObject()
          .put("name", entry.name())
          .put("version", entry.version())
          .put("state", entry.state())
          .put("reason", entry.reason());
    }
    return Reply.of(models);
  }

  private Reply load(Request request) {
    ModelRepository.requireNoFiles(body(request));
    repository.load(request.caller(), request.pathParam("model"));
    return Reply.of(Map.of());
  }

  private Reply unload(Request request) {
    ModelRepository.requireNoFiles(body(request));
    repository.unload(request.caller(), request.pathParam("model"));
    return Reply.of(Map.of());
  }

  private static JsonNode body(Request request) {
    return request.body().length == 0 ? Json.mapper().createObjectNode() : request.json();
  }

  private Reply metadata(Request request) {
    LiveEndpoint endpoint = endpoint(request);
    return Reply.of(
        OpenInference.metadata(
            endpoint.name(), endpoint.entities(), endpoint.entities().getFirst()));
  }

  private Reply versionMetadata(Request request) {
    LiveEndpoint endpoint = endpoint(request);
    LiveEntity entity = version(endpoint, request.pathParam("version"));
    return Reply.of(OpenInference.metadata(endpoint.name(), endpoint.entities(), entity));
  }

  private Reply ready(Request request) {
    return Reply.of(Map.of("name", endpoint(request).name(), "ready", true));
  }

  private Reply versionReady(Request request) {
    LiveEndpoint endpoint = endpoint(request);
    LiveEntity entity = version(endpoint, request.pathParam("version"));
    return Reply.of(
        Map.of(
            "name", endpoint.name(), "version", Integer.toString(entity.version()), "ready", true));
  }

  private LiveEndpoint endpoint(Request request) {
    return endpoints.requireQueryable(request.caller(), request.pathParam("model"));
  }

  private void infer(RoutingContext context, Caller caller) {
    Optional<Integer> jsonBytes = jsonBytes(context);
    @Nullable String wanted = context.pathParam("version");
    hot.serve(
        context,
        caller,
        Voice.http(ErrorFormat.OPEN_INFERENCE),
        String.valueOf(context.pathParam("model")),
        (endpoint, asked) ->
            predictor.answer(
                endpoint,
                wanted == null ? Optional.empty() : Optional.of(version(endpoint, wanted).name()),
                asked,
                (entity, body) -> OpenInference.prepare(endpoint.name(), entity, body, jsonBytes)));
  }

  static LiveEntity version(LiveEndpoint endpoint, String version) {
    return endpoint.entities().stream()
        .filter(entity -> Integer.toString(entity.version()).equals(version))
        .findFirst()
        .orElseThrow(() -> ProtocolErrors.versionNotFound(endpoint.name(), version));
  }
}

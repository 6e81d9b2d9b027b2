package io.boathouse.serving.endpoint;

import static io.boathouse.platform.http.Endpoint.Method.DELETE;
import static io.boathouse.platform.http.Endpoint.Method.GET;
import static io.boathouse.platform.http.Endpoint.Method.PATCH;
import static io.boathouse.platform.http.Endpoint.Method.POST;
import static io.boathouse.platform.http.Endpoint.Method.PUT;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.boathouse.featurestore.spec.FeatureSpecService;
import io.boathouse.platform.http.Api;
import io.boathouse.platform.http.Endpoint;
import io.boathouse.platform.http.ErrorFormat;
import io.boathouse.platform.http.Page;
import io.boathouse.platform.http.PageRequest;
import io.boathouse.platform.http.Permission;
import io.boathouse.platform.http.Reply;
import io.boathouse.platform.http.Request;
import io.boathouse.platform.http.Routes;
import io.boathouse.platform.json.Json;
import io.boathouse.registry.version.ModelVersionService;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Management of serving endpoints, as Databricks clients speak it. */
public final class EndpointRoutes implements Routes {
  private static final String BASE = "/api/2.0/serving-endpoints";
  private static final int MOST_TAGS = 20;
  private static final int MOST_REASON = 500;
  private static final String ONE = BASE + "/:name";
  private static final Permission MANAGE =
      Permission.privileges("CAN_MANAGE on the serving endpoint");
  private static final Permission VIEW = Permission.privileges("CAN_VIEW on the serving endpoint");

  static final Endpoint CREATE =
      new Endpoint(POST, BASE, "createServingEndpoint")
          .requires(
              Permission.privileges(
                  "CREATE_SERVING_ENDPOINT on the metastore",
                  "EXECUTE on the models",
                  "SELECT on the feature tables"));
  static final Endpoint LIST =
      new Endpoint(GET, BASE, "listServingEndpoints")
          .requires(Permission.authenticated("only endpoints that the caller may see"));
  static final Endpoint GET_ONE = new Endpoint(GET, ONE, "getServingEndpoint").requires(VIEW);
  static final Endpoint UPDATE_CONFIG =
      new Endpoint(PUT, ONE + "/config", "updateServingEndpointConfig").requires(MANAGE);
  static final Endpoint DELETE_ONE =
      new Endpoint(DELETE, ONE, "deleteServingEndpoint")
          .requires(Permission.privileges("MANAGE on the serving endpoint"));

  static final Endpoint OPEN_API =
      new Endpoint(GET, ONE + "/openapi", "getServingEndpointOpenApi")
          .requires(Permission.privileges("CAN_QUERY on the serving endpoint"));

  static final Endpoint RATE_LIMITS =
      new Endpoint(PUT, ONE + "/rate-limits", "putServingEndpointRateLimits").requires(MANAGE);
  static final Endpoint TAGS =
      new Endpoint(PATCH, ONE + "/tags", "patchServingEndpointTags").requires(MANAGE);
  static final Endpoint TRAFFIC =
      new Endpoint(
              GET,
              "/api/2.0/boathouse/serving-endpoints/:name/traffic",
              "getServingEndpointTraffic")
          .requires(VIEW);

  static final Endpoint FREEZE =
      new Endpoint(
              PUT, "/api/2.0/boathouse/serving-endpoints/:name/freeze", "freezeServingEndpoint")
          .requires(MANAGE);
  static final Endpoint THAW =
      new Endpoint(
              DELETE, "/api/2.0/boathouse/serving-endpoints/:name/freeze", "thawServingEndpoint")
          .requires(MANAGE);
  static final Endpoint EVENTS =
      new Endpoint(
              GET, "/api/2.0/boathouse/serving-endpoints/:name/events", "listServingEndpointEvents")
          .requires(VIEW);

  private static final List<Endpoint> NOT_YET =
      List.of(
          new Endpoint(PUT, ONE + "/ai-gateway", "putServingEndpointAiGateway").requires(MANAGE),
          new Endpoint(PATCH, ONE + "/notifications", "updateServingEndpointNotifications")
              .requires(MANAGE));

  private final EndpointService endpoints;
  private final ConfigReader configs;

  public EndpointRoutes(
      EndpointService endpoints, ModelVersionService versions, FeatureSpecService specs) {
    this.endpoints = endpoints;
    this.configs = new ConfigReader(versions, specs);
  }

  @Override
  public void mount(Api api) {
    api.handle(CREATE, ErrorFormat.DATABRICKS, this::create);
    api.handle(LIST, ErrorFormat.DATABRICKS, this::list);
    api.handle(GET_ONE, ErrorFormat.DATABRICKS, this::get);
    api.handle(UPDATE_CONFIG, ErrorFormat.DATABRICKS, this::updateConfig);
    api.handle(DELETE_ONE, ErrorFormat.DATABRICKS, this::delete);
    api.handle(OPEN_API, ErrorFormat.DATABRICKS, this::openApi);
    api.handle(RATE_LIMITS, ErrorFormat.DATABRICKS, this::rateLimits);
    api.handle(TAGS, ErrorFormat.DATABRICKS, this::tags);
    api.handle(
        TRAFFIC,
        ErrorFormat.DATABRICKS,
        request -> Reply.of(endpoints.traffic(request.caller(), request.pathParam("name"))));
    api.handle(FREEZE, ErrorFormat.DATABRICKS, this::freeze);
    api.handle(
        THAW,
        ErrorFormat.DATABRICKS,
        request ->
            Reply.of(EndpointWire.of(endpoints.thaw(request.caller(), request.pathParam("name")))));
    api.handle(
        EVENTS,
        ErrorFormat.DATABRICKS,
        request ->
            Reply.of(
                Map.of("events", endpoints.events(request.caller(), request.pathParam("name")))));
    NOT_YET.forEach(
        endpoint ->
            api.unsupported(
                endpoint,
                ErrorFormat.DATABRICKS,
                "The times of predictions by phase are under /metrics."));
  }

  private Reply create(Request request) {
    JsonNode body = request.json();
    String name = body.path("name").asText("");
    if (name.isEmpty()) {
      throw EndpointErrors.missing("name");
    }
    EndpointService.NewEndpoint.requireName(name);
    JsonNode config = body.path("config");
    // Whoever may not create learns nothing about models by asking.
    endpoints.requireMayCreate(request.caller());
    var wanted =
        new EndpointService.NewEndpoint(
            name,
            config.isObject()
                ? Optional.of(configs.read(request.caller(), config, body.path("ai_gateway")))
                : Optional.empty(),
            Optional.ofNullable(body.path("description").textValue()),
            new ServingEndpoint.Details(
                tags(body.path("tags")),
                PolicyReader.rateLimits(body.path("rate_limits")),
                Optional.empty()));
    return Reply.of(EndpointWire.of(endpoints.create(request.caller(), wanted)));
  }

  private static Map<String, String> tags(JsonNode list) {
    Map<String, String> tags = new LinkedHashMap<>();
    for (JsonNode tag : list) {
      String key = tag.path("key").asText("");
      if (key.isEmpty() || key.length() > 127) {
        throw EndpointErrors.invalid("tags.key", key, "1 to 127 characters");
      }
      tags.put(key, tag.path("value").asText(""));
    }
    return tags;
  }

  private Reply tags(Request request) {
    Map<String, String> added = tags(request.json().path("add_tags"));
    JsonNode deleted = request.json().path("delete_tags");
    ServingEndpoint changed =
        endpoints.updateTags(
            request.caller(),
            request.pathParam("name"),
            before -> {
              Map<String, String> after = new LinkedHashMap<>(before);
              deleted.forEach(key -> after.remove(key.asText()));
              after.putAll(added);
              if (after.size() > MOST_TAGS) {
                throw EndpointErrors.invalid(
                    "add_tags", Integer.toString(after.size()), "at most 20 tags");
              }
              return after;
            });
    ObjectNode reply = Json.mapper().createObjectNode();
    ArrayNode list = reply.putArray("tags");
    changed.tags().forEach((key, value) -> list.addObject().put("key", key).put("value", value));
    return Reply.of(reply);
  }

  private Reply rateLimits(Request request) {
    ServingEndpoint changed =
        endpoints.updateRateLimits(
            request.caller(),
            request.pathParam("name"),
            PolicyReader.rateLimits(request.json().path("rate_limits")));
    ObjectNode reply = Json.mapper().createObjectNode();
    PolicyReader.writeRateLimits(changed.rateLimits(), reply);
    return Reply.of(reply);
  }

  private Reply freeze(Request request) {
    String reason = request.json(FreezeBody.class).text();
    if (reason.isEmpty() || reason.length() > MOST_REASON) {
      throw EndpointErrors.invalid("reason", reason, "1 to 500 characters that say why");
    }
    return Reply.of(
        EndpointWire.of(endpoints.freeze(request.caller(), request.pathParam("name"), reason)));
  }

  /** The protocol has no pages, so all of them are put together. */
  private Reply list(Request request) {
    ObjectNode reply = Json.mapper().createObjectNode();
    ArrayNode all = reply.putArray("endpoints");
    PageRequest page = PageRequest.of(request, 1000, 1000);
    while (true) {
      Page<ServingEndpoint> found = endpoints.list(request.caller(), page);
      found.items().forEach(endpoint -> all.add(EndpointWire.summary(endpoint)));
      if (found.nextPageToken().isEmpty()) {
        return Reply.of(reply);
      }
      page = new PageRequest(1000, found.nextPageToken());
    }
  }

  private Reply get(Request request) {
    return Reply.of(EndpointWire.of(endpoints.get(request.caller(), request.pathParam("name"))));
  }

  private Reply updateConfig(Request request) {
    String name = request.pathParam("name");
    endpoints.requireMayUpdate(request.caller(), name);
    EndpointConfig config =
        configs.read(request.caller(), request.json(), MissingNode.getInstance());
    return Reply.of(EndpointWire.of(endpoints.updateConfig(request.caller(), name, config)));
  }

  private Reply openApi(Request request) {
    return Reply.of(
        EndpointOpenApi.of(endpoints.getQueryable(request.caller(), request.pathParam("name"))));
  }

  private Reply delete(Request request) {
    endpoints.delete(request.caller(), request.pathParam("name"));
    return Reply.empty();
  }

  record FreezeBody(@JsonProperty("reason") @Nullable String reason) {
    String text() {
      return reason == null ? "" : reason.strip();
    }
  }
}

package io.boathouse.platform.http;

import static io.boathouse.platform.http.Endpoint.Method.GET;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;

/** The server's own description: the list of its endpoints and the OpenAPI document. */
final class ApiCatalogRoutes implements Routes {
  static final Endpoint LIST =
      new Endpoint(GET, "/api/2.0/boathouse/endpoints", "listEndpoints")
          .requires(Permission.authenticated("the list holds no data"));
  static final Endpoint OPENAPI =
      new Endpoint(GET, "/api/2.0/boathouse/openapi.json", "getOpenApi")
          .requires(Permission.authenticated("the description holds no data"));

  private final ApiCatalog catalog;

  ApiCatalogRoutes(ApiCatalog catalog) {
    this.catalog = catalog;
  }

  @Override
  public void mount(Api api) {
    api.handle(LIST, ErrorFormat.DATABRICKS, request -> Reply.of(list()));
    api.handle(
        OPENAPI,
        ErrorFormat.DATABRICKS,
        request -> Reply.of(OpenApiDocument.of(catalog.endpoints())));
  }

  private EndpointList list() {
    return new EndpointList(catalog.endpoints().stream().map(EndpointInfo::of).toList());
  }

  record EndpointList(@JsonProperty("endpoints") List<EndpointInfo> endpoints) {}

  record EndpointInfo(
      @JsonProperty("method") String method,
      @JsonProperty("path") String path,
      @JsonProperty("operation_id") String operationId,
      @JsonProperty("permission") String permission) {
    static EndpointInfo of(Endpoint endpoint) {
      return new EndpointInfo(
          endpoint.method().name(),
          endpoint.path(),
          endpoint.operationId(),
          ApiCatalog.words(endpoint.permission()));
    }
  }
}

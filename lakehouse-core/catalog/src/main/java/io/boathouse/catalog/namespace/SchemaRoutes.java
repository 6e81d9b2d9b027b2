package io.boathouse.catalog.namespace;

import static io.boathouse.platform.http.Endpoint.Method.DELETE;
import static io.boathouse.platform.http.Endpoint.Method.GET;
import static io.boathouse.platform.http.Endpoint.Method.PATCH;
import static io.boathouse.platform.http.Endpoint.Method.POST;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import io.boathouse.catalog.securable.FullName;
import io.boathouse.catalog.securable.NewSecurable;
import io.boathouse.catalog.securable.SecurableType;
import io.boathouse.platform.http.Api;
import io.boathouse.platform.http.Endpoint;
import io.boathouse.platform.http.ErrorFormat;
import io.boathouse.platform.http.HttpErrors;
import io.boathouse.platform.http.Page;
import io.boathouse.platform.http.PageRequest;
import io.boathouse.platform.http.Permission;
import io.boathouse.platform.http.Reply;
import io.boathouse.platform.http.Request;
import io.boathouse.platform.http.Routes;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Unity Catalog's schemas. */
public final class SchemaRoutes implements Routes {
  private static final String ALL = "/api/2.1/unity-catalog/schemas";
  private static final String ONE = ALL + "/:name";

  static final Endpoint CREATE =
      new Endpoint(POST, ALL, "createSchema")
          .requires(Permission.privileges("CREATE_SCHEMA on the catalog"));
  static final Endpoint LIST =
      new Endpoint(GET, ALL, "listSchemas")
          .requires(Permission.authenticated("only schemas that the caller may see"));
  static final Endpoint GET_ONE =
      new Endpoint(GET, ONE, "getSchema")
          .requires(Permission.privileges("any privilege on the schema"));
  static final Endpoint UPDATE =
      new Endpoint(PATCH, ONE, "updateSchema")
          .requires(Permission.privileges("MANAGE on the schema"));
  static final Endpoint DELETE_ONE =
      new Endpoint(DELETE, ONE, "deleteSchema")
          .requires(Permission.privileges("MANAGE on the schema"));

  private final NamespaceService namespaces;

  public SchemaRoutes(NamespaceService namespaces) {
    this.namespaces = namespaces;
  }

  @Override
  public void mount(Api api) {
    api.handle(CREATE, ErrorFormat.UNITY_CATALOG, this::create);
    api.handle(LIST, ErrorFormat.UNITY_CATALOG, this::list);
    api.handle(GET_ONE, ErrorFormat.UNITY_CATALOG, this::get);
    api.handle(UPDATE, ErrorFormat.UNITY_CATALOG, this::update);
    api.handle(DELETE_ONE, ErrorFormat.UNITY_CATALOG, this::delete);
  }

  record CreateRequest(
      @JsonProperty("name") @Nullable String name,
      @JsonProperty("catalog_name") @Nullable String catalogName,
      @JsonProperty("comment") @Nullable String comment,
      @JsonProperty("properties") @Nullable Map<String, String> properties,
      @JsonProperty("storage_root") @Nullable String storageRoot) {}

  private Reply create(Request request) {
    CreateRequest body = request.json(CreateRequest.class);
    NewSecurable wanted =
        new NewSecurable(
            SecurableType.SCHEMA,
            FullName.of(
                required("catalog_name", body.catalogName()), required("name", body.name())),
            Optional.ofNullable(body.comment()),
            Objects.requireNonNullElse(body.properties(), Map.of()));
    Namespace created =
        namespaces.create(request.caller(), wanted, Optional.ofNullable(body.storageRoot()));
    return Reply.of(NamespaceInfo.of(created));
  }

  private Reply list(Request request) {
    PageRequest asked = PageRequest.of(request, 100, 100);
    Page<Namespace> page =
        namespaces.listSchemas(
            request.caller(), FullName.of(request.requiredQuery("catalog_name")), asked);
    return Reply.of(
        new ListReply(
            page.items().stream().map(NamespaceInfo::of).toList(),
            page.nextPageToken().orElse(null)));
  }

  private Reply get(Request request) {
    return Reply.of(
        NamespaceInfo.of(namespaces.get(request.caller(), SecurableType.SCHEMA, name(request))));
  }

  private Reply update(Request request) {
    NamespaceUpdate body = request.json(NamespaceUpdate.class);
    return Reply.of(
        NamespaceInfo.of(
            namespaces.update(
                request.caller(), SecurableType.SCHEMA, name(request), body.toChange())));
  }

  private Reply delete(Request request) {
    boolean force = request.booleanQuery("force").orElse(false);
    namespaces.delete(request.caller(), SecurableType.SCHEMA, name(request), force);
    return Reply.empty();
  }

  private static FullName name(Request request) {
    return FullName.parse(SecurableType.SCHEMA, request.pathParam("name"));
  }

  private static String required(String field, @Nullable String value) {
    if (value == null) {
      throw HttpErrors.missingParameter(field);
    }
    return value;
  }

  @JsonInclude(JsonInclude.Include.NON_NULL)
  record ListReply(
      @JsonProperty("schemas") List<NamespaceInfo> items,
      @JsonProperty("next_page_token") @Nullable String nextPageToken) {}
}

package io.boathouse.catalog.namespace;

import static io.boathouse.platform.http.Endpoint.Method.DELETE;
import static io.boathouse.platform.http.Endpoint.Method.GET;
import static io.boathouse.platform.http.Endpoint.Method.PATCH;
import static io.boathouse.platform.http.Endpoint.Method.POST;

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
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Unity Catalog's catalogs, or its schemas: the two levels above things take the same calls. */
public final class NamespaceRoutes implements Routes {
  private static final String BASE = "/api/2.1/unity-catalog/";

  private final NamespaceService namespaces;
  private final SecurableType type;
  private final Endpoint create;
  private final Endpoint list;
  private final Endpoint getOne;
  private final Endpoint update;
  private final Endpoint deleteOne;

  private NamespaceRoutes(NamespaceService namespaces, SecurableType type, String parent) {
    String one = type.label();
    String all = BASE + one + "s";
    String operation = one.substring(0, 1).toUpperCase(Locale.ROOT) + one.substring(1);
    Permission manage = Permission.privileges("MANAGE on the " + one);
    this.namespaces = namespaces;
    this.type = type;
    this.create =
        new Endpoint(POST, all, "create" + operation)
            .requires(Permission.privileges("CREATE_%s on the %s".formatted(type, parent)));
    this.list =
        new Endpoint(GET, all, "list" + operation + "s")
            .requires(Permission.authenticated("only %ss that the caller may see".formatted(one)));
    this.getOne =
        new Endpoint(GET, all + "/:name", "get" + operation)
            .requires(Permission.privileges("any privilege on the " + one));
    this.update = new Endpoint(PATCH, all + "/:name", "update" + operation).requires(manage);
    this.deleteOne = new Endpoint(DELETE, all + "/:name", "delete" + operation).requires(manage);
  }

  /** The endpoints of catalogs. */
  public static NamespaceRoutes catalogs(NamespaceService namespaces) {
    return new NamespaceRoutes(namespaces, SecurableType.CATALOG, "metastore");
  }

  /** The endpoints of schemas. */
  public static NamespaceRoutes schemas(NamespaceService namespaces) {
    return new NamespaceRoutes(namespaces, SecurableType.SCHEMA, "catalog");
  }

  @Override
  public void mount(Api api) {
    api.handle(create, ErrorFormat.UNITY_CATALOG, this::create);
    api.handle(list, ErrorFormat.UNITY_CATALOG, this::list);
    api.handle(getOne, ErrorFormat.UNITY_CATALOG, this::get);
    api.handle(update, ErrorFormat.UNITY_CATALOG, this::update);
    api.handle(deleteOne, ErrorFormat.UNITY_CATALOG, this::delete);
  }

  record CreateRequest(
      @JsonProperty("name") @Nullable String name,
      @JsonProperty("catalog_name") @Nullable String catalogName,
      @JsonProperty("comment") @Nullable String comment,
      @JsonProperty("properties") @Nullable Map<String, String> properties,
      @JsonProperty("storage_root") @Nullable String storageRoot) {
    FullName fullName(SecurableType type) {
      String own = HttpErrors.required("name", name);
      if (type == SecurableType.SCHEMA) {
        return FullName.of(HttpErrors.required("catalog_name", catalogName), own);
      }
      if (catalogName != null) {
        throw HttpErrors.invalidParameter("catalog_name", catalogName, "none: a catalog has none");
      }
      return FullName.of(own);
    }
  }

  private Reply create(Request request) {
    CreateRequest body = request.json(CreateRequest.class);
    NewSecurable wanted =
        new NewSecurable(
            type,
            body.fullName(type),
            Optional.ofNullable(body.comment()),
            Objects.requireNonNullElse(body.properties(), Map.of()));
    Namespace created =
        namespaces.create(request.caller(), wanted, Optional.ofNullable(body.storageRoot()));
    return Reply.of(NamespaceInfo.of(created));
  }

  private Reply list(Request request) {
    PageRequest asked = PageRequest.of(request, 100, 100);
    Page<Namespace> page =
        type == SecurableType.CATALOG
            ? namespaces.listCatalogs(request.caller(), asked)
            : namespaces.listSchemas(
                request.caller(), FullName.of(request.requiredQuery("catalog_name")), asked);
    Map<String, Object> reply = new LinkedHashMap<>();
    reply.put(type.label() + "s", page.items().stream().map(NamespaceInfo::of).toList());
    page.nextPageToken().ifPresent(token -> reply.put("next_page_token", token));
    return Reply.of(reply);
  }

  private Reply get(Request request) {
    return Reply.of(NamespaceInfo.of(namespaces.get(request.caller(), type, name(request))));
  }

  private Reply update(Request request) {
    NamespaceUpdate body = request.json(NamespaceUpdate.class);
    return Reply.of(
        NamespaceInfo.of(
            namespaces.update(request.caller(), type, name(request), body.toChange())));
  }

  private Reply delete(Request request) {
    boolean force = request.booleanQuery("force").orElse(false);
    namespaces.delete(request.caller(), type, name(request), force);
    return Reply.empty();
  }

  private FullName name(Request request) {
    return FullName.parse(type, request.pathParam("name"));
  }
}

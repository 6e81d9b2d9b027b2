package io.boathouse.catalog.identity;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.JsonNode;
import io.boathouse.platform.http.Api;
import io.boathouse.platform.http.Endpoint;
import io.boathouse.platform.http.Endpoint.Method;
import io.boathouse.platform.http.ErrorFormat;
import io.boathouse.platform.http.Handler;
import io.boathouse.platform.http.HttpErrors;
import io.boathouse.platform.http.Permission;
import io.boathouse.platform.http.Reply;
import io.boathouse.platform.http.Request;
import io.boathouse.platform.http.Routes;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * Users, groups and service principals by SCIM 2.0 (RFC 7644), on the paths of Databricks'
 * workspaces and accounts and of Unity Catalog's control plane.
 */
final class ScimRoutes implements Routes {
  private static final String DATABRICKS = "/api/2.0/preview/scim/v2";
  private static final String UNITY = "/api/1.0/unity-control/scim2";
  private static final String ACCOUNT = "/api/2.0/accounts/:account_id/scim/v2";
  private static final String LIST_SCHEMA = "urn:ietf:params:scim:api:messages:2.0:ListResponse";
  private static final long MOST = 1_000;
  private static final Permission EVERYBODY =
      Permission.authenticated("names are what grants speak of, so everybody may know them");

  static final Endpoint ME =
      new Endpoint(Method.GET, DATABRICKS + "/Me", "scimMe")
          .requires(Permission.authenticated("only who the caller is"));
  static final Endpoint SERVICE =
      new Endpoint(Method.GET, DATABRICKS + "/ServiceProviderConfig", "scimServiceProviderConfig")
          .requires(Permission.authenticated("the same for everybody"));

  private final ScimService scim;
  private final PrincipalService principals;
  private final Installation installation;

  ScimRoutes(ScimService scim, PrincipalService principals, Installation installation) {
    this.scim = scim;
    this.principals = principals;
    this.installation = installation;
  }

  @Override
  public void mount(Api api) {
    api.handle(ME, ErrorFormat.SCIM, this::me);
    api.handle(ME.at(UNITY + "/Me", "Unity"), ErrorFormat.SCIM, this::me);
    for (ScimKind kind : ScimKind.values()) {
      mount(api, DATABRICKS, kind, "");
      mount(api, ACCOUNT, kind, "Account");
    }
    mount(api, UNITY, ScimKind.USER, "Unity");
    api.handle(SERVICE, ErrorFormat.SCIM, request -> Reply.of(ScimServiceConfig.OURS));
    Endpoint account = SERVICE.at(ACCOUNT + "/ServiceProviderConfig", "Account");
    api.handle(account, ErrorFormat.SCIM, in(ACCOUNT, request -> Reply.of(ScimServiceConfig.OURS)));
  }

  /** On the account's paths, only this installation's account is served. */
  private Handler in(String base, Handler handler) {
    return base.equals(ACCOUNT) ? installation.inAccount(handler) : handler;
  }

  private void mount(Api api, String base, ScimKind kind, String suffix) {
    String all = base + "/" + kind.segment();
    String one = all + "/:id";
    String name = kind.segment() + suffix;
    Permission administrator = Permission.administrator();
    api.handle(
        new Endpoint(Method.POST, all, "scimCreate" + name).requires(administrator),
        ErrorFormat.SCIM,
        in(base, request -> create(request, kind)));
    api.handle(
        new Endpoint(Method.GET, all, "scimList" + name).requires(EVERYBODY),
        ErrorFormat.SCIM,
        in(base, request -> list(request, kind)));
    api.handle(
        new Endpoint(Method.GET, one, "scimGet" + name).requires(EVERYBODY),
        ErrorFormat.SCIM,
        in(base, request -> get(request, kind)));
    api.handle(
        new Endpoint(Method.PUT, one, "scimReplace" + name).requires(administrator),
        ErrorFormat.SCIM,
        in(base, request -> replace(request, kind)));
    api.handle(
        new Endpoint(Method.PATCH, one, "scimPatch" + name).requires(administrator),
        ErrorFormat.SCIM,
        in(base, request -> patch(request, kind)));
    api.handle(
        new Endpoint(Method.DELETE, one, "scimDelete" + name).requires(administrator),
        ErrorFormat.SCIM,
        in(base, request -> delete(request, kind)));
  }

  record ListBody(
      @JsonProperty("schemas") List<String> schemas,
      @JsonProperty("totalResults") long totalResults,
      @JsonProperty("startIndex") long startIndex,
      @JsonProperty("itemsPerPage") long itemsPerPage,
      @JsonProperty("Resources") List<JsonNode> resources) {}

  private Reply me(Request request) {
    return Reply.of(scim.me(request.caller()))
        .withHeader("X-Databricks-Org-Id", Long.toString(installation.workspaceId()));
  }

  private Reply create(Request request, ScimKind kind) {
    ScimResource made = scim.create(request.caller(), kind, request.json(ScimResource.class));
    return Reply.of(made).withStatus(201);
  }

  private Reply list(Request request, ScimKind kind) {
    Optional<ScimFilter> filter =
        request.query("filter").filter(text -> !text.isBlank()).map(ScimFilterParser::parse);
    long start = Math.max(1, request.longQuery("startIndex").orElse(1L));
    long count = Math.clamp(request.longQuery("count").orElse(100L), 0, MOST);
    ScimService.Listed listed =
        scim.list(
            request.caller(),
            kind,
            new ScimRepository.Slice(filter, descending(request, kind), start - 1, count));
    ScimProjection projection = ScimProjection.of(request);
    return Reply.of(
        new ListBody(
            List.of(LIST_SCHEMA),
            listed.total(),
            start,
            listed.resources().size(),
            listed.resources().stream().map(projection::of).toList()));
  }

  /** Listings are in the order of names, whatever else may be asked for is refused. */
  private static boolean descending(Request request, ScimKind kind) {
    String by = request.query("sortBy").filter(text -> !text.isBlank()).orElse("");
    if (!by.isEmpty()
        && !by.equalsIgnoreCase(kind.nameAttribute())
        && !by.equalsIgnoreCase("displayName")) {
      throw HttpErrors.invalidParameter("sortBy", by, kind.nameAttribute());
    }
    String order = request.query("sortOrder").filter(text -> !text.isBlank()).orElse("ascending");
    return switch (order) {
      case "ascending" -> false;
      case "descending" -> true;
      default -> throw HttpErrors.invalidParameter("sortOrder", order, "ascending or descending");
    };
  }

  private Reply get(Request request, ScimKind kind) {
    return Reply.of(ScimProjection.of(request).of(scim.get(request.caller(), kind, id(request))));
  }

  private Reply replace(Request request, ScimKind kind) {
    return Reply.of(
        scim.replace(request.caller(), kind, id(request), request.json(ScimResource.class)));
  }

  private Reply patch(Request request, ScimKind kind) {
    return Reply.of(scim.patch(request.caller(), kind, id(request), request.json(ScimPatch.class)));
  }

  private Reply delete(Request request, ScimKind kind) {
    principals.delete(request.caller(), kind.principal(), id(request));
    return Reply.status(204);
  }

  private static UUID id(Request request) {
    String id = request.pathParam("id");
    try {
      return UUID.fromString(id);
    } catch (IllegalArgumentException e) {
      throw HttpErrors.invalidParameter("id", id, "the id of a user, group or service principal");
    }
  }
}

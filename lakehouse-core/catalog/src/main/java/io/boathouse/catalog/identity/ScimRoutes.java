package io.boathouse.catalog.identity;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.boathouse.platform.db.Database;
import io.boathouse.platform.http.Api;
import io.boathouse.platform.http.Endpoint;
import io.boathouse.platform.http.Endpoint.Method;
import io.boathouse.platform.http.ErrorFormat;
import io.boathouse.platform.http.HttpErrors;
import io.boathouse.platform.http.Permission;
import io.boathouse.platform.http.Reply;
import io.boathouse.platform.http.Request;
import io.boathouse.platform.http.Routes;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.LongSupplier;

/**
 * Users, groups and service principals by SCIM 2.0 (RFC 7644), on the paths of Databricks and of
 * Unity Catalog's control plane.
 */
public final class ScimRoutes implements Routes {
  private static final String DATABRICKS = "/api/2.0/preview/scim/v2";
  private static final String UNITY = "/api/1.0/unity-control/scim2";
  private static final String LIST_SCHEMA = "urn:ietf:params:scim:api:messages:2.0:ListResponse";
  private static final long MOST = 1_000;
  private static final Permission EVERYBODY =
      Permission.authenticated("names are what grants speak of, so everybody may know them");

  static final Endpoint ME =
      new Endpoint(Method.GET, DATABRICKS + "/Me", "scimMe")
          .requires(Permission.authenticated("only who the caller is"));

  private final Database database;
  private final PrincipalService principals;
  private final LongSupplier workspaceId;

  /**
   * Creates the endpoints.
   *
   * @param workspaceId the number that Databricks clients take for the workspace
   */
  public ScimRoutes(Database database, PrincipalService principals, LongSupplier workspaceId) {
    this.database = database;
    this.principals = principals;
    this.workspaceId = workspaceId;
  }

  @Override
  public void mount(Api api) {
    api.handle(ME, ErrorFormat.SCIM, this::me);
    api.handle(ME.at(UNITY + "/Me", "Unity"), ErrorFormat.SCIM, this::me);
    for (ScimKind kind : ScimKind.values()) {
      mount(api, DATABRICKS, kind, "");
    }
    mount(api, UNITY, ScimKind.USER, "Unity");
  }

  private void mount(Api api, String base, ScimKind kind, String suffix) {
    String all = base + "/" + kind.segment();
    String one = all + "/:id";
    String name = kind.segment() + suffix;
    Permission administrator = Permission.administrator();
    api.handle(
        new Endpoint(Method.POST, all, "scimCreate" + name).requires(administrator),
        ErrorFormat.SCIM,
        request -> create(request, kind));
    api.handle(
        new Endpoint(Method.GET, all, "scimList" + name).requires(EVERYBODY),
        ErrorFormat.SCIM,
        request -> list(request, kind));
    api.handle(
        new Endpoint(Method.GET, one, "scimGet" + name).requires(EVERYBODY),
        ErrorFormat.SCIM,
        request -> get(request, kind));
    api.handle(
        new Endpoint(Method.PUT, one, "scimReplace" + name).requires(administrator),
        ErrorFormat.SCIM,
        request -> replace(request, kind));
    api.handle(
        new Endpoint(Method.PATCH, one, "scimPatch" + name).requires(administrator),
        ErrorFormat.SCIM,
        request -> patch(request, kind));
    api.handle(
        new Endpoint(Method.DELETE, one, "scimDelete" + name).requires(administrator),
        ErrorFormat.SCIM,
        request -> delete(request, kind));
  }

  record ListBody(
      @JsonProperty("schemas") List<String> schemas,
      @JsonProperty("totalResults") long totalResults,
      @JsonProperty("startIndex") long startIndex,
      @JsonProperty("itemsPerPage") long itemsPerPage,
      @JsonProperty("Resources") List<ScimResource> resources) {}

  private Reply me(Request request) {
    Principal self =
        principals
            .find(request.caller(), request.caller().principal())
            .orElseThrow(
                () -> IdentityErrors.notFound(Principal.Kind.USER, request.caller().principal()));
    // Whatever the caller is, this call speaks of it as of a user.
    Principal asUser =
        new Principal(
            self.id(),
            self.name(),
            Principal.Kind.USER,
            self.displayName(),
            self.externalId(),
            self.active(),
            self.createdAt());
    return Reply.of(
            ScimResource.of(
                asUser, principals.groups(request.caller(), self.id()), Optional.empty()))
        .withHeader("X-Databricks-Org-Id", Long.toString(workspaceId.getAsLong()));
  }

  private Reply create(Request request, ScimKind kind) {
    ScimResource body = request.json(ScimResource.class);
    Principal created =
        database.inTransaction(
            () -> {
              Principal principal = principals.create(request.caller(), body.wanted(kind));
              for (ScimResource.Reference member : body.members().orElse(List.of())) {
                principals.addMember(
                    request.caller(), principal.id(), uuid(member.value().orElse("")));
              }
              return principal;
            });
    return Reply.of(shown(request, created)).withStatus(201);
  }

  private Reply list(Request request, ScimKind kind) {
    Optional<String> name = ScimFilter.name(request.query("filter"));
    long start = Math.max(1, request.longQuery("startIndex").orElse(1L));
    long count = Math.clamp(request.longQuery("count").orElse(100L), 0, MOST);
    List<Principal> found;
    long total;
    if (name.isPresent()) {
      found =
          principals.find(request.caller(), name.get()).stream()
              .filter(principal -> principal.kind() == kind.principal())
              .toList();
      total = found.size();
      found = found.stream().skip(start - 1).limit(count).toList();
    } else {
      found = principals.slice(request.caller(), kind.principal(), start - 1, count);
      total = principals.count(request.caller(), kind.principal());
    }
    return Reply.of(
        new ListBody(
            List.of(LIST_SCHEMA),
            total,
            start,
            found.size(),
            found.stream().map(principal -> shown(request, principal)).toList()));
  }

  private Reply get(Request request, ScimKind kind) {
    return Reply.of(shown(request, one(request, kind)));
  }

  private Reply replace(Request request, ScimKind kind) {
    ScimResource body = request.json(ScimResource.class);
    Principal old = one(request, kind);
    Principal changed = principals.update(request.caller(), old.id(), body.wanted(kind));
    return Reply.of(shown(request, changed));
  }

  private Reply patch(Request request, ScimKind kind) {
    ScimPatch body = request.json(ScimPatch.class);
    Principal old = one(request, kind);
    database.useTransaction(() -> body.apply(request.caller(), principals, old));
    return Reply.of(shown(request, one(request, kind)));
  }

  private Reply delete(Request request, ScimKind kind) {
    principals.delete(request.caller(), kind.principal(), uuid(request.pathParam("id")));
    return Reply.status(204);
  }

  private Principal one(Request request, ScimKind kind) {
    return principals.get(request.caller(), kind.principal(), uuid(request.pathParam("id")));
  }

  private ScimResource shown(Request request, Principal principal) {
    boolean group = principal.kind() == Principal.Kind.GROUP;
    return ScimResource.of(
        principal,
        principals.groups(request.caller(), principal.id()),
        group
            ? Optional.of(principals.members(request.caller(), principal.id()))
            : Optional.empty());
  }

  private static UUID uuid(String id) {
    try {
      return UUID.fromString(id);
    } catch (IllegalArgumentException e) {
      throw HttpErrors.invalidParameter("id", id, "the id of a user, group or service principal");
    }
  }
}

package io.boathouse.sql.asset;

import static io.boathouse.platform.http.Endpoint.Method.GET;
import static io.boathouse.platform.http.Endpoint.Method.PATCH;
import static io.boathouse.platform.http.Endpoint.Method.PUT;

import io.boathouse.catalog.access.AccessControlList;
import io.boathouse.platform.http.Api;
import io.boathouse.platform.http.Endpoint;
import io.boathouse.platform.http.ErrorFormat;
import io.boathouse.platform.http.Permission;
import io.boathouse.platform.http.Reply;
import io.boathouse.platform.http.Request;
import io.boathouse.platform.http.Routes;
import io.boathouse.sql.asset.SavedQueryService.Held;
import io.boathouse.sql.asset.SavedQueryService.Share;
import java.util.List;
import java.util.Optional;

/** With whom a saved query is shared, as the workspace's permissions API words it. */
public final class SavedQueryPermissionRoutes implements Routes {
  private static final String ONE = "/api/2.0/permissions/queries/:id";
  private static final Permission MANAGE = Permission.privileges("CAN_MANAGE on the query");

  static final Endpoint LIST =
      new Endpoint(GET, ONE, "getQueryPermissions")
          .requires(Permission.authenticated("CAN_VIEW on the query; others are not there"));
  static final Endpoint UPDATE =
      new Endpoint(PATCH, ONE, "updateQueryPermissions").requires(MANAGE);
  static final Endpoint SET = new Endpoint(PUT, ONE, "setQueryPermissions").requires(MANAGE);

  private final SavedQueryService queries;

  public SavedQueryPermissionRoutes(SavedQueryService queries) {
    this.queries = queries;
  }

  @Override
  public void mount(Api api) {
    api.handle(
        LIST,
        ErrorFormat.DATABRICKS,
        request -> reply(request, queries.shares(request.caller(), request.pathParam("id"))));
    api.handle(UPDATE, ErrorFormat.DATABRICKS, request -> change(request, false));
    api.handle(SET, ErrorFormat.DATABRICKS, request -> change(request, true));
  }

  private Reply change(Request request, boolean replacing) {
    List<Share> shares =
        request.json(AccessControlList.Body.class).entries().stream()
            .map(
                entry ->
                    new Share(
                        entry.principal(), entry.levelAmong(List.of(SavedQueryLevel.values()))))
            .toList();
    return reply(
        request, queries.share(request.caller(), request.pathParam("id"), shares, replacing));
  }

  private static Reply reply(Request request, List<Held> held) {
    return Reply.of(
        new AccessControlList(
            "/queries/" + request.pathParam("id"),
            "query",
            held.stream().map(SavedQueryPermissionRoutes::holder).toList()));
  }

  private static AccessControlList.Holder holder(Held held) {
    return AccessControlList.Holder.of(
        held.principal().name(),
        held.principal().kind(),
        Optional.of(held.principal().displayName().orElse(held.principal().name())),
        List.of(held.level().name()));
  }
}

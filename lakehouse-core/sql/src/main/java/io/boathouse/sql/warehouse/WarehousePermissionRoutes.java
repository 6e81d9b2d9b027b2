package io.boathouse.sql.warehouse;

import static io.boathouse.platform.http.Endpoint.Method.GET;
import static io.boathouse.platform.http.Endpoint.Method.PATCH;
import static io.boathouse.platform.http.Endpoint.Method.PUT;

import io.boathouse.catalog.access.AccessControlList;
import io.boathouse.catalog.access.AccessControlList.Level;
import io.boathouse.catalog.access.AccessControlList.Levels;
import io.boathouse.platform.http.Api;
import io.boathouse.platform.http.Endpoint;
import io.boathouse.platform.http.ErrorFormat;
import io.boathouse.platform.http.Permission;
import io.boathouse.platform.http.Reply;
import io.boathouse.platform.http.Request;
import io.boathouse.platform.http.Routes;
import io.boathouse.sql.warehouse.WarehouseRights.Change;
import io.boathouse.sql.warehouse.WarehouseRights.Held;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Who may do what with a warehouse, as the workspace's permissions API words it. */
public final class WarehousePermissionRoutes implements Routes {
  private static final Set<String> NOT_BUILT = Set.of("IS_OWNER", "CAN_MONITOR", "CAN_VIEW");
  private static final Permission SEE =
      Permission.authenticated("only warehouses that the caller may use");
  private static final Permission CHANGE = Permission.privileges("CAN_MANAGE on the warehouse");

  private static final String ONE = "/api/2.0/permissions/warehouses/:id";
  private static final String OTHER = "/api/2.0/permissions/sql/warehouses/:id";

  static final Endpoint LIST = new Endpoint(GET, ONE, "getWarehousePermissions").requires(SEE);
  static final Endpoint UPDATE =
      new Endpoint(PATCH, ONE, "updateWarehousePermissions").requires(CHANGE);
  static final Endpoint SET = new Endpoint(PUT, ONE, "setWarehousePermissions").requires(CHANGE);
  static final Endpoint LEVELS =
      new Endpoint(GET, ONE + "/permissionLevels", "getWarehousePermissionLevels").requires(SEE);
  static final Endpoint OTHER_LIST =
      new Endpoint(GET, OTHER, "getSqlWarehousePermissions").requires(SEE);
  static final Endpoint OTHER_UPDATE =
      new Endpoint(PATCH, OTHER, "updateSqlWarehousePermissions").requires(CHANGE);
  static final Endpoint OTHER_SET =
      new Endpoint(PUT, OTHER, "setSqlWarehousePermissions").requires(CHANGE);
  static final Endpoint OTHER_LEVELS =
      new Endpoint(GET, OTHER + "/permissionLevels", "getSqlWarehousePermissionLevels")
          .requires(SEE);

  private final WarehouseService warehouses;
  private final WarehouseRights rights;

  public WarehousePermissionRoutes(WarehouseService warehouses) {
    this.warehouses = warehouses;
    this.rights = warehouses.rights();
  }

  @Override
  public void mount(Api api) {
    for (Endpoint endpoint : List.of(LIST, OTHER_LIST)) {
      api.handle(endpoint, ErrorFormat.DATABRICKS, this::list);
    }
    for (Endpoint endpoint : List.of(UPDATE, OTHER_UPDATE)) {
      api.handle(endpoint, ErrorFormat.DATABRICKS, request -> change(request, false));
    }
    for (Endpoint endpoint : List.of(SET, OTHER_SET)) {
      api.handle(endpoint, ErrorFormat.DATABRICKS, request -> change(request, true));
    }
    for (Endpoint endpoint : List.of(LEVELS, OTHER_LEVELS)) {
      api.handle(endpoint, ErrorFormat.DATABRICKS, this::levels);
    }
  }

  private Reply list(Request request) {
    Warehouse warehouse = warehouse(request);
    return reply(warehouse, rights.list(request.caller(), warehouse.id()));
  }

  private Reply change(Request request, boolean replacing) {
    Warehouse warehouse = warehouse(request);
    List<Change> changes =
        request.json(AccessControlList.Body.class).entries().stream()
            .map(entry -> new Change(entry.principal(), Optional.of(level(entry))))
            .toList();
    return reply(warehouse, rights.change(request.caller(), warehouse.id(), changes, replacing));
  }

  private Reply levels(Request request) {
    Warehouse unused = warehouse(request);
    return Reply.of(
        new Levels(
            List.of(
                new Level("CAN_MANAGE", "Can manage the SQL warehouse"),
                new Level("CAN_USE", "Can use the SQL warehouse"))));
  }

  private Warehouse warehouse(Request request) {
    return warehouses.get(request.caller(), request.pathParam("id"));
  }

  private static Reply reply(Warehouse warehouse, List<Held> held) {
    return Reply.of(
        new AccessControlList(
            "/sql/warehouses/" + warehouse.id(),
            "warehouses",
            held.stream().map(WarehousePermissionRoutes::holder).toList()));
  }

  private static AccessControlList.Holder holder(Held held) {
    return AccessControlList.Holder.of(
        held.principal(), held.kind(), Optional.of(held.shown()), List.of(held.level().name()));
  }

  private static WarehouseLevel level(AccessControlList.Entry entry) {
    if (NOT_BUILT.contains(entry.namedLevel())) {
      throw WarehouseErrors.levelNotBuilt(entry.namedLevel());
    }
    return entry.levelAmong(List.of(WarehouseLevel.values()));
  }
}

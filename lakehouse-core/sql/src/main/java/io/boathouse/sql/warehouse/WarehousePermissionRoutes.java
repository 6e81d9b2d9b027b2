package io.boathouse.sql.warehouse;

import static io.boathouse.platform.http.Endpoint.Method.GET;
import static io.boathouse.platform.http.Endpoint.Method.PATCH;
import static io.boathouse.platform.http.Endpoint.Method.PUT;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import io.boathouse.catalog.identity.Principal;
import io.boathouse.platform.http.Api;
import io.boathouse.platform.http.Endpoint;
import io.boathouse.platform.http.ErrorFormat;
import io.boathouse.platform.http.HttpErrors;
import io.boathouse.platform.http.Permission;
import io.boathouse.platform.http.Reply;
import io.boathouse.platform.http.Request;
import io.boathouse.platform.http.Routes;
import io.boathouse.sql.warehouse.WarehouseRights.Change;
import io.boathouse.sql.warehouse.WarehouseRights.Held;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

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
        Objects.requireNonNullElse(request.json(ListBody.class).entries(), List.<EntryBody>of())
            .stream()
            .map(entry -> new Change(entry.principal(), Optional.of(entry.toLevel())))
            .toList();
    return reply(warehouse, rights.change(request.caller(), warehouse.id(), changes, replacing));
  }

  private Reply levels(Request request) {
    Warehouse unused = warehouse(request);
    return Reply.of(
        Map.of(
            "permission_levels",
            List.of(
                new LevelReply("CAN_MANAGE", "Can manage the SQL warehouse"),
                new LevelReply("CAN_USE", "Can use the SQL warehouse"))));
  }

  private Warehouse warehouse(Request request) {
    return warehouses.get(request.caller(), request.pathParam("id"));
  }

  private static Reply reply(Warehouse warehouse, List<Held> held) {
    return Reply.of(
        new ListReply(
            "/sql/warehouses/" + warehouse.id(),
            "warehouses",
            held.stream().map(HolderReply::of).toList()));
  }

  record ListBody(@JsonProperty("access_control_list") @Nullable List<EntryBody> entries) {}

  record EntryBody(
      @JsonProperty("user_name") @Nullable String user,
      @JsonProperty("group_name") @Nullable String group,
      @JsonProperty("service_principal_name") @Nullable String servicePrincipal,
      @JsonProperty("permission_level") @Nullable String level) {
    String principal() {
      if (user != null) {
        return user;
      }
      return group != null ? group : HttpErrors.required("user_name", servicePrincipal);
    }

    WarehouseLevel toLevel() {
      String named = HttpErrors.required("permission_level", level);
      if (NOT_BUILT.contains(named)) {
        throw WarehouseErrors.levelNotBuilt(named);
      }
      return Arrays.stream(WarehouseLevel.values())
          .filter(one -> one.name().equals(named))
          .findFirst()
          .orElseThrow(
              () ->
                  HttpErrors.invalidParameter("permission_level", named, "CAN_USE or CAN_MANAGE"));
    }
  }

  record LevelReply(
      @JsonProperty("permission_level") String level,
      @JsonProperty("description") String description) {}

  record HeldReply(
      @JsonProperty("permission_level") String level,
      @JsonProperty("inherited") boolean inherited) {}

  @JsonInclude(JsonInclude.Include.NON_NULL)
  record HolderReply(
      @JsonProperty("user_name") @Nullable String user,
      @JsonProperty("group_name") @Nullable String group,
      @JsonProperty("service_principal_name") @Nullable String servicePrincipal,
      @JsonProperty("display_name") String displayName,
      @JsonProperty("all_permissions") List<HeldReply> held) {
    static HolderReply of(Held held) {
      boolean service =
          held.kind() == Principal.Kind.SERVICE_PRINCIPAL || held.kind() == Principal.Kind.SYSTEM;
      return new HolderReply(
          held.kind() == Principal.Kind.USER ? held.principal() : null,
          held.kind() == Principal.Kind.GROUP ? held.principal() : null,
          service ? held.principal() : null,
          held.shown(),
          List.of(new HeldReply(held.level().name(), false)));
    }
  }

  record ListReply(
      @JsonProperty("object_id") String id,
      @JsonProperty("object_type") String type,
      @JsonProperty("access_control_list") List<HolderReply> holders) {}
}

package io.boathouse.serving.endpoint;

import static io.boathouse.platform.http.Endpoint.Method.GET;
import static io.boathouse.platform.http.Endpoint.Method.PATCH;
import static io.boathouse.platform.http.Endpoint.Method.PUT;

import io.boathouse.catalog.access.AccessControlList;
import io.boathouse.catalog.access.AccessControlList.Level;
import io.boathouse.catalog.access.AccessControlList.Levels;
import io.boathouse.catalog.grant.GrantChange;
import io.boathouse.catalog.grant.GrantService;
import io.boathouse.catalog.grant.Privilege;
import io.boathouse.catalog.grant.PrivilegeAssignment;
import io.boathouse.catalog.identity.Principal;
import io.boathouse.catalog.identity.PrincipalService;
import io.boathouse.catalog.securable.Securable;
import io.boathouse.catalog.securable.SecurableService;
import io.boathouse.catalog.securable.SecurableType;
import io.boathouse.platform.auth.Caller;
import io.boathouse.platform.http.Api;
import io.boathouse.platform.http.Endpoint;
import io.boathouse.platform.http.ErrorFormat;
import io.boathouse.platform.http.Permission;
import io.boathouse.platform.http.Reply;
import io.boathouse.platform.http.Request;
import io.boathouse.platform.http.Routes;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/** Who may do what with an endpoint, as the workspace's permissions API words the same grants. */
public final class EndpointPermissionRoutes implements Routes {
  private static final String ONE = "/api/2.0/permissions/serving-endpoints/:id";
  private static final List<Privilege> LEVELS =
      List.of(Privilege.CAN_MANAGE, Privilege.CAN_QUERY, Privilege.CAN_VIEW);
  private static final Permission SEE =
      Permission.authenticated("only endpoints that the caller may see");
  private static final Permission CHANGE =
      Permission.privileges("CAN_MANAGE on the serving endpoint");

  static final Endpoint GET_ALL =
      new Endpoint(GET, ONE, "getServingEndpointPermissions").requires(SEE);
  static final Endpoint UPDATE =
      new Endpoint(PATCH, ONE, "updateServingEndpointPermissions").requires(CHANGE);
  static final Endpoint SET =
      new Endpoint(PUT, ONE, "setServingEndpointPermissions").requires(CHANGE);
  static final Endpoint GET_LEVELS =
      new Endpoint(GET, ONE + "/permissionLevels", "getServingEndpointPermissionLevels")
          .requires(SEE);

  private final SecurableService securables;
  private final GrantService grants;
  private final PrincipalService principals;

  public EndpointPermissionRoutes(
      SecurableService securables, GrantService grants, PrincipalService principals) {
    this.securables = securables;
    this.grants = grants;
    this.principals = principals;
  }

  @Override
  public void mount(Api api) {
    api.handle(GET_ALL, ErrorFormat.DATABRICKS, this::get);
    api.handle(UPDATE, ErrorFormat.DATABRICKS, this::update);
    api.handle(SET, ErrorFormat.DATABRICKS, this::set);
    api.handle(GET_LEVELS, ErrorFormat.DATABRICKS, this::levels);
  }

  private Reply get(Request request) {
    Securable endpoint = endpoint(request);
    return reply(
        request.caller(),
        endpoint,
        grants.list(request.caller(), SecurableType.SERVING_ENDPOINT, endpoint.name()));
  }

  private Reply update(Request request) {
    Securable endpoint = endpoint(request);
    List<GrantChange> changes = new ArrayList<>();
    wanted(request).forEach((name, levels) -> changes.add(new GrantChange(name, levels, Set.of())));
    return changed(request.caller(), endpoint, changes);
  }

  /** What is not wanted any more is taken away; other privileges stay as they are. */
  private Reply set(Request request) {
    Securable endpoint = endpoint(request);
    Map<String, Set<Privilege>> wanted = wanted(request);
    List<GrantChange> changes = new ArrayList<>();
    for (PrivilegeAssignment held :
        grants.list(request.caller(), SecurableType.SERVING_ENDPOINT, endpoint.name())) {
      Set<Privilege> keep = wanted.getOrDefault(held.principal(), Set.of());
      Set<Privilege> remove = EnumSet.noneOf(Privilege.class);
      held.privileges().stream()
          .map(PrivilegeAssignment.Held::privilege)
          .filter(privilege -> LEVELS.contains(privilege) && !keep.contains(privilege))
          .forEach(remove::add);
      if (!remove.isEmpty()) {
        changes.add(new GrantChange(held.principal(), Set.of(), remove));
      }
    }
    wanted.forEach((name, levels) -> changes.add(new GrantChange(name, levels, Set.of())));
    return changed(request.caller(), endpoint, changes);
  }

  private Reply changed(Caller caller, Securable endpoint, List<GrantChange> changes) {
    return reply(
        caller,
        endpoint,
        grants.change(caller, SecurableType.SERVING_ENDPOINT, endpoint.name(), changes));
  }

  private Reply levels(Request request) {
    Securable unused = endpoint(request);
    return Reply.of(
        new Levels(
            List.of(
                new Level("CAN_MANAGE", "Can manage the serving endpoint"),
                new Level("CAN_QUERY", "Can query the serving endpoint"),
                new Level("CAN_VIEW", "Can view the serving endpoint"))));
  }

  private Securable endpoint(Request request) {
    String id = request.pathParam("id");
    try {
      Securable found = securables.byId(request.caller(), UUID.fromString(id));
      if (found.type() == SecurableType.SERVING_ENDPOINT) {
        return found;
      }
    } catch (IllegalArgumentException e) {
      throw EndpointErrors.unknownId(id);
    }
    throw EndpointErrors.unknownId(id);
  }

  private static Map<String, Set<Privilege>> wanted(Request request) {
    Map<String, Set<Privilege>> wanted = new LinkedHashMap<>();
    for (AccessControlList.Entry entry : request.json(AccessControlList.Body.class).entries()) {
      wanted
          .computeIfAbsent(entry.principal(), name -> EnumSet.noneOf(Privilege.class))
          .add(entry.levelAmong(LEVELS));
    }
    return wanted;
  }

  private Reply reply(Caller caller, Securable endpoint, List<PrivilegeAssignment> assignments) {
    List<AccessControlList.Holder> holders = new ArrayList<>();
    for (PrivilegeAssignment assignment : assignments) {
      List<String> held =
          assignment.privileges().stream()
              .map(PrivilegeAssignment.Held::privilege)
              .filter(LEVELS::contains)
              .map(Privilege::name)
              .toList();
      if (!held.isEmpty()) {
        holders.add(holder(caller, assignment.principal(), held));
      }
    }
    return Reply.of(
        new AccessControlList("/serving-endpoints/" + endpoint.id(), "serving-endpoint", holders));
  }

  private AccessControlList.Holder holder(Caller caller, String name, List<String> levels) {
    Optional<Principal> principal = principals.find(caller, name);
    return AccessControlList.Holder.of(
        name,
        principal.map(Principal::kind).orElse(Principal.Kind.USER),
        principal.flatMap(Principal::displayName),
        levels);
  }
}

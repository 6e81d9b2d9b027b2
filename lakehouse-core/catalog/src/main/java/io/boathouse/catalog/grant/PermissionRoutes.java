package io.boathouse.catalog.grant;

import static io.boathouse.platform.error.ErrorCode.INVALID_ARGUMENT;
import static io.boathouse.platform.http.Endpoint.Method.GET;
import static io.boathouse.platform.http.Endpoint.Method.PATCH;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import io.boathouse.catalog.securable.FullName;
import io.boathouse.catalog.securable.SecurableType;
import io.boathouse.platform.error.LakeException;
import io.boathouse.platform.http.Api;
import io.boathouse.platform.http.Endpoint;
import io.boathouse.platform.http.ErrorFormat;
import io.boathouse.platform.http.HttpErrors;
import io.boathouse.platform.http.Permission;
import io.boathouse.platform.http.Reply;
import io.boathouse.platform.http.Request;
import io.boathouse.platform.http.Routes;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Unity Catalog's permissions. Privileges are read in both spellings; they are written with
 * underscores for Databricks' clients and with blanks for Unity Catalog's own, as neither reads the
 * other's.
 */
public final class PermissionRoutes implements Routes {
  private static final String BASE = "/api/2.1/unity-catalog/";
  private static final Permission SEE =
      Permission.privileges("any privilege on the securable; MANAGE to see others' grants");

  static final Endpoint GET_PERMISSIONS =
      new Endpoint(GET, BASE + "permissions/:type/:name", "getPermissions").requires(SEE);
  static final Endpoint UPDATE_PERMISSIONS =
      new Endpoint(PATCH, BASE + "permissions/:type/:name", "updatePermissions")
          .requires(Permission.privileges("MANAGE on the securable"));
  static final Endpoint EFFECTIVE =
      new Endpoint(GET, BASE + "effective-permissions/:type/:name", "getEffectivePermissions")
          .requires(SEE);

  private final GrantService grants;

  public PermissionRoutes(GrantService grants) {
    this.grants = grants;
  }

  @Override
  public void mount(Api api) {
    api.handle(GET_PERMISSIONS, ErrorFormat.UNITY_CATALOG, this::get);
    api.handle(UPDATE_PERMISSIONS, ErrorFormat.UNITY_CATALOG, this::update);
    api.handle(EFFECTIVE, ErrorFormat.UNITY_CATALOG, this::effective);
  }

  record UpdateRequest(@JsonProperty("changes") @Nullable List<Change> changes) {}

  record Change(
      @JsonProperty("principal") @Nullable String principal,
      @JsonProperty("add") @Nullable List<String> add,
      @JsonProperty("remove") @Nullable List<String> remove) {
    GrantChange toGrantChange() {
      if (principal == null) {
        throw HttpErrors.missingParameter("changes.principal");
      }
      return new GrantChange(principal, privileges(add), privileges(remove));
    }

    private static Set<Privilege> privileges(@Nullable List<String> names) {
      return Objects.requireNonNullElse(names, List.<String>of()).stream()
          .map(Privilege::parse)
          .collect(Collectors.toUnmodifiableSet());
    }
  }

  private Reply get(Request request) {
    SecurableType type = type(request);
    return reply(request, grants.list(request.caller(), type, name(request, type)));
  }

  private Reply update(Request request) {
    UpdateRequest body = request.json(UpdateRequest.class);
    if (body.changes() == null) {
      throw HttpErrors.missingParameter("changes");
    }
    SecurableType type = type(request);
    List<GrantChange> changes = body.changes().stream().map(Change::toGrantChange).toList();
    return reply(request, grants.change(request.caller(), type, name(request, type), changes));
  }

  private Reply effective(Request request) {
    SecurableType type = type(request);
    List<PrivilegeAssignment> found = grants.effective(request.caller(), type, name(request, type));
    List<EffectiveAssignment> shown =
        narrowed(request, found).stream()
            .map(assignment -> EffectiveAssignment.of(assignment, spelling(request)))
            .toList();
    return Reply.of(Map.of("privilege_assignments", shown));
  }

  private static Reply reply(Request request, List<PrivilegeAssignment> found) {
    List<Assignment> shown =
        narrowed(request, found).stream()
            .map(assignment -> Assignment.of(assignment, spelling(request)))
            .toList();
    return Reply.of(Map.of("privilege_assignments", shown));
  }

  private static List<PrivilegeAssignment> narrowed(
      Request request, List<PrivilegeAssignment> found) {
    Optional<String> principal = request.query("principal");
    return found.stream()
        .filter(a -> principal.isEmpty() || principal.get().equals(a.principal()))
        .toList();
  }

  private static char spelling(Request request) {
    String agent = request.header("User-Agent").orElse("").toLowerCase(Locale.ROOT);
    return agent.contains("databricks") ? '_' : ' ';
  }

  private static SecurableType type(Request request) {
    return type(request.pathParam("type"));
  }

  /** Reads a type as clients spell it. */
  static SecurableType type(String name) {
    String text = name.toUpperCase(Locale.ROOT).replace('-', '_');
    return switch (text) {
      case "METASTORE" -> SecurableType.METASTORE;
      case "CATALOG" -> SecurableType.CATALOG;
      case "SCHEMA" -> SecurableType.SCHEMA;
      case "TABLE" -> SecurableType.TABLE;
      case "VOLUME" -> SecurableType.VOLUME;
      case "FUNCTION" -> SecurableType.FUNCTION;
      case "REGISTERED_MODEL", "MODEL" -> SecurableType.REGISTERED_MODEL;
      case "EXPERIMENT" -> SecurableType.EXPERIMENT;
      case "SERVING_ENDPOINT" -> SecurableType.SERVING_ENDPOINT;
      case "STORAGE_CREDENTIAL", "CREDENTIAL" -> SecurableType.STORAGE_CREDENTIAL;
      case "EXTERNAL_LOCATION" -> SecurableType.EXTERNAL_LOCATION;
      default ->
          throw new LakeException(
              INVALID_ARGUMENT,
              "UNKNOWN_SECURABLE_TYPE",
              "Securable type '%s' does not exist. Use catalog, schema, table, volume, function, registered_model, experiment, serving_endpoint, storage_credential or external_location."
                  .formatted(text),
              Map.of("field", "securable_type", "value", text));
    };
  }

  private static FullName name(Request request, SecurableType type) {
    return FullName.parse(type, request.pathParam("name"));
  }

  private static String word(Privilege privilege, char spelling) {
    return privilege.name().replace('_', spelling);
  }

  record Assignment(
      @JsonProperty("principal") String principal,
      @JsonProperty("privileges") List<String> privileges) {
    static Assignment of(PrivilegeAssignment assignment, char spelling) {
      return new Assignment(
          assignment.principal(),
          assignment.privileges().stream()
              .map(held -> word(held.privilege(), spelling))
              .distinct()
              .toList());
    }
  }

  record EffectiveAssignment(
      @JsonProperty("principal") String principal,
      @JsonProperty("privileges") List<EffectivePrivilege> privileges) {
    static EffectiveAssignment of(PrivilegeAssignment assignment, char spelling) {
      return new EffectiveAssignment(
          assignment.principal(),
          assignment.privileges().stream()
              .map(
                  held ->
                      new EffectivePrivilege(
                          word(held.privilege(), spelling),
                          held.inheritedFrom().map(c -> c.type().name()).orElse(null),
                          held.inheritedFrom().map(c -> c.name().toString()).orElse(null)))
              .toList());
    }
  }

  @JsonInclude(JsonInclude.Include.NON_NULL)
  record EffectivePrivilege(
      @JsonProperty("privilege") String privilege,
      @JsonProperty("inherited_from_type") @Nullable String inheritedFromType,
      @JsonProperty("inherited_from_name") @Nullable String inheritedFromName) {}
}

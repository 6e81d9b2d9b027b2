package io.boathouse.catalog.access;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import io.boathouse.catalog.identity.Principal;
import io.boathouse.platform.http.HttpErrors;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Who holds which permission level on one object, as Databricks' workspace permissions API words
 * it.
 */
public record AccessControlList(
    @JsonProperty("object_id") String id,
    @JsonProperty("object_type") String type,
    @JsonProperty("access_control_list") List<Holder> holders) {

  /** What a caller asks for: each entry one principal and one level. */
  public record Body(@JsonProperty("access_control_list") @Nullable List<Entry> list) {
    public List<Entry> entries() {
      return Objects.requireNonNullElse(list, List.of());
    }
  }

  /** One principal, by the one of three names that its kind has, and a level. */
  public record Entry(
      @JsonProperty("user_name") @Nullable String user,
      @JsonProperty("group_name") @Nullable String group,
      @JsonProperty("service_principal_name") @Nullable String servicePrincipal,
      @JsonProperty("permission_level") @Nullable String level) {
    public String principal() {
      if (user != null) {
        return user;
      }
      return group != null ? group : HttpErrors.required("user_name", servicePrincipal);
    }

    /** The level of this name among those of the object's type. */
    public <L extends Enum<L>> L levelAmong(List<L> levels) {
      String named = namedLevel();
      return levels.stream()
          .filter(one -> one.name().equals(named))
          .findFirst()
          .orElseThrow(
              () -> HttpErrors.invalidParameter("permission_level", named, "one of " + levels));
    }

    public String namedLevel() {
      return HttpErrors.required("permission_level", level);
    }
  }

  /** A principal with all the levels that it was given. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record Holder(
      @JsonProperty("user_name") @Nullable String user,
      @JsonProperty("group_name") @Nullable String group,
      @JsonProperty("service_principal_name") @Nullable String servicePrincipal,
      @JsonProperty("display_name") String displayName,
      @JsonProperty("all_permissions") List<Held> held) {
    public static Holder of(
        String name, Principal.Kind kind, Optional<String> displayName, List<String> levels) {
      boolean service = kind == Principal.Kind.SERVICE_PRINCIPAL || kind == Principal.Kind.SYSTEM;
      return new Holder(
          kind == Principal.Kind.USER ? name : null,
          kind == Principal.Kind.GROUP ? name : null,
          service ? name : null,
          displayName.orElse(name),
          levels.stream().map(level -> new Held(level, false)).toList());
    }
  }

  /** A level, and whether an object above gives it. */
  public record Held(
      @JsonProperty("permission_level") String level,
      @JsonProperty("inherited") boolean inherited) {}

  /** A level that objects of a type have, and what it allows. */
  public record Level(
      @JsonProperty("permission_level") String level,
      @JsonProperty("description") String description) {}

  /** All the levels that objects of a type have. */
  public record Levels(@JsonProperty("permission_levels") List<Level> levels) {}
}

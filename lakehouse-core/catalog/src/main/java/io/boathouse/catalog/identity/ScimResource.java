package io.boathouse.catalog.identity;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.boathouse.platform.http.HttpErrors;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** What SCIM 2.0 (RFC 7643) says about a user, group or service principal, in both directions. */
record ScimResource(
    @JsonProperty("schemas") Optional<List<String>> schemas,
    @JsonProperty("id") Optional<String> id,
    @JsonProperty("externalId") Optional<String> externalId,
    @JsonProperty("userName") Optional<String> userName,
    @JsonProperty("applicationId") Optional<String> applicationId,
    @JsonProperty("displayName") Optional<String> displayName,
    @JsonProperty("name") Optional<ScimDetails.Name> name,
    @JsonProperty("active") Optional<Boolean> active,
    @JsonProperty("emails") Optional<List<ScimComplex>> emails,
    @JsonProperty("entitlements") Optional<List<ScimComplex>> entitlements,
    @JsonProperty("roles") Optional<List<ScimComplex>> roles,
    @JsonProperty("groups") Optional<List<ScimComplex>> groups,
    @JsonProperty("members") Optional<List<ScimComplex>> members,
    @JsonProperty("meta") Optional<Meta> meta) {

  /** What the server says about a resource. */
  record Meta(
      @JsonProperty("resourceType") Optional<String> resourceType,
      @JsonProperty("created") Optional<String> created) {}

  /**
   * A principal as stored.
   *
   * @param groups those it belongs to, nested ones included
   * @param members the direct ones of a group
   */
  record Stored(
      Principal principal, ScimDetails details, List<Principal> groups, List<Principal> members) {}

  static ScimResource of(Stored stored, ScimKind kind) {
    Principal principal = stored.principal();
    ScimDetails details = stored.details();
    boolean group = kind == ScimKind.GROUP;
    boolean user = kind == ScimKind.USER;
    Optional<String> name = Optional.of(principal.name());
    Optional<List<ScimComplex>> address =
        Optional.of(principal.name())
            .filter(text -> user && text.contains("@"))
            .map(text -> List.of(ScimComplex.address(text)));
    return new ScimResource(
        Optional.of(List.of(kind.schema())),
        Optional.of(principal.id().toString()),
        principal.externalId(),
        user ? name : Optional.empty(),
        kind == ScimKind.SERVICE_PRINCIPAL ? name : Optional.empty(),
        group ? name : principal.displayName().or(() -> name),
        details.name(),
        group ? Optional.empty() : Optional.of(principal.active()),
        details.emails().or(() -> address),
        details.entitlements(),
        details.roles(),
        Optional.of(stored.groups().stream().map(ScimComplex::to).toList()),
        group
            ? Optional.of(stored.members().stream().map(ScimComplex::to).toList())
            : Optional.empty(),
        Optional.of(
            new Meta(
                Optional.of(kind.resourceType()), Optional.of(principal.createdAt().toString()))));
  }

  /** What is asked for, as a principal that is to be made. */
  NewPrincipal wanted(ScimKind kind) {
    return switch (kind) {
      case USER ->
          principal(
              kind,
              userName
                  .or(this::primaryEmail)
                  .orElseThrow(() -> HttpErrors.missingParameter("userName")),
              true);
      case SERVICE_PRINCIPAL ->
          principal(
              kind,
              applicationId
                  .or(() -> displayName)
                  .orElseThrow(() -> HttpErrors.missingParameter("displayName")),
              true);
      case GROUP ->
          principal(
              kind,
              displayName.orElseThrow(() -> HttpErrors.missingParameter("displayName")),
              true);
    };
  }

  /**
   * What is asked for, in place of an older one. Its name and whether it is active stay where
   * nothing is said, so that nobody is let in again by a sentence about something else.
   */
  NewPrincipal wanted(ScimKind kind, Principal old) {
    Optional<String> said =
        switch (kind) {
          case USER -> userName;
          case SERVICE_PRINCIPAL -> applicationId;
          case GROUP -> displayName;
        };
    return principal(kind, said.orElse(old.name()), old.active());
  }

  private NewPrincipal principal(ScimKind kind, String principalName, boolean usuallyActive) {
    boolean group = kind == ScimKind.GROUP;
    return new NewPrincipal(
        principalName,
        kind.principal(),
        group
            ? Optional.empty()
            : displayName.filter(text -> !text.isEmpty() && !text.equals(principalName)),
        externalId.filter(text -> !text.isEmpty()),
        group || active.orElse(usuallyActive));
  }

  /** What is said besides; the address that the name is need not be kept. */
  ScimDetails details(String principalName) {
    return new ScimDetails(
        name,
        emails.filter(list -> !list.equals(List.of(ScimComplex.address(principalName)))),
        entitlements,
        roles);
  }

  /** The members that are named. */
  List<UUID> memberIds() {
    return members.orElse(List.of()).stream()
        .map(member -> memberId(member.value().orElse("")))
        .distinct()
        .toList();
  }

  private static UUID memberId(String id) {
    try {
      return UUID.fromString(id);
    } catch (IllegalArgumentException e) {
      throw IdentityErrors.principalNotFound(id);
    }
  }

  private Optional<String> primaryEmail() {
    List<ScimComplex> all = emails.orElse(List.of());
    return all.stream()
        .filter(email -> email.primary().orElse(all.size() == 1))
        .findFirst()
        .flatMap(ScimComplex::value);
  }
}

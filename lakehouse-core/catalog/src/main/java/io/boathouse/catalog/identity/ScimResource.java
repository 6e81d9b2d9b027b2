package io.boathouse.catalog.identity;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.boathouse.platform.http.HttpErrors;
import java.util.List;
import java.util.Optional;

/** What SCIM 2.0 (RFC 7643) says about a user, group or service principal, in both directions. */
record ScimResource(
    @JsonProperty("schemas") Optional<List<String>> schemas,
    @JsonProperty("id") Optional<String> id,
    @JsonProperty("externalId") Optional<String> externalId,
    @JsonProperty("userName") Optional<String> userName,
    @JsonProperty("applicationId") Optional<String> applicationId,
    @JsonProperty("displayName") Optional<String> displayName,
    @JsonProperty("active") Optional<Boolean> active,
    @JsonProperty("emails") Optional<List<Email>> emails,
    @JsonProperty("groups") Optional<List<Reference>> groups,
    @JsonProperty("members") Optional<List<Reference>> members) {

  /** An address; ours is the user's name where that is one. */
  record Email(
      @JsonProperty("value") Optional<String> value,
      @JsonProperty("type") Optional<String> type,
      @JsonProperty("primary") Optional<Boolean> primary) {}

  /** Another resource by its id. */
  record Reference(
      @JsonProperty("value") Optional<String> value,
      @JsonProperty("display") Optional<String> display,
      @JsonProperty("$ref") Optional<String> ref) {
    static Reference to(Principal principal) {
      return new Reference(
          Optional.of(principal.id().toString()),
          Optional.of(principal.name()),
          Optional.of(ScimKind.of(principal.kind()).segment() + "/" + principal.id()));
    }
  }

  static ScimResource of(
      Principal principal, List<Principal> groups, Optional<List<Principal>> members) {
    ScimKind kind = ScimKind.of(principal.kind());
    boolean group = kind == ScimKind.GROUP;
    boolean user = kind == ScimKind.USER;
    Optional<String> name = Optional.of(principal.name());
    return new ScimResource(
        Optional.of(List.of(kind.schema())),
        Optional.of(principal.id().toString()),
        principal.externalId(),
        user ? name : Optional.empty(),
        kind == ScimKind.SERVICE_PRINCIPAL ? name : Optional.empty(),
        group ? name : principal.displayName().or(() -> name),
        group ? Optional.empty() : Optional.of(principal.active()),
        user && principal.name().contains("@")
            ? Optional.of(List.of(new Email(name, Optional.of("work"), Optional.of(true))))
            : Optional.empty(),
        Optional.of(groups.stream().map(Reference::to).toList()),
        members.map(list -> list.stream().map(Reference::to).toList()));
  }

  /** What is asked for, as a principal. */
  NewPrincipal wanted(ScimKind kind) {
    return switch (kind) {
      case USER ->
          new NewPrincipal(
              userName
                  .or(this::primaryEmail)
                  .orElseThrow(() -> HttpErrors.missingParameter("userName")),
              kind.principal(),
              displayName,
              externalId,
              active.orElse(true));
      case SERVICE_PRINCIPAL ->
          new NewPrincipal(
              applicationId
                  .or(() -> displayName)
                  .orElseThrow(() -> HttpErrors.missingParameter("displayName")),
              kind.principal(),
              displayName,
              externalId,
              active.orElse(true));
      case GROUP ->
          new NewPrincipal(
              displayName.orElseThrow(() -> HttpErrors.missingParameter("displayName")),
              kind.principal(),
              Optional.empty(),
              externalId,
              true);
    };
  }

  private Optional<String> primaryEmail() {
    List<Email> all = emails.orElse(List.of());
    return all.stream()
        .filter(email -> email.primary().orElse(all.size() == 1))
        .findFirst()
        .flatMap(Email::value);
  }
}

package io.boathouse.catalog.identity;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.Optional;

/** A value of a multi-valued attribute (RFC 7643 section 2.4): an address, a role, a member. */
record ScimComplex(
    @JsonProperty("value") Optional<String> value,
    @JsonProperty("display") Optional<String> display,
    @JsonProperty("type") Optional<String> type,
    @JsonProperty("primary") Optional<Boolean> primary,
    @JsonProperty("$ref") Optional<String> ref) {
  ScimComplex {
    value.ifPresent(text -> IdentityErrors.checkText("value", text));
    display.ifPresent(text -> IdentityErrors.checkText("display", text));
    type.ifPresent(text -> IdentityErrors.checkText("type", text));
  }

  /** Another resource. */
  static ScimComplex to(Principal principal) {
    return new ScimComplex(
        Optional.of(principal.id().toString()),
        Optional.of(principal.name()),
        Optional.empty(),
        Optional.empty(),
        Optional.of(ScimKind.of(principal.kind()).segment() + "/" + principal.id()));
  }

  /** The address that a user's name is. */
  static ScimComplex address(String name) {
    return new ScimComplex(
        Optional.of(name),
        Optional.empty(),
        Optional.of("work"),
        Optional.of(true),
        Optional.empty());
  }
}

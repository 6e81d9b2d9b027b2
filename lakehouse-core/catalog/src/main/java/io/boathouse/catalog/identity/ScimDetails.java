package io.boathouse.catalog.identity;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.boathouse.platform.http.HttpErrors;
import java.util.List;
import java.util.Optional;

/**
 * What SCIM clients may say about a principal and find again; nobody has any right from it.
 *
 * @param name of a person, in parts
 */
record ScimDetails(
    @JsonProperty("name") Optional<Name> name,
    @JsonProperty("emails") Optional<List<ScimComplex>> emails,
    @JsonProperty("entitlements") Optional<List<ScimComplex>> entitlements,
    @JsonProperty("roles") Optional<List<ScimComplex>> roles) {
  static final ScimDetails NONE =
      new ScimDetails(Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty());

  private static final int MOST_VALUES = 200;

  /** A person's name. */
  record Name(
      @JsonProperty("formatted") Optional<String> formatted,
      @JsonProperty("givenName") Optional<String> givenName,
      @JsonProperty("familyName") Optional<String> familyName) {
    Name {
      formatted.ifPresent(text -> IdentityErrors.checkText("formatted", text));
      givenName.ifPresent(text -> IdentityErrors.checkText("givenName", text));
      familyName.ifPresent(text -> IdentityErrors.checkText("familyName", text));
    }
  }

  ScimDetails {
    name = name.filter(parts -> !parts.equals(new Name(no(), no(), no())));
    emails = bounded("emails", emails);
    entitlements = bounded("entitlements", entitlements);
    roles = bounded("roles", roles);
  }

  private static Optional<String> no() {
    return Optional.empty();
  }

  private static Optional<List<ScimComplex>> bounded(
      String attribute, Optional<List<ScimComplex>> values) {
    int many = values.map(List::size).orElse(0);
    if (many > MOST_VALUES) {
      throw HttpErrors.invalidParameter(
          attribute, many + " values", "at most " + MOST_VALUES + " values");
    }
    return values.filter(list -> !list.isEmpty()).map(List::copyOf);
  }
}

package io.boathouse.catalog.identity;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * What a PATCH speaks of (RFC 7644 figure 7): {@code attribute}, {@code attribute.part} or {@code
 * attribute[filter].part}.
 */
record ScimPath(String attribute, Optional<ScimFilter> filter, Optional<String> sub) {
  private static final Pattern FORM =
      Pattern.compile(
          "(?:urn:[\\w:.-]{1,200}:)?([A-Za-z]{1,40})"
              + "(?:\\[(.{1,500})\\])?(?:\\.([A-Za-z$]{1,40}))?");
  private static final List<String> COMMON =
      List.of("externalId", "displayName", "entitlements", "roles");
  private static final Set<String> PARTS =
      Set.of("value", "display", "type", "primary", "formatted", "givenName", "familyName");
  private static final Set<String> READ_ONLY = Set.of("id", "meta", "groups", "schemas");

  static ScimPath parse(String text, ScimKind kind) {
    Matcher matcher = FORM.matcher(text.strip());
    if (!matcher.matches()) {
      throw IdentityErrors.invalidPath(text);
    }
    String attribute = attribute(matcher.group(1), kind, text);
    Optional<String> sub = Optional.ofNullable(matcher.group(3));
    if (sub.isPresent() && !PARTS.contains(sub.get())) {
      throw IdentityErrors.invalidPath(text);
    }
    return new ScimPath(
        attribute, Optional.ofNullable(matcher.group(2)).map(ScimFilterParser::parse), sub);
  }

  private static String attribute(String word, ScimKind kind, String text) {
    if (READ_ONLY.stream().anyMatch(word::equalsIgnoreCase)) {
      throw IdentityErrors.mutability(word);
    }
    Stream<String> own =
        switch (kind) {
          case USER -> Stream.of("userName", "active", "name", "emails");
          case SERVICE_PRINCIPAL -> Stream.of("applicationId", "active");
          case GROUP -> Stream.of("members");
        };
    return Stream.concat(own, COMMON.stream())
        .filter(word::equalsIgnoreCase)
        .findFirst()
        .orElseThrow(() -> IdentityErrors.invalidPath(text));
  }

  boolean meant(JsonNode element) {
    return filter.map(condition -> condition.matches(element)).orElse(true);
  }

  @Override
  public String toString() {
    return attribute
        + filter.map(condition -> "[…]").orElse("")
        + sub.map(part -> "." + part).orElse("");
  }
}

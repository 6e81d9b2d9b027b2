package io.boathouse.catalog.identity;

import io.boathouse.platform.http.HttpErrors;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The one form of a SCIM filter (RFC 7644 section 3.4.2.2) that clients need: an attribute equal to
 * a text.
 */
record ScimFilter(String attribute, String value) {
  private static final Pattern EQUALS =
      Pattern.compile("\\s*([A-Za-z.]{1,40})\\s+(?i:eq)\\s+\"((?:[^\"\\\\]|\\\\[\"\\\\])*+)\"\\s*");
  private static final Set<String> NAMES =
      Set.of("userName", "displayName", "applicationId", "emails.value", "emails");

  /**
   * The name that is looked for; empty without a filter.
   *
   * @throws io.boathouse.platform.error.LakeException INVALID_ARGUMENT for any other filter
   */
  static Optional<String> name(Optional<String> text) {
    return text.filter(filter -> !filter.isBlank())
        .map(ScimFilter::parse)
        .map(
            filter -> {
              if (!NAMES.contains(filter.attribute())) {
                throw unsupported(text.orElse(""));
              }
              return filter.value();
            });
  }

  static ScimFilter parse(String text) {
    if (text.length() > 1_000) {
      throw unsupported(text);
    }
    Matcher matcher = EQUALS.matcher(text);
    if (!matcher.matches()) {
      throw unsupported(text);
    }
    return new ScimFilter(matcher.group(1), matcher.group(2).replaceAll("\\\\(.)", "$1"));
  }

  private static RuntimeException unsupported(String text) {
    return HttpErrors.invalidParameter(
        "filter", text, "userName, displayName or applicationId, then eq, then a quoted text");
  }
}

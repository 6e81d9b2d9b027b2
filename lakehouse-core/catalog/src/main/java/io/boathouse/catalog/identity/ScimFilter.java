package io.boathouse.catalog.identity;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Locale;

/**
 * A filter of SCIM (RFC 7644 section 3.4.2.2): comparisons of attributes, joined by and, or and
 * not. Text is compared without regard to case.
 */
sealed interface ScimFilter {
  /** Both hold. */
  record And(ScimFilter left, ScimFilter right) implements ScimFilter {}

  /** One of them holds. */
  record Or(ScimFilter left, ScimFilter right) implements ScimFilter {}

  /** It does not hold. */
  record Not(ScimFilter inner) implements ScimFilter {}

  /** The attribute has a value. */
  record Present(String attribute) implements ScimFilter {}

  /**
   * @param value text, {@code true}, {@code false}, a number, or {@code null}
   */
  record Compare(String attribute, Operator operator, String value) implements ScimFilter {}

  /** How two values are compared. */
  enum Operator {
    EQ,
    NE,
    CO,
    SW,
    EW,
    GT,
    GE,
    LT,
    LE;

    boolean holds(String left, String right) {
      String a = left.toLowerCase(Locale.ROOT);
      String b = right.toLowerCase(Locale.ROOT);
      return switch (this) {
        case EQ -> a.equals(b);
        case NE -> !a.equals(b);
        case CO -> a.contains(b);
        case SW -> a.startsWith(b);
        case EW -> a.endsWith(b);
        case GT -> a.compareTo(b) > 0;
        case GE -> a.compareTo(b) >= 0;
        case LT -> a.compareTo(b) < 0;
        case LE -> a.compareTo(b) <= 0;
      };
    }
  }

  /** Whether one value of a multi-valued attribute is meant. */
  default boolean matches(JsonNode element) {
    return switch (this) {
      case And and -> and.left().matches(element) && and.right().matches(element);
      case Or or -> or.left().matches(element) || or.right().matches(element);
      case Not not -> !not.inner().matches(element);
      case Present present -> !element.path(present.attribute()).asText().isEmpty();
      case Compare compare -> {
        JsonNode found = element.path(compare.attribute());
        yield found.isMissingNode()
            ? compare.operator() == Operator.NE
            : compare.operator().holds(found.asText(), compare.value());
      }
    };
  }
}

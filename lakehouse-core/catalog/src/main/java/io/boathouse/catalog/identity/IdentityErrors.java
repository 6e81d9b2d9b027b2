package io.boathouse.catalog.identity;

import static io.boathouse.platform.error.ErrorCode.ALREADY_EXISTS;
import static io.boathouse.platform.error.ErrorCode.FAILED_PRECONDITION;
import static io.boathouse.platform.error.ErrorCode.INVALID_ARGUMENT;
import static io.boathouse.platform.error.ErrorCode.NOT_FOUND;
import static io.boathouse.platform.error.ErrorCode.UNAUTHENTICATED;

import io.boathouse.platform.error.LakeException;
import java.util.Map;

/** Failures of identities and tokens. */
final class IdentityErrors {
  private IdentityErrors() {}

  /** One message for every cause, so that nothing is learned from it. */
  static LakeException unauthenticated() {
    return new LakeException(
        UNAUTHENTICATED,
        "INVALID_CREDENTIALS",
        "The token is unknown, expired or revoked. Send a valid one as 'Authorization: Bearer'; an"
            + " administrator makes a new one with 'boathouse token'.",
        Map.of());
  }

  static LakeException oauthNotOffered() {
    return new LakeException(
        NOT_FOUND,
        "OAUTH_NOT_OFFERED",
        "This server gives out no OAuth tokens. Send a token of its own as 'Authorization:"
            + " Bearer'.",
        Map.of());
  }

  static LakeException notFound(Principal.Kind kind, String which) {
    return new LakeException(
        NOT_FOUND,
        kind + "_NOT_FOUND",
        "There is no %s '%s'.".formatted(label(kind), shown(which)),
        Map.of("value", shown(which)));
  }

  static LakeException principalNotFound(String which) {
    return new LakeException(
        NOT_FOUND,
        "PRINCIPAL_NOT_FOUND",
        "There is no user, group or service principal '%s'.".formatted(shown(which)),
        Map.of("value", shown(which)));
  }

  static LakeException alreadyExists(String name) {
    return new LakeException(
        ALREADY_EXISTS,
        "PRINCIPAL_ALREADY_EXISTS",
        "A user, group or service principal named '%s' exists already. Choose another name."
            .formatted(shown(name)),
        Map.of("field", "name", "value", shown(name)));
  }

  static LakeException builtIn(String name) {
    return new LakeException(
        FAILED_PRECONDITION,
        "BUILT_IN_PRINCIPAL",
        "'%s' belongs to the server and can be neither deleted nor changed.".formatted(name),
        Map.of("value", name));
  }

  static LakeException lastAdministrator(String name) {
    return new LakeException(
        FAILED_PRECONDITION,
        "LAST_ADMINISTRATOR",
        "'%s' is the last active administrator. Make somebody else one first.".formatted(name),
        Map.of("value", name));
  }

  static LakeException notAGroup(String name) {
    return new LakeException(
        INVALID_ARGUMENT,
        "NOT_A_GROUP",
        "'%s' is no group, so it has no members.".formatted(shown(name)),
        Map.of("field", "group", "value", shown(name)));
  }

  static LakeException cycle(String group, String member) {
    return new LakeException(
        INVALID_ARGUMENT,
        "GROUP_CYCLE",
        "The group '%s' cannot hold '%s', which holds it, directly or through other groups."
            .formatted(shown(group), shown(member)),
        Map.of("field", "members", "value", shown(member)));
  }

  static LakeException tokenNotFound(String id) {
    return new LakeException(
        NOT_FOUND,
        "TOKEN_NOT_FOUND",
        "You have no token with the id '%s'. List your tokens to see which exist."
            .formatted(shown(id)),
        Map.of("field", "token_id", "value", shown(id)));
  }

  static LakeException badLifetime(long seconds, long most) {
    return new LakeException(
        INVALID_ARGUMENT,
        "INVALID_LIFETIME",
        "A lifetime of %d seconds is not possible: choose 1 to %d.".formatted(seconds, most),
        Map.of("field", "lifetime_seconds", "value", Long.toString(seconds)));
  }

  static LakeException noTokensFor(String name) {
    return new LakeException(
        INVALID_ARGUMENT,
        "NO_TOKENS_FOR_PRINCIPAL",
        "'%s' cannot log in: it is a group, a part of the server, or disabled.".formatted(name),
        Map.of("value", name));
  }

  static LakeException tooManyTokens(int most) {
    return new LakeException(
        FAILED_PRECONDITION,
        "TOO_MANY_TOKENS",
        "There are %d tokens already. Delete one first.".formatted(most),
        Map.of());
  }

  static LakeException unknownPart(String part) {
    return new LakeException(
        INVALID_ARGUMENT,
        "UNKNOWN_PART",
        "A part of the server cannot be called '%s'. Use a lower-case word.".formatted(shown(part)),
        Map.of("value", shown(part)));
  }

  static void checkName(String name) {
    boolean invisible =
        name.codePoints()
            .anyMatch(
                c ->
                    Character.isISOControl(c)
                        || Character.getType(c) == Character.FORMAT
                        || Character.getType(c) == Character.SURROGATE);
    if (name.isBlank() || name.length() > 255 || invisible || !name.strip().equals(name)) {
      throw new LakeException(
          INVALID_ARGUMENT,
          "INVALID_NAME",
          ("The name '%s' is blank, too long, or has invisible or control characters. Use 1 to 255"
                  + " printable characters.")
              .formatted(shown(name)),
          Map.of("field", "name", "value", shown(name)));
    }
  }

  static void checkText(String field, String text) {
    if (text.length() > 1_000 || text.indexOf('\0') >= 0) {
      throw new LakeException(
          INVALID_ARGUMENT,
          "INVALID_TEXT",
          "The field '%s' is longer than 1000 characters or has a NUL character. Shorten it."
              .formatted(field),
          Map.of("field", field));
    }
  }

  private static String label(Principal.Kind kind) {
    return switch (kind) {
      case USER -> "user";
      case SERVICE_PRINCIPAL -> "service principal";
      case SYSTEM -> "part of the server";
      case GROUP -> "group";
    };
  }

  private static String shown(String text) {
    String printable = text.replaceAll("\\p{Cntrl}", "?");
    return printable.length() > 120 ? printable.substring(0, 120) + "…" : printable;
  }
}

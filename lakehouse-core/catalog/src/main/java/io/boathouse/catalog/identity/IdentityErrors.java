package io.boathouse.catalog.identity;

import static io.boathouse.platform.error.ErrorCode.ALREADY_EXISTS;
import static io.boathouse.platform.error.ErrorCode.FAILED_PRECONDITION;
import static io.boathouse.platform.error.ErrorCode.INVALID_ARGUMENT;
import static io.boathouse.platform.error.ErrorCode.NOT_FOUND;
import static io.boathouse.platform.error.ErrorCode.PERMISSION_DENIED;
import static io.boathouse.platform.error.ErrorCode.UNAUTHENTICATED;
import static io.boathouse.platform.error.ErrorCode.UNAVAILABLE;

import io.boathouse.platform.error.LakeException;
import java.util.Map;
import java.util.Set;

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

  /** One message for every cause, so that nothing is learned from it. */
  static LakeException invalidClient() {
    return new LakeException(
        UNAUTHENTICATED,
        "INVALID_CLIENT",
        "The client is unknown or disabled, or its secret is wrong, expired or deleted. Send both"
            + " by HTTP Basic, or as client_id and client_secret.",
        Map.of());
  }

  static LakeException noSuchProvider(String name) {
    return new LakeException(
        NOT_FOUND,
        "PROVIDER_NOT_FOUND",
        "Nobody signs in by '%s' here. See auth.issuers in the settings.".formatted(shown(name)),
        Map.of("field", "provider", "value", shown(name)));
  }

  static LakeException providerSilent(String name) {
    return new LakeException(
        UNAVAILABLE,
        "PROVIDER_SILENT",
        "The provider '%s' does not answer as it should. Try again in a moment."
            .formatted(shown(name)),
        Map.of("field", "provider", "value", shown(name)));
  }

  /** One message for every cause, so that nothing is learned from it. */
  static LakeException signInFailed() {
    return new LakeException(
        UNAUTHENTICATED,
        "SIGN_IN_FAILED",
        "Signing in did not succeed. Begin anew; if it fails again, an administrator has to make a"
            + " user of your name.",
        Map.of());
  }

  static LakeException badSignInCode() {
    return new LakeException(
        UNAUTHENTICATED,
        "SIGN_IN_CODE_INVALID",
        "This sign-in link has been used, is too old, or is of an earlier start of the server. Get"
            + " another with 'boathouse open', or sign in with a token.",
        Map.of());
  }

  static LakeException sessionByToken() {
    return new LakeException(
        UNAUTHENTICATED,
        "TOKEN_REQUIRED",
        "Only a token in the Authorization header begins a session. Send it as 'Bearer TOKEN'.",
        Map.of());
  }

  static LakeException unsupportedGrant(String grant) {
    return new LakeException(
        INVALID_ARGUMENT,
        "UNSUPPORTED_GRANT_TYPE",
        "There are no tokens for the grant type '%s'. Use client_credentials."
            .formatted(shown(grant)),
        Map.of("field", "grant_type", "value", shown(grant)));
  }

  static LakeException secretNotFound(String id) {
    return new LakeException(
        NOT_FOUND,
        "SECRET_NOT_FOUND",
        "The service principal has no secret with the id '%s'. List its secrets."
            .formatted(shown(id)),
        Map.of("field", "secret_id", "value", shown(id)));
  }

  static LakeException tooManySecrets(int most) {
    return new LakeException(
        FAILED_PRECONDITION,
        "TOO_MANY_SECRETS",
        "The service principal has %d secrets already. Delete one first.".formatted(most),
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

  static LakeException unknownScope(String scope, Set<String> known) {
    return new LakeException(
        INVALID_ARGUMENT,
        "UNKNOWN_SCOPE",
        "There is no scope '%s'. Choose among %s."
            .formatted(shown(scope), String.join(", ", known)),
        Map.of("field", "scopes", "value", shown(scope)));
  }

  static LakeException wideScope(Set<String> held) {
    return new LakeException(
        PERMISSION_DENIED,
        "SCOPE_TOO_WIDE",
        ("Your own token reaches only %s, so you cannot make one that reaches more. Use a token"
                + " without scopes.")
            .formatted(String.join(", ", held)),
        Map.of("field", "scopes"));
  }

  static LakeException outOfScope(String path, Set<String> held) {
    return new LakeException(
        PERMISSION_DENIED,
        "INSUFFICIENT_SCOPE",
        "This token reaches only %s, and '%s' is none of it. Use a token whose scopes hold it."
            .formatted(String.join(", ", held), shown(path)),
        Map.of("value", shown(path)));
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

  static LakeException accountNotFound(String account) {
    return new LakeException(
        NOT_FOUND,
        "ACCOUNT_NOT_FOUND",
        "There is no account '%s' here. /.well-known/databricks-config tells the account's id."
            .formatted(shown(account)),
        Map.of("field", "account_id", "value", shown(account)));
  }

  static LakeException invalidFilter(String filter) {
    return new LakeException(
        INVALID_ARGUMENT,
        "INVALID_FILTER",
        ("The filter '%s' is not understood. Compare an attribute by eq, ne, co, sw, ew, gt, ge,"
                + " lt, le or pr with a quoted text, and join comparisons by and, or and not.")
            .formatted(shown(filter)),
        Map.of("field", "filter", "value", shown(filter)));
  }

  static LakeException invalidPath(String path) {
    return new LakeException(
        INVALID_ARGUMENT,
        "INVALID_PATH",
        "The path '%s' names nothing that can be changed here. Use an attribute of the resource."
            .formatted(shown(path)),
        Map.of("field", "path", "value", shown(path)));
  }

  static LakeException noTarget(String path) {
    return new LakeException(
        INVALID_ARGUMENT,
        "NO_TARGET",
        "Nothing is at '%s'. Name a value that exists.".formatted(shown(path)),
        Map.of("field", "path", "value", shown(path)));
  }

  static LakeException mutability(String attribute) {
    return new LakeException(
        INVALID_ARGUMENT,
        "MUTABILITY",
        "The attribute '%s' cannot be changed like this. Leave it out.".formatted(shown(attribute)),
        Map.of("field", "path", "value", shown(attribute)));
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

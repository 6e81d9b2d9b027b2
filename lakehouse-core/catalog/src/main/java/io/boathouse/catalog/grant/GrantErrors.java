package io.boathouse.catalog.grant;

import static io.boathouse.platform.error.ErrorCode.INVALID_ARGUMENT;
import static io.boathouse.platform.error.ErrorCode.NOT_FOUND;
import static io.boathouse.platform.error.ErrorCode.PERMISSION_DENIED;
import static io.boathouse.platform.error.ErrorCode.UNAVAILABLE;

import io.boathouse.catalog.securable.FullName;
import io.boathouse.catalog.securable.SecurableType;
import io.boathouse.platform.error.LakeException;
import java.util.Map;

/** Failures of privileges. */
public final class GrantErrors {
  private GrantErrors() {}

  /** The caller may see the thing and lacks this privilege. */
  public static LakeException missing(Privilege privilege, SecurableType type, FullName name) {
    return new LakeException(
        PERMISSION_DENIED,
        "MISSING_PRIVILEGE",
        "You lack %s on %s. Ask its owner or an administrator to grant it."
            .formatted(privilege, label(type, name)),
        details(privilege, type, name));
  }

  static LakeException closed(
      Rights.ClosedGate gate, FullName container, SecurableType type, FullName name) {
    return new LakeException(
        PERMISSION_DENIED,
        "MISSING_PRIVILEGE",
        "You lack %s on %s, which everything in it needs, so also %s. Ask for that grant."
            .formatted(gate.privilege(), label(gate.container(), container), label(type, name)),
        details(gate.privilege(), gate.container(), container));
  }

  static LakeException cutOff() {
    return new LakeException(
        UNAVAILABLE,
        "CUT_OFF",
        "This server has not heard of changed rights for too long, so it refuses. Retry; if that"
            + " lasts, look whether it reaches its database.",
        Map.of());
  }

  /** Only administrators may do this. */
  public static LakeException notAdministrator(String action) {
    return new LakeException(
        PERMISSION_DENIED,
        "NOT_ADMINISTRATOR",
        "Only members of the group '%s' may %s.".formatted(BuiltInGroups.ADMINS, action),
        Map.of("action", action));
  }

  static LakeException notGrantable(Privilege privilege, SecurableType type) {
    return new LakeException(
        INVALID_ARGUMENT,
        "PRIVILEGE_NOT_APPLICABLE",
        "The privilege %s means nothing on a %s or below it. Choose another privilege."
            .formatted(privilege, type.label()),
        Map.of("field", "privilege", "value", privilege.name(), "type", type.name()));
  }

  static LakeException principalNotFound(String principal) {
    String printable = principal.replaceAll("\\p{Cntrl}", "?");
    String shown = printable.length() > 120 ? printable.substring(0, 120) + "…" : printable;
    return new LakeException(
        NOT_FOUND,
        "PRINCIPAL_NOT_FOUND",
        "There is no user, group or service principal '%s'. Create it first.".formatted(shown),
        Map.of("field", "principal", "value", shown));
  }

  static LakeException conflicting(String principal, Privilege privilege) {
    return new LakeException(
        INVALID_ARGUMENT,
        "CONFLICTING_CHANGE",
        "The change both adds and removes %s for '%s'. Say one of the two."
            .formatted(privilege, principal),
        Map.of("field", "changes", "value", privilege.name()));
  }

  static String label(SecurableType type, FullName name) {
    return type == SecurableType.METASTORE
        ? "the metastore"
        : "the %s '%s'".formatted(type.label(), name);
  }

  private static Map<String, String> details(
      Privilege privilege, SecurableType type, FullName name) {
    return Map.of("privilege", privilege.name(), "type", type.name(), "name", name.toString());
  }
}

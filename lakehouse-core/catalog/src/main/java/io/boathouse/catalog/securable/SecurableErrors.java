package io.boathouse.catalog.securable;

import static io.boathouse.platform.error.ErrorCode.ALREADY_EXISTS;
import static io.boathouse.platform.error.ErrorCode.FAILED_PRECONDITION;
import static io.boathouse.platform.error.ErrorCode.INVALID_ARGUMENT;
import static io.boathouse.platform.error.ErrorCode.NOT_FOUND;

import io.boathouse.platform.error.LakeException;
import java.util.Map;
import java.util.UUID;

/** Failures of the securable tree. */
public final class SecurableErrors {
  private static final int MAX_TEXT = 65_536;
  private static final int MAX_PROPERTIES = 1_000;

  private SecurableErrors() {}

  /** A name that the catalog cannot hold. */
  public static LakeException invalidName(String name, String problem) {
    String shown = name.replaceAll("\\p{Cntrl}", "?");
    shown = shown.length() > 120 ? shown.substring(0, 120) + "…" : shown;
    return new LakeException(
        INVALID_ARGUMENT,
        "INVALID_NAME",
        "Name '%s' %s. Use up to 255 letters, digits, '_' or '-' per part, parts separated by '.'."
            .formatted(shown, problem),
        Map.of("field", "name", "value", shown));
  }

  /** The thing is absent, or hidden from the caller: both read the same. */
  public static LakeException notFound(SecurableType type, FullName name) {
    return new LakeException(
        NOT_FOUND,
        type.name() + "_NOT_FOUND",
        "The %s '%s' does not exist, or you may not see it.".formatted(type.label(), name),
        Map.of("type", type.name(), "name", name.toString()));
  }

  /** The name is taken. */
  public static LakeException alreadyExists(SecurableType type, FullName name) {
    return new LakeException(
        ALREADY_EXISTS,
        type.name() + "_ALREADY_EXISTS",
        "The %s '%s' already exists. Choose another name, or drop it first."
            .formatted(type.label(), name),
        Map.of("type", type.name(), "name", name.toString()));
  }

  /** A deletion without force of something that holds others. */
  public static LakeException notEmpty(SecurableType type, FullName name, long children) {
    return new LakeException(
        FAILED_PRECONDITION,
        type.name() + "_NOT_EMPTY",
        "The %s '%s' holds %d objects. Delete them first, or delete with force."
            .formatted(type.label(), name, children),
        Map.of("type", type.name(), "name", name.toString()));
  }

  /** The securable of this id is absent, or hidden from the caller: both read the same. */
  public static LakeException notFound(UUID id) {
    return new LakeException(
        NOT_FOUND,
        "SECURABLE_NOT_FOUND",
        "Nothing with the id '%s' exists, or you may not see it.".formatted(id),
        Map.of("id", id.toString()));
  }

  /** A full name with too few or too many parts for its type. */
  public static LakeException wrongParts(SecurableType type, String name) {
    return new LakeException(
        INVALID_ARGUMENT,
        "INVALID_NAME",
        "The name '%s' cannot be that of a %s, which has %d parts."
            .formatted(name, type.label(), type.parts()),
        Map.of("field", "name", "value", name, "type", type.name()));
  }

  /** The name of a new owner that no principal or group has. */
  public static LakeException ownerNotFound(String owner) {
    return new LakeException(
        NOT_FOUND,
        "PRINCIPAL_NOT_FOUND",
        "There is no user, group or service principal '%s' to own this.".formatted(shown(owner)),
        Map.of("field", "owner", "value", shown(owner)));
  }

  /** The root of the tree keeps its name and stays. */
  public static LakeException metastoreStays() {
    return new LakeException(
        INVALID_ARGUMENT,
        "METASTORE_STAYS",
        "The metastore can be neither renamed nor deleted.",
        Map.of("type", SecurableType.METASTORE.name()));
  }

  static void checkText(String field, String text) {
    if (text.length() > MAX_TEXT || text.indexOf('\0') >= 0) {
      throw new LakeException(
          INVALID_ARGUMENT,
          "INVALID_TEXT",
          "The field '%s' is longer than %d characters or has a NUL character. Shorten it."
              .formatted(shown(field), MAX_TEXT),
          Map.of("field", shown(field)));
    }
  }

  static Map<String, String> checkProperties(Map<String, String> properties) {
    if (properties.size() > MAX_PROPERTIES) {
      throw new LakeException(
          INVALID_ARGUMENT,
          "TOO_MANY_PROPERTIES",
          "There are %d properties; at most %d are kept."
              .formatted(properties.size(), MAX_PROPERTIES),
          Map.of("field", "properties"));
    }
    properties.forEach(
        (key, value) -> {
          checkText("properties", key);
          checkText("properties." + key, value);
        });
    return Map.copyOf(properties);
  }

  private static String shown(String text) {
    String printable = text.replaceAll("\\p{Cntrl}", "?");
    return printable.length() > 120 ? printable.substring(0, 120) + "…" : printable;
  }
}

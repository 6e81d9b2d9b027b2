package io.boathouse.catalog.securable;

import static io.boathouse.platform.error.ErrorCode.ALREADY_EXISTS;
import static io.boathouse.platform.error.ErrorCode.FAILED_PRECONDITION;
import static io.boathouse.platform.error.ErrorCode.INVALID_ARGUMENT;
import static io.boathouse.platform.error.ErrorCode.NOT_FOUND;

import io.boathouse.platform.error.LakeException;
import java.util.Map;

/** Failures of the securable tree. */
public final class SecurableErrors {
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
}

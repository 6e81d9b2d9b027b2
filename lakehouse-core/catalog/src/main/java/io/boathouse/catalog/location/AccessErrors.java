package io.boathouse.catalog.location;

import static io.boathouse.platform.error.ErrorCode.ALREADY_EXISTS;
import static io.boathouse.platform.error.ErrorCode.INVALID_ARGUMENT;
import static io.boathouse.platform.error.ErrorCode.NOT_FOUND;
import static io.boathouse.platform.error.ErrorCode.PERMISSION_DENIED;
import static io.boathouse.platform.error.ErrorCode.RATE_LIMITED;
import static io.boathouse.platform.error.ErrorCode.TOO_LARGE;

import io.boathouse.platform.error.LakeException;
import java.util.Map;

/** Failures of temporary access to files. */
final class AccessErrors {
  private AccessErrors() {}

  static LakeException badToken() {
    return new LakeException(
        PERMISSION_DENIED,
        "INVALID_ACCESS_TOKEN",
        "The address was not issued by this server, or was changed. Ask for a new one.",
        Map.of());
  }

  static LakeException over(String end) {
    return new LakeException(
        PERMISSION_DENIED,
        "ACCESS_EXPIRED",
        "The access ended at %s. Ask for a new one.".formatted(end),
        Map.of("expired_at", end));
  }

  static LakeException withdrawn() {
    return new LakeException(
        PERMISSION_DENIED,
        "ACCESS_WITHDRAWN",
        "The right that the access was issued for is gone.",
        Map.of());
  }

  static LakeException readOnly() {
    return new LakeException(
        PERMISSION_DENIED,
        "ACCESS_IS_READ_ONLY",
        "The access is for reading. Ask for one with the operation READ_WRITE.",
        Map.of());
  }

  static LakeException notCovered(String location) {
    return new LakeException(
        PERMISSION_DENIED,
        "NO_EXTERNAL_LOCATION",
        "No external location covers '%s', so there is no access to give."
            .formatted(shown(location)),
        Map.of("location", shown(location)));
  }

  static LakeException noFiles(String name) {
    return new LakeException(
        INVALID_ARGUMENT,
        "NO_FILES",
        "'%s' is a view and has no files. Query it through SQL.".formatted(name),
        Map.of("name", name));
  }

  static LakeException fileNotFound(String path) {
    return new LakeException(
        NOT_FOUND,
        "FILE_NOT_FOUND",
        "There is no file '%s'. List the folder to see what there is.".formatted(shown(path)),
        Map.of("path", shown(path)));
  }

  static LakeException fileExists(String path) {
    return new LakeException(
        ALREADY_EXISTS,
        "FILE_ALREADY_EXISTS",
        "There is a file '%s' already, which is not replaced.".formatted(shown(path)),
        Map.of("path", shown(path)));
  }

  static LakeException tooLarge(long limit) {
    return new LakeException(
        TOO_LARGE,
        "FILE_TOO_LARGE",
        "A file that must not replace another may have %d bytes here.".formatted(limit),
        Map.of("limit", Long.toString(limit)));
  }

  static LakeException tooManyWrites() {
    return new LakeException(
        RATE_LIMITED,
        "TOO_MANY_WRITES",
        "Too much is being written at once that must not replace anything. Retry in a moment.",
        Map.of());
  }

  private static String shown(String text) {
    String printable = text.replaceAll("\\p{Cntrl}", "?");
    return printable.length() > 200 ? printable.substring(0, 200) + "…" : printable;
  }
}

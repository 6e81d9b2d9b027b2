package io.boathouse.platform.storage;

import static io.boathouse.platform.error.ErrorCode.ALREADY_EXISTS;
import static io.boathouse.platform.error.ErrorCode.FAILED_PRECONDITION;
import static io.boathouse.platform.error.ErrorCode.INVALID_ARGUMENT;
import static io.boathouse.platform.error.ErrorCode.NOT_FOUND;
import static io.boathouse.platform.error.ErrorCode.OUTCOME_UNKNOWN;
import static io.boathouse.platform.error.ErrorCode.UNAVAILABLE;

import io.boathouse.platform.error.LakeException;
import java.util.Map;

/** Failures of file stores. */
public final class StorageErrors {
  private StorageErrors() {}

  /** No file has this path. */
  public static LakeException notFound(StoragePath path) {
    return new LakeException(
        NOT_FOUND,
        "FILE_NOT_FOUND",
        "There is no file '%s'.".formatted(path),
        Map.of("path", path.value()));
  }

  static LakeException roleRefused(String role, Throwable cause) {
    return new LakeException(
        FAILED_PRECONDITION,
        "ACCESS_ROLE_REFUSED",
        "The token service gives the server no keys of the role '%s'. Let the role trust the server."
            .formatted(role),
        Map.of("field", "storage.access_role", "value", role),
        cause);
  }

  static LakeException tokenServiceAway(Throwable cause) {
    return new LakeException(
        UNAVAILABLE,
        "TOKEN_SERVICE_UNAVAILABLE",
        "The token service does not answer. Retry in a moment.",
        Map.of(),
        cause);
  }

  static LakeException noAccessRole() {
    return new LakeException(
        FAILED_PRECONDITION,
        "NO_ACCESS_ROLE",
        "The server has no role whose temporary keys it could give. Set storage.access_role, or"
            + " read the data through SQL.",
        Map.of("field", "storage.access_role"));
  }

  static LakeException notReleased(String setting, String value) {
    return new LakeException(
        FAILED_PRECONDITION,
        "STORAGE_NOT_RELEASED",
        "'%s' is not, or not any more, what this server may use. Its operator can name it in %s."
            .formatted(value, setting),
        Map.of("field", setting, "value", value));
  }

  static LakeException noFolder(String folder) {
    return new LakeException(
        NOT_FOUND,
        "FOLDER_NOT_FOUND",
        "The folder '%s' of the server's disk is not there. Make it, or mount it."
            .formatted(folder),
        Map.of("path", folder));
  }

  static LakeException reserved(StoragePath path) {
    return new LakeException(
        INVALID_ARGUMENT,
        "INVALID_PATH",
        "Path '%s' lies in a folder that the store keeps for itself. Choose another name."
            .formatted(path),
        Map.of("field", "path", "value", path.value()));
  }

  static LakeException isLink(StoragePath path) {
    return new LakeException(
        FAILED_PRECONDITION,
        "PATH_IS_LINK",
        "Path '%s' goes through a symbolic link, which is never followed. Put the file itself there."
            .formatted(path),
        Map.of("path", path.value()));
  }

  static LakeException isFolder(StoragePath path) {
    return new LakeException(
        ALREADY_EXISTS,
        "PATH_IS_FOLDER",
        "'%s' is a folder, so no file can have this path. Delete the folder, or choose another name."
            .formatted(path),
        Map.of("path", path.value()));
  }

  static LakeException notAFolder(StoragePath path) {
    return new LakeException(
        FAILED_PRECONDITION,
        "PATH_THROUGH_FILE",
        "A part of '%s' is a file, so nothing can lie below it. Choose another name."
            .formatted(path),
        Map.of("path", path.value()));
  }

  static LakeException tooShort(StoragePath path, long offset, int length) {
    return new LakeException(
        INVALID_ARGUMENT,
        "RANGE_OUTSIDE_FILE",
        "File '%s' ends before byte %d. Ask for a range inside the file."
            .formatted(path, offset + length),
        Map.of("path", path.value(), "offset", Long.toString(offset)));
  }

  static LakeException full(StoragePath path, Throwable cause) {
    return new LakeException(
        FAILED_PRECONDITION,
        "STORAGE_FULL",
        "Storage is full: '%s' was not written. Free space and try again.".formatted(path),
        Map.of("path", path.value()),
        cause);
  }

  static LakeException unavailable(StoragePath path, Throwable cause) {
    return new LakeException(
        UNAVAILABLE,
        "STORAGE_UNAVAILABLE",
        "Storage did not answer for '%s'. Retry; if it stays, see the server's log."
            .formatted(path),
        Map.of("path", path.value()),
        cause);
  }

  static LakeException changed(StoragePath path) {
    return new LakeException(
        UNAVAILABLE,
        "FILE_CHANGED",
        "File '%s' was replaced while it was read. Read it again.".formatted(path),
        Map.of("path", path.value()));
  }

  static LakeException notDeleted(StoragePath folder, String answer) {
    return new LakeException(
        UNAVAILABLE,
        "FOLDER_NOT_DELETED",
        "Storage kept files of '%s' that were to be deleted. Delete it again.".formatted(folder),
        Map.of("path", folder.value(), "answer", answer));
  }

  static LakeException accessDenied(StoragePath path, Throwable cause) {
    return new LakeException(
        FAILED_PRECONDITION,
        "STORAGE_ACCESS_DENIED",
        "Storage refused the server's own credentials for '%s'. Check the storage settings."
            .formatted(path),
        Map.of("path", path.value()),
        cause);
  }

  static LakeException outcomeUnknown(StoragePath path, Throwable cause) {
    return new LakeException(
        OUTCOME_UNKNOWN,
        "WRITE_OUTCOME_UNKNOWN",
        "Storage stopped answering while '%s' was written: it may exist or not. Read before you retry."
            .formatted(path),
        Map.of("path", path.value()),
        cause);
  }
}

package io.boathouse.platform.backup;

import static io.boathouse.platform.error.ErrorCode.CONFLICT;
import static io.boathouse.platform.error.ErrorCode.FAILED_PRECONDITION;
import static io.boathouse.platform.error.ErrorCode.UNAVAILABLE;

import io.boathouse.platform.error.LakeException;
import java.nio.file.Path;
import java.util.Map;

/** Failures of backup and restore. */
final class BackupErrors {
  private BackupErrors() {}

  static LakeException running() {
    return new LakeException(
        CONFLICT,
        "BACKUP_RUNNING",
        "Another backup is being written. Wait until it is done.",
        Map.of());
  }

  static LakeException cannotHold(Throwable cause) {
    return new LakeException(
        UNAVAILABLE,
        "BACKUP_FAILED",
        "The state could not be held for a backup: %s. Make room in the data directory's tmp."
            .formatted(cause),
        Map.of(),
        cause);
  }

  static LakeException vanished(String file) {
    return new LakeException(
        UNAVAILABLE,
        "BACKUP_FAILED",
        "The file %s was deleted while the state was being held. Take the backup again."
            .formatted(file),
        Map.of("file", file));
  }

  static LakeException notWhole(Path archive, String why) {
    return new LakeException(
        FAILED_PRECONDITION,
        "BACKUP_NOT_WHOLE",
        "%s is no whole backup: %s. Nothing was restored; use another backup."
            .formatted(archive, why),
        Map.of("archive", archive.toString()));
  }

  static LakeException newer(Path archive, int format) {
    return new LakeException(
        FAILED_PRECONDITION,
        "BACKUP_NEWER",
        ("%s is of data format %d; this server knows up to %d. Restore with the newer server that"
                + " wrote it.")
            .formatted(archive, format, DataDirectory.FORMAT),
        Map.of("archive", archive.toString(), "format", Integer.toString(format)));
  }
}

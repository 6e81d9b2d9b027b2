package io.boathouse.platform.backup;

import static io.boathouse.platform.error.ErrorCode.FAILED_PRECONDITION;

import io.boathouse.platform.error.LakeException;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Failures of the data directory; each stops the start. */
final class DataDirectoryErrors {
  private DataDirectoryErrors() {}

  static LakeException inUse(Path root, String holder) {
    return new LakeException(
        FAILED_PRECONDITION,
        "DATA_DIRECTORY_IN_USE",
        ("The data directory %s is in use by another server%s. Stop that one, or choose another"
                + " --data-dir.")
            .formatted(root, holder.isBlank() ? "" : " (process " + holder + ")"),
        Map.of("directory", root.toString(), "process", holder));
  }

  static LakeException newer(Path root, int found, int known) {
    return new LakeException(
        FAILED_PRECONDITION,
        "DATA_DIRECTORY_NEWER",
        ("The data directory %s has format %d; this server knows up to %d. Start the newer server"
                + " that wrote it; nothing was changed.")
            .formatted(root, found, known),
        Map.of("directory", root.toString(), "format", Integer.toString(found)));
  }

  static LakeException notOurs(Path root) {
    return new LakeException(
        FAILED_PRECONDITION,
        "DATA_DIRECTORY_UNKNOWN",
        ("The directory %s is not empty and has no file 'format' of a data directory. Choose an"
                + " empty or absent directory for --data-dir.")
            .formatted(root),
        Map.of("directory", root.toString()));
  }

  static LakeException notEmpty(Path root) {
    return new LakeException(
        FAILED_PRECONDITION,
        "DATA_DIRECTORY_NOT_EMPTY",
        "%s is a data directory already. Restore into an empty or absent directory."
            .formatted(root),
        Map.of("directory", root.toString()));
  }

  static LakeException unreadableFormat(Path root, String text) {
    return new LakeException(
        FAILED_PRECONDITION,
        "DATA_DIRECTORY_FORMAT",
        ("The file 'format' in the data directory %s says '%s', which is no format. Restore the"
                + " directory from a backup.")
            .formatted(root, text),
        Map.of("directory", root.toString(), "format", text));
  }

  static LakeException cannotUse(Path root, @Nullable Throwable cause) {
    return new LakeException(
        FAILED_PRECONDITION,
        "DATA_DIRECTORY_UNUSABLE",
        ("The data directory %s cannot be created or written: %s. Choose a directory that this user"
                + " may write.")
            .formatted(root, cause),
        Map.of("directory", root.toString()),
        cause);
  }
}

package io.boathouse.table.delta;

import java.util.Optional;

/** A file of the log that is there and cannot be read, or whose content is none of a log. */
final class DamagedFile extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final String path;

  DamagedFile(String path, String problem, Throwable cause) {
    super(problem, cause);
    this.path = path;
  }

  DamagedFile(String path, String problem) {
    super(problem);
    this.path = path;
  }

  /** The damaged file that a failure comes from. */
  static Optional<DamagedFile> in(Throwable failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof DamagedFile damage) {
        return Optional.of(damage);
      }
    }
    return Optional.empty();
  }

  /** In the table's folder. */
  String file() {
    return path.startsWith(StoreFileIo.ROOT + "/")
        ? path.substring(StoreFileIo.ROOT.length() + 1)
        : path;
  }

  String name() {
    return path.substring(path.lastIndexOf('/') + 1);
  }

  /** Whether the file only repeats what versions say, so that a reader may pass it by. */
  boolean repeatsVersions() {
    return isCheckpoint() || name().endsWith(".compacted.json");
  }

  /** Whether the file is a checkpoint or a part of one. */
  boolean isCheckpoint() {
    return isCheckpoint(path);
  }

  static boolean isCheckpoint(String path) {
    return path.contains(".checkpoint.") || path.contains("/_sidecars/");
  }
}

package io.boathouse.table.delta;

import io.boathouse.platform.storage.FileStore;
import io.boathouse.platform.storage.StoragePath;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * Tells whether a change that was computed on one version may be committed after a later one, as if
 * it had been computed there. Rows that others appended without reading count unless the table's
 * {@code delta.isolationLevel} is {@code WriteSerializable}.
 */
final class Conflicts {
  static final String LEVEL = "delta.isolationLevel";

  private final FileStore folder;

  Conflicts(FileStore folder) {
    this.folder = folder;
  }

  static boolean isWriteSerializable(DeltaSnapshot snapshot) {
    return snapshot
        .properties()
        .getOrDefault(LEVEL, "Serializable")
        .toLowerCase(Locale.ROOT)
        .equals("writeserializable");
  }

  static String levelOf(DeltaSnapshot snapshot) {
    return isWriteSerializable(snapshot) ? "WriteSerializable" : "Serializable";
  }

  /**
   * Looks at every commit after the checked version, up to now.
   *
   * @throws io.boathouse.platform.error.LakeException CONFLICT naming the commit that is in the way
   */
  void require(long checked, DeltaSnapshot now, FileChange change, Reads reads) {
    for (long version = checked + 1; version <= now.version(); version++) {
      require(LoggedCommit.read(folder, version), now, change, reads);
    }
  }

  private static void require(
      LoggedCommit winner, DeltaSnapshot now, FileChange change, Reads reads) {
    if (winner.altered()) {
      throw DeltaErrors.conflict(winner, "changed the table's schema, properties or protocol");
    }
    boolean counts = !(winner.blindAppend() && isWriteSerializable(now));
    for (StoragePath file : winner.removed()) {
      if (change.removed().contains(file) || change.marked().containsKey(file)) {
        throw DeltaErrors.conflict(winner, "took rows out of the same file");
      }
      boolean onlyMoved = winner.added().isEmpty() && !winner.moved().isEmpty();
      if (reads.dependsOn(file) && !onlyMoved) {
        throw DeltaErrors.conflict(winner, "took rows away that were read");
      }
    }
    if (counts && !winner.added().isEmpty()) {
      Set<StoragePath> added = new HashSet<>(winner.added());
      List<DataFile> present =
          now.files().stream().filter(file -> added.contains(file.path())).toList();
      if (!present.isEmpty() && reads.finds(now, present)) {
        throw DeltaErrors.conflict(winner, "added rows that would have been read");
      }
    }
  }
}

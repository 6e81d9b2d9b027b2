package io.boathouse.table.delta;

import io.boathouse.platform.storage.FileStore;
import io.boathouse.platform.storage.StoragePath;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

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
    Map<StoragePath, LoggedCommit> unread = new HashMap<>();
    for (long version = checked + 1; version <= now.version(); version++) {
      LoggedCommit winner = LoggedCommit.read(folder, version);
      requireUndisturbed(winner, change, reads);
      follow(winner, isWriteSerializable(now), unread);
    }
    requireUnmet(now, reads, unread);
  }

  private static void requireUndisturbed(LoggedCommit winner, FileChange change, Reads reads) {
    if (winner.altered()) {
      throw DeltaErrors.conflict(winner, "changed the table's schema, properties or protocol");
    }
    boolean onlyMoved = winner.added().isEmpty() && !winner.moved().isEmpty();
    for (StoragePath file : winner.removed()) {
      if (change.removed().contains(file) || change.marked().containsKey(file)) {
        throw DeltaErrors.conflict(winner, "took rows out of the same file");
      }
      if (reads.dependsOn(file) && !onlyMoved) {
        throw DeltaErrors.conflict(winner, "took rows away that were read");
      }
    }
  }

  /**
   * Keeps where rows are that came after the checked version, and who brought them: a compaction
   * may have moved them since, together with rows that were there before.
   */
  private static void follow(
      LoggedCommit winner, boolean writeSerializable, Map<StoragePath, LoggedCommit> unread) {
    if (!(winner.blindAppend() && writeSerializable)) {
      winner.added().forEach(file -> unread.put(file, winner));
    }
    winner.removed().stream()
        .map(unread::get)
        .filter(Objects::nonNull)
        .findFirst()
        .ifPresent(origin -> winner.moved().forEach(file -> unread.put(file, origin)));
  }

  private static void requireUnmet(
      DeltaSnapshot now, Reads reads, Map<StoragePath, LoggedCommit> unread) {
    Map<LoggedCommit, List<DataFile>> present =
        new TreeMap<>(Comparator.comparingLong(LoggedCommit::version));
    for (DataFile file : unread.isEmpty() ? List.<DataFile>of() : now.files()) {
      LoggedCommit origin = unread.get(file.path());
      if (origin != null) {
        present.computeIfAbsent(origin, of -> new ArrayList<>()).add(file);
      }
    }
    present.forEach(
        (origin, files) -> {
          if (reads.finds(now, files)) {
            throw DeltaErrors.conflict(origin, "added rows that would have been read");
          }
        });
  }
}

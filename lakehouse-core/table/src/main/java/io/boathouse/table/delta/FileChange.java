package io.boathouse.table.delta;

import io.boathouse.platform.storage.StoragePath;
import java.util.List;
import java.util.Map;

/**
 * What a version does to the files of a table.
 *
 * @param removed files that go as a whole
 * @param marked files that stay without some rows: all positions that do not count any more
 * @param changes rows that changed, for the change feed; if there are any they tell all changes
 * @param metrics what the operation did, by the names that Delta gives them
 */
public record FileChange(
    List<NewFile> added,
    List<StoragePath> removed,
    Map<StoragePath, long[]> marked,
    List<NewFile> changes,
    Map<String, String> metrics) {
  public FileChange {
    added = List.copyOf(added);
    removed = List.copyOf(removed);
    marked = Map.copyOf(marked);
    changes = List.copyOf(changes);
    metrics = Map.copyOf(metrics);
  }

  /** Nothing but new files. */
  static FileChange append(List<NewFile> files) {
    return replace(List.of(), files);
  }

  /** New files instead of others. */
  static FileChange replace(List<StoragePath> removed, List<NewFile> files) {
    Map<String, String> metrics =
        Map.of(
            "numFiles", Integer.toString(files.size()),
            "numRemovedFiles", Integer.toString(removed.size()),
            "numOutputRows", Long.toString(files.stream().mapToLong(NewFile::rows).sum()),
            "numOutputBytes", Long.toString(files.stream().mapToLong(NewFile::size).sum()));
    return new FileChange(files, removed, Map.of(), List.of(), metrics);
  }

  boolean takesRowsAway() {
    return !removed.isEmpty() || !marked.isEmpty();
  }
}

package io.boathouse.table.write;

import io.boathouse.platform.duckdb.DuckSession;
import io.boathouse.platform.storage.FileStore;
import io.boathouse.platform.storage.StoragePath;
import io.boathouse.table.compute.MergedRows;
import io.boathouse.table.compute.TargetRows;
import io.boathouse.table.delta.DataFile;
import io.boathouse.table.delta.DeltaSnapshot;
import io.boathouse.table.delta.Reads;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What a change of rows read. Whether rows that others added would have been changed too is found
 * out by asking the change itself about them, so that only what really matters is a conflict.
 */
final class ChangeReads implements Reads {
  private final DuckSession session;
  private final FileStore folder;
  private final List<Path> readable;
  private final RowChange change;
  private final Optional<String> shown;
  private final Set<StoragePath> files = new HashSet<>();

  ChangeReads(
      DuckSession session,
      FileStore folder,
      List<Path> readable,
      RowChange change,
      Optional<String> shown) {
    this.shown = shown;
    this.session = session;
    this.folder = folder;
    this.readable = readable;
    this.change = change;
  }

  /** The change decided by rows of the file, and may not have touched them. */
  void dependOn(StoragePath file) {
    files.add(file);
  }

  @Override
  public boolean dependsOn(StoragePath file) {
    return files.contains(file);
  }

  @Override
  public boolean finds(DeltaSnapshot now, List<DataFile> added) {
    boolean visible =
        added.stream()
            .allMatch(file -> readable.contains(folder.localCopy(file.path()).getParent()));
    if (!visible) {
      return true;
    }
    return switch (change) {
      case RowChange.DeleteAll all -> true;
      case RowChange.Delete delete -> gives(now, added, delete.rows());
      case RowChange.Update update -> gives(now, added, update.rows());
      case RowChange.Replace replace -> gives(now, added, replace.rows());
      case RowChange.Merge merge ->
          merge.unmatched().isPresent() || gives(now, added, merge.matched());
    };
  }

  private boolean gives(DeltaSnapshot now, List<DataFile> added, String rows) {
    new TargetRows(session, folder, now, shown).show(TargetRows.VIEW, added);
    return MergedRows.isAny(session, rows);
  }
}

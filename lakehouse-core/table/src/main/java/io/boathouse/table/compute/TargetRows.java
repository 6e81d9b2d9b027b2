package io.boathouse.table.compute;

import io.boathouse.platform.duckdb.DuckSession;
import io.boathouse.platform.storage.FileStore;
import io.boathouse.platform.storage.StoragePath;
import io.boathouse.table.delta.DataFile;
import io.boathouse.table.delta.DeltaSnapshot;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The rows of a version that a change looks at, as views of a session whose rows tell where they
 * are. Every file has one number throughout.
 */
public final class TargetRows {
  /** The view of the rows that a change may take. */
  public static final String VIEW = "boathouse_target";

  /**
   * The same rows as they are in the files, where policies stand before {@link #VIEW}; no query of
   * a statement may name it.
   */
  public static final String RAW = "boathouse_target_raw";

  /** The column with the number of a row's file. */
  public static final String FILE = "_boathouse_file";

  /** The column with a row's position in its file. */
  public static final String ROW = "_boathouse_row";

  private final DuckSession session;
  private final FileStore folder;
  private final DeltaSnapshot snapshot;
  private final Optional<String> shown;
  private final List<DataFile> files = new ArrayList<>();
  private final Map<StoragePath, Integer> numbers = new HashMap<>();

  /**
   * Nothing is shown yet.
   *
   * @param shown a query over {@link #RAW} that gives what {@link #VIEW} shows; empty for all of it
   */
  public TargetRows(
      DuckSession session, FileStore folder, DeltaSnapshot snapshot, Optional<String> shown) {
    this.shown = shown;
    this.session = session;
    this.folder = folder;
    this.snapshot = snapshot;
    for (DataFile file : snapshot.files()) {
      numbers.put(file.path(), files.size());
      files.add(file);
    }
  }

  DuckSession session() {
    return session;
  }

  DeltaSnapshot snapshot() {
    return snapshot;
  }

  /** The file of a number. */
  public DataFile file(int number) {
    return files.get(number);
  }

  /** Sees that files have as many rows as the log says. */
  public void requireRowCounts(Collection<Integer> touched) {
    touched.forEach(number -> DamagedFiles.requireRowCount(session, folder, file(number)));
  }

  /**
   * Shows the rows of some files under a name, in place of what was there, with what a statement
   * may ask of them.
   */
  public void show(String view, List<DataFile> candidates) {
    if (view.equals(VIEW) && shown.isPresent()) {
      show(RAW, candidates, new RowColumns(snapshot, Optional.of(numbers), false, Set.of()));
      session.execute("CREATE OR REPLACE TEMP VIEW %s AS %s".formatted(VIEW, shown.get()));
      return;
    }
    boolean asks =
        snapshot.rowTracking().isPresent()
            && snapshot.mapping() != DeltaSnapshot.Mapping.ID
            && snapshot.schema().column(MetadataField.STRUCT).isEmpty();
    Set<MetadataField> metadata =
        asks ? Set.of(MetadataField.ROW_ID, MetadataField.ROW_COMMIT_VERSION) : Set.of();
    show(view, candidates, new RowColumns(snapshot, Optional.of(numbers), false, metadata));
  }

  /** Shows rows as above, with the numbers that they keep when they move. */
  void showMoving(String view, List<DataFile> moving) {
    boolean tracked = snapshot.rowTracking().isPresent();
    show(view, moving, new RowColumns(snapshot, Optional.of(numbers), tracked, Set.of()));
  }

  private void show(String view, List<DataFile> rows, RowColumns more) {
    FileView.create(session, view, folder, rows, more);
  }
}

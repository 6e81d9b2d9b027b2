package io.boathouse.table.delta;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What one version did to the rows of its table, as its file in the log says. Files that only moved
 * rows are left out.
 *
 * @param at when it was committed
 * @param altered whether it changed the table's schema, properties or protocol
 * @param added files with new rows, in the order of the commit
 * @param removed files whose rows left, or left and came back in part
 * @param changes files that tell all changed rows, if the writer made some
 */
public record VersionChanges(
    long version,
    Instant at,
    String operation,
    boolean altered,
    List<DataFile> added,
    List<DataFile> removed,
    List<DataFile> changes) {
  public VersionChanges {
    added = List.copyOf(added);
    removed = List.copyOf(removed);
    changes = List.copyOf(changes);
  }

  /**
   * Where the changed rows are: in the files of the change feed, if there are any, else in those
   * that came and went. A file that stayed with another deletion vector changed by the difference.
   */
  public List<ChangedFile> rows() {
    if (!changes.isEmpty()) {
      return changes.stream()
          .map(file -> ChangedFile.whole(ChangedFile.Kind.EACH_ROW_TELLS, file))
          .toList();
    }
    Map<Object, DataFile> before = new LinkedHashMap<>();
    removed.forEach(file -> before.put(file.path(), file));
    List<ChangedFile> rows = new ArrayList<>();
    for (DataFile file : added) {
      DataFile old = before.remove(file.path());
      if (old == null) {
        rows.add(ChangedFile.whole(ChangedFile.Kind.INSERT, file));
      } else {
        difference(ChangedFile.Kind.DELETE, file, old).ifPresent(rows::add);
        difference(ChangedFile.Kind.INSERT, old, file).ifPresent(rows::add);
      }
    }
    before.values().forEach(file -> rows.add(ChangedFile.whole(ChangedFile.Kind.DELETE, file)));
    return rows;
  }

  /** The rows that one state of a file lacks and the other has. */
  private static Optional<ChangedFile> difference(
      ChangedFile.Kind kind, DataFile lacking, DataFile having) {
    return lacking
        .deletedRows()
        .map(gone -> new Difference(gone, having.deletedRows()))
        .map(rows -> ChangedFile.some(kind, withoutVector(lacking), rows));
  }

  private static DataFile withoutVector(DataFile file) {
    return DataFile.of(file.path(), file.size(), Optional.empty(), file.partitionValues());
  }

  /** Positions in one deletion vector that the other does not have. */
  private record Difference(DataFile.DeletedRows marked, Optional<DataFile.DeletedRows> other)
      implements DataFile.DeletedRows {
    @Override
    public long count() {
      return positions().length;
    }

    @Override
    public long[] positions() {
      long[] known = other.map(DataFile.DeletedRows::positions).orElse(new long[0]).clone();
      Arrays.sort(known);
      return Arrays.stream(marked.positions())
          .filter(position -> Arrays.binarySearch(known, position) < 0)
          .toArray();
    }
  }
}

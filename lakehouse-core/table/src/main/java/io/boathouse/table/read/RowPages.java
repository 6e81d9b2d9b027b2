package io.boathouse.table.read;

import io.boathouse.platform.duckdb.DuckAccess;
import io.boathouse.platform.duckdb.DuckDb;
import io.boathouse.platform.duckdb.DuckSession;
import io.boathouse.platform.lane.HeavyLane;
import io.boathouse.platform.storage.FileStore;
import io.boathouse.table.compute.FeedView;
import io.boathouse.table.compute.RowTexts;
import io.boathouse.table.delta.DeltaSnapshot;
import io.boathouse.table.type.TableSchema;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads rows out of a list of files until there are enough of them. */
final class RowPages {
  private static final int FILES = 64;
  private static final long CHARACTERS = 4L << 20;

  private final DuckDb duckDb;
  private final HeavyLane lane;

  /**
   * @param lane reads the rows, for this is work of native code
   */
  RowPages(DuckDb duckDb, HeavyLane lane) {
    this.duckDb = duckDb;
    this.lane = lane;
  }

  /** The place of a row: the index of its file in the list, and from which position in it on. */
  record Place(int file, long row) {}

  /**
   * Some rows, and the place of the row after them.
   *
   * @param next the end of the list if there are no more
   */
  record Rows(List<List<@Nullable String>> rows, Place next) {}

  /** Which files, and what of them. */
  record Wanted(
      DeltaSnapshot snapshot, FileStore folder, List<FeedView.Source> files, TableSchema columns) {}

  Rows read(Wanted wanted, Place from, int most) {
    if (from.file() >= wanted.files().size()) {
      return new Rows(List.of(), new Place(wanted.files().size(), 0));
    }
    return lane.run(() -> some(wanted, from, most));
  }

  private Rows some(Wanted wanted, Place from, int most) {
    int last = Math.min(wanted.files().size(), from.file() + FILES);
    List<List<@Nullable String>> rows = new ArrayList<>();
    Place place = from;
    long left = CHARACTERS;
    try (DuckSession session = open(wanted, from.file(), last)) {
      while (place.file() < last && rows.size() < most && left > 0) {
        RowTexts file =
            new RowTexts(
                session,
                wanted.snapshot(),
                wanted.folder(),
                wanted.files().get(place.file()),
                wanted.columns());
        boolean complete = false;
        while (!complete && rows.size() < most && left > 0) {
          RowTexts.Part part = file.read(place.row(), most - rows.size(), left);
          part.rows().forEach(row -> rows.add(row.texts()));
          left -= part.characters();
          complete = part.complete();
          place =
              complete
                  ? new Place(place.file() + 1, 0)
                  : new Place(place.file(), part.rows().getLast().position() + 1);
        }
      }
    }
    return new Rows(rows, place);
  }

  private DuckSession open(Wanted wanted, int from, int to) {
    List<Path> folders =
        wanted.files().subList(from, to).stream()
            .map(one -> wanted.folder().localCopy(one.rows().file().path()).getParent())
            .distinct()
            .toList();
    return duckDb.openStreaming(DuckAccess.reading(folders).withThreads(1));
  }
}

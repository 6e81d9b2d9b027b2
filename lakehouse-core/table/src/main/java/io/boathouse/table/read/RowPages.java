package io.boathouse.table.read;

import io.boathouse.platform.duckdb.DuckAccess;
import io.boathouse.platform.duckdb.DuckDb;
import io.boathouse.platform.duckdb.DuckSession;
import io.boathouse.platform.storage.FileStore;
import io.boathouse.table.compute.FeedView;
import io.boathouse.table.compute.RowTexts;
import io.boathouse.table.delta.DeltaSnapshot;
import io.boathouse.table.type.TableSchema;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Reads rows out of a list of files until there are enough of them. */
final class RowPages {
  private static final int FILES = 64;
  private static final int ROWS_AT_ONCE = 500;
  private static final long CHARACTERS = 4L << 20;

  private final DuckDb duckDb;

  RowPages(DuckDb duckDb) {
    this.duckDb = duckDb;
  }

  /**
   * The place of a row: the index of its file in the list, and how many of its rows come before.
   */
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
    int last = Math.min(wanted.files().size(), from.file() + FILES);
    List<List<@Nullable String>> rows = new ArrayList<>();
    Place place = from;
    try (DuckSession session = open(wanted, from.file(), last)) {
      long characters = 0;
      while (place.file() < last && rows.size() < most && characters < CHARACTERS) {
        RowTexts file =
            new RowTexts(
                session,
                wanted.snapshot(),
                wanted.folder(),
                wanted.files().get(place.file()),
                wanted.columns());
        boolean complete = false;
        while (!complete && rows.size() < most && characters < CHARACTERS) {
          int asked = Math.min(ROWS_AT_ONCE, most - rows.size());
          List<List<@Nullable String>> some = file.read(place.row(), asked);
          rows.addAll(some);
          characters += some.stream().mapToLong(RowPages::characters).sum();
          complete = some.size() < asked;
          place = new Place(place.file(), place.row() + some.size());
        }
        place = complete ? new Place(place.file() + 1, 0) : place;
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
    return duckDb.open(DuckAccess.reading(folders).withThreads(1));
  }

  private static long characters(List<@Nullable String> row) {
    return row.stream().filter(Objects::nonNull).mapToLong(String::length).sum();
  }
}

package io.boathouse.table.maintain;

import io.boathouse.platform.duckdb.DuckAccess;
import io.boathouse.platform.duckdb.DuckDb;
import io.boathouse.platform.duckdb.DuckSession;
import io.boathouse.platform.duckdb.SqlText;
import io.boathouse.platform.error.LakeException;
import io.boathouse.platform.storage.FileInfo;
import io.boathouse.platform.storage.FileStore;
import io.boathouse.platform.storage.StoragePath;
import io.boathouse.table.compute.DamagedFiles;
import io.boathouse.table.compute.DataFileNames;
import io.boathouse.table.compute.FileView;
import io.boathouse.table.compute.ParquetFiles;
import io.boathouse.table.compute.TableShape;
import io.boathouse.table.compute.WrittenFile;
import io.boathouse.table.delta.DataFile;
import io.boathouse.table.delta.DeltaSnapshot;
import io.boathouse.table.delta.NewFile;
import io.boathouse.table.maintain.Bins.Bin;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Writes the rows of some files into others, which no version names yet. */
final class Rewriting {
  private static final String ROWS = "boathouse_rows";
  private static final String ORDERED = "boathouse_ordered";
  private static final String PLACE = "_boathouse_place";
  private static final String PART = "_boathouse_part";

  private final DuckDb duckDb;
  private final FileStore folder;
  private final DeltaSnapshot snapshot;
  private final TableShape shape;
  private final List<NewFile> written = new ArrayList<>();

  Rewriting(DuckDb duckDb, FileStore folder, DeltaSnapshot snapshot) {
    this.duckDb = duckDb;
    this.folder = folder;
    this.snapshot = snapshot;
    this.shape = TableShape.ofMovedRows(snapshot);
  }

  /** What was written so far. */
  List<NewFile> written() {
    return List.copyOf(written);
  }

  /**
   * Writes the rows of a bin.
   *
   * @param order how to order them; empty to leave them as they are
   * @param target about how large a file shall be, in bytes
   * @throws LakeException naming the file that is damaged, if one is
   */
  void write(Bin bin, Optional<Order> order, long target) {
    List<Path> sources =
        bin.files().stream().map(file -> DamagedFiles.localCopy(folder, file)).toList();
    long before = written.stream().mapToLong(NewFile::rows).sum();
    try (DuckSession session = duckDb.open(DuckAccess.reading(sources))) {
      write(session, bin, order, (int) Math.ceilDiv(bin.bytes(), target));
    }
    requireAllRows(bin, written.stream().mapToLong(NewFile::rows).sum() - before);
  }

  private void write(DuckSession session, Bin bin, Optional<Order> order, int parts) {
    try {
      FileView.createMoving(session, ROWS, snapshot, folder, bin.files());
      if (order.isEmpty()) {
        put(session, bin, "SELECT " + columns() + " FROM " + SqlText.identifier(ROWS));
      } else {
        putOrdered(session, bin, order.get(), parts);
      }
    } catch (LakeException e) {
      throw DamagedFiles.named(e, session, folder, bin.files());
    }
  }

  /** Along which curve through which columns. */
  record Order(SpaceCurve curve, List<String> columns) {}

  private void putOrdered(DuckSession session, Bin bin, Order order, int parts) {
    session.execute(
        "CREATE TEMP TABLE %s AS SELECT *, ntile(%d) OVER (ORDER BY %s) AS %s FROM (%s)"
            .formatted(
                SqlText.identifier(ORDERED),
                parts,
                SqlText.identifier(PLACE),
                SqlText.identifier(PART),
                order.curve().select(ROWS, order.columns(), PLACE)));
    for (int part = 1; part <= parts; part++) {
      put(
          session,
          bin,
          "SELECT %s FROM %s WHERE %s = %d ORDER BY %s"
              .formatted(
                  columns(),
                  SqlText.identifier(ORDERED),
                  SqlText.identifier(PART),
                  part,
                  SqlText.identifier(PLACE)));
    }
  }

  private String columns() {
    return SqlText.identifiers(shape.schema().names());
  }

  private void put(DuckSession session, Bin bin, String select) {
    for (WrittenFile file : ParquetFiles.write(session, select, shape)) {
      StoragePath path = DataFileNames.next(shape);
      FileInfo info = folder.putFile(path, file.file());
      written.add(
          new NewFile(
              path, info.size(), info.modifiedAt(), file.statistics(), bin.partitionValues()));
    }
  }

  private static void requireAllRows(Bin bin, long after) {
    boolean known = bin.files().stream().allMatch(file -> file.rows().isPresent());
    long before = bin.files().stream().mapToLong(file -> file.rows().orElse(0L)).sum();
    if (known && before != after) {
      throw MaintainErrors.rowsDiffer(before, after);
    }
  }

  /** Takes the files away again. */
  void discard(RuntimeException failure) {
    for (NewFile file : written) {
      try {
        folder.delete(file.path());
      } catch (RuntimeException e) {
        failure.addSuppressed(e);
      }
    }
  }

  static List<StoragePath> paths(List<Bin> bins) {
    return bins.stream().flatMap(bin -> bin.files().stream()).map(DataFile::path).toList();
  }
}

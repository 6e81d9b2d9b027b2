package io.boathouse.table.compute;

import io.boathouse.platform.duckdb.DuckDbErrors;
import io.boathouse.platform.duckdb.DuckSession;
import io.boathouse.platform.duckdb.SqlText;
import io.boathouse.platform.error.ErrorCode;
import io.boathouse.platform.error.LakeException;
import io.boathouse.platform.storage.FileStore;
import io.boathouse.table.delta.DataFile;
import io.boathouse.table.delta.FileStatistics;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/** Finds the data files that are not what the log says of them, and names them. */
public final class DamagedFiles {
  private DamagedFiles() {}

  /**
   * The file on local disk.
   *
   * @throws LakeException naming the file if it is gone or has another size than the log tells
   */
  public static Path localCopy(FileStore folder, DataFile file) {
    Path copy;
    long size;
    try {
      copy = folder.localCopy(file.path());
      size = Files.size(copy);
    } catch (LakeException e) {
      throw e.code() == ErrorCode.NOT_FOUND
          ? SchemaErrors.damagedFile(file.path(), "it is not there", e)
          : e;
    } catch (IOException e) {
      throw SchemaErrors.damagedFile(file.path(), "it is not there", e);
    }
    if (size != file.size()) {
      throw SchemaErrors.damagedFile(
          file.path(), "it has %d bytes (expected: %d)".formatted(size, file.size()));
    }
    return copy;
  }

  /**
   * The failure of a query, with the name of the file that caused it.
   *
   * @param session where the query failed
   * @param files that the query read
   * @return the failure as it was if no file caused it or none can be found
   */
  public static LakeException named(
      LakeException failure, DuckSession session, FileStore folder, Collection<DataFile> files) {
    if (!failure.reason().equals(DuckDbErrors.DAMAGED_FILE)) {
      return failure;
    }
    String local = failure.details().getOrDefault("file", "");
    for (DataFile file : files) {
      if (file.path().value().equals(local)) {
        return failure;
      }
      Path copy = folder.localCopy(file.path());
      boolean isNamed = copy.getFileName().toString().equals(local);
      if (isNamed || (local.isEmpty() && !isWhole(session, copy))) {
        return SchemaErrors.damagedFile(file.path(), "it is no whole Parquet file", failure);
      }
    }
    return failure;
  }

  private static boolean isWhole(DuckSession session, Path copy) {
    try {
      return !rows(session, copy).isEmpty();
    } catch (LakeException e) {
      return false;
    }
  }

  /**
   * Sees that a file has as many rows as the log says, for whoever concludes something from that.
   *
   * @throws LakeException naming the file if it has not
   */
  static void requireRowCount(DuckSession session, FileStore folder, DataFile file) {
    Optional<Long> told = file.statistics().map(FileStatistics::rows);
    List<Long> found = told.isEmpty() ? List.of() : rows(session, folder.localCopy(file.path()));
    if (told.isPresent() && !found.equals(List.of(told.get()))) {
      throw SchemaErrors.damagedFile(
          file.path(),
          "it has %s rows (expected by its statistics: %d)".formatted(found, told.get()));
    }
  }

  private static List<Long> rows(DuckSession session, Path copy) {
    return session.query(
        "SELECT num_rows FROM parquet_file_metadata(%s)".formatted(SqlText.literal(List.of(copy))),
        row -> row.getLong(1));
  }
}

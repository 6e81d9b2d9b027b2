package io.boathouse.table.delta;

import io.boathouse.platform.storage.StoragePath;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A data file of a version.
 *
 * @param path in the table's folder
 * @param rows that count, deleted ones taken off; empty if the log does not tell
 * @param partitionValues as Delta writes them; null for null
 * @param deletedRows which rows do not count any more
 */
public record DataFile(
    StoragePath path,
    long size,
    Optional<Long> rows,
    Optional<FileStatistics> statistics,
    Map<String, @Nullable String> partitionValues,
    Optional<DeletedRows> deletedRows) {

  /** Positions in the file of rows that were deleted without rewriting it. */
  public interface DeletedRows {
    /** How many there are. */
    long count();

    /** Where they are, counted from 0; reads the deletion vector. */
    long[] positions();
  }
}

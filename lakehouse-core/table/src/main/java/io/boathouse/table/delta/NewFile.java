package io.boathouse.table.delta;

import io.boathouse.platform.storage.StoragePath;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A data file that is in the table's folder and waits to be committed.
 *
 * @param partitionValues the value of each partition column as Delta writes it; null for null
 */
public record NewFile(
    StoragePath path,
    long size,
    Instant modifiedAt,
    FileStatistics statistics,
    Map<String, @Nullable String> partitionValues) {

  /** Rows of the file. */
  public long rows() {
    return statistics.rows();
  }
}

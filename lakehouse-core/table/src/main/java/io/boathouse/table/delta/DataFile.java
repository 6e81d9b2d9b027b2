package io.boathouse.table.delta;

import io.boathouse.platform.storage.StoragePath;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** A data file of a version. Its statistics are looked at when they are asked for. Thread-safe. */
public final class DataFile {
  private final StoragePath path;
  private final long size;
  private final Map<String, @Nullable String> partitionValues;
  private final Optional<DeletedRows> deletedRows;
  private final Supplier<Optional<FileStatistics>> source;
  private volatile @Nullable Looked looked;

  private record Looked(Optional<FileStatistics> found) {}

  /** Positions in the file of rows that were deleted without rewriting it. */
  public interface DeletedRows {
    /** How many there are. */
    long count();

    /** Where they are, counted from 0; reads the deletion vector. */
    long[] positions();
  }

  /**
   * @param source of the statistics; asked once, or a few times by several threads at once
   * @param partitionValues never changed
   */
  DataFile(
      StoragePath path,
      long size,
      Supplier<Optional<FileStatistics>> source,
      Map<String, @Nullable String> partitionValues,
      Optional<DeletedRows> deletedRows) {
    this.path = path;
    this.size = size;
    this.source = source;
    this.partitionValues = partitionValues;
    this.deletedRows = deletedRows;
  }

  /** A file whose statistics are known. */
  public static DataFile of(
      StoragePath path,
      long size,
      Optional<FileStatistics> statistics,
      Map<String, @Nullable String> partitionValues) {
    return new DataFile(path, size, () -> statistics, partitionValues, Optional.empty());
  }

  /** In the table's folder. */
  public StoragePath path() {
    return path;
  }

  public long size() {
    return size;
  }

  /** Rows that count, deleted ones taken off; empty if the log does not tell. */
  public Optional<Long> rows() {
    return statistics().map(known -> known.rows() - deletedRows.map(DeletedRows::count).orElse(0L));
  }

  public Optional<FileStatistics> statistics() {
    Looked known = looked;
    if (known == null) {
      known = new Looked(source.get());
      looked = known;
    }
    return known.found();
  }

  /** As Delta writes them; null for null. */
  public Map<String, @Nullable String> partitionValues() {
    return partitionValues;
  }

  /** Which rows do not count any more. */
  public Optional<DeletedRows> deletedRows() {
    return deletedRows;
  }

  @Override
  public String toString() {
    return path.value();
  }
}

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
  private final Origin origin;
  private volatile @Nullable Looked looked;

  private record Looked(Optional<FileStatistics> found) {}

  /**
   * When a file came.
   *
   * @param modifiedAt in milliseconds since the epoch; 0 if nobody knows
   * @param firstRowId the number of its first row; empty if the table does not number its rows
   * @param version whose commit brought it; empty likewise
   */
  public record Origin(long modifiedAt, Optional<Long> firstRowId, Optional<Long> version) {
    static final Origin UNKNOWN = new Origin(0, Optional.empty(), Optional.empty());
  }

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
    this(new Named(path, size, Origin.UNKNOWN), source, partitionValues, deletedRows);
  }

  /** What the log says of a file as such. */
  record Named(StoragePath path, long size, Origin origin) {}

  /** A file as above of which is known where it comes from. */
  DataFile(
      Named named,
      Supplier<Optional<FileStatistics>> source,
      Map<String, @Nullable String> partitionValues,
      Optional<DeletedRows> deletedRows) {
    this.path = named.path();
    this.size = named.size();
    this.origin = named.origin();
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

  public Origin origin() {
    return origin;
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

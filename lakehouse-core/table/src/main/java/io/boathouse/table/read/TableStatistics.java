package io.boathouse.table.read;

import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/**
 * What the log of a version says about its data, without reading it.
 *
 * @param columns by name; a column of which some file tells nothing has nothing
 */
public record TableStatistics(
    long version, Instant at, long rows, long files, long bytes, Map<String, OfColumn> columns) {
  public TableStatistics {
    columns = Map.copyOf(columns);
  }

  TableStatistics withoutColumns() {
    return new TableStatistics(version, at, rows, files, bytes, Map.of());
  }

  /**
   * Of one column in all files.
   *
   * @param min not greater than any value; long texts are cut
   * @param max not less than any value; timestamps to the millisecond, long texts are cut
   */
  public record OfColumn(
      Optional<Comparable<?>> min, Optional<Comparable<?>> max, Optional<Long> nulls) {}
}

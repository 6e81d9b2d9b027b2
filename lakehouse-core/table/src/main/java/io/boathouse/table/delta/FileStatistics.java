package io.boathouse.table.delta;

import java.util.Map;
import java.util.Optional;

/**
 * What is known of a data file's values, for skipping it and for describing the table.
 *
 * @param rows how many the file holds, deleted ones included
 * @param columns by name, of the top level; a column may be missing
 */
public record FileStatistics(long rows, Map<String, ColumnStatistics> columns) {
  public FileStatistics {
    columns = Map.copyOf(columns);
  }

  /**
   * Of one column in one file.
   *
   * @param min not greater than any value: Boolean, Long, Double, BigDecimal, String, LocalDate,
   *     Instant or LocalDateTime
   * @param max not less than any value
   */
  public record ColumnStatistics(
      Optional<Comparable<?>> min, Optional<Comparable<?>> max, Optional<Long> nulls) {}
}

package io.boathouse.table.maintain;

import io.boathouse.table.read.Predicate;
import java.util.List;
import java.util.Optional;

/**
 * What of a table is rearranged, and how.
 *
 * @param where a condition on partition columns; empty for the whole table
 * @param clusterBy columns whose near values shall be in the same files; if there are none, the
 *     table's own, and then only files are touched that are small anyway
 */
public record OptimizeOptions(Optional<Predicate> where, List<String> clusterBy) {
  /** Small files of the whole table. */
  public static final OptimizeOptions ALL = new OptimizeOptions(Optional.empty(), List.of());

  public OptimizeOptions {
    clusterBy = List.copyOf(clusterBy);
  }
}

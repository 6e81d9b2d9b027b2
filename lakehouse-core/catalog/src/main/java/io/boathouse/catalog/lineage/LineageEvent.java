package io.boathouse.catalog.lineage;

import java.time.Instant;
import java.util.Optional;
import java.util.UUID;

/**
 * One row for the lineage tables of the system catalog.
 *
 * @param id of the row, which no other has; 0 before it is kept
 * @param entity the work; empty if nobody knows
 * @param source empty if what was made came from nothing known
 * @param target empty if something was only read
 */
public record LineageEvent(
    long id,
    Instant at,
    String principal,
    String how,
    Optional<LineageEntity> entity,
    Optional<End> source,
    Optional<End> target) {
  /**
   * One of the two ends.
   *
   * @param securable the governed thing, if it is one
   * @param column of the thing, where columns are told of
   */
  public record End(LineageNode node, Optional<UUID> securable, Optional<String> column) {}
}

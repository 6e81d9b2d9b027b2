package io.boathouse.catalog.lineage;

import java.time.Instant;
import java.util.Map;

/**
 * That something came from something else.
 *
 * @param how what made it so, such as {@code CREATE TABLE AS}, {@code TRAINED_ON}, {@code DEPLOYED}
 * @param principal who did it
 * @param hops how far it is from where the walk began, from 1
 */
public record LineageEdge(
    LineageNode from,
    LineageNode to,
    String how,
    Map<String, String> details,
    Instant at,
    String principal,
    int hops) {
  public LineageEdge {
    details = Map.copyOf(details);
  }
}

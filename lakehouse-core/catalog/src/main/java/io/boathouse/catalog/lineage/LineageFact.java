package io.boathouse.catalog.lineage;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What one piece of work made of what.
 *
 * @param sources each gets an edge to the target
 * @param how what made it so
 * @param details kept with each edge
 * @param columns which columns of the sources went into which of the target
 * @param entity the work; empty where the kind of the target tells it
 */
public record LineageFact(
    List<LineageNode> sources,
    LineageNode target,
    String how,
    Map<String, String> details,
    List<ColumnFlow> columns,
    Optional<LineageEntity> entity) {
  public LineageFact {
    sources = List.copyOf(sources);
    details = Map.copyOf(details);
    columns = List.copyOf(columns);
  }
}

package io.boathouse.catalog.lineage;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.function.Predicate;

/**
 * One walk along columns, breadth first. A table that the caller may not know of is not there: no
 * edge leads to it, and none through it.
 */
final class ColumnWalk {
  private final ColumnLineageRepository repository;
  private final Predicate<UUID> mayKnow;
  private final boolean upstream;
  private final WalkLimits limits;
  private final Map<UUID, Boolean> known = new HashMap<>();

  ColumnWalk(
      ColumnLineageRepository repository,
      Predicate<UUID> mayKnow,
      boolean upstream,
      WalkLimits limits) {
    this.repository = repository;
    this.mayKnow = mayKnow;
    this.upstream = upstream;
    this.limits = limits;
  }

  List<ColumnEdge> from(UUID table, String column) {
    List<ColumnEdge> edges = new ArrayList<>();
    Set<ColumnLineageRepository.Key> reached =
        Set.of(new ColumnLineageRepository.Key(table, column.toLowerCase(Locale.ROOT)));
    Set<ColumnLineageRepository.Key> seen = new HashSet<>(reached);
    for (int hop = 1; hop <= limits.hops() && !reached.isEmpty(); hop++) {
      Set<ColumnLineageRepository.Key> next = new HashSet<>();
      for (ColumnLineageRepository.Stored stored : repository.edges(reached, upstream)) {
        ColumnLineageRepository.Key other = upstream ? stored.from() : stored.to();
        if (edges.size() < limits.edges() && known.computeIfAbsent(other.table(), mayKnow::test)) {
          ColumnEdge edge = stored.edge();
          edges.add(
              new ColumnEdge(edge.from(), edge.to(), edge.how(), edge.at(), edge.principal(), hop));
          if (seen.add(other)) {
            next.add(other);
          }
        }
      }
      reached = next;
    }
    return edges;
  }
}

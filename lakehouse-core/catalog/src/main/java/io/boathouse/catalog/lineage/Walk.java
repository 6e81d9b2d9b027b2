package io.boathouse.catalog.lineage;

import io.boathouse.catalog.lineage.LineageRepository.Stored;
import io.boathouse.catalog.lineage.LineageRepository.StoredEdge;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Predicate;

/**
 * One walk, breadth first. A version of a table holds what earlier versions brought, back to the
 * one that replaced all rows; those are told as edges of their own, once for each table that is
 * reached.
 */
final class Walk {
  private final LineageRepository repository;
  private final Predicate<UUID> mayKnow;
  private final boolean upstream;
  private final WalkLimits limits;
  private final Map<UUID, Boolean> known = new HashMap<>();
  private final Set<Long> seen = new HashSet<>();
  private final Set<Long> siblings = new HashSet<>();
  private final Set<LineageEdge> hidden = new HashSet<>();
  private final List<LineageEdge> edges = new ArrayList<>();
  private boolean complete = true;

  /**
   * @param mayKnow whether the caller may know of a securable
   */
  Walk(LineageRepository repository, Predicate<UUID> mayKnow, boolean upstream, WalkLimits limits) {
    this.repository = repository;
    this.mayKnow = mayKnow;
    this.upstream = upstream;
    this.limits = limits;
  }

  LineageView from(List<Stored> starts) {
    Map<Long, Stored> frontier = new HashMap<>();
    starts.stream().filter(this::visible).forEach(start -> frontier.put(start.id(), start));
    Map<Long, Stored> reached = frontier;
    for (int hop = 1; !reached.isEmpty(); hop++) {
      if (hop > limits.hops()) {
        complete = false;
        break;
      }
      seen.addAll(reached.keySet());
      reached = step(reached, hop);
    }
    return new LineageView(edges, complete);
  }

  private Map<Long, Stored> step(Map<Long, Stored> frontier, int hop) {
    Map<Long, Stored> next = new HashMap<>();
    for (StoredEdge edge : repository.edges(frontier.keySet(), upstream)) {
      take(edge, hop, next);
    }
    for (Stored node : frontier.values()) {
      if (!siblings.contains(node.id())) {
        for (StoredEdge edge :
            upstream ? repository.earlierVersions(node) : repository.laterVersions(node)) {
          siblings.add(upstream ? edge.from().id() : edge.to().id());
          take(edge, hop, next);
        }
      }
    }
    return next;
  }

  private void take(StoredEdge edge, int hop, Map<Long, Stored> next) {
    if (edges.size() >= limits.edges()) {
      complete = false;
      return;
    }
    Stored other = upstream ? edge.from() : edge.to();
    if (!visible(other)) {
      LineageEdge told = redacted(edge, other, hop);
      if (hidden.add(told)) {
        edges.add(told);
      }
      return;
    }
    edges.add(
        new LineageEdge(
            edge.from().node(),
            edge.to().node(),
            edge.how(),
            edge.details(),
            edge.at(),
            edge.principal(),
            hop));
    if (!seen.contains(other.id())) {
      next.put(other.id(), other);
    }
  }

  /** That there is something of a kind, and nothing more: details may name what is hidden. */
  private LineageEdge redacted(StoredEdge edge, Stored other, int hop) {
    LineageNode unnamed = LineageNode.hidden(other.node().kind());
    return new LineageEdge(
        upstream ? unnamed : edge.from().node(),
        upstream ? edge.to().node() : unnamed,
        edge.how(),
        Map.of(),
        edge.at(),
        "",
        hop);
  }

  /** What is governed by nothing is as visible as what leads to it. */
  private boolean visible(Stored node) {
    Optional<UUID> securable = node.securable();
    return securable.isEmpty() || known.computeIfAbsent(securable.get(), mayKnow::test);
  }
}

package io.boathouse.catalog.lineage;

import java.util.List;

/**
 * What a walk saw, nearest first. Where the caller may not know of something its node is hidden,
 * and nothing behind it is told.
 *
 * @param complete whether the walk ended by itself rather than at a limit
 */
public record LineageView(List<LineageEdge> edges, boolean complete) {
  public LineageView {
    edges = List.copyOf(edges);
  }
}

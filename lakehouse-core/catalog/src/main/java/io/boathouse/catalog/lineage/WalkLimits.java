package io.boathouse.catalog.lineage;

/**
 * How far a walk goes.
 *
 * @param hops how many steps away, from 1 to 50
 * @param edges how many edges it tells, from 1 to 5000
 */
public record WalkLimits(int hops, int edges) {
  private static final int MOST_HOPS = 50;
  private static final int MOST_EDGES = 5_000;

  /** As far as any walk may go. */
  public static final WalkLimits WIDEST = new WalkLimits(MOST_HOPS, MOST_EDGES);

  public WalkLimits {
    hops = Math.clamp(hops, 1, MOST_HOPS);
    edges = Math.clamp(edges, 1, MOST_EDGES);
  }
}

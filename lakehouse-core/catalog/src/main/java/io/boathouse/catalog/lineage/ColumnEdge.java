package io.boathouse.catalog.lineage;

import io.boathouse.catalog.securable.FullName;
import java.time.Instant;

/**
 * That a column of a table came from a column of another.
 *
 * @param hops how far it is from where the walk began, from 1
 */
public record ColumnEdge(
    Column from, Column to, String how, Instant at, String principal, int hops) {
  /** A column of a table. */
  public record Column(FullName table, String name) {}
}

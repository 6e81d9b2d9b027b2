package io.boathouse.catalog.lineage;

import io.boathouse.catalog.securable.FullName;
import java.time.Instant;
import java.util.UUID;

/**
 * That something in a table, of whatever version, came from another.
 *
 * @param hops how far it is from where the walk began, from 1
 */
public record TableEdge(Table from, Table to, String how, Instant at, String principal, int hops) {
  /** A governed table by the name that it has now. */
  public record Table(UUID id, FullName name) {}
}

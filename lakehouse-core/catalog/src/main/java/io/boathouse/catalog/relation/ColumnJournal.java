package io.boathouse.catalog.relation;

import java.util.UUID;

/** Where a table's columns report that they have new names; joins the thread's transaction. */
@FunctionalInterface
public interface ColumnJournal {
  /** The old name stays good for the versions of the table that have it. */
  void renamed(UUID table, String before, String after);
}

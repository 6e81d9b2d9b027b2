package io.boathouse.catalog.relation;

import java.util.List;
import java.util.UUID;

/** Where a table's columns report that they were replaced; joins the thread's transaction. */
@FunctionalInterface
public interface ColumnJournal {
  /**
   * @param before the names that the columns had, in order
   * @param after the names that they have now, in order
   */
  void replaced(UUID table, List<String> before, List<String> after);
}

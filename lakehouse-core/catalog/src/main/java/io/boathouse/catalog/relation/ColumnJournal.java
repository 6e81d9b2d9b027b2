package io.boathouse.catalog.relation;

import java.util.UUID;

/** Where a table's columns report what became of them; joins the thread's transaction. */
public interface ColumnJournal {
  void renamed(UUID table, String before, String after);

  void dropped(UUID table, String column);
}

package io.boathouse.catalog.lineage;

import io.boathouse.platform.db.Database;
import java.util.UUID;

/** What is known of where columns came from, following them; joins the thread's transaction. */
public final class LineageInPlace {
  private final ColumnLineageRepository columns;

  public LineageInPlace(Database database) {
    this.columns = new ColumnLineageRepository(database);
  }

  public void renamed(UUID table, String before, String after) {
    columns.renamed(table, before, after);
  }

  public void dropped(UUID table, String column) {
    columns.dropped(table, column);
  }
}

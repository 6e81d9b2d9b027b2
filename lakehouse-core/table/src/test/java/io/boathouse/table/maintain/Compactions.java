package io.boathouse.table.maintain;

import io.boathouse.platform.duckdb.DuckDb;
import io.boathouse.table.write.LooseTable;

/** OPTIMIZE of a table without a catalog. */
public final class Compactions {
  private Compactions() {}

  /**
   * @return whether there was something to do
   */
  public static boolean compact(LooseTable table, DuckDb duckDb) {
    return !new Optimization(duckDb, table.log(), OptimizeOptions.ALL)
        .run()
        .equals(Optimized.NOTHING);
  }
}

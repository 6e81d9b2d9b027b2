package io.boathouse.table.write;

import io.boathouse.platform.duckdb.DuckSession;
import io.boathouse.table.type.TableSchema;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The rows that a write brings; their columns meet the table's by name. */
public sealed interface Rows {

  /**
   * What a query gives in a session, which stays open until the write is over.
   *
   * @param select trusted SQL, made by a module with its quoting functions
   */
  record Query(DuckSession session, String select) implements Rows {}

  /**
   * Values at hand.
   *
   * @param rows each in the schema's order: Boolean, numbers, String, byte[], java.time values,
   *     collections and maps; null for null
   */
  record Values(TableSchema schema, List<List<@Nullable Object>> rows) implements Rows {
    public Values {
      rows = List.copyOf(rows);
    }
  }
}

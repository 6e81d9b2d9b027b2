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
   * What a query gives that reads the very table that it is written to. Other changes since the
   * version that it read are a conflict, after which the query has to be asked again.
   *
   * @param version which one of the table it reads
   */
  record OfTarget(Query query, long version) implements Rows {}

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

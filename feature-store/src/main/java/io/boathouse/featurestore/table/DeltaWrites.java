package io.boathouse.featurestore.table;

import io.boathouse.catalog.securable.FullName;
import io.boathouse.platform.auth.Caller;
import io.boathouse.platform.duckdb.DuckSession;
import io.boathouse.table.type.TableSchema;
import io.boathouse.table.write.NewTable;
import io.boathouse.table.write.Rows;
import io.boathouse.table.write.TableService;
import io.boathouse.table.write.WriteOptions;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Writes what a session computes to a table. */
final class DeltaWrites {
  private DeltaWrites() {}

  /** Rows to be written. @param select trusted SQL of the session */
  record Source(DuckSession session, String select) {}

  /**
   * @return the version of the new table
   */
  static long create(
      TableService tables, Caller caller, FullName name, Optional<String> comment, Source rows) {
    NewTable table = new NewTable(name, new TableSchema(List.of()), List.of(), Map.of(), comment);
    return tables.createAs(caller, table, new Rows.Query(rows.session(), rows.select())).version();
  }

  /**
   * @return the version with these rows in place of all others
   */
  static long overwrite(TableService tables, Caller caller, FullName name, Source rows) {
    return tables
        .overwrite(
            caller,
            name,
            new Rows.Query(rows.session(), rows.select()),
            new WriteOptions("REFRESH FEATURE TABLE", Optional.empty(), Map.of()))
        .version();
  }
}

package io.boathouse.server;

import io.boathouse.ingest.file.SelectGovernor;
import io.boathouse.platform.auth.Caller;
import io.boathouse.platform.duckdb.DuckSession;
import io.boathouse.sql.SqlModule;
import io.boathouse.sql.govern.CheckedQuery;
import io.boathouse.sql.govern.NameDefaults;
import io.boathouse.sql.govern.QueryText;
import io.boathouse.sql.govern.TableViews;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** Lets the SQL room's wall judge the transforms of ingestion, which may not know that room. */
record IngestGovernor(SqlModule sql) implements SelectGovernor {
  @Override
  public GovernedSelect govern(Caller caller, String select, Map<String, String> locals) {
    CheckedQuery checked =
        sql.checker()
            .check(caller, new QueryText(select, List.of(), NameDefaults.STANDARD, locals));
    TableViews.Resolved tables = sql.views().resolve(caller, checked.tables());
    return new GovernedSelect() {
      @Override
      public String sql() {
        return checked.sql();
      }

      @Override
      public List<Path> readable() {
        return tables.readable();
      }

      @Override
      public void bind(DuckSession session) {
        tables.bind(session);
      }

      @Override
      public List<Input> inputs() {
        return tables.inputs().stream()
            .map(input -> new Input(input.name(), input.version()))
            .toList();
      }
    };
  }
}

package io.boathouse.sql.statement;

import io.boathouse.catalog.securable.FullName;
import io.boathouse.platform.error.ErrorCode;
import io.boathouse.platform.error.LakeException;
import io.boathouse.sql.engine.QueryEngine;
import io.boathouse.sql.engine.QueryEngine.OpenQuery;
import io.boathouse.sql.govern.CheckedQuery;
import io.boathouse.sql.govern.TableViews.Input;
import io.boathouse.sql.statement.TableStatements.Context;
import io.boathouse.table.write.Rows;
import java.util.function.Function;

/**
 * The query of a statement that writes to a table, which may read that very table. Then it depends
 * on what others write there, and is asked again when they were in its way.
 */
final class OwnRows {
  private static final int REDOS = 10;

  private final FullName target;
  private final CheckedQuery query;
  private final boolean reads;

  OwnRows(FullName target, CheckedQuery query) {
    this.target = target;
    this.query = query;
    this.reads =
        query.tables().stream()
            .anyMatch(table -> table.name().equals(target) && table.asOf().isNewest());
  }

  CheckedQuery query() {
    return query;
  }

  <T> T open(QueryEngine engine, Context context, Function<OpenQuery, T> work) {
    for (int i = 0; ; i++) {
      try {
        return engine.open(context.caller(), query, context.run(), work);
      } catch (LakeException e) {
        if (e.code() != ErrorCode.CONFLICT || !reads || i == REDOS) {
          throw e;
        }
      }
    }
  }

  /**
   * The rows for the target.
   *
   * @param select the query's own, made fit for the target
   */
  Rows rows(OpenQuery open, String select) {
    Rows.Query rows = new Rows.Query(open.session(), select);
    return reads ? new Rows.OfTarget(rows, version(open)) : rows;
  }

  /** Of all its versions that the query reads, the newest one. */
  private long version(OpenQuery open) {
    return open.inputs().stream()
        .filter(input -> input.name().equals(target))
        .map(Input::version)
        .mapToLong(version -> version.orElseThrow())
        .max()
        .orElseThrow();
  }
}

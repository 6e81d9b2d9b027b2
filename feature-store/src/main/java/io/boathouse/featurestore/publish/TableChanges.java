package io.boathouse.featurestore.publish;

import static io.boathouse.platform.duckdb.SqlText.identifier;

import io.boathouse.catalog.securable.FullName;
import io.boathouse.featurestore.table.GovernedReads;
import io.boathouse.platform.auth.Caller;
import io.boathouse.platform.duckdb.DuckSession;
import io.boathouse.sql.engine.Cancellation;
import io.boathouse.sql.engine.QueryEngine;
import io.boathouse.sql.engine.QueryEngine.OpenQuery;
import io.boathouse.sql.engine.RunLimits;
import io.boathouse.sql.govern.CheckedQuery;
import io.boathouse.sql.govern.CheckedQuery.ViewedTable;
import io.boathouse.sql.govern.TableUse.AsOf;
import java.time.Duration;
import java.util.List;
import java.util.function.Function;

/** Reads a feature table together with what a range of its versions changed. */
final class TableChanges {
  /** Shows all changed rows. */
  static final String CHANGED = GovernedReads.view(1);

  /** Shows the rows that were taken away or changed, as they were. */
  static final String REMOVED = "feature_removed";

  private final QueryEngine engine;
  private final RunLimits limits;

  TableChanges(QueryEngine engine, Duration deadline) {
    this.engine = engine;
    this.limits = new RunLimits(deadline);
  }

  /** The newest version of a table. */
  long newest(Caller caller, FullName table) {
    return open(
        caller,
        List.of(viewed(GovernedReads.view(0), table, new AsOf.Latest())),
        open -> open.inputs().getFirst().version().orElse(0));
  }

  /**
   * Opens a table at a version, and the changes up to it.
   *
   * @throws io.boathouse.platform.error.LakeException NOT_FOUND if the log was cleaned beyond it
   */
  <T> T read(Caller caller, FullName table, Range range, Function<DuckSession, T> work) {
    List<ViewedTable> views =
        List.of(
            viewed(GovernedReads.view(0), table, new AsOf.Version(range.to())),
            viewed(
                CHANGED,
                table,
                new AsOf.Changes(new AsOf.Version(range.from()), new AsOf.Version(range.to()))));
    return open(
        caller,
        views,
        open -> {
          open.session()
              .execute(
                  "CREATE TEMP VIEW %s AS SELECT * FROM %s WHERE _change_type IN ('delete', 'update_preimage')"
                      .formatted(identifier(REMOVED), identifier(CHANGED)));
          return work.apply(open.session());
        });
  }

  /** Versions, both ends included. */
  record Range(long from, long to) {}

  private <T> T open(Caller caller, List<ViewedTable> views, Function<OpenQuery, T> work) {
    String first = "SELECT * FROM " + identifier(GovernedReads.view(0));
    return engine.open(
        caller,
        new CheckedQuery(first, views),
        new QueryEngine.Run(limits, new Cancellation()),
        work);
  }

  private static ViewedTable viewed(String view, FullName table, AsOf asOf) {
    return new ViewedTable(view, table, asOf, List.of());
  }
}

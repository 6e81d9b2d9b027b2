package io.boathouse.sql.engine;

import io.boathouse.platform.auth.Caller;
import io.boathouse.platform.duckdb.DuckSession;
import io.boathouse.sql.govern.CheckedQuery;
import io.boathouse.sql.govern.TableViews.Input;
import java.util.List;
import java.util.function.Function;

/**
 * Runs checked queries with the caller's rights on every table they read. Thread-safe; blocks until
 * the query has ended, failed, been cancelled or passed its deadline.
 */
public interface QueryEngine extends AutoCloseable {
  /**
   * Runs a query and hands its rows to the sink, in order, on a thread of the engine.
   *
   * @return what was read
   * @throws io.boathouse.platform.error.LakeException RATE_LIMITED if too many wait already;
   *     DEADLINE_EXCEEDED when cancelled or out of time; INVALID_ARGUMENT for what the engine finds
   *     wrong with the query
   */
  List<Input> run(Caller caller, CheckedQuery query, Run run, RowSink sink);

  /**
   * Opens a session in which the query can be evaluated, for work that writes its rows elsewhere;
   * the session ends with the work. Errors as above.
   */
  <T> T open(Caller caller, CheckedQuery query, Run run, Function<OpenQuery, T> work);

  @Override
  void close();

  /** How one query may run. */
  record Run(RunLimits limits, Cancellation cancellation) {}

  /**
   * A query that is ready to be evaluated.
   *
   * @param session where its views are
   * @param select trusted SQL for that session
   * @param columns names and types of its result
   */
  record OpenQuery(
      DuckSession session, String select, List<ResultColumn> columns, List<Input> inputs) {
    public OpenQuery {
      columns = List.copyOf(columns);
      inputs = List.copyOf(inputs);
    }
  }
}

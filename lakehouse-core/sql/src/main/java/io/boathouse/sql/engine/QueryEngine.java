package io.boathouse.sql.engine;

import io.boathouse.catalog.lineage.LineageNode;
import io.boathouse.platform.auth.Caller;
import io.boathouse.platform.duckdb.DuckSession;
import io.boathouse.sql.govern.CheckedQuery;
import io.boathouse.sql.govern.CheckedQuery.ViewedTable;
import io.boathouse.sql.govern.TableViews.Input;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;

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

  /**
   * Opens a session with views of tables, for work that runs checked queries of its own; the
   * session ends with the work. Errors as above.
   *
   * @param tables each is shown by its view
   */
  <T> T session(Caller caller, Tables tables, Run run, Function<OpenSession, T> work);

  @Override
  void close();

  /**
   * What a session can read.
   *
   * @param readable files and folders besides those of the views
   */
  record Tables(List<ViewedTable> views, List<Path> readable) {
    public Tables {
      views = List.copyOf(views);
      readable = List.copyOf(readable);
    }
  }

  /** A session with the views of its tables. */
  record OpenSession(DuckSession session, List<Input> inputs) {
    public OpenSession {
      inputs = List.copyOf(inputs);
    }
  }

  /**
   * How one query may run.
   *
   * @param reads gets what the query reads
   * @param warehouse the id of where it runs; empty for the default one
   * @param statement the id of the statement that it is of; empty for none
   * @param recalls whether a result may be kept, and come from an equal query that ran before
   */
  record Run(
      RunLimits limits,
      Cancellation cancellation,
      ReadTotals reads,
      String warehouse,
      String statement,
      boolean recalls) {
    /** One of which nobody asks what it reads. */
    public Run(RunLimits limits, Cancellation cancellation) {
      this(limits, cancellation, new ReadTotals(), "", "", false);
    }
  }

  /**
   * A query that is ready to be evaluated.
   *
   * @param session where its views are
   * @param select trusted SQL for that session
   * @param columns names and types of its result
   * @param answered the model versions that have answered it so far
   */
  record OpenQuery(
      DuckSession session,
      String select,
      List<ResultColumn> columns,
      List<Input> inputs,
      Supplier<List<LineageNode>> answered) {
    public OpenQuery {
      columns = List.copyOf(columns);
      inputs = List.copyOf(inputs);
    }
  }
}

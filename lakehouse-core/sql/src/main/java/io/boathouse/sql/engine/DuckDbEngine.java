package io.boathouse.sql.engine;

import io.boathouse.platform.auth.Caller;
import io.boathouse.platform.duckdb.DuckAccess;
import io.boathouse.platform.duckdb.DuckDb;
import io.boathouse.platform.duckdb.DuckDbErrors;
import io.boathouse.platform.duckdb.DuckSession;
import io.boathouse.platform.error.ErrorCode;
import io.boathouse.platform.error.LakeException;
import io.boathouse.sql.govern.CheckedQuery;
import io.boathouse.sql.govern.LeakproofQuery;
import io.boathouse.sql.govern.TableViews;
import io.boathouse.sql.govern.TableViews.Input;
import java.nio.file.Path;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Queries on embedded DuckDB in locked instances that can read the files of the tables that the
 * query names and nothing else. Queries over the same tables share one, each with a connection of
 * its own; work that writes has its own. The engine's binder recurses on the stack of its thread,
 * so that queries have platform threads with large stacks.
 */
public final class DuckDbEngine implements QueryEngine {
  private static final Logger log = LoggerFactory.getLogger(DuckDbEngine.class);
  private static final long STACK_BYTES = 64L << 20;
  private static final String FAILED_STREAM = "Invalid result set";
  private static final long REPEAT_CANCEL_MILLIS = 25;
  private static final long IDLE_CHECK_SECONDS = 10;

  private final DuckDb duckDb;
  private final TableViews views;
  private final EngineConfig config;
  private final ResultCache results;
  private final WarmInstances instances;
  private final ThreadPoolExecutor threads;
  private final ScheduledExecutorService timer;

  /**
   * The factory and the views outlive the engine.
   *
   * @param results of this and other engines
   */
  public DuckDbEngine(DuckDb duckDb, TableViews views, EngineConfig config, ResultCache results) {
    this.results = results;
    this.duckDb = duckDb;
    this.views = views;
    this.config = config;
    this.instances = new WarmInstances(duckDb::openShared, System::nanoTime);
    this.threads =
        new ThreadPoolExecutor(
            config.concurrency(),
            config.concurrency(),
            60,
            TimeUnit.SECONDS,
            new ArrayBlockingQueue<>(config.queue()),
            work -> {
              Thread thread = new Thread(null, work, "sql-engine", STACK_BYTES);
              thread.setDaemon(true);
              return thread;
            });
    threads.allowCoreThreadTimeOut(true);
    this.timer =
        Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("sql-deadlines").factory());
    var unused =
        timer.scheduleWithFixedDelay(
            instances::closeIdle, IDLE_CHECK_SECONDS, IDLE_CHECK_SECONDS, TimeUnit.SECONDS);
  }

  @Override
  public List<Input> run(Caller caller, CheckedQuery query, Run run, RowSink sink) {
    return onThread(run, () -> recalled(caller, query, run, sink));
  }

  /** Answers with what is kept of an equal query over the same, or keeps what the engine makes. */
  private List<Input> recalled(Caller caller, CheckedQuery query, Run run, RowSink sink) {
    TableViews.Resolved tables = views.resolve(caller, LeakproofQuery.tables(query));
    Optional<String> key =
        run.recalls() && query.steady()
            ? tables.steady().map(read -> ResultCache.key(query.sql() + '\n' + read))
            : Optional.empty();
    if (key.filter(known -> results.answer(known, sink)).isPresent()) {
      run.reads().recalled();
      return tables.inputs();
    }
    Optional<ResultCache.Recording> kept = key.map(known -> results.recording(known, sink));
    var models = new ModelFunctions(query.models(), run.cancellation());
    List<Input> inputs =
        inSession(
            new Reading(tables, List.of(), models),
            run,
            models.isEmpty() ? instances::session : duckDb::openStreaming,
            (session, read) -> {
              stream(session, query.sql(), run, models, kept.<RowSink>map(one -> one).orElse(sink));
              return read;
            });
    kept.ifPresent(ResultCache.Recording::done);
    return inputs;
  }

  /** Tables that were found, what can be read besides, and which models can be asked. */
  private record Reading(TableViews.Resolved tables, List<Path> besides, ModelFunctions models) {}

  @Override
  public <T> T open(Caller caller, CheckedQuery query, Run run, Function<OpenQuery, T> work) {
    var models = new ModelFunctions(query.models(), run.cancellation());
    return onThread(
        run,
        () ->
            inSession(
                found(caller, new Tables(query.tables(), List.of()), models),
                run,
                duckDb::open,
                (session, inputs) ->
                    work.apply(
                        new OpenQuery(
                            session,
                            query.sql(),
                            columnsOf(session, query.sql()),
                            inputs,
                            models::answered))));
  }

  @Override
  public <T> T session(Caller caller, Tables tables, Run run, Function<OpenSession, T> work) {
    return onThread(
        run,
        () ->
            inSession(
                found(caller, tables, new ModelFunctions(List.of(), run.cancellation())),
                run,
                duckDb::open,
                (session, inputs) -> work.apply(new OpenSession(session, inputs))));
  }

  private Reading found(Caller caller, Tables named, ModelFunctions models) {
    return new Reading(views.resolve(caller, named.views()), named.readable(), models);
  }

  private interface SessionWork<T> {
    T apply(DuckSession session, List<Input> inputs) throws SQLException;
  }

  private <T> T inSession(
      Reading reading, Run run, Function<DuckAccess, DuckSession> opening, SessionWork<T> work) {
    TableViews.Resolved tables = reading.tables();
    run.cancellation().check();
    run.reads().add(tables.scans());
    Set<Path> readable = new LinkedHashSet<>(tables.readable());
    readable.addAll(reading.besides());
    DuckAccess access = DuckAccess.reading(readable);
    if (config.memoryLimit().isPresent()) {
      access = access.withMemoryLimit(config.memoryLimit().get());
    }
    if (config.threads().isPresent()) {
      access = access.withThreads(config.threads().getAsInt());
    }
    DuckAccess own = access;
    boolean profiled = run.reads().isProfiled() && !tables.isLimited();
    try (DuckSession session = profiled ? duckDb.openProfiled(own) : opening.apply(own)) {
      run.cancellation().onCancel(session::interrupt);
      try {
        tables.bind(session);
        reading.models().register(session);
        T done = work.apply(session, tables.inputs());
        if (profiled) {
          run.reads().profile(QueryProfile.of(session.profile()));
        }
        return done;
      } catch (SQLException e) {
        throw asked(reading, failed(own, tables.named(DuckDbErrors.of(e), session)));
      } catch (LakeException e) {
        throw asked(reading, failed(own, tables.named(e, session)));
      }
    }
  }

  /** What a model failed with comes out of the engine as the engine's own failure. */
  private static LakeException asked(Reading reading, LakeException failure) {
    return reading.models().failure().orElse(failure);
  }

  /** An engine that failed inside may be broken for whoever comes next. */
  private LakeException failed(DuckAccess access, LakeException failure) {
    if (failure.code() == ErrorCode.INTERNAL) {
      instances.discard(access);
    }
    return failure;
  }

  private static void stream(
      DuckSession session, String sql, Run run, ModelFunctions models, RowSink sink)
      throws SQLException {
    Cancellation cancellation = run.cancellation();
    try (PreparedStatement statement = session.connection().prepareStatement(sql)) {
      cancellation.onCancel(() -> cancel(statement));
      try (ResultSet result = statement.executeQuery()) {
        List<ResultColumn> columns = DuckRows.columns(result.getMetaData());
        sink.columns(columns);
        boolean more = true;
        while (more && result.next()) {
          cancellation.check(); // a streamed result does not end when its statement is cancelled
          more = sink.row(DuckRows.row(result, columns));
        }
        if (!more) {
          cancel(statement); // the rest would be computed on close
        }
      }
    } catch (SQLException e) {
      cancellation.check();
      boolean known = models.failure().isPresent();
      throw !known && e.getMessage() != null && e.getMessage().contains(FAILED_STREAM)
          ? causeOf(session, sql, e)
          : e;
    }
  }

  /** A streamed result forgets why it failed; evaluated once more into a table, it tells. */
  private static SQLException causeOf(DuckSession session, String sql, SQLException streamed) {
    try (Statement statement = session.connection().createStatement()) {
      boolean unused = statement.execute("CREATE TEMP TABLE failed_result AS " + sql);
      return streamed;
    } catch (SQLException cause) {
      return cause;
    }
  }

  private static void cancel(PreparedStatement statement) {
    try {
      if (!statement.isClosed()) {
        statement.cancel();
      }
    } catch (SQLException e) {
      log.debug("The statement ended before it could be cancelled", e);
    }
  }

  private static List<ResultColumn> columnsOf(DuckSession session, String sql) throws SQLException {
    try (PreparedStatement statement = session.connection().prepareStatement(sql)) {
      return DuckRows.columns(statement.getMetaData());
    }
  }

  /**
   * Waits for the work; its deadline starts when it is accepted. Cancelling is repeated, for a
   * statement that is about to start takes no notice of it.
   */
  private <T> T onThread(Run run, Callable<T> work) {
    Cancellation cancellation = run.cancellation();
    ScheduledFuture<?> deadline =
        timer.schedule(
            () -> cancellation.cancel(Cancellation.Reason.DEADLINE),
            run.limits().deadline().toMillis(),
            TimeUnit.MILLISECONDS);
    ScheduledFuture<?> repetition =
        timer.scheduleWithFixedDelay(
            () -> cancellation.reason().ifPresent(cancellation::cancel),
            REPEAT_CANCEL_MILLIS,
            REPEAT_CANCEL_MILLIS,
            TimeUnit.MILLISECONDS);
    try {
      Future<T> running =
          threads.submit(
              () -> {
                cancellation.check();
                return work.call();
              });
      return running.get();
    } catch (RejectedExecutionException e) {
      throw EngineErrors.busy(config.concurrency());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      cancellation.cancel(Cancellation.Reason.SHUTDOWN);
      throw EngineErrors.stopped(Cancellation.Reason.SHUTDOWN);
    } catch (ExecutionException e) {
      cancellation.check();
      throw failure(Objects.requireNonNullElse(e.getCause(), e));
    } finally {
      deadline.cancel(false);
      repetition.cancel(false);
    }
  }

  private static RuntimeException failure(Throwable cause) {
    return switch (cause) {
      case LakeException failure -> failure;
      case SQLException failure -> DuckDbErrors.of(failure);
      case RuntimeException failure -> failure;
      default -> new IllegalStateException(cause);
    };
  }

  /** How many queries run now. */
  public int running() {
    return threads.getActiveCount();
  }

  /** Takes no more queries; those that run or wait end as they do. */
  public void retire() {
    threads.shutdown();
    timer.shutdown();
    instances.close();
  }

  @Override
  public void close() {
    timer.shutdownNow();
    threads.shutdownNow();
    instances.close();
  }
}

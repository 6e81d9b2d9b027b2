package io.boathouse.sql.statement;

import static io.boathouse.sql.warehouse.WarehouseLimits.smaller;

import io.boathouse.catalog.audit.AuditLog;
import io.boathouse.platform.auth.Caller;
import io.boathouse.platform.error.ErrorCode;
import io.boathouse.platform.error.LakeException;
import io.boathouse.sql.engine.Cancellation.Reason;
import io.boathouse.sql.statement.ResultSpool.Limits;
import io.boathouse.sql.statement.StatementRequest.OnTimeout;
import io.boathouse.sql.warehouse.Warehouse;
import io.boathouse.sql.warehouse.WarehouseLimits;
import io.boathouse.sql.warehouse.WarehouseService;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Set;
import java.util.concurrent.Executor;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs statements and keeps their results for an hour. A statement runs with the rights of who sent
 * it, and nobody else sees it. Thread-safe; methods block at most as long as the request asks to.
 */
public final class StatementService implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(StatementService.class);
  private static final Duration STOP_GRACE = Duration.ofSeconds(5);
  private static final Set<String> REFUSED_BY_GOVERN =
      Set.of("FUNCTION_NOT_ALLOWED", "SYNTAX_NOT_ALLOWED", "OUTSIDE_SESSION");

  private final Parts parts;
  private final InstantSource clock;

  /**
   * What the service is made of.
   *
   * @param executor runs each statement on a thread that may block
   */
  record Parts(
      StatementRunner runner,
      StatementStore store,
      HistoryService history,
      WarehouseService warehouses,
      AuditLog audit,
      ResultRights rights,
      LinkTokens links,
      Executor executor) {}

  StatementService(Parts parts, InstantSource clock) {
    this.parts = parts;
    this.clock = clock;
  }

  /**
   * Starts a statement and waits for its end as long as the request says.
   *
   * @throws LakeException NOT_FOUND for an unknown warehouse, RATE_LIMITED when too many are kept;
   *     whatever is wrong with the statement itself is in its state
   */
  public StatementView submit(Caller caller, StatementRequest request) {
    Warehouse warehouse = parts.warehouses().use(caller, request.warehouseId());
    ExecutedStatement statement = parts.store().add(caller, request, warehouse);
    parts.history().started(caller, statement.id(), request, warehouse);
    parts.executor().execute(() -> run(statement));
    boolean ended = statement.awaitEnd(request.patience());
    if (!ended && request.onTimeout() == OnTimeout.CANCEL) {
      statement.cancellation().cancel(Reason.REQUESTED);
      boolean unused = statement.awaitEnd(STOP_GRACE);
    }
    StatementView view = statement.view();
    if (view.state() instanceof StatementState.Failed) {
      statement.handOver();
    }
    return view;
  }

  /**
   * A statement of the caller's.
   *
   * @throws LakeException NOT_FOUND if it is unknown, somebody else's or expired
   */
  public StatementView get(Caller caller, String id) {
    return parts.store().get(caller, id).view();
  }

  /**
   * The rows of one chunk as the JSON text of an array of arrays.
   *
   * @throws LakeException NOT_FOUND as for {@link #get} and for an unknown chunk;
   *     FAILED_PRECONDITION if the statement has no result
   */
  public String rows(Caller caller, String id, long chunkIndex) {
    FetchedChunk chunk = chunk(caller, id, chunkIndex);
    if (chunk.form().format() != ResultForm.Format.JSON_ARRAY) {
      throw StatementErrors.notJson(chunk.form().format());
    }
    return new String(chunk.content(), StandardCharsets.UTF_8);
  }

  /**
   * One chunk as it is kept. Who lost the right to a table that it came from does not get it.
   *
   * @throws LakeException as {@link #rows}
   */
  FetchedChunk chunk(Caller caller, String id, long chunkIndex) {
    ExecutedStatement statement = parts.store().get(caller, id);
    StatementResult result = result(statement, chunkIndex);
    parts.rights().require(caller, statement);
    if (result.isInReply() && result.chunks().size() == 1) {
      statement.handOver();
    }
    return new FetchedChunk(statement, result, result.chunks().get((int) chunkIndex));
  }

  private static StatementResult result(ExecutedStatement statement, long chunkIndex) {
    if (!(statement.state() instanceof StatementState.Succeeded(StatementResult result))) {
      throw StatementErrors.noResult(statement.state().word());
    }
    if (chunkIndex < 0 || chunkIndex >= result.chunks().size()) {
      throw StatementErrors.chunkNotFound(chunkIndex, result.chunks().size());
    }
    return result;
  }

  /** A signed way to a chunk, for clients that do not send their token along. */
  LinkTokens.Link link(FetchedChunk chunk) {
    return parts.links().link(chunk.statement().id(), chunk.chunk().index());
  }

  /** The last part of the link's address. */
  String token(LinkTokens.Link link) {
    return parts.links().write(link);
  }

  /**
   * The chunk of a link, with the rights that whoever ran the statement has now.
   *
   * @throws LakeException PERMISSION_DENIED if the link is forged or over, or the right is gone
   */
  FetchedChunk linked(String token) {
    LinkTokens.Link link = parts.links().read(token);
    try {
      ExecutedStatement statement = parts.store().get(link.statement());
      StatementResult result = result(statement, link.chunk());
      parts.rights().requireOfOwner(statement);
      return new FetchedChunk(statement, result, result.chunks().get(link.chunk()));
    } catch (LakeException e) {
      throw e.code() == ErrorCode.INTERNAL || e.code() == ErrorCode.UNAVAILABLE
          ? e
          : StatementErrors.badLink("leads to nothing that may be read");
    }
  }

  /** Asks a running statement to stop; one that has ended stays as it is. */
  public void cancel(Caller caller, String id) {
    ExecutedStatement statement = parts.store().get(caller, id);
    statement.cancellation().cancel(Reason.REQUESTED);
  }

  /** Stops the statement if it runs, and forgets its result. */
  public void close(Caller caller, String id) {
    ExecutedStatement statement = parts.store().get(caller, id);
    statement.cancellation().cancel(Reason.REQUESTED);
    boolean unused = statement.awaitEnd(STOP_GRACE);
    statement.close(clock.instant());
    statement.discard();
  }

  private void run(ExecutedStatement statement) {
    statement.running(clock.instant());
    StatementState last;
    try {
      last = new StatementState.Succeeded(execute(statement));
    } catch (LakeException e) {
      last = failed(statement, e);
    } catch (RuntimeException | LinkageError | StackOverflowError e) {
      log.error("Statement {} failed inside", statement.id(), e);
      last =
          new StatementState.Failed(
              "INTERNAL_ERROR",
              "[INTERNAL_ERROR] The server's log has the cause under request id "
                  + statement.caller().requestId()
                  + ".",
              "XX000");
    }
    try {
      parts.history().ended(statement, last);
    } catch (RuntimeException e) {
      log.error("The end of statement {} is missing in the history", statement.id(), e);
    } finally {
      boolean unused = statement.end(last, clock.instant());
    }
  }

  private StatementResult execute(ExecutedStatement statement) {
    StatementRequest request = statement.request();
    WarehouseLimits own = statement.warehouse().limits();
    Limits limits =
        new Limits(
            smaller(request.rowLimit(), own.rows()).orElse(Long.MAX_VALUE),
            smaller(request.byteLimit(), own.bytes()).orElse(Long.MAX_VALUE));
    ResultSpool spool = parts.store().spool(statement, limits);
    boolean finished = false;
    try {
      statement.cancellation().check();
      parts.runner().run(statement, spool);
      StatementResult result = spool.finish();
      finished = true;
      return result;
    } finally {
      if (!finished) {
        spool.close();
      }
    }
  }

  private StatementState failed(ExecutedStatement statement, LakeException failure) {
    Caller caller = statement.caller();
    if (statement.cancellation().reason().filter(Reason.REQUESTED::equals).isPresent()
        && failure.code() == ErrorCode.DEADLINE_EXCEEDED) {
      return new StatementState.Canceled();
    }
    if (REFUSED_BY_GOVERN.contains(failure.reason())) {
      parts
          .audit()
          .denied(
              caller,
              "executeStatement",
              failure.details().getOrDefault("value", "statement"),
              failure.reason());
    }
    if (failure.code() == ErrorCode.INTERNAL) {
      log.error("Statement {} failed inside", statement.id(), failure);
    }
    statement.failsWith(StatementErrors.withoutValues(failure, caller.requestId()));
    return new StatementState.Failed(
        StatementErrors.serviceCode(failure),
        StatementErrors.message(failure, caller.requestId()),
        StatementErrors.sqlState(failure));
  }

  /** Stops what runs and forgets all results. */
  @Override
  public void close() {
    for (ExecutedStatement statement : parts.store().all()) {
      statement.cancellation().cancel(Reason.SHUTDOWN);
    }
    for (ExecutedStatement statement : parts.store().all()) {
      boolean unused = statement.awaitEnd(STOP_GRACE);
    }
    parts.store().close();
  }
}

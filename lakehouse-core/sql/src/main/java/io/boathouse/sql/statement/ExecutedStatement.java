package io.boathouse.sql.statement;

import io.boathouse.platform.auth.Caller;
import io.boathouse.sql.engine.Cancellation;
import io.boathouse.sql.engine.ReadTotals;
import io.boathouse.sql.warehouse.Warehouse;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** A statement that this server runs or has run: written by its own thread, read by any. */
final class ExecutedStatement {
  private final UUID id;
  private final Caller caller;
  private final StatementRequest request;
  private final Warehouse warehouse;
  private final Cancellation cancellation = new Cancellation();
  private final ReadTotals reads;
  private final CountDownLatch ended = new CountDownLatch(1);
  private volatile String kind = "OTHER";
  private volatile StatementState state = new StatementState.Pending();
  private volatile List<ResultRights.Source> sources = List.of();
  private volatile Optional<ResultSpool> spool = Optional.empty();
  private volatile Optional<Instant> endedAt = Optional.empty();
  private volatile Optional<Instant> ranAt = Optional.empty();
  private volatile Optional<String> errorForOthers = Optional.empty();
  private volatile boolean handedOver;

  ExecutedStatement(UUID id, Caller caller, StatementRequest request, Warehouse warehouse) {
    this.id = id;
    this.caller = caller;
    this.request = request;
    this.warehouse = warehouse;
    this.reads = new ReadTotals(request.isProfiled());
  }

  UUID id() {
    return id;
  }

  Caller caller() {
    return caller;
  }

  StatementRequest request() {
    return request;
  }

  Warehouse warehouse() {
    return warehouse;
  }

  Cancellation cancellation() {
    return cancellation;
  }

  ReadTotals reads() {
    return reads;
  }

  StatementState state() {
    return state;
  }

  Optional<ResultSpool> spool() {
    return spool;
  }

  Optional<Instant> endedAt() {
    return endedAt;
  }

  boolean belongsTo(Caller other) {
    return caller.principalId().equals(other.principalId());
  }

  /** When it came to run. */
  Optional<Instant> ranAt() {
    return ranAt;
  }

  /** What its failure tells those who may not see what it read. */
  Optional<String> errorForOthers() {
    return errorForOthers;
  }

  void failsWith(String message) {
    errorForOthers = Optional.of(message);
  }

  synchronized void running(Instant at) {
    ranAt = Optional.of(at);
    if (!state.ended()) {
      state = new StatementState.Running();
    }
  }

  /** What it turned out to be, such as "SELECT". */
  String kind() {
    return kind;
  }

  void is(String newKind) {
    kind = newKind;
  }

  /** The tables that its result comes from. */
  List<ResultRights.Source> sources() {
    return sources;
  }

  void comesFrom(List<ResultRights.Source> tables) {
    sources = List.copyOf(tables);
  }

  /** Whether its client has got all there is to get. */
  boolean isHandedOver() {
    return handedOver;
  }

  void handOver() {
    handedOver = true;
  }

  void keepsIn(ResultSpool file) {
    spool = Optional.of(file);
  }

  /** The first end stays: a statement that was closed while it ran stays closed. */
  synchronized boolean end(StatementState last, Instant at) {
    boolean first = !state.ended();
    if (first) {
      state = last;
      endedAt = Optional.of(at);
    }
    ended.countDown();
    return first;
  }

  synchronized void close(Instant at) {
    state = new StatementState.Closed();
    endedAt = Optional.of(at);
  }

  /** Deletes the kept result. */
  void discard() {
    spool.ifPresent(ResultSpool::close);
  }

  /** Waits for the end, at most this long. */
  boolean awaitEnd(Duration wait) {
    try {
      return ended.await(wait.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  StatementView view() {
    return new StatementView(id, state);
  }
}

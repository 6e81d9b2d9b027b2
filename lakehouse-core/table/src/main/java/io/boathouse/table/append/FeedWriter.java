package io.boathouse.table.append;

import io.boathouse.platform.auth.Caller;
import io.boathouse.table.delta.TransactionId;
import io.boathouse.table.write.Rows;
import io.boathouse.table.write.TableService;
import io.boathouse.table.write.WriteOptions;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Copies what feeds have into their tables every few seconds, each row once: the number of the
 * batch rides in the same commit as its rows. What cannot be written now stays with its feed.
 */
public final class FeedWriter implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(FeedWriter.class);
  private static final Duration INTERVAL = Duration.ofSeconds(5);

  /** One that was left over, and one with all there was. */
  private static final int ENOUGH = 2;

  private static final int WORTH_A_COMMIT = 1_000;
  private static final Duration TO_END = Duration.ofSeconds(10);

  private final TableService tables;
  private final Caller writer;
  private final List<Feed> feeds;
  private final MeterRegistry meters;
  private final CountDownLatch closing = new CountDownLatch(1);
  private final Map<Feed, Long> written = new HashMap<>();
  private final AtomicBoolean failing = new AtomicBoolean();
  private final Thread thread;

  /**
   * Makes the tables that are missing and begins.
   *
   * @param writer owns the tables and appends to them
   */
  public FeedWriter(FeedTables made, Caller writer, List<Feed> feeds, MeterRegistry meters) {
    this.tables = made.tables();
    this.writer = writer;
    this.feeds = List.copyOf(feeds);
    this.meters = meters;
    feeds.forEach(feed -> made.prepare(writer, feed));
    thread = Thread.ofPlatform().daemon().name("system-tables").start(this::run);
  }

  /**
   * Writes all that the feeds have now, for those who want to read it; blocks. What one cannot
   * write keeps no other from being written.
   */
  public void flush() {
    flush(Integer.MAX_VALUE);
  }

  /**
   * @param small after so many batches a small one is the last: while rows keep coming, there would
   *     always be another, and each costs a commit
   */
  private synchronized void flush(int small) {
    Optional<RuntimeException> failure = Optional.empty();
    for (Feed feed : feeds) {
      try {
        flush(feed, small);
      } catch (RuntimeException e) {
        failure = failure.or(() -> Optional.of(e));
      }
    }
    if (failure.isPresent()) {
      throw failure.get();
    }
  }

  /** The table is looked at only when there is something to write. */
  private void flush(Feed feed, int small) {
    long known = written.computeIfAbsent(feed, this::last);
    if (feed.next(known).isEmpty()) {
      return;
    }
    long last = last(feed);
    Optional<Feed.Batch> batch = feed.next(last);
    int batches = 0;
    boolean more = true;
    while (more && batch.isPresent()) {
      last = batch.get().number();
      var unused =
          tables.append(
              writer,
              feed.table(),
              new Rows.Values(feed.schema(), batch.get().rows()),
              WriteOptions.of("SYSTEM FEED").unaudited().once(new TransactionId(feed.id(), last)));
      counter(feed, "written").increment(batch.get().rows().size());
      more = ++batches < small || batch.get().rows().size() >= WORTH_A_COMMIT;
      batch = more ? feed.next(last) : Optional.empty();
    }
    written.put(feed, last);
  }

  private long last(Feed feed) {
    return tables.lastTransaction(writer, feed.table(), feed.id()).orElse(0L);
  }

  private Counter counter(Feed feed, String outcome) {
    return Counter.builder("boathouse.system.rows")
        .description("Rows of the server's own tables")
        .tag("table", feed.table().toString())
        .tag("outcome", outcome)
        .register(meters);
  }

  private void run() {
    try {
      while (!closing.await(INTERVAL.toMillis(), TimeUnit.MILLISECONDS)) {
        attempt();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void attempt() {
    try {
      flush(ENOUGH);
      failing.set(false);
    } catch (RuntimeException e) {
      meters.counter("boathouse.system.failures").increment();
      if (!failing.getAndSet(true)) {
        LOG.warn("The server's own tables cannot be written now; their rows wait", e);
      }
    }
  }

  /** What is left is written after the next start. */
  @Override
  public void close() {
    closing.countDown();
    try {
      if (!thread.join(TO_END)) {
        thread.interrupt();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}

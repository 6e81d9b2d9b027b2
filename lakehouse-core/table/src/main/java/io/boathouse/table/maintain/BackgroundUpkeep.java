package io.boathouse.table.maintain;

import io.boathouse.platform.duckdb.DuckDb;
import io.boathouse.platform.error.LakeException;
import io.boathouse.table.delta.DeltaLog;
import io.boathouse.table.delta.Upkeep;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Does after commits what makes tables fast, on two threads of its own: one for what is short,
 * which is checkpoints, one for compactions of tables that ask for them, so that nobody's
 * checkpoint waits behind a long compaction. A table waits once for each, however often it is
 * committed to. What fails, or does not fit into a queue, or ends with the process, is made up for
 * after the table's next commit.
 */
public final class BackgroundUpkeep implements Upkeep, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(BackgroundUpkeep.class);
  private static final int WAITING = 1_000;
  private static final int SECONDS_TO_END = 30;

  private final DuckDb duckDb;
  private final MeterRegistry meters;
  private volatile CompactionJournal journal = (log, done) -> {};
  private final Queue logs;
  private final Queue files;

  /**
   * @param duckDb writes the files of compactions
   */
  public BackgroundUpkeep(DuckDb duckDb, MeterRegistry meters) {
    this(duckDb, meters, WAITING);
  }

  BackgroundUpkeep(DuckDb duckDb, MeterRegistry meters, int mostWaiting) {
    this.duckDb = duckDb;
    this.meters = meters;
    this.logs = new Queue("table-upkeep", mostWaiting);
    this.files = new Queue("table-compaction", mostWaiting);
    Gauge unused =
        Gauge.builder(TableMeter.UPKEEP_WAITING.meterName(), () -> logs.size() + files.size())
            .description("Tables that wait for checkpoints or compactions")
            .register(meters);
  }

  /** A thread, and tables that wait for it. */
  private static final class Queue {
    private final Set<DeltaLog> waiting = ConcurrentHashMap.newKeySet();
    private final ThreadPoolExecutor worker;

    Queue(String name, int mostWaiting) {
      worker =
          new ThreadPoolExecutor(
              1,
              1,
              1,
              TimeUnit.MINUTES,
              new ArrayBlockingQueue<>(mostWaiting),
              Thread.ofPlatform().daemon().name(name).factory());
      worker.allowCoreThreadTimeOut(true);
    }

    /** False if there is no room. */
    boolean add(DeltaLog log, Consumer<DeltaLog> work) {
      if (!waiting.add(log)) {
        return true;
      }
      try {
        worker.execute(
            () -> {
              waiting.remove(log);
              work.accept(log);
            });
        return true;
      } catch (RejectedExecutionException e) {
        waiting.remove(log);
        return false;
      }
    }

    int size() {
      return waiting.size();
    }

    void close() {
      worker.getQueue().clear();
      worker.shutdown();
      try {
        if (!worker.awaitTermination(SECONDS_TO_END, TimeUnit.SECONDS)) {
          LOG.warn("The upkeep of a table did not end within {} s", SECONDS_TO_END);
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }

  /** What is done. */
  private enum Task {
    CHECKPOINT("checkpoint"),
    LOG_COMPACTION("log compaction"),
    COMPACTION("compaction");

    private final String tag;

    Task(String tag) {
      this.tag = tag;
    }
  }

  @Override
  public void committed(DeltaLog log) {
    if (!logs.add(log, this::look)) {
      count(Task.CHECKPOINT, "dropped");
    }
  }

  private void look(DeltaLog log) {
    run(Task.CHECKPOINT, log::checkpointIfDue);
    run(Task.LOG_COMPACTION, log::compactLogIfDue);
    if (!files.add(log, this::compact)) {
      count(Task.COMPACTION, "dropped");
    }
  }

  private void compact(DeltaLog log) {
    run(Task.COMPACTION, () -> compactIfDue(log));
  }

  private boolean compactIfDue(DeltaLog log) {
    Optimized done = new AutoCompaction(duckDb, log).runIfDue();
    if (done.version().isPresent()) {
      journal.compacted(log, done);
    }
    return done.version().isPresent();
  }

  /** Has every compaction recorded from now on. */
  public void record(CompactionJournal compactions) {
    journal = compactions;
  }

  private void run(Task task, BooleanSupplier work) {
    try {
      if (work.getAsBoolean()) {
        count(task, "done");
      }
    } catch (LakeException e) {
      switch (e.code()) {
        case CONFLICT -> count(task, "conflict");
        case NOT_FOUND -> count(task, "gone");
        default -> failed(task, e);
      }
    } catch (RuntimeException e) {
      failed(task, e);
    }
  }

  private void failed(Task task, RuntimeException failure) {
    count(task, "failed");
    LOG.warn("The {} of a table failed", task.tag, failure);
  }

  private void count(Task task, String outcome) {
    meters.counter(TableMeter.UPKEEP.meterName(), "task", task.tag, "outcome", outcome).increment();
  }

  /** Ends what runs; what waits comes after a later commit. */
  @Override
  public void close() {
    logs.close();
    files.close();
  }
}

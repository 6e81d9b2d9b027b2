package io.boathouse.platform.lane;

import static io.boathouse.platform.error.ErrorCode.RATE_LIMITED;
import static io.boathouse.platform.error.ErrorCode.UNAVAILABLE;

import io.boathouse.platform.error.LakeException;
import java.util.Map;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * A few platform threads for one kind of long work in native code, which would hold the carriers of
 * virtual threads and keep all other requests waiting. So much of it runs at once, so much waits,
 * and the rest is refused. Thread-safe.
 */
public final class HeavyLane implements AutoCloseable {
  private static final int SECONDS_TO_END = 5;
  private static final String RETRY_AFTER_SECONDS = "5";

  private final String name;
  private final int threads;
  private final ThreadPoolExecutor pool;

  /**
   * @param name of the work, for threads and refusals
   * @param waiting how many may wait for a thread before the next is refused
   */
  public HeavyLane(String name, int threads, int waiting) {
    this.name = name;
    this.threads = threads;
    this.pool =
        new ThreadPoolExecutor(
            threads,
            threads,
            1,
            TimeUnit.MINUTES,
            new ArrayBlockingQueue<>(waiting),
            Thread.ofPlatform().daemon().name(name + "-", 0).factory());
    pool.allowCoreThreadTimeOut(true);
  }

  /**
   * Runs work on one of the lane's threads and waits for it.
   *
   * @throws LakeException RATE_LIMITED if too many wait already; UNAVAILABLE if the server stops;
   *     whatever the work throws
   */
  public <T> T run(Supplier<T> work) {
    Future<T> result;
    try {
      result = pool.submit(work::get);
    } catch (RejectedExecutionException e) {
      throw pool.isShutdown() ? stopping() : busy();
    }
    try {
      return result.get();
    } catch (InterruptedException e) {
      boolean unused = result.cancel(true);
      Thread.currentThread().interrupt();
      throw stopping();
    } catch (CancellationException e) {
      throw stopping();
    } catch (ExecutionException e) {
      switch (e.getCause()) {
        case RuntimeException failure -> throw failure;
        case Error error -> throw error;
        case null, default -> throw new IllegalStateException(e);
      }
    }
  }

  private LakeException busy() {
    return new LakeException(
        RATE_LIMITED,
        "TOO_MUCH_HEAVY_WORK",
        "Of %s %d run and %d wait already. Retry later."
            .formatted(name, threads, pool.getQueue().size()),
        Map.of("work", name, "retry_after", RETRY_AFTER_SECONDS));
  }

  private static LakeException stopping() {
    return new LakeException(
        UNAVAILABLE, "SERVER_STOPPING", "The server stops. Ask again when it is back.", Map.of());
  }

  /** Refuses what waits, and waits shortly for what runs. */
  @Override
  public void close() {
    pool.getQueue().forEach(HeavyLane::cancel);
    pool.shutdown();
    try {
      if (!pool.awaitTermination(SECONDS_TO_END, TimeUnit.SECONDS)) {
        var unused = pool.shutdownNow();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void cancel(Runnable waiting) {
    if (waiting instanceof Future<?> future) {
      boolean unused = future.cancel(false);
    }
  }
}

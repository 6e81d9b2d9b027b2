package io.boathouse.platform.lane;

import static io.boathouse.platform.error.ErrorCode.RATE_LIMITED;

import io.boathouse.platform.error.LakeException;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.dns.AddressResolverOptions;
import io.vertx.core.file.FileSystemOptions;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The three execution lanes. The event loops parse, route and answer hot paths and never wait;
 * virtual threads run anything that waits; the compute pool, one platform thread a core, runs what
 * burns processor time.
 */
public final class Lanes implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Lanes.class);

  private final Vertx vertx;
  private final int eventLoops;
  private final ExecutorService virtualThreads;
  private final ThreadPoolExecutor compute;

  /** Creates the lanes of a server. */
  public Lanes(LaneConfig config) {
    this.eventLoops = config.eventLoops();
    this.vertx =
        Vertx.vertx(
            new VertxOptions()
                .setEventLoopPoolSize(config.eventLoops())
                .setWorkerPoolSize(2)
                .setInternalBlockingPoolSize(4)
                .setAddressResolverOptions(new AddressResolverOptions().setRotateServers(false))
                .setFileSystemOptions(
                    new FileSystemOptions()
                        .setFileCachingEnabled(false)
                        .setClassPathResolvingEnabled(false)));
    this.virtualThreads =
        Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("request-", 0).factory());
    ThreadFactory threads = Thread.ofPlatform().name("compute-", 0).daemon().factory();
    this.compute =
        new ThreadPoolExecutor(
            config.computeThreads(),
            config.computeThreads(),
            60,
            TimeUnit.SECONDS,
            new ArrayBlockingQueue<>(config.computeQueue()),
            threads,
            (task, pool) -> {
              throw new LakeException(
                  RATE_LIMITED,
                  "COMPUTE_QUEUE_FULL",
                  "All processors are busy and %d tasks wait. Retry later."
                      .formatted(config.computeQueue()),
                  Map.of());
            });
    this.compute.allowCoreThreadTimeOut(true);
  }

  /** Runs each task on a virtual thread of its own. */
  public Executor virtualThreads() {
    return virtualThreads;
  }

  /**
   * The compute pool; when its queue is full, submitting fails with RATE_LIMITED instead of
   * waiting.
   */
  public ExecutorService compute() {
    return compute;
  }

  /** The event loops, for the server and the named hot paths. */
  public Vertx vertx() {
    return vertx;
  }

  /** How many event loops there are. */
  public int eventLoops() {
    return eventLoops;
  }

  /** Stops all lanes, running tasks are interrupted after the grace. */
  public void close(Duration grace) {
    virtualThreads.shutdown();
    compute.shutdown();
    try {
      if (!virtualThreads.awaitTermination(grace.toMillis(), TimeUnit.MILLISECONDS)) {
        virtualThreads.shutdownNow();
      }
      compute.shutdownNow();
      vertx.close().toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (java.util.concurrent.ExecutionException | java.util.concurrent.TimeoutException e) {
      log.warn("The event loops did not stop cleanly", e);
    }
  }

  @Override
  public void close() {
    close(Duration.ofSeconds(5));
  }
}

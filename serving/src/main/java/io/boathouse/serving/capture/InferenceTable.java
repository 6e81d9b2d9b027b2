package io.boathouse.serving.capture;

import io.boathouse.platform.auth.Caller;
import io.boathouse.platform.error.ErrorCode;
import io.boathouse.platform.error.LakeException;
import io.boathouse.table.delta.TransactionId;
import io.boathouse.table.write.Rows;
import io.boathouse.table.write.TableService;
import io.boathouse.table.write.WriteOptions;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The rows of one endpoint on their way into its table. Offering never waits; writing does. A batch
 * whose write failed is written again under the same transaction, so it has one effect.
 */
public final class InferenceTable {
  private static final Logger log = LoggerFactory.getLogger(InferenceTable.class);
  private static final int BATCH = 5_000;

  private final CaptureConfig config;
  private final Caller writer;
  private final CaptureLimits limits;
  private final TableService tables;
  private final String application;
  private final Queue<CapturedPrediction> waiting = new ConcurrentLinkedQueue<>();
  private final AtomicInteger reserved = new AtomicInteger();
  private final AtomicLong bytes = new AtomicLong();
  private final ReentrantLock writing = new ReentrantLock();
  private final Counter written;
  private final Counter dropped;
  private final Counter refused;
  private List<CapturedPrediction> batch = List.of(); // of the thread that holds the lock
  private long batches;

  /**
   * @param writer with whose rights rows are appended
   * @param application names this log in the table's transactions, new with every start
   */
  InferenceTable(
      CaptureConfig config,
      Caller writer,
      String application,
      InferenceLog.Parts parts,
      CaptureLimits limits) {
    this.config = config;
    this.writer = writer;
    this.application = application;
    this.tables = parts.tables();
    this.limits = limits;
    this.written = counter(parts.meters(), "written");
    this.dropped = counter(parts.meters(), "dropped");
    this.refused = counter(parts.meters(), "refused");
  }

  private Counter counter(MeterRegistry meters, String outcome) {
    return Counter.builder("boathouse.serving.inference.log.rows")
        .description("Rows of inference tables by what became of them")
        .tag("table", config.table().toString())
        .tag("outcome", outcome)
        .register(meters);
  }

  public CaptureConfig config() {
    return config;
  }

  /** How many rows wait. */
  public int waiting() {
    return reserved.get();
  }

  /** How many rows were dropped because there was no room. */
  public long dropped() {
    return (long) dropped.count();
  }

  /**
   * Takes a place before the prediction is made.
   *
   * @return whether there is one; without it the prediction is answered and not kept
   * @throws LakeException RATE_LIMITED if there is no room and the policy is REQUIRED
   */
  public boolean reserve() {
    if (reserved.incrementAndGet() <= limits.rows() && bytes.get() < limits.bytes()) {
      return true;
    }
    reserved.decrementAndGet();
    if (config.policy() == CaptureConfig.Policy.REQUIRED) {
      refused.increment();
      throw CaptureErrors.full(config.table());
    }
    dropped.increment();
    return false;
  }

  /** Gives a reserved place back unused. */
  public void release() {
    reserved.decrementAndGet();
  }

  /** Fills a reserved place; bodies that are too long are left out and the row says so. */
  public void add(CapturedPrediction prediction) {
    CapturedPrediction kept = shortened(prediction);
    bytes.addAndGet(kept.weight());
    waiting.add(kept);
  }

  private CapturedPrediction shortened(CapturedPrediction full) {
    boolean longRequest = full.request().length() > limits.payload();
    boolean longResponse = full.response().length() > limits.payload();
    boolean longFeatures = full.features().map(String::length).orElse(0) > limits.payload();
    if (!longRequest && !longResponse && !longFeatures) {
      return full;
    }
    List<String> errors = new ArrayList<>(full.errors());
    if (longRequest) {
      errors.add("MAX_REQUEST_SIZE_EXCEEDED");
    }
    if (longResponse) {
      errors.add("MAX_RESPONSE_SIZE_EXCEEDED");
    }
    if (longFeatures) {
      errors.add("MAX_FEATURES_SIZE_EXCEEDED");
    }
    return new CapturedPrediction(
        full.predictionId(),
        full.clientRequestId(),
        full.time(),
        full.status(),
        full.durationMillis(),
        longRequest ? "" : full.request(),
        longResponse ? "" : full.response(),
        full.origin(),
        full.requester(),
        longFeatures ? Optional.empty() : full.features(),
        errors);
  }

  /**
   * Writes what waits when it begins; what comes meanwhile is left to the next one, so that a busy
   * endpoint makes few large commits. What cannot be written now stays. @return whether all was
   * written
   */
  boolean flush() {
    writing.lock();
    try {
      int left = waiting.size();
      while (left > 0 || !batch.isEmpty()) {
        if (batch.isEmpty()) {
          batch = take(Math.min(left, BATCH));
          batches++;
          left -= batch.size();
        }
        if (!write()) {
          return false;
        }
      }
      return true;
    } finally {
      writing.unlock();
    }
  }

  /** Only the holder of the lock takes, so that there are as many as were counted. */
  private List<CapturedPrediction> take(int count) {
    List<CapturedPrediction> taken = new ArrayList<>(count);
    CapturedPrediction next;
    while (taken.size() < count && (next = waiting.poll()) != null) {
      taken.add(next);
    }
    return taken;
  }

  @SuppressWarnings("NullAway") // a compact constructor's class file loses its types' annotations
  private boolean write() {
    try {
      List<List<@Nullable Object>> rows = batch.stream().map(PayloadTable::row).toList();
      var unused =
          tables.append(
              writer,
              config.table(),
              new Rows.Values(PayloadTable.SCHEMA, rows),
              WriteOptions.of("INFERENCE LOG").once(new TransactionId(application, batches)));
      written.increment(batch.size());
      done();
      return true;
    } catch (LakeException e) {
      if (e.code() == ErrorCode.NOT_FOUND || e.code() == ErrorCode.PERMISSION_DENIED) {
        log.error(
            "Inference table {} cannot be written; {} rows lost", config.table(), batch.size(), e);
        dropped.increment(batch.size());
        done();
        return true;
      }
      log.warn("Inference table {} is not written now; its rows wait", config.table(), e);
      return false;
    } catch (RuntimeException e) {
      log.warn("Inference table {} is not written now; its rows wait", config.table(), e);
      return false;
    }
  }

  private void done() {
    reserved.addAndGet(-batch.size());
    bytes.addAndGet(-batch.stream().mapToLong(CapturedPrediction::weight).sum());
    batch = List.of();
  }
}

package io.boathouse.serving.capture;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.boathouse.catalog.securable.FullName;
import io.boathouse.platform.auth.Caller;
import io.boathouse.serving.capture.CaptureConfig.Policy;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The rows of one endpoint on their way into its table. A row goes to a thread of the table's own,
 * which writes it to the file of a {@link Segment}; where every row is required, many are forced to
 * the disk at once and only then answered. From time to time the segment becomes one commit of the
 * table, whose transaction it names, so that it has one effect whoever ends in between.
 */
public final class InferenceTable {
  private static final Logger log = LoggerFactory.getLogger(InferenceTable.class);
  private static final int BATCH = 5_000;
  private static final Duration TICK = Duration.ofSeconds(1);
  private static final Duration GATHER = Duration.ofMillis(2);

  private final CaptureConfig config;
  private final Caller writer;
  private final String endpoint;
  private final InferenceLog.Parts parts;
  private final CaptureLimits limits;
  private final String application = "inference-log/" + UUID.randomUUID();
  private final Path folder;
  private final BlockingQueue<Waiting> incoming = new LinkedBlockingQueue<>();
  private final AtomicInteger reserved = new AtomicInteger();
  private final AtomicLong bytes = new AtomicLong();
  private final AtomicLong sampledOut = new AtomicLong();
  private final AtomicLong droppedSince = new AtomicLong();
  private final ReentrantLock journal = new ReentrantLock();
  private final ReentrantLock committing = new ReentrantLock();
  private final Counter written;
  private final Counter dropped;
  private final Counter refused;
  private final Counter left;
  private final Thread journaling;
  private volatile boolean closed;

  @GuardedBy("journal")
  private Segment open;

  @GuardedBy("journal")
  private final Deque<Segment> sealed = new ArrayDeque<>();

  @GuardedBy("journal")
  private long segments;

  /** A row that is not yet in a segment. */
  private record Waiting(CapturedPrediction row, CompletableFuture<Void> kept) {}

  /** What becomes of a prediction's row. */
  public enum Place {
    /** It has a place. */
    KEPT,
    /** The sampling leaves it out. */
    SAMPLED_OUT,
    /** There is no room. */
    DROPPED
  }

  /**
   * @param writer with whose rights rows are appended
   * @param folder of the segments of this table while it is open, which must be new
   */
  InferenceTable(
      Caller writer,
      String endpoint,
      CaptureConfig config,
      InferenceLog.Parts parts,
      CaptureLimits limits,
      Path folder) {
    this.config = config;
    this.writer = writer;
    this.endpoint = endpoint;
    this.parts = parts;
    this.limits = limits;
    this.folder = folder;
    this.written = counter(parts.meters(), "written");
    this.dropped = counter(parts.meters(), "dropped");
    this.refused = counter(parts.meters(), "refused");
    this.left = counter(parts.meters(), "sampled_out");
    this.open = segment(1);
    this.segments = 1;
    this.journaling =
        Thread.ofPlatform().daemon().name("inference-log-" + endpoint).start(this::journal);
  }

  private Counter counter(MeterRegistry meters, String outcome) {
    return Counter.builder("boathouse.serving.inference.log.rows")
        .description("Rows of inference tables by what became of them")
        .tag("table", config.table().toString())
        .tag("outcome", outcome)
        .register(meters);
  }

  private Segment segment(long number) {
    return Segment.create(
        folder,
        new Segment.Header(
            application,
            number,
            config.table().toString(),
            config.samplingFraction(),
            config.maxPayloadBytes()));
  }

  public CaptureConfig config() {
    return config;
  }

  Path folder() {
    return folder;
  }

  FullName name() {
    return config.table();
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
   * Takes a place before the prediction is made, if the sampling wants it.
   *
   * @param predictionId a random UUID, which decides about the sampling
   * @throws io.boathouse.platform.error.LakeException UNAVAILABLE if there is no room and the
   *     policy is REQUIRED
   */
  public Place reserve(String predictionId) {
    if (config.samplingFraction() < 1
        && Long.parseLong(predictionId.substring(0, 8), 16)
            >= config.samplingFraction() * (1L << 32)) {
      return Place.SAMPLED_OUT;
    }
    if (reserved.incrementAndGet() <= limits.rows() && bytes.get() < limits.bytes()) {
      return Place.KEPT;
    }
    reserved.decrementAndGet();
    if (config.policy() == Policy.REQUIRED) {
      refused.increment();
      throw CaptureErrors.full(config.table());
    }
    return Place.DROPPED;
  }

  /** Gives the place of a request back that got no prediction. */
  public void release(Place place) {
    if (place == Place.KEPT) {
      reserved.decrementAndGet();
    }
  }

  /** Counts a prediction that has no row. */
  public void skip(Place place) {
    if (place == Place.SAMPLED_OUT) {
      left.increment();
      sampledOut.incrementAndGet();
    } else {
      dropped.increment();
      droppedSince.incrementAndGet();
    }
  }

  /**
   * Fills a kept place; bodies that are too long are left out and the row says so.
   *
   * @return completed when the prediction may be answered; fails if it is required and not kept
   */
  public CompletableFuture<Void> add(CapturedPrediction prediction) {
    CapturedPrediction kept = shortened(prediction);
    bytes.addAndGet(kept.weight());
    var waiting = new Waiting(kept, new CompletableFuture<>());
    boolean unused = incoming.add(waiting);
    if (closed) {
      journal(Optional.empty()); // the next who opens the table finds it
    }
    return config.policy() == Policy.REQUIRED
        ? waiting.kept()
        : CompletableFuture.completedFuture(null);
  }

  private CapturedPrediction shortened(CapturedPrediction full) {
    List<String> errors = new ArrayList<>(full.errors());
    String request = shortened(full.request(), "MAX_REQUEST_SIZE_EXCEEDED", errors);
    String response = shortened(full.response(), "MAX_RESPONSE_SIZE_EXCEEDED", errors);
    Optional<String> features =
        full.features()
            .map(text -> shortened(text, "MAX_FEATURES_SIZE_EXCEEDED", errors))
            .filter(text -> !text.isEmpty());
    return errors.size() == full.errors().size()
        ? full
        : full.with(request, response, features, errors);
  }

  private String shortened(String text, String error, List<String> errors) {
    int most = config.maxPayloadBytes();
    if (text.length() <= most / 3
        || text.getBytes(StandardCharsets.UTF_8).length <= most) { // three bytes a char at most
      return text;
    }
    errors.add(error);
    return "";
  }

  private void journal() {
    try {
      while (!closed || !incoming.isEmpty()) {
        Waiting first = incoming.poll(TICK.toMillis(), TimeUnit.MILLISECONDS);
        if (first != null || sampledOut.get() > 0 || droppedSince.get() > 0) {
          journal(Optional.ofNullable(first));
        }
        if (first != null && config.policy() != Policy.REQUIRED) {
          // Nobody waits for these rows, and waking a thread for each would cost who answers.
          LockSupport.parkNanos(GATHER.toNanos());
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Brings what waits into segments. */
  private void journal(Optional<Waiting> first) {
    List<Waiting> taken = new ArrayList<>();
    first.ifPresent(taken::add);
    journal.lock();
    try {
      int unused = incoming.drainTo(taken, BATCH);
      List<Segment.Entry> entries = new ArrayList<>();
      taken.forEach(waiting -> entries.add(Segment.Entry.of(waiting.row())));
      skipped().ifPresent(skipped -> entries.add(Segment.Entry.of(skipped)));
      if (!entries.isEmpty()) {
        write(taken, entries);
      }
    } finally {
      journal.unlock();
    }
  }

  private Optional<Skipped> skipped() {
    long sampled = sampledOut.getAndSet(0);
    long lost = droppedSince.getAndSet(0);
    return sampled == 0 && lost == 0
        ? Optional.empty()
        : Optional.of(new Skipped(parts.clock().instant(), endpoint, sampled, lost));
  }

  @GuardedBy("journal")
  private void write(List<Waiting> taken, List<Segment.Entry> entries) {
    boolean required = config.policy() == Policy.REQUIRED;
    try {
      open.write(entries, required);
      taken.forEach(waiting -> waiting.kept().complete(null));
    } catch (IOException | RuntimeException e) {
      log.warn("Rows of inference table {} cannot be kept on disk", config.table(), e);
      if (required) {
        for (Waiting waiting : taken) {
          reserved.decrementAndGet();
          bytes.addAndGet(-waiting.row().weight());
          refused.increment();
          waiting.kept().completeExceptionally(CaptureErrors.notDurable(config.table(), e));
        }
        open.hold(entries.subList(taken.size(), entries.size()));
      } else {
        open.hold(entries);
      }
    }
    if (open.entries().size() >= BATCH) {
      seal();
    }
  }

  @GuardedBy("journal")
  private void seal() {
    if (open.entries().isEmpty()) {
      return;
    }
    try {
      open.seal();
    } catch (IOException e) {
      log.warn("A file of inference table {} cannot be closed", config.table(), e);
    }
    sealed.add(open);
    segments++;
    open = segment(segments);
  }

  /**
   * Commits what waits when it begins; what comes meanwhile is left to the next one, so that a busy
   * endpoint makes few large commits. What cannot be written now stays. @return whether all was
   * written
   */
  boolean flush() {
    committing.lock();
    try {
      journal(Optional.empty());
      journal.lock();
      try {
        seal();
      } finally {
        journal.unlock();
      }
      for (Optional<Segment> next = next(); next.isPresent(); next = next()) {
        if (!commit(next.get())) {
          return false;
        }
      }
      return true;
    } finally {
      committing.unlock();
    }
  }

  private Optional<Segment> next() {
    journal.lock();
    try {
      return Optional.ofNullable(sealed.peek());
    } finally {
      journal.unlock();
    }
  }

  private boolean commit(Segment segment) {
    SegmentWriter.Outcome outcome =
        parts.segments().write(writer, segment, config.policy() == Policy.REQUIRED);
    if (outcome == SegmentWriter.Outcome.LATER) {
      return false;
    }
    List<Segment.Entry> rows =
        segment.entries().stream().filter(entry -> entry.prediction().isPresent()).toList();
    (outcome == SegmentWriter.Outcome.WRITTEN ? written : dropped).increment(rows.size());
    reserved.addAndGet(-rows.size());
    bytes.addAndGet(-rows.stream().mapToLong(Segment.Entry::weight).sum());
    journal.lock();
    try {
      Segment unused = sealed.poll();
    } finally {
      journal.unlock();
    }
    return true;
  }

  /** Ends the thread; what is not in the table stays in its files. */
  void close() {
    closed = true;
    try {
      journaling.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}

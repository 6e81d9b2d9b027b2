package io.boathouse.serving.batch;

import io.boathouse.platform.error.LakeException;
import io.boathouse.serving.runtime.InputCheck;
import io.boathouse.serving.runtime.ModelRuntime;
import io.boathouse.serving.runtime.Stop;
import io.boathouse.serving.runtime.Tensor;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;

/**
 * The requests of one served entity on their way through its model. A model that takes next to no
 * time is scored by whoever asks. Any other is scored by the compute pool, where the entity has a
 * few workers at most and goes to the end of the queue after each batch, so that a neighbour waits
 * for one batch and not for all. A worker takes what waits when it begins, not when it was called:
 * requests that would wait anyway are joined, and one that comes alone is begun at once.
 *
 * <p>What cannot be right is refused before it is joined; if a batch fails, each of its requests is
 * scored alone, so that none fails for another. Thread-safe; submitting never waits.
 */
public final class Batcher {
  private static final int WARM_UP_RUNS = 50;
  private static final long WARM_UP_NANOS = 300_000_000;
  private static final long INLINE_NANOS = 100_000;

  private final String endpoint;
  private final ModelRuntime runtime;
  private final BatchLimits limits;
  private final boolean joins;
  private final Workers workers;
  private final LongAdder batches = new LongAdder();
  private final Deque<Waiting> queue = new ArrayDeque<>(); // guarded by itself, as are those below
  private int queuedRows;
  private int working;
  private volatile long nanosPerRow = Long.MAX_VALUE; // of a request alone
  private volatile boolean splittable = true;

  /**
   * Who scores.
   *
   * @param parallel how many batches of one entity at once
   */
  public record Workers(Executor compute, int parallel) {}

  /**
   * A model's answer.
   *
   * @param queueNanos from submitting until its batch began
   * @param scoreNanos of its batch
   */
  public record Answer(List<Tensor> outputs, long queueNanos, long scoreNanos) {}

  private record Waiting(
      List<Tensor> inputs,
      int rows,
      Call call,
      long sinceNanos,
      CompletableFuture<Answer> answer) {}

  /**
   * @param endpoint for messages
   * @param limits empty if requests are not joined
   * @throws LakeException FAILED_PRECONDITION if they are to be and the model cannot
   */
  public Batcher(
      String endpoint, ModelRuntime runtime, Optional<BatchLimits> limits, Workers workers) {
    this.endpoint = endpoint;
    this.runtime = runtime;
    this.limits = limits.orElse(BatchLimits.DEFAULTS);
    this.joins = limits.isPresent();
    this.workers = workers;
    if (joins) {
      Joined.obstacle(runtime)
          .ifPresent(
              spec -> {
                throw BatchErrors.notJoinable(endpoint, spec.name(), spec.shape());
              });
    }
  }

  /**
   * Runs the model a few times on one row of zeros, so that its first request finds it warm and its
   * cost known.
   *
   * @return how it took that
   */
  public String warmUp() {
    List<Tensor> zeros = runtime.inputs().stream().map(Joined::zeros).toList();
    long began = System.nanoTime();
    int runs = 0;
    try {
      while (runs < WARM_UP_RUNS && System.nanoTime() - began < WARM_UP_NANOS) {
        Answer unused = alone(zeros, 1, began, Call.PATIENT);
        runs++;
      }
    } catch (LakeException e) {
      return "does not take zeros (%s), its first request finds it cold".formatted(e.reason());
    }
    return "was run %d times on zeros, %d µs the fastest".formatted(runs, nanosPerRow / 1000);
  }

  /** How often the model was run. */
  public long batches() {
    return batches.sum();
  }

  /** How many rows wait. */
  public int waiting() {
    synchronized (queue) {
      return queuedRows;
    }
  }

  /**
   * Scores, now or later.
   *
   * @return fails with what {@link ModelRuntime#infer} throws; RATE_LIMITED if too many wait;
   *     DEADLINE_EXCEEDED if it would come too late
   */
  public CompletableFuture<Answer> submit(List<Tensor> inputs, Call call) {
    try {
      InputCheck.require(runtime.inputs(), inputs);
      int rows = Joined.rows(inputs).orElse(1);
      if (isCheap(rows)) {
        return CompletableFuture.completedFuture(alone(inputs, rows, System.nanoTime(), call));
      }
      var waiting = new Waiting(inputs, rows, call, System.nanoTime(), new CompletableFuture<>());
      if (enqueue(waiting)) {
        begin();
      }
      return waiting.answer();
    } catch (RuntimeException e) {
      return CompletableFuture.failedFuture(e);
    }
  }

  private boolean isCheap(int rows) {
    if (nanosPerRow == Long.MAX_VALUE || nanosPerRow * Math.max(1, rows) > INLINE_NANOS) {
      return false;
    }
    synchronized (queue) {
      return working == 0 && queue.isEmpty();
    }
  }

  /**
   * @return whether another worker is to begin
   */
  private boolean enqueue(Waiting waiting) {
    synchronized (queue) {
      if (queuedRows + waiting.rows() > limits.queueRows() && !queue.isEmpty()) {
        throw BatchErrors.full(endpoint, queuedRows);
      }
      queue.add(waiting);
      queuedRows += waiting.rows();
      if (working >= workers.parallel()) {
        return false;
      }
      working++;
      return true;
    }
  }

  private void begin() {
    try {
      workers.compute().execute(this::work);
    } catch (LakeException e) {
      List<Waiting> refused = List.of();
      synchronized (queue) {
        working--;
        if (working == 0) { // nobody else will come for them
          refused = List.copyOf(queue);
          queue.clear();
          queuedRows = 0;
        }
      }
      refused.forEach(one -> one.answer().completeExceptionally(e));
    }
  }

  private void work() {
    Optional<Long> delay = linger();
    if (delay.isPresent()) {
      CompletableFuture.delayedExecutor(delay.get(), TimeUnit.NANOSECONDS, Runnable::run)
          .execute(this::wake);
      return;
    }
    List<Waiting> batch = take();
    if (!batch.isEmpty()) {
      score(batch);
    }
    boolean more;
    synchronized (queue) {
      more = !queue.isEmpty();
      working -= more ? 0 : 1;
    }
    if (more) {
      begin();
    }
  }

  /** Waits for company while another batch is scored, if there is time. @return how long */
  private Optional<Long> linger() {
    long most = joins ? limits.maxDelay().toNanos() : 0;
    synchronized (queue) {
      Waiting oldest = queue.peek();
      if (most == 0 || oldest == null || working < 2 || queuedRows >= limits.maxRows()) {
        return Optional.empty();
      }
      long left = most - (System.nanoTime() - oldest.sinceNanos());
      if (left <= 0) {
        return Optional.empty();
      }
      working--;
      return Optional.of(left);
    }
  }

  private void wake() {
    synchronized (queue) {
      if (queue.isEmpty() || working >= workers.parallel()) {
        return;
      }
      working++;
    }
    begin();
  }

  private List<Waiting> take() {
    List<Waiting> batch = new ArrayList<>();
    List<Waiting> late = new ArrayList<>();
    synchronized (queue) {
      int rows = 0;
      while (!queue.isEmpty()) {
        Waiting next = queue.peek();
        boolean gone = next.call().remaining() <= 0 || next.call().abandoned().getAsBoolean();
        if (!gone && !batch.isEmpty() && !fits(batch.getFirst(), rows, next)) {
          break;
        }
        queue.remove();
        queuedRows -= next.rows();
        if (gone) {
          late.add(next);
        } else {
          batch.add(next);
          rows += next.rows();
        }
      }
    }
    for (Waiting one : late) {
      one.answer()
          .completeExceptionally(
              one.call().remaining() <= 0
                  ? BatchErrors.tooLate(endpoint)
                  : BatchErrors.abandoned(endpoint));
    }
    return batch;
  }

  private boolean fits(Waiting first, int rows, Waiting next) {
    return joins
        && splittable
        && rows + next.rows() <= limits.maxRows()
        && Joined.rows(next.inputs()).isPresent()
        && Joined.rows(first.inputs()).isPresent()
        && Joined.alike(first.inputs(), next.inputs());
  }

  private void score(List<Waiting> batch) {
    if (batch.size() == 1 || !together(batch)) {
      for (Waiting one : batch) {
        try {
          one.answer().complete(alone(one.inputs(), one.rows(), one.sinceNanos(), one.call()));
        } catch (RuntimeException e) {
          one.answer().completeExceptionally(e);
        }
      }
    }
  }

  private Answer alone(List<Tensor> inputs, int rows, long sinceNanos, Call call) {
    long began = System.nanoTime();
    List<Tensor> outputs = stoppable(inputs, call.remaining());
    long took = System.nanoTime() - began;
    batches.increment();
    long each = took / Math.max(1, rows);
    long before = nanosPerRow;
    // Down at once and up slowly: a pause of the machine is no property of the model.
    nanosPerRow = each < before ? each : before + (each - before) / 16;
    return new Answer(outputs, began - sinceNanos, took);
  }

  /**
   * @return whether all are answered
   */
  private boolean together(List<Waiting> batch) {
    long began = System.nanoTime();
    int all = batch.stream().mapToInt(Waiting::rows).sum();
    List<Tensor> outputs;
    try {
      outputs =
          stoppable(
              Joined.inputs(batch.stream().map(Waiting::inputs).toList()),
              batch.stream().mapToLong(one -> one.call().remaining()).max().orElseThrow());
    } catch (RuntimeException e) {
      return false;
    }
    long took = System.nanoTime() - began;
    List<List<Tensor>> parts = new ArrayList<>(batch.size());
    int from = 0;
    for (Waiting one : batch) {
      Optional<List<Tensor>> part = Joined.outputs(outputs, all, from, one.rows());
      if (part.isEmpty()) {
        splittable = false;
        return false;
      }
      parts.add(part.get());
      from += one.rows();
    }
    batches.increment();
    for (int i = 0; i < parts.size(); i++) {
      Waiting one = batch.get(i);
      one.answer().complete(new Answer(parts.get(i), began - one.sinceNanos(), took));
    }
    return true;
  }

  /** Scores, and gives up when nobody waits any more. */
  private List<Tensor> stoppable(List<Tensor> inputs, long patienceNanos) {
    if (patienceNanos == Long.MAX_VALUE) {
      return runtime.infer(inputs);
    }
    try (Stop stop = new Stop()) {
      CompletableFuture.delayedExecutor(patienceNanos, TimeUnit.NANOSECONDS, Runnable::run)
          .execute(stop::now);
      return runtime.infer(inputs, stop);
    } catch (LakeException e) {
      throw e.reason().equals(ModelRuntime.STOPPED) ? BatchErrors.tooLate(endpoint) : e;
    }
  }
}

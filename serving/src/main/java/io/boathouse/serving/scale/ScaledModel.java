package io.boathouse.serving.scale;

import io.boathouse.platform.error.LakeException;
import io.boathouse.serving.runtime.ModelRuntime;
import io.boathouse.serving.runtime.Stop;
import io.boathouse.serving.runtime.Tensor;
import io.boathouse.serving.runtime.TensorSpec;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * A served model that may be out of memory for a while. What it takes and gives stays known; {@link
 * #wake} loads it again, once for however many wait. Scoring reads one volatile reference more than
 * the model alone.
 */
public final class ScaledModel implements ModelRuntime {
  /** After a cold start that failed, no other is tried for so long. */
  private static final long RETRY_NANOS = 1_000_000_000;

  private final String label;
  private final String platform;
  private final String kind;
  private final List<TensorSpec> inputs;
  private final List<TensorSpec> outputs;
  private final Source source;
  private final Watcher watcher;
  private final Terms terms;
  private volatile Runnable warmUp = () -> {};
  private volatile long lastUsed = System.nanoTime();
  private volatile @Nullable Resident resident;
  private volatile State state = State.READY; // changed under this
  private @Nullable CompletableFuture<Void> loading; // guarded by this, as is what follows
  private int waiters;
  private @Nullable Throwable failure;
  private long failedAt;

  /** Where a model is. */
  public enum State {
    READY,
    /** Unloaded for want of requests; the next one loads it. */
    ASLEEP,
    LOADING,
    /** Unloaded by hand, until it is loaded by hand. */
    PARKED,
    CLOSED
  }

  /** A model in memory and the bytes it is counted with. */
  public record Resident(ModelRuntime runtime, MemoryBudget.Reservation memory) {
    void release() {
      try {
        runtime.close();
      } finally {
        memory.close();
      }
    }
  }

  /** Loads the model; blocks. What fails has taken nothing. */
  @FunctionalInterface
  public interface Source {
    Resident load();
  }

  /** Is told what happens to the model, on a thread that may wait. */
  public interface Watcher {
    void unloaded(String why, long bytes);

    /**
     * @param took from the first request to the end of the warm-up
     */
    void woke(Duration took, long bytes);

    void failed(RuntimeException failure);
  }

  /**
   * How it is kept.
   *
   * @param sleeps whether it is unloaded when nobody asks
   * @param threads where it is loaded
   */
  public record Terms(Residency residency, boolean sleeps, Executor threads) {}

  public ScaledModel(String label, Resident first, Source source, Watcher watcher, Terms terms) {
    this.label = label;
    this.kind = first.runtime().getClass().getSimpleName();
    this.platform = first.runtime().platform();
    this.inputs = first.runtime().inputs();
    this.outputs = first.runtime().outputs();
    this.resident = first;
    this.source = source;
    this.watcher = watcher;
    this.terms = terms;
    terms.residency().add(this);
  }

  /** Runs this after each cold start, before the requests that wait. */
  public void warmUpWith(Runnable run) {
    warmUp = run;
  }

  /** What runs it, as operators know it. */
  public String kind() {
    return kind;
  }

  public State state() {
    return state;
  }

  public boolean isReady() {
    return state == State.READY;
  }

  /** What it is counted with; 0 while it is not in memory. */
  public long bytes() {
    Resident present = resident;
    return present == null ? 0 : present.memory().bytes();
  }

  boolean sleeps() {
    return terms.sleeps() && isReady();
  }

  Duration idle() {
    return Duration.ofNanos(System.nanoTime() - lastUsed);
  }

  /**
   * Loads it if it is not there. Never waits.
   *
   * @return completed when it can be asked; completing it from outside gives its place up. Fails
   *     with RATE_LIMITED if too many wait, UNAVAILABLE if there is no room for it, and
   *     FAILED_PRECONDITION if it was unloaded by hand
   */
  public CompletableFuture<Void> wake() {
    CompletableFuture<Void> place;
    boolean first = false;
    synchronized (this) {
      switch (state) {
        case READY -> {
          return CompletableFuture.completedFuture(null);
        }
        case CLOSED -> {
          return CompletableFuture.failedFuture(ScaleErrors.unloaded(label));
        }
        case PARKED -> {
          return CompletableFuture.failedFuture(ScaleErrors.parked(label));
        }
        case ASLEEP -> {
          if (failure != null && System.nanoTime() - failedAt < RETRY_NANOS) {
            return CompletableFuture.failedFuture(failure);
          }
          state = State.LOADING;
          loading = new CompletableFuture<>();
          first = true;
        }
        case LOADING -> {
          int most = terms.residency().settings().waiting();
          if (waiters >= most) {
            return CompletableFuture.failedFuture(ScaleErrors.tooManyWaiting(label, most));
          }
        }
      }
      waiters++;
      place = Objects.requireNonNull(loading).copy();
    }
    var unused = place.whenComplete((done, problem) -> leave());
    if (first) {
      begin();
    }
    return place;
  }

  private synchronized void leave() {
    waiters--;
  }

  private void begin() {
    try {
      terms.threads().execute(this::load);
    } catch (RuntimeException e) {
      fail(e);
    }
  }

  private void load() {
    long began = System.nanoTime();
    @Nullable Resident loaded = null;
    try {
      loaded = source.load();
      resident = loaded;
      warmUp.run();
    } catch (RuntimeException e) {
      abandon(loaded);
      fail(e);
      return;
    } catch (Throwable e) { // such as memory that ran out
      abandon(loaded);
      fail(new IllegalStateException("not loaded", e));
      throw e;
    }
    @Nullable CompletableFuture<Void> done;
    boolean kept;
    synchronized (this) {
      done = loading;
      loading = null;
      failure = null;
      lastUsed = System.nanoTime();
      kept = state == State.LOADING;
      if (kept) {
        state = State.READY;
      } else {
        resident = null; // closed or unloaded meanwhile
      }
    }
    if (!kept) {
      loaded.release();
    } else {
      watcher.woke(Duration.ofNanos(System.nanoTime() - began), loaded.memory().bytes());
    }
    if (done != null) {
      done.complete(null);
    }
  }

  private void abandon(@Nullable Resident loaded) {
    if (loaded != null) {
      resident = null;
      loaded.release();
    }
  }

  private void fail(RuntimeException problem) {
    @Nullable CompletableFuture<Void> done;
    synchronized (this) {
      done = loading;
      loading = null;
      failure = problem;
      failedAt = System.nanoTime();
      if (state == State.LOADING) {
        state = State.ASLEEP;
      }
    }
    watcher.failed(problem);
    if (done != null) {
      done.completeExceptionally(problem);
    }
  }

  /** Unloads it if it may be and has been idle for so long. */
  boolean sleep(Duration idle) {
    Duration been = idle();
    return terms.sleeps()
        && been.compareTo(idle) >= 0
        && unload(State.ASLEEP, "idle for %d s".formatted(been.toSeconds()));
  }

  /** Unloads it until {@link #unpark}. @return whether it was in memory */
  public boolean park(String why) {
    synchronized (this) {
      if (state == State.ASLEEP || state == State.LOADING) {
        state = State.PARKED;
        return false;
      }
    }
    return unload(State.PARKED, why);
  }

  /** Lets {@link #wake} load it again. */
  public synchronized void unpark() {
    if (state == State.PARKED) {
      failure = null;
      state = loading == null ? State.ASLEEP : State.LOADING;
    }
  }

  private boolean unload(State next, String why) {
    Resident gone;
    synchronized (this) {
      gone = resident;
      if (state != State.READY || gone == null) {
        return false;
      }
      state = next;
      resident = null;
    }
    gone.release();
    watcher.unloaded(why, gone.memory().bytes());
    return true;
  }

  @Override
  public String platform() {
    return platform;
  }

  @Override
  public List<TensorSpec> inputs() {
    return inputs;
  }

  @Override
  public List<TensorSpec> outputs() {
    return outputs;
  }

  @Override
  public List<Tensor> infer(List<Tensor> given) {
    ModelRuntime runtime = present();
    try {
      return runtime.infer(given);
    } finally {
      lastUsed = System.nanoTime();
    }
  }

  @Override
  public List<Tensor> infer(List<Tensor> given, Stop stop) {
    ModelRuntime runtime = present();
    try {
      return runtime.infer(given, stop);
    } finally {
      lastUsed = System.nanoTime();
    }
  }

  private ModelRuntime present() {
    lastUsed = System.nanoTime();
    Resident present = resident;
    if (present == null) {
      throw ScaleErrors.unloaded(label);
    }
    return present.runtime();
  }

  @Override
  public void close() {
    terms.residency().remove(this);
    Resident gone;
    synchronized (this) {
      gone = state == State.LOADING ? null : resident; // who loads it sees that it is closed
      state = State.CLOSED;
      if (gone != null) {
        resident = null;
      }
    }
    if (gone != null) {
      gone.release();
    }
  }

  /** What is said of a failure that nobody expected stays in the log. */
  public static String message(RuntimeException failure) {
    return failure instanceof LakeException known
        ? known.message()
        : "The server made a mistake; its log tells more.";
  }
}

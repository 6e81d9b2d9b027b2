package io.boathouse.sql.engine;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Tells running work to stop, from any thread. */
public final class Cancellation {
  private final List<Runnable> actions = new ArrayList<>();
  private volatile Optional<Reason> reason = Optional.empty();

  /** Why work is to stop. */
  public enum Reason {
    REQUESTED,
    DEADLINE,
    SHUTDOWN
  }

  /** The reason, once there is one; the first stays. */
  public Optional<Reason> reason() {
    return reason;
  }

  /** Asks the work to stop; calling again repeats the actions, for work that was about to start. */
  public void cancel(Reason why) {
    List<Runnable> all;
    synchronized (this) {
      reason = reason.or(() -> Optional.of(why));
      all = List.copyOf(actions);
    }
    all.forEach(Runnable::run);
  }

  /** Adds what stops a part of the work; runs it at once if the work is already to stop. */
  public void onCancel(Runnable action) {
    boolean now;
    synchronized (this) {
      actions.add(action);
      now = reason.isPresent();
    }
    if (now) {
      action.run();
    }
  }

  /**
   * @throws io.boathouse.platform.error.LakeException if the work is to stop
   */
  public void check() {
    Optional<Reason> why = reason();
    if (why.isPresent()) {
      throw EngineErrors.stopped(why.get());
    }
  }
}

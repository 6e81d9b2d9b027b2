package io.boathouse.serving.runtime;

import org.jspecify.annotations.Nullable;

/** A way to end a score that nobody waits for any more. Thread-safe. */
public final class Stop implements AutoCloseable {
  private @Nullable Runnable action;
  private boolean stopped;
  private boolean closed;

  /** Ends the score that is under way, or the one that begins next. */
  public synchronized void now() {
    stopped = true;
    if (action != null && !closed) {
      action.run();
    }
  }

  /** What ends the score; done at once if it was to end before it began. */
  synchronized void by(Runnable how) {
    action = how;
    if (stopped) {
      how.run();
    }
  }

  /** The score is over; nothing is ended any more. */
  synchronized void over() {
    action = null;
  }

  synchronized boolean isStopped() {
    return stopped;
  }

  @Override
  public synchronized void close() {
    closed = true;
    action = null;
  }
}

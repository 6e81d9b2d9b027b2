package io.boathouse.serving.batch;

import java.util.function.BooleanSupplier;

/**
 * How long somebody waits for an answer.
 *
 * @param deadlineNanos of the system's nano time; {@link #NEVER} if there is none
 * @param abandoned whether nobody waits any more
 */
public record Call(long deadlineNanos, BooleanSupplier abandoned) {
  public static final long NEVER = Long.MIN_VALUE;

  /** Waits however long it takes. */
  public static final Call PATIENT = new Call(NEVER, () -> false);

  public boolean hasDeadline() {
    return deadlineNanos != NEVER;
  }

  /** Nanoseconds until the deadline; negative after it. */
  public long remaining() {
    return hasDeadline() ? deadlineNanos - System.nanoTime() : Long.MAX_VALUE;
  }
}

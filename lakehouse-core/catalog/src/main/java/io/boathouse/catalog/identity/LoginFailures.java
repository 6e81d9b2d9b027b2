package io.boathouse.catalog.identity;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.boathouse.catalog.audit.AuditLog;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Semaphore;
import java.util.concurrent.locks.LockSupport;

/**
 * Slows failed log-ins down and records them, in bounded memory. Only failures wait: a valid token
 * is served at once, whatever others try. What fails again within a minute is counted and told with
 * the next record of the same kind.
 */
final class LoginFailures {
  private static final Duration WINDOW = Duration.ofMinutes(1);
  private static final int MOST_REMEMBERED = 1_000;
  private static final int MOST_RECORDS_A_WINDOW = 100;
  private static final int FREE_A_WINDOW = 20;
  private static final Duration DELAY = Duration.ofMillis(250);
  private static final String OTHERS = "many others";

  private final AuditLog audit;
  private final InstantSource clock;
  private final Semaphore waiting = new Semaphore(200);

  @GuardedBy("this")
  private final Map<String, Long> counts =
      new LinkedHashMap<>(64, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Long> eldest) {
          return size() > MOST_REMEMBERED;
        }
      };

  @GuardedBy("this")
  private Instant windowStart = Instant.MIN;

  @GuardedBy("this")
  private long failures;

  @GuardedBy("this")
  private int records;

  LoginFailures(AuditLog audit, InstantSource clock) {
    this.audit = audit;
    this.clock = clock;
  }

  /**
   * Counts a failure, records it, and waits if there have been many; call it on a virtual thread.
   *
   * @param who what was presented, without the secret
   */
  void failed(String who, String reason) {
    String recordAs;
    long attempts;
    boolean slow;
    synchronized (this) {
      Instant now = clock.instant();
      if (windowStart.isBefore(now.minus(WINDOW)) || windowStart.isAfter(now)) {
        windowStart = now;
        failures = 0;
        records = 0;
      }
      failures++;
      slow = failures > FREE_A_WINDOW;
      String key = counts.containsKey(who) || records < MOST_RECORDS_A_WINDOW ? who : OTHERS;
      long seen = counts.merge(key, 1L, Long::sum);
      boolean tell = Long.bitCount(seen) == 1; // the 1st, 2nd, 4th, 8th … time
      recordAs = tell ? key : "";
      attempts = seen;
      records += tell ? 1 : 0;
    }
    if (!recordAs.isEmpty()) {
      audit.unauthenticated(recordAs, reason, attempts);
    }
    if (slow && waiting.tryAcquire()) {
      try {
        LockSupport.parkNanos(DELAY.toNanos());
      } finally {
        waiting.release();
      }
    }
  }
}

package io.boathouse.catalog.grant;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks the database again and again whether rights changed on another server, on a thread of its
 * own, so that this one forgets what it has cached. While the database cannot be asked, caches are
 * good for some seconds more and then refuse.
 */
public final class AccessFeed implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(AccessFeed.class);

  private final AccessStamp stamp;
  private final Pace pace;
  private final Thread thread;
  private volatile boolean closed;

  /**
   * How often and how long.
   *
   * @param every between two questions
   * @param patience for one answer
   * @param longest without an answer until nothing is vouched for
   */
  public record Pace(Duration every, Duration patience, Duration longest) {
    public static final Pace STANDARD =
        new Pace(Duration.ofMillis(500), Duration.ofSeconds(1), Duration.ofSeconds(10));
  }

  /** Asks once, and then goes on until it is closed. */
  public AccessFeed(AccessStamp stamp, Pace pace) {
    this.stamp = stamp;
    this.pace = pace;
    ask();
    this.thread = Thread.ofPlatform().daemon().name("access-feed").start(this::run);
  }

  private void run() {
    boolean answered = true;
    while (!closed) {
      LockSupport.parkNanos(pace.every().toNanos());
      try {
        ask();
        if (!answered) {
          log.info("The database tells of changed rights again");
        }
        answered = true;
      } catch (RuntimeException e) {
        if (answered && !closed) {
          log.warn(
              "The database cannot be asked for changed rights; everything is refused after {} s",
              pace.longest().toSeconds(),
              e);
        }
        answered = false;
      }
    }
  }

  private void ask() {
    long asked = System.nanoTime();
    stamp.heard(stamp.repository().read(pace.patience()), asked, pace.longest());
  }

  @Override
  public void close() {
    closed = true;
    LockSupport.unpark(thread);
    try {
      boolean unused = thread.join(pace.patience().multipliedBy(3));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}

package io.boathouse.featurestore.publish;

import io.boathouse.catalog.securable.FullName;
import io.boathouse.featurestore.table.FeatureTable;
import io.boathouse.platform.lease.Lease;
import io.boathouse.platform.lease.LeaseService;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;

/**
 * One publisher of a table at a time, over all servers: two that work from different versions would
 * put back what the other took away. A server that dies holds it for no longer than its term.
 */
final class PublishLease {
  private static final Duration TERM = Duration.ofSeconds(60);
  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final Duration PAUSE = Duration.ofMillis(50);

  private final LeaseService leases;

  PublishLease(LeaseService leases) {
    this.leases = leases;
  }

  /**
   * Works under the table's lease.
   *
   * @throws io.boathouse.platform.error.LakeException CONFLICT if somebody else holds it for long
   */
  <T> T with(FeatureTable table, Supplier<T> work) {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (true) {
      Optional<Lease> lease = leases.tryAcquire("featurestore.publish/" + table.id(), TERM);
      if (lease.isPresent()) {
        return held(table.name(), lease.get(), work);
      }
      if (System.nanoTime() > deadline) {
        throw PublishErrors.busy(table.name());
      }
      LockSupport.parkNanos(PAUSE.toNanos());
    }
  }

  private <T> T held(FullName table, Lease lease, Supplier<T> work) {
    CountDownLatch done = new CountDownLatch(1);
    Thread unusedRenewing =
        Thread.ofVirtual().name("publish-lease").start(() -> renew(lease, done));
    T result;
    try {
      result = work.get();
    } catch (RuntimeException | Error e) {
      done.countDown();
      releaseAfter(lease, e);
      throw e;
    }
    done.countDown();
    if (!release(lease)) {
      throw PublishErrors.busy(table);
    }
    return result;
  }

  /** Lets the next publisher in at once instead of after the term. */
  private void releaseAfter(Lease lease, Throwable failure) {
    try {
      boolean unusedHeld = release(lease);
    } catch (RuntimeException e) {
      failure.addSuppressed(e);
    }
  }

  /** A publisher that was told to stop is interrupted, and no statement runs on such a thread. */
  private boolean release(Lease lease) {
    boolean interrupted = Thread.interrupted();
    try {
      return leases.release(lease);
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private void renew(Lease lease, CountDownLatch done) {
    try {
      while (!done.await(TERM.toSeconds() / 3, TimeUnit.SECONDS)
          && leases.renew(lease, TERM).isPresent()) {
        // held for another term
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}

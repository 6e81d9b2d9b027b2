package io.boathouse.serving.inference;

import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.atomic.LongAdder;

/**
 * What became of requests over some time, and how long the answers took. Times are kept in buckets
 * of which each is at most a quarter wider than the one before. Thread-safe and lock-free.
 */
public final class Outcomes {
  private static final int PARTS = 4;
  private static final int PART_BITS = 2;

  private final LongAdder failed = new LongAdder();
  private final AtomicLongArray answered = new AtomicLongArray(64 * PARTS);

  /**
   * Outcomes counted so far.
   *
   * @param p95Nanos of the answers; 0 without one
   */
  public record Counts(long requests, long failed, long p95Nanos) {
    /** Failures among all requests; 0 without one. */
    public double errorRate() {
      return requests == 0 ? 0 : (double) failed / requests;
    }
  }

  /** Notes an answer. @param nanos since the request's arrival */
  public void answered(long nanos) {
    answered.incrementAndGet(bucket(Math.max(PARTS, nanos)));
  }

  /** Notes a request that was not answered. */
  public void failed() {
    failed.increment();
  }

  public Counts counts() {
    long[] buckets = new long[answered.length()];
    long total = 0;
    for (int i = 0; i < buckets.length; i++) {
      buckets[i] = answered.get(i);
      total += buckets[i];
    }
    long wanted = (total * 95 + 99) / 100;
    long seen = 0;
    long p95 = 0;
    for (int i = 0; i < buckets.length && seen < wanted; i++) {
      seen += buckets[i];
      p95 = upperBound(i);
    }
    long lost = failed.sum();
    return new Counts(total + lost, lost, p95);
  }

  private static int bucket(long nanos) {
    int power = 63 - Long.numberOfLeadingZeros(nanos);
    int part = (int) (nanos >>> (power - PART_BITS)) & (PARTS - 1);
    return power * PARTS + part;
  }

  private static long upperBound(int bucket) {
    int power = bucket / PARTS;
    long part = bucket % PARTS;
    return power < PART_BITS ? 0 : (PARTS + part + 1) << (power - PART_BITS);
  }
}

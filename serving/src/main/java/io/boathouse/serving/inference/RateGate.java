package io.boathouse.serving.inference;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Counts an endpoint's requests against its limits, minute by minute: a minute begins with the
 * first request after the last one ended; and closes while the endpoint is frozen. It outlives
 * configurations. Thread-safe; it never waits.
 */
public final class RateGate {
  private static final long MINUTE = Duration.ofMinutes(1).toNanos();
  private static final int MOST_PRINCIPALS = 10_000;

  private final String endpoint;
  private final LongSupplier nanos;
  private final Map<String, Minute> principals = new ConcurrentHashMap<>();
  private volatile Limits limits = Limits.NONE;
  private final Minute whole = new Minute();
  private volatile @Nullable String frozen;

  /**
   * @param nanos the system's nano time
   */
  RateGate(String endpoint, LongSupplier nanos) {
    this.endpoint = endpoint;
    this.nanos = nanos;
  }

  private record Limits(
      @Nullable Long endpoint, @Nullable Long each, Map<String, Long> principals) {
    static final Limits NONE = new Limits(null, null, Map.of());

    @Nullable Long of(String principal) {
      Long own = principals.get(principal);
      return own == null ? each : own;
    }
  }

  /** Replaces the limits; what was counted in this minute still counts. */
  public void limit(List<RateLimit> wanted) {
    Long endpointCalls = null;
    Long each = null;
    Map<String, Long> own = new HashMap<>();
    for (RateLimit limit : wanted) {
      if (limit.key() == RateLimit.Key.ENDPOINT) {
        endpointCalls = limit.calls();
      } else if (limit.principal().isPresent()) {
        own.put(limit.principal().get(), limit.calls());
      } else {
        each = limit.calls();
      }
    }
    limits = new Limits(endpointCalls, each, Map.copyOf(own));
  }

  /** Lets nothing through, for this reason, or what the limits allow. */
  public void freeze(Optional<String> reason) {
    frozen = reason.orElse(null);
  }

  /**
   * Counts a request, if it may be made.
   *
   * @throws io.boathouse.platform.error.LakeException FAILED_PRECONDITION while it is frozen
   * @throws io.boathouse.platform.error.LakeException RATE_LIMITED with the seconds until the
   *     minute ends
   */
  public void admit(String principal) {
    String why = frozen;
    if (why != null) {
      throw InferenceErrors.frozen(endpoint, why);
    }
    Limits now = limits;
    if (now.equals(Limits.NONE)) {
      return;
    }
    Long own = now.of(principal);
    if (own != null) {
      forgetOld();
      require(principals.computeIfAbsent(principal, name -> new Minute()), own, principal);
    }
    if (now.endpoint() != null) {
      require(whole, now.endpoint(), "");
    }
  }

  private void require(Minute minute, long calls, String principal) {
    long left = minute.take(nanos.getAsLong(), calls);
    if (left > 0) {
      throw InferenceErrors.rateLimited(
          endpoint, principal, calls, (left + 999_999_999L) / 1_000_000_000L);
    }
  }

  /** Only those whose minute is over are forgotten, so nobody gains by it. */
  private void forgetOld() {
    if (principals.size() >= MOST_PRINCIPALS) {
      long now = nanos.getAsLong();
      principals.values().removeIf(minute -> minute.isOver(now));
    }
  }

  private static final class Minute {
    private long began;
    private long count;

    /** Takes a call. @return nanoseconds until there is one again; 0 if it was taken */
    synchronized long take(long now, long calls) {
      if (count == 0 || now - began >= MINUTE) {
        began = now;
        count = 0;
      }
      if (count >= calls) {
        if (count == 0) {
          return MINUTE;
        }
        return Math.max(1, MINUTE - (now - began));
      }
      count++;
      return 0;
    }

    synchronized boolean isOver(long now) {
      return now - began >= MINUTE;
    }
  }
}

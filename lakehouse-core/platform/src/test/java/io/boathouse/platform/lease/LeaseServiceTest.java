package io.boathouse.platform.lease;

import static org.assertj.core.api.Assertions.assertThat;

import io.boathouse.platform.db.TestDatabase;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class LeaseServiceTest {
  private static final Duration MINUTE = Duration.ofMinutes(1);
  private static TestDatabase fixture;

  private final AtomicReference<Instant> now =
      new AtomicReference<>(Instant.parse("2026-01-01T00:00:00Z"));
  private final LeaseService first = new LeaseService(fixture.database(), now::get);
  private final LeaseService second = new LeaseService(fixture.database(), now::get);

  @BeforeAll
  static void open() {
    fixture = TestDatabase.create("platform");
  }

  @AfterAll
  static void close() {
    fixture.close();
  }

  @Test
  void heldLeaseIsNotGivenToAnother() {
    assertThat(first.tryAcquire("held", MINUTE)).isPresent();
    assertThat(second.tryAcquire("held", MINUTE)).isEmpty();
    assertThat(first.tryAcquire("held", MINUTE)).isEmpty();
    assertThat(second.tryAcquire("other", MINUTE)).isPresent();
  }

  @Test
  void expiredLeaseChangesHandsWithAHigherFenceAndTheFormerHolderKnows() {
    Lease old = first.tryAcquire("expiring", MINUTE).orElseThrow();
    pass(MINUTE);
    Lease taken = second.tryAcquire("expiring", MINUTE).orElseThrow();
    assertThat(taken.fence()).isGreaterThan(old.fence());
    assertThat(first.renew(old, MINUTE)).isEmpty();
    assertThat(first.release(old)).isFalse();
    assertThat(second.renew(taken, MINUTE)).isPresent();
  }

  @Test
  void renewedLeaseOutlivesItsFirstTerm() {
    Lease lease = first.tryAcquire("renewed", MINUTE).orElseThrow();
    pass(Duration.ofSeconds(50));
    assertThat(first.renew(lease, MINUTE)).isPresent();
    pass(Duration.ofSeconds(50));
    assertThat(second.tryAcquire("renewed", MINUTE)).isEmpty();
  }

  @Test
  void releasedLeaseIsFreeAtOnce() {
    Lease lease = first.tryAcquire("released", MINUTE).orElseThrow();
    assertThat(first.release(lease)).isTrue();
    assertThat(second.tryAcquire("released", MINUTE)).isPresent();
  }

  @Test
  void ofManyAtTheSameTimeOneWins() throws Exception {
    List<Callable<Boolean>> attempts =
        Stream.generate(() -> new LeaseService(fixture.database(), now::get))
            .limit(16)
            .<Callable<Boolean>>map(
                service -> () -> service.tryAcquire("raced", MINUTE).isPresent())
            .toList();
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      long winners = 0;
      for (var result : threads.invokeAll(attempts)) {
        winners += result.get() ? 1 : 0;
      }
      assertThat(winners).isEqualTo(1);
    }
  }

  /** The defence is the fence, which LeaseRepository.ACQUIRE raises with every change of holder. */
  @Test
  void case70_aClockThatJumpsLeavesALeaseWithOneHolder() {
    Lease held = first.tryAcquire("jumping", MINUTE).orElseThrow();
    pass(Duration.ofHours(-1));
    assertThat(second.tryAcquire("jumping", MINUTE)).isEmpty();
    Lease renewed = first.renew(held, MINUTE).orElseThrow();
    pass(Duration.ofHours(1));
    Lease taken = second.tryAcquire("jumping", MINUTE).orElseThrow();
    assertThat(taken.fence()).isGreaterThan(renewed.fence());
    pass(Duration.ofHours(-1));
    assertThat(first.renew(renewed, MINUTE)).isEmpty();
    assertThat(first.release(renewed)).isFalse();
    assertThat(first.tryAcquire("jumping", MINUTE)).isEmpty();
    assertThat(second.renew(taken, MINUTE)).isPresent();
  }

  private void pass(Duration duration) {
    now.updateAndGet(instant -> instant.plus(duration));
  }
}

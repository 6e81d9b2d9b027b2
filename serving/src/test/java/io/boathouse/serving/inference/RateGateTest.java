package io.boathouse.serving.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.boathouse.platform.error.ErrorCode;
import io.boathouse.platform.error.LakeException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class RateGateTest {
  private final AtomicLong nanos = new AtomicLong();
  private final RateGate gate = new RateGate("ep", nanos::get);

  private static RateLimit user(long calls) {
    return new RateLimit(calls, RateLimit.Key.USER, Optional.empty());
  }

  private LakeException refused(String principal) {
    return catchThrowableOfType(LakeException.class, () -> gate.admit(principal));
  }

  @Test
  void eachPrincipalHasCallsOfItsOwnAndTheMinuteBringsThemBack() {
    gate.limit(List.of(user(2)));
    gate.admit("ann");
    nanos.addAndGet(Duration.ofSeconds(20).toNanos());
    gate.admit("ann");
    gate.admit("bob");
    LakeException failure = refused("ann");
    assertThat(failure.code()).isEqualTo(ErrorCode.RATE_LIMITED);
    assertThat(failure.details()).containsEntry("retry_after", "40");
    nanos.addAndGet(Duration.ofSeconds(40).toNanos());
    gate.admit("ann");
  }

  @Test
  void anEndpointsLimitHoldsForAllAndAPrincipalsOwnInPlaceOfTheUsers() {
    gate.limit(
        List.of(
            new RateLimit(3, RateLimit.Key.ENDPOINT, Optional.empty()),
            user(1),
            new RateLimit(0, RateLimit.Key.USER, Optional.of("eve"))));
    gate.admit("ann");
    assertThat(refused("eve").message()).contains("0 requests a minute of 'eve'");
    gate.admit("bob");
    gate.admit("cat");
    assertThat(refused("dan").message()).contains("3 requests a minute. Retry");
  }

  @Test
  void withoutLimitsNothingIsCounted() {
    for (int i = 0; i < 100; i++) {
      gate.admit("ann");
    }
    gate.limit(List.of(user(1)));
    gate.admit("ann");
    gate.limit(List.of());
    gate.admit("ann");
  }

  @Test
  void theTimesOfAnswersAreKnownToAQuarter() {
    var outcomes = new Outcomes();
    for (int i = 1; i <= 100; i++) {
      outcomes.answered(i * 10_000L);
    }
    outcomes.failed();
    assertThat(outcomes.counts().requests()).isEqualTo(101);
    assertThat(outcomes.counts().failed()).isEqualTo(1);
    assertThat(outcomes.counts().p95Nanos()).isBetween(950_000L, 1_190_000L);
  }
}

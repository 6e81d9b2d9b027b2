package io.boathouse.platform.lane;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.boathouse.platform.error.ErrorCode;
import io.boathouse.platform.error.LakeException;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

class HeavyLaneTest {
  private final CountDownLatch goOn = new CountDownLatch(1);

  private String waits(CountDownLatch begun) {
    begun.countDown();
    try {
      goOn.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return Thread.currentThread().isVirtual() ? "virtual" : "platform";
  }

  /** The defence is the bounded queue of the pool. */
  @Test
  void case62_whatDoesNotFitIsRefusedAtOnceAndTheRestIsDone() throws Exception {
    try (HeavyLane lane = new HeavyLane("digging", 1, 1);
        ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor()) {
      CountDownLatch begun = new CountDownLatch(1);
      Future<String> running = callers.submit(() -> lane.run(() -> waits(begun)));
      begun.await();
      CountDownLatch refused = new CountDownLatch(1);
      Future<String> one = callers.submit(() -> asked(lane, refused));
      Future<String> other = callers.submit(() -> asked(lane, refused));
      refused.await();
      goOn.countDown();

      assertThat(running.get()).isEqualTo("platform");
      assertThat(List.of(one.get(), other.get()))
          .containsExactlyInAnyOrder("done", "TOO_MUCH_HEAVY_WORK 5");
    }
  }

  private static String asked(HeavyLane lane, CountDownLatch refused) {
    try {
      return lane.run(() -> "done");
    } catch (LakeException e) {
      refused.countDown();
      return e.reason() + " " + e.details().get("retry_after");
    }
  }

  @Test
  void whatWorkThrowsIsThrown() {
    try (HeavyLane lane = new HeavyLane("digging", 1, 1)) {
      assertThatThrownBy(() -> lane.run(() -> Integer.parseInt("x")))
          .isInstanceOf(NumberFormatException.class);
      assertThat(lane.run(() -> 1)).isEqualTo(1);
    }
  }

  @Test
  void aLaneThatEndsRefusesWhatComes() {
    HeavyLane lane = new HeavyLane("digging", 1, 1);
    lane.close();
    assertThat(catchThrowableOfType(LakeException.class, () -> lane.run(() -> 1)).code())
        .isEqualTo(ErrorCode.UNAVAILABLE);
  }
}

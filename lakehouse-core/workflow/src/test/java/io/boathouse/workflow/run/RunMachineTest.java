package io.boathouse.workflow.run;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

class RunMachineTest {
  private static final Instant T0 = Instant.parse("2026-01-01T00:00:00Z");
  private static final Duration LEASE = Duration.ofSeconds(30);

  private final RunMachine machine = new RunMachine(3, Duration.ofSeconds(2));

  @Test
  void claimBeginsTheFirstAttempt() {
    var next = machine.next(new RunState.Queued(T0), 0, claim("a", T0)).orElseThrow();
    assertThat(next.attempt()).isEqualTo(1);
    assertThat(next.state()).isEqualTo(new RunState.Running("a", T0.plus(LEASE), false));
  }

  @Test
  void retryWaitsForItsBackoffWhichDoubles() {
    var first =
        machine
            .next(running("a"), 1, new RunEvent.Broke("a", "UNAVAILABLE", "m", true, T0))
            .orElseThrow();
    var second =
        machine
            .next(running("a"), 2, new RunEvent.Broke("a", "UNAVAILABLE", "m", true, T0))
            .orElseThrow();
    assertThat(first.state()).isEqualTo(new RunState.Queued(T0.plusSeconds(2)));
    assertThat(second.state()).isEqualTo(new RunState.Queued(T0.plusSeconds(4)));
    assertThat(machine.next(first.state(), 1, claim("b", T0.plusSeconds(1)))).isEmpty();
    assertThat(machine.next(first.state(), 1, claim("b", T0.plusSeconds(2)))).isPresent();
  }

  @Test
  void lastAttemptFailsForGood() {
    var next =
        machine
            .next(running("a"), 3, new RunEvent.Broke("a", "UNAVAILABLE", "m", true, T0))
            .orElseThrow();
    assertThat(next.state()).isEqualTo(new RunState.Failed("UNAVAILABLE", "m"));
  }

  @Test
  void leaseProtectsUntilItEndsAndIsTakenOverAfterwards() {
    assertThat(machine.next(running("a"), 1, claim("b", T0.plus(LEASE).minusMillis(1)))).isEmpty();
    var next = machine.next(running("a"), 1, claim("b", T0.plus(LEASE))).orElseThrow();
    assertThat(next.attempt()).isEqualTo(2);
    assertThat(next.state()).isInstanceOf(RunState.Running.class);
  }

  @Test
  void workerThatLostItsLeaseChangesNothing() {
    for (RunEvent late :
        List.of(
            new RunEvent.Finished("a"),
            new RunEvent.Stopped("a"),
            new RunEvent.Renewed("a", T0.plusSeconds(99)),
            new RunEvent.Released("a", T0),
            new RunEvent.Broke("a", "INTERNAL", "m", false, T0))) {
      assertThat(machine.next(running("b"), 2, late)).as("%s", late).isEmpty();
    }
  }

  @Test
  void cancelledRunEndsCanceledWhetherItsWorkerStopsBreaksOrDies() {
    RunState told =
        machine.next(running("a"), 1, new RunEvent.CancelRequested()).orElseThrow().state();
    assertThat(told).isEqualTo(new RunState.Running("a", T0.plus(LEASE), true));
    for (RunEvent end :
        List.of(
            new RunEvent.Stopped("a"),
            new RunEvent.Broke("a", "UNAVAILABLE", "m", true, T0),
            claim("b", T0.plus(LEASE)))) {
      assertThat(machine.next(told, 1, end).orElseThrow().state())
          .as("%s", end)
          .isEqualTo(new RunState.Canceled());
    }
  }

  @Test
  void randomHistoriesNeverLeaveAnEndOrExceedTheAttempts() {
    long seed = 20260101L;
    Random random = new Random(seed);
    for (int history = 0; history < 2_000; history++) {
      RunState state = new RunState.Queued(T0);
      int attempt = 0;
      Instant now = T0;
      for (int step = 0; step < 30; step++) {
        now = now.plusSeconds(random.nextInt(40));
        Optional<RunMachine.Next> next = machine.next(state, attempt, event(random, now));
        if (state.ended()) {
          assertThat(next).as("seed %d history %d", seed, history).isEmpty();
        }
        if (next.isPresent()) {
          state = next.get().state();
          attempt = next.get().attempt();
        }
        assertThat(attempt).as("seed %d history %d", seed, history).isBetween(0, 3);
      }
    }
  }

  private static RunEvent event(Random random, Instant now) {
    String worker = random.nextBoolean() ? "a" : "b";
    return switch (random.nextInt(7)) {
      case 0, 1 -> claim(worker, now);
      case 2 -> new RunEvent.Renewed(worker, now.plus(LEASE));
      case 3 -> new RunEvent.Finished(worker);
      case 4 -> new RunEvent.Broke(worker, "UNAVAILABLE", "m", random.nextBoolean(), now);
      case 5 -> new RunEvent.Released(worker, now);
      default ->
          random.nextInt(4) == 0 ? new RunEvent.CancelRequested() : new RunEvent.Stopped(worker);
    };
  }

  private static RunState.Running running(String worker) {
    return new RunState.Running(worker, T0.plus(LEASE), false);
  }

  private static RunEvent claim(String worker, Instant now) {
    return new RunEvent.Claimed(worker, now, now.plus(LEASE));
  }
}

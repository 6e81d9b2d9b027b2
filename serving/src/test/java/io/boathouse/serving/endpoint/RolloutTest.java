package io.boathouse.serving.endpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.boathouse.catalog.securable.FullName;
import io.boathouse.platform.auth.Caller;
import io.boathouse.platform.error.ErrorCode;
import io.boathouse.platform.error.LakeException;
import io.boathouse.serving.endpoint.EndpointState.Update;
import io.boathouse.serving.endpoint.Rollout.Effect;
import io.boathouse.serving.endpoint.Rollout.Event;
import io.boathouse.serving.inference.Outcomes;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RolloutTest {
  private static Deployment deployment(int version) {
    return deployment(version, EndpointPolicy.NONE);
  }

  private static Deployment canary(int version) {
    var policy =
        new CanaryPolicy(
            List.of(10, 50), Duration.ofSeconds(1), 20, new CanaryPolicy.Limits(0.01, 2));
    return deployment(
        version,
        new EndpointPolicy(Optional.of(policy), Optional.empty(), Optional.empty(), false));
  }

  private static Deployment deployment(int version, EndpointPolicy policy) {
    var entity =
        new ServedEntity(
            "only",
            ServedEntity.Kind.MODEL,
            FullName.of("a", "b", "c"),
            1,
            Optional.empty(),
            Map.of());
    return new Deployment(
        version,
        new EndpointConfig(List.of(entity), Map.of("only", 100), Optional.empty(), policy),
        new Deployment.Deployer(new UUID(0, 1), "ann", Caller.Kind.USER),
        Instant.EPOCH);
  }

  private static EndpointState after(Event... events) {
    EndpointState state = EndpointState.EMPTY;
    for (Event event : events) {
      state = Rollout.next("ep", state, event).state();
    }
    return state;
  }

  @Test
  void whatIsAskedForIsLoadedAndThenPublished() {
    var asked = Rollout.next("ep", EndpointState.EMPTY, new Event.Asked(deployment(1)));
    assertThat(asked.effects()).containsExactly(new Effect.LoadPending(deployment(1)));
    assertThat(asked.state().update()).isEqualTo(Update.IN_PROGRESS);
    var loaded = Rollout.next("ep", asked.state(), new Event.Loaded(1));
    assertThat(loaded.effects()).containsExactly(new Effect.Publish(1));
    assertThat(loaded.state().active()).hasValue(deployment(1));
    assertThat(loaded.state().pending()).isEmpty();
    assertThat(loaded.state().update()).isEqualTo(Update.NOT_UPDATING);
  }

  @Test
  void whatAnswersStaysWhenItsSuccessorFails() {
    EndpointState state =
        after(
            new Event.Asked(deployment(1)),
            new Event.Loaded(1),
            new Event.Asked(deployment(2)),
            new Event.Failed(2, "no"));
    assertThat(state.active()).hasValue(deployment(1));
    assertThat(state.update()).isEqualTo(Update.UPDATE_FAILED);
    assertThat(state.message()).hasValue("no");
  }

  @Test
  void afterAFailureAnotherConfigurationCanBeAskedFor() {
    EndpointState state =
        after(
            new Event.Asked(deployment(1)),
            new Event.Failed(1, "no"),
            new Event.Asked(deployment(2)),
            new Event.Loaded(2));
    assertThat(state.active()).hasValue(deployment(2));
    assertThat(state.message()).isEmpty();
  }

  @Test
  void duringAnUpdateAnotherIsAConflict() {
    EndpointState state = after(new Event.Asked(deployment(1)));
    LakeException failure =
        catchThrowableOfType(
            LakeException.class, () -> Rollout.next("ep", state, new Event.Asked(deployment(2))));
    assertThat(failure.code()).isEqualTo(ErrorCode.CONFLICT);
  }

  @Test
  void whatWasLoadedTooLateIsDiscarded() {
    EndpointState state =
        after(
            new Event.Asked(deployment(1)),
            new Event.Failed(1, "no"),
            new Event.Asked(deployment(2)));
    var late = Rollout.next("ep", state, new Event.Loaded(1));
    assertThat(late.state()).isEqualTo(state);
    assertThat(late.effects()).containsExactly(new Effect.Discard(1));
  }

  @Test
  void aStartLoadsWhatAnsweredAndGoesOnWithWhatWasUnderWay() {
    EndpointState state =
        after(new Event.Asked(deployment(1)), new Event.Loaded(1), new Event.Asked(deployment(2)));
    assertThat(Rollout.next("ep", state, new Event.Started()).effects())
        .containsExactly(
            new Effect.LoadActive(deployment(1)), new Effect.LoadPending(deployment(2)));
    EndpointState failed = after(new Event.Asked(deployment(1)), new Event.Failed(1, "no"));
    assertThat(Rollout.next("ep", failed, new Event.Started()).effects()).isEmpty();
  }

  @Test
  void aCanaryGoesStepByStepAndThenAnswersEverything() {
    EndpointState loading =
        after(new Event.Asked(deployment(1)), new Event.Loaded(1), new Event.Asked(canary(2)));
    var first = Rollout.next("ep", loading, new Event.Loaded(2));
    assertThat(first.effects()).containsExactly(new Effect.Share(2, 10));
    assertThat(first.state().active()).hasValue(deployment(1));
    assertThat(first.state().update()).isEqualTo(Update.IN_PROGRESS);
    var second = Rollout.next("ep", first.state(), new Event.Passed(2, 0));
    assertThat(second.effects()).containsExactly(new Effect.Share(2, 50));
    assertThat(Rollout.next("ep", second.state(), new Event.Passed(2, 0)).effects()).isEmpty();
    var last = Rollout.next("ep", second.state(), new Event.Passed(2, 1));
    assertThat(last.effects()).containsExactly(new Effect.Publish(2));
    assertThat(last.state().active()).hasValue(canary(2));
    assertThat(last.state().update()).isEqualTo(Update.NOT_UPDATING);
  }

  @Test
  void aCanaryThatDoesWorseIsTakenBackAndWhatAnsweredGoesOn() {
    EndpointState state =
        after(
            new Event.Asked(deployment(1)),
            new Event.Loaded(1),
            new Event.Asked(canary(2)),
            new Event.Loaded(2));
    var refused = Rollout.next("ep", state, new Event.Refused(2, "slow"));
    assertThat(refused.effects()).containsExactly(new Effect.Discard(2));
    assertThat(refused.state().active()).hasValue(deployment(1));
    assertThat(refused.state().update()).isEqualTo(Update.UPDATE_FAILED);
    assertThat(refused.state().message()).hasValue("slow");
  }

  @Test
  void aStartGoesOnWithTheStepOfACanaryAndTheFirstConfigurationNeedsNone() {
    EndpointState state =
        after(
            new Event.Asked(canary(1)),
            new Event.Loaded(1),
            new Event.Asked(canary(2)),
            new Event.Loaded(2),
            new Event.Passed(2, 0));
    assertThat(state.active()).hasValue(canary(1));
    assertThat(Rollout.next("ep", state, new Event.Started()).effects())
        .containsExactly(new Effect.LoadActive(canary(1)), new Effect.LoadPending(canary(2)));
    assertThat(Rollout.next("ep", state, new Event.Loaded(2)).effects())
        .containsExactly(new Effect.Share(2, 50));
  }

  @Test
  void anotherConfigurationTakesTheCanarysPlace() {
    EndpointState state =
        after(
            new Event.Asked(deployment(1)),
            new Event.Loaded(1),
            new Event.Asked(canary(2)),
            new Event.Loaded(2));
    assertThat(Rollout.next("ep", state, new Event.Asked(deployment(3))).effects())
        .containsExactly(new Effect.Discard(2), new Effect.LoadPending(deployment(3)));
  }

  @ParameterizedTest
  @CsvSource({
    // requests, failed, p95, base requests, base failed, base p95, seconds, verdict
    "19, 0, 1000, 100, 0, 1000, 9, Wait",
    "20, 0, 1000, 100, 0, 1000, 0, Wait",
    "20, 0, 1000, 100, 0, 1000, 1, Advance",
    "2, 1, 1000, 100, 0, 1000, 0, RollBack",
    "20, 1, 1000, 100, 5, 1000, 1, Advance",
    "20, 2, 1000, 100, 5, 1000, 1, RollBack",
    "20, 0, 2000, 100, 0, 1000, 1, Advance",
    "20, 0, 2001, 100, 0, 1000, 0, RollBack",
    "20, 0, 9000, 3, 0, 1000, 1, Advance",
  })
  void aStepIsJudgedByFailuresAndTimes(
      long requests,
      long failed,
      long p95,
      long baseRequests,
      long baseFailed,
      long baseP95,
      long seconds,
      String verdict) {
    assertThat(
            CanaryJudge.judge(
                    canary(1).config().policy().canary().orElseThrow(),
                    Duration.ofSeconds(seconds),
                    new Outcomes.Counts(requests, failed, p95),
                    new Outcomes.Counts(baseRequests, baseFailed, baseP95))
                .getClass()
                .getSimpleName())
        .isEqualTo(verdict);
  }
}

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
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class RolloutTest {
  private static Deployment deployment(int version) {
    var entity =
        new ServedEntity("only", FullName.of("a", "b", "c"), 1, Optional.empty(), Map.of());
    return new Deployment(
        version,
        new EndpointConfig(List.of(entity), Map.of("only", 100), Optional.empty()),
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
}

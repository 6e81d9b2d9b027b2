package io.boathouse.serving.endpoint;

import io.boathouse.serving.endpoint.EndpointState.Update;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The machine that rolls configurations out, as a pure function: what answers stays until what
 * follows is loaded, and stays if that fails.
 */
final class Rollout {
  private Rollout() {}

  /** What happened. */
  sealed interface Event {
    /** A configuration was asked for. */
    record Asked(Deployment deployment) implements Event {}

    /** Its models are loaded. */
    record Loaded(int configVersion) implements Event {}

    /** They cannot be. */
    record Failed(int configVersion, String message) implements Event {}

    /** The server starts. */
    record Started() implements Event {}
  }

  /** What must be done; repeating it changes nothing. */
  sealed interface Effect {
    /** Load what is pending and say how it went. */
    record LoadPending(Deployment deployment) implements Effect {}

    /** Load what is active and let it answer. */
    record LoadActive(Deployment deployment) implements Effect {}

    /** Let what was loaded answer. */
    record Publish(int configVersion) implements Effect {}

    /** Forget what was loaded. */
    record Discard(int configVersion) implements Effect {}
  }

  /** The new state and what follows from it. */
  record Step(EndpointState state, List<Effect> effects) {
    Step {
      effects = List.copyOf(effects);
    }
  }

  static Step next(String endpoint, EndpointState state, Event event) {
    return switch (event) {
      case Event.Asked(Deployment asked) -> asked(endpoint, state, asked);
      case Event.Loaded(int version) when isPending(state, version) ->
          new Step(
              new EndpointState(
                  state.pending(),
                  Optional.empty(),
                  Update.NOT_UPDATING,
                  Optional.empty(),
                  state.lastVersion()),
              List.of(new Effect.Publish(version)));
      case Event.Loaded(int version) -> new Step(state, List.of(new Effect.Discard(version)));
      case Event.Failed(int version, String message) when isPending(state, version) ->
          new Step(
              new EndpointState(
                  state.active(),
                  state.pending(),
                  Update.UPDATE_FAILED,
                  Optional.of(message),
                  state.lastVersion()),
              List.of());
      case Event.Failed late -> new Step(state, List.of());
      case Event.Started started -> started(state);
    };
  }

  private static Step asked(String endpoint, EndpointState state, Deployment asked) {
    if (state.update() == Update.IN_PROGRESS) {
      throw EndpointErrors.updateInProgress(endpoint);
    }
    return new Step(
        new EndpointState(
            state.active(),
            Optional.of(asked),
            Update.IN_PROGRESS,
            Optional.empty(),
            asked.configVersion()),
        List.of(new Effect.LoadPending(asked)));
  }

  private static Step started(EndpointState state) {
    List<Effect> effects = new ArrayList<>();
    state.active().ifPresent(active -> effects.add(new Effect.LoadActive(active)));
    if (state.update() == Update.IN_PROGRESS) {
      state.pending().ifPresent(pending -> effects.add(new Effect.LoadPending(pending)));
    }
    return new Step(state, effects);
  }

  private static boolean isPending(EndpointState state, int version) {
    return state.update() == Update.IN_PROGRESS
        && state.pending().filter(pending -> pending.configVersion() == version).isPresent();
  }
}

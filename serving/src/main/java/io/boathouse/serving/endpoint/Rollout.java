package io.boathouse.serving.endpoint;

import io.boathouse.serving.endpoint.EndpointState.Progress;
import io.boathouse.serving.endpoint.EndpointState.Update;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The machine that rolls configurations out, as a pure function: what answers stays until what
 * follows is loaded and, where a canary policy says so, has shown itself step by step; and stays if
 * that fails.
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

    /** It did well at a step of its canary policy. */
    record Passed(int configVersion, int step) implements Event {}

    /** It did not. */
    record Refused(int configVersion, String message) implements Event {}

    /** The server starts. */
    record Started() implements Event {}
  }

  /** What must be done; repeating it changes nothing. */
  sealed interface Effect {
    /** Load what is pending and say how it went. */
    record LoadPending(Deployment deployment) implements Effect {}

    /** Load what is active and let it answer. */
    record LoadActive(Deployment deployment) implements Effect {}

    /** Let what was loaded answer a part of the requests. */
    record Share(int configVersion, int percent) implements Effect {}

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
      case Event.Loaded(int version) when isPending(state, version) -> loaded(state, version);
      case Event.Loaded(int version) -> new Step(state, List.of(new Effect.Discard(version)));
      case Event.Failed(int version, String message) when isPending(state, version) ->
          new Step(failed(state, message), List.of());
      case Event.Failed late -> new Step(state, List.of());
      case Event.Passed(int version, int step) when isAt(state, version, step) ->
          advanced(state, version, step + 1);
      case Event.Passed late -> new Step(state, List.of());
      case Event.Refused(int version, String message) when isPending(state, version) ->
          new Step(failed(state, message), List.of(new Effect.Discard(version)));
      case Event.Refused late -> new Step(state, List.of());
      case Event.Started started -> started(state);
    };
  }

  /** A canary gives way to what is asked for; what is being loaded does not. */
  private static Step asked(String endpoint, EndpointState state, Deployment asked) {
    boolean canary = state.progress().canaryStep().isPresent();
    if (state.update() == Update.IN_PROGRESS && !canary) {
      throw EndpointErrors.updateInProgress(endpoint);
    }
    List<Effect> effects = new ArrayList<>();
    if (canary) {
      state
          .pending()
          .ifPresent(pending -> effects.add(new Effect.Discard(pending.configVersion())));
    }
    effects.add(new Effect.LoadPending(asked));
    return new Step(
        new EndpointState(
            state.active(),
            Optional.of(asked),
            Progress.LOADING,
            Optional.empty(),
            asked.configVersion()),
        effects);
  }

  private static Step loaded(EndpointState state, int version) {
    Optional<CanaryPolicy> canary = canary(state);
    if (canary.isEmpty() || state.active().isEmpty()) {
      return published(state, version);
    }
    return advanced(state, version, state.progress().canaryStep().orElse(0));
  }

  private static Step advanced(EndpointState state, int version, int step) {
    List<Integer> steps = canary(state).map(CanaryPolicy::steps).orElse(List.of());
    if (step >= steps.size()) {
      return published(state, version);
    }
    return new Step(
        new EndpointState(
            state.active(),
            state.pending(),
            Progress.atStep(step),
            Optional.empty(),
            state.lastVersion()),
        List.of(new Effect.Share(version, steps.get(step))));
  }

  private static Step published(EndpointState state, int version) {
    return new Step(
        new EndpointState(
            state.pending(),
            Optional.empty(),
            Progress.NONE,
            Optional.empty(),
            state.lastVersion()),
        List.of(new Effect.Publish(version)));
  }

  private static EndpointState failed(EndpointState state, String message) {
    return new EndpointState(
        state.active(),
        state.pending(),
        Progress.FAILED,
        Optional.of(message),
        state.lastVersion());
  }

  private static Step started(EndpointState state) {
    List<Effect> effects = new ArrayList<>();
    state.active().ifPresent(active -> effects.add(new Effect.LoadActive(active)));
    if (state.update() == Update.IN_PROGRESS) {
      state.pending().ifPresent(pending -> effects.add(new Effect.LoadPending(pending)));
    }
    return new Step(state, effects);
  }

  private static Optional<CanaryPolicy> canary(EndpointState state) {
    return state.pending().flatMap(pending -> pending.config().policy().canary());
  }

  private static boolean isAt(EndpointState state, int version, int step) {
    return isPending(state, version) && state.progress().canaryStep().orElse(-1) == step;
  }

  private static boolean isPending(EndpointState state, int version) {
    return state.update() == Update.IN_PROGRESS
        && state.pending().filter(pending -> pending.configVersion() == version).isPresent();
  }
}

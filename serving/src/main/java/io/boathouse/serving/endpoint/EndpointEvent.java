package io.boathouse.serving.endpoint;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Something that happened to an endpoint.
 *
 * @param configVersion which configuration it happened to
 */
public record EndpointEvent(
    @JsonProperty("at") Instant at,
    @JsonProperty("type") Type type,
    @JsonProperty("config_version") Optional<Integer> configVersion,
    @JsonProperty("message") String message) {

  /** What happened. */
  public enum Type {
    UPDATE_STARTED,
    /** Its alias has moved, so it is rolled out anew. */
    ALIAS_MOVED,
    /** The models are loaded and have answered once. */
    LOADED,
    UPDATE_FAILED,
    CANARY_STEP,
    ROLLED_BACK,
    /** It answers all requests. */
    DEPLOYED,
    /** It answers again after a restart of the server. */
    RESTORED,
    RESTORE_FAILED,
    /** A model was unloaded, as nobody asked it, and its memory given back. */
    SCALED_TO_ZERO,
    /** A model was loaded for a request. */
    COLD_START,
    COLD_START_FAILED,
    FROZEN,
    THAWED
  }

  static EndpointEvent of(Instant at, Type type, int configVersion, String message) {
    return new EndpointEvent(at, type, Optional.of(configVersion), message);
  }

  /** What a step of the rollout machine says about itself. */
  static List<EndpointEvent> of(Instant at, Rollout.Event event, List<Rollout.Effect> effects) {
    List<EndpointEvent> events = new ArrayList<>();
    switch (event) {
      case Rollout.Event.Asked(Deployment asked) ->
          events.add(
              of(
                  at,
                  Type.UPDATE_STARTED,
                  asked.configVersion(),
                  "Asked for by " + asked.deployer().principal()));
      case Rollout.Event.Loaded(int version) ->
          events.add(of(at, Type.LOADED, version, "Its models are loaded and warm"));
      case Rollout.Event.Failed(int version, String why) ->
          events.add(of(at, Type.UPDATE_FAILED, version, why));
      case Rollout.Event.Refused(int version, String why) ->
          events.add(of(at, Type.ROLLED_BACK, version, why));
      case Rollout.Event.Passed passed -> {}
      case Rollout.Event.Started started -> {}
    }
    for (Rollout.Effect effect : effects) {
      if (effect instanceof Rollout.Effect.Share(int version, int percent)) {
        events.add(of(at, Type.CANARY_STEP, version, "It answers %d %%".formatted(percent)));
      } else if (effect instanceof Rollout.Effect.Publish(int version)) {
        events.add(of(at, Type.DEPLOYED, version, "It answers all requests"));
      }
    }
    return List.copyOf(events);
  }
}

package io.boathouse.serving.inference;

import io.micrometer.core.instrument.MeterRegistry;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** The meters of all endpoints by name. Thread-safe. */
public final class ServingMeters {
  private final MeterRegistry registry;
  private final Map<String, EndpointMeters> endpoints = new ConcurrentHashMap<>();

  /** What a prediction's time goes to. */
  public enum Phase {
    /** From the request's arrival to the decision that it may be answered. */
    AUTH,
    /** Reading the body, looking features up and putting the model's inputs together. */
    LOOKUP,
    /** Waiting for the model, which others use. */
    QUEUE,
    /** The model itself. */
    SCORE,
    /** Wording the reply and handing the row to the inference log. */
    LOG
  }

  public ServingMeters(MeterRegistry registry) {
    this.registry = registry;
  }

  /** The meters of an endpoint, which go on counting through changes of its configuration. */
  public EndpointMeters of(String endpoint) {
    return endpoints.computeIfAbsent(endpoint, name -> new EndpointMeters(registry, name));
  }

  /** Removes the meters of an endpoint that is no more. */
  public void forget(String endpoint) {
    EndpointMeters gone = endpoints.remove(endpoint);
    if (gone != null) {
      gone.removeFrom(registry);
    }
  }
}

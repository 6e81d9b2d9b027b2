package io.boathouse.serving.endpoint;

import io.boathouse.catalog.securable.Securable;
import io.boathouse.serving.inference.EndpointMeters;
import io.boathouse.serving.inference.EntityLog;
import io.boathouse.serving.scale.ScaledModel;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells what happens to a served model: in the endpoint's events, its meters and its log. */
record ModelEvents(Securable endpoint, int configVersion, String model, Sinks sinks)
    implements ScaledModel.Watcher {
  private static final Logger log = LoggerFactory.getLogger(ModelEvents.class);

  /** Where it is told. */
  record Sinks(EndpointNotes notes, EndpointMeters meters, EntityLog log) {}

  @Override
  public void unloaded(String why, long bytes) {
    tell(
        EndpointEvent.Type.SCALED_TO_ZERO,
        "%s is unloaded (%s); it gave %d bytes of memory back".formatted(model, why, bytes));
  }

  @Override
  public void woke(Duration took, long bytes) {
    sinks.meters().coldStart(took);
    tell(
        EndpointEvent.Type.COLD_START,
        "%s is loaded in %d ms, its warm-up included; it takes %d bytes of memory"
            .formatted(model, took.toMillis(), bytes));
  }

  @Override
  public void failed(RuntimeException failure) {
    log.warn("Endpoint {}: {} cannot be loaded", endpoint.name().name(), model, failure);
    tell(EndpointEvent.Type.COLD_START_FAILED, ScaledModel.message(failure));
  }

  /** A note that cannot be kept keeps no request from its answer. */
  private void tell(EndpointEvent.Type type, String message) {
    sinks.log().loading(message);
    try {
      sinks.notes().note(endpoint, type, configVersion, message);
    } catch (RuntimeException e) {
      log.warn("Endpoint {}: {} cannot be noted", endpoint.name().name(), type, e);
    }
  }
}

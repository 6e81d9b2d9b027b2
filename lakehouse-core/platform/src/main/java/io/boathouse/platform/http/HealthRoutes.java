package io.boathouse.platform.http;

import static io.boathouse.platform.http.Endpoint.Method.GET;

import java.util.function.BooleanSupplier;

/** Probes for clients, load balancers and orchestrators. */
public final class HealthRoutes implements Routes {
  private static final Permission PROBE = Permission.open("says only that the server is up");
  static final Endpoint HEALTH = new Endpoint(GET, "/health", "getHealth").requires(PROBE);
  static final Endpoint LIVE = new Endpoint(GET, "/livez", "getLiveness").requires(PROBE);
  static final Endpoint READY = new Endpoint(GET, "/readyz", "getReadiness").requires(PROBE);
  static final Endpoint VERSION =
      new Endpoint(GET, "/version", "getVersion")
          .requires(Permission.open("clients ask it before they have a token"));

  private final String version;
  private final BooleanSupplier ready;

  /**
   * Creates the probes.
   *
   * @param version what {@code /version} says: the MLflow version whose calls we serve
   * @param ready whether requests would be served now
   */
  public HealthRoutes(String version, BooleanSupplier ready) {
    this.version = version;
    this.ready = ready;
  }

  @Override
  public void mount(Api api) {
    api.handle(HEALTH, ErrorFormat.TEXT, request -> Reply.text("OK"));
    api.handle(LIVE, ErrorFormat.TEXT, request -> Reply.text("OK"));
    api.handle(READY, ErrorFormat.TEXT, request -> readiness());
    api.handle(VERSION, ErrorFormat.TEXT, request -> Reply.text(version));
  }

  private Reply readiness() {
    return ready.getAsBoolean() ? Reply.text("OK") : Reply.text("not ready").withStatus(503);
  }
}

package io.boathouse.platform.telemetry;

import static io.boathouse.platform.http.Endpoint.Method.GET;

import io.boathouse.platform.http.Api;
import io.boathouse.platform.http.Endpoint;
import io.boathouse.platform.http.ErrorFormat;
import io.boathouse.platform.http.Permission;
import io.boathouse.platform.http.Reply;
import io.boathouse.platform.http.Request;
import io.boathouse.platform.http.Routes;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/** The meters in Prometheus' text format 0.0.4, or OpenMetrics for clients that ask for it. */
final class MetricsRoutes implements Routes {
  static final Endpoint METRICS = new Endpoint(GET, "/metrics", "getMetrics");

  private static final String TEXT = "text/plain; version=0.0.4; charset=utf-8";
  private static final String OPEN_METRICS =
      "application/openmetrics-text; version=1.0.0; charset=utf-8";

  private final PrometheusMeterRegistry registry;
  private final boolean open;

  MetricsRoutes(PrometheusMeterRegistry registry, boolean open) {
    this.registry = registry;
    this.open = open;
  }

  @Override
  public void mount(Api api) {
    Permission permission =
        open
            ? Permission.open("server.open_metrics is set; meters hold no data")
            : Permission.authenticated("meters hold counts and times, no data");
    api.handle(METRICS.requires(permission), ErrorFormat.TEXT, this::scrape);
  }

  private Reply scrape(Request request) {
    boolean openMetrics =
        request
            .header("accept")
            .filter(a -> a.contains("application/openmetrics-text"))
            .isPresent();
    String type = openMetrics ? OPEN_METRICS : TEXT;
    byte[] text = registry.scrape(type).getBytes(StandardCharsets.UTF_8);
    return new Reply(200, Map.of(), new Reply.Body.Bytes(type, text));
  }
}

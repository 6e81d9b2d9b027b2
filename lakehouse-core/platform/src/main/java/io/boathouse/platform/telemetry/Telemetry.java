package io.boathouse.platform.telemetry;

import io.boathouse.platform.http.RequestObserver;
import io.boathouse.platform.http.Routes;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.FileDescriptorMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.time.InstantSource;

/** The server's meters and spans. */
public final class Telemetry implements AutoCloseable {
  private final PrometheusMeterRegistry registry =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
  private final JvmGcMetrics collections = new JvmGcMetrics();
  private final RequestObserver observer;
  private final Spans spans;

  /** Starts to measure the process; spans only if the settings name where they go. */
  public Telemetry(TelemetryConfig config, InstantSource clock) {
    new JvmMemoryMetrics().bindTo(registry);
    new JvmThreadMetrics().bindTo(registry);
    new ProcessorMetrics().bindTo(registry);
    new FileDescriptorMetrics().bindTo(registry);
    new UptimeMetrics().bindTo(registry);
    collections.bindTo(registry);
    spans = new Spans(config.otlpEndpoint(), clock);
    observer = spans.around(new RequestMeters(registry));
  }

  /** Where modules register their meters. */
  public MeterRegistry meters() {
    return registry;
  }

  /** Measures every request of a server. */
  public RequestObserver observer() {
    return observer;
  }

  /**
   * The endpoint {@code /metrics}.
   *
   * @param open whether it answers without a token
   */
  public Routes routes(boolean open) {
    return new MetricsRoutes(registry, open);
  }

  @Override
  public void close() {
    spans.close();
    collections.close();
    registry.close();
  }
}

package io.boathouse.platform.telemetry;

import io.boathouse.platform.http.Endpoint;
import io.boathouse.platform.http.RequestObserver;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Counts requests by method, route and status. Routes are the patterns of endpoints, never paths as
 * sent, so that no client can make series without end.
 */
final class RequestMeters implements RequestObserver {
  private static final Duration[] BUCKETS = {
    Duration.ofMillis(1),
    Duration.ofMillis(5),
    Duration.ofMillis(10),
    Duration.ofMillis(25),
    Duration.ofMillis(50),
    Duration.ofMillis(100),
    Duration.ofMillis(250),
    Duration.ofMillis(500),
    Duration.ofSeconds(1),
    Duration.ofMillis(2_500),
    Duration.ofSeconds(5),
    Duration.ofSeconds(10)
  };

  private record Series(String method, String route, int status) {}

  private record Meters(Timer duration, Counter requestBytes, Counter responseBytes) {}

  private final MeterRegistry registry;
  private final AtomicInteger active;
  private final Map<Series, Meters> series = new ConcurrentHashMap<>();

  RequestMeters(MeterRegistry registry) {
    this.registry = registry;
    this.active = new AtomicInteger();
    registry.gauge(HttpMeter.ACTIVE.id(), active);
  }

  @Override
  public void begun() {
    active.incrementAndGet();
  }

  @Override
  public void ended(Ended ended) {
    active.decrementAndGet();
    String route = ended.endpoint().map(Endpoint::path).orElse("none");
    String method = ended.endpoint().isPresent() ? ended.method() : "any";
    Meters meters =
        series.computeIfAbsent(new Series(method, route, ended.status()), this::register);
    meters.duration().record(ended.nanos(), TimeUnit.NANOSECONDS);
    meters.requestBytes().increment((double) ended.requestBytes());
    meters.responseBytes().increment((double) ended.responseBytes());
  }

  private Meters register(Series one) {
    Tags tags =
        Tags.of(
            "http.request.method",
            one.method(),
            "http.route",
            one.route(),
            "http.response.status_code",
            Integer.toString(one.status()));
    return new Meters(
        Timer.builder(HttpMeter.DURATION.id())
            .tags(tags)
            .serviceLevelObjectives(BUCKETS)
            .register(registry),
        Counter.builder(HttpMeter.REQUEST_BYTES.id())
            .baseUnit(HttpMeter.REQUEST_BYTES.unit())
            .tags(tags)
            .register(registry),
        Counter.builder(HttpMeter.RESPONSE_BYTES.id())
            .baseUnit(HttpMeter.RESPONSE_BYTES.unit())
            .tags(tags)
            .register(registry));
  }
}

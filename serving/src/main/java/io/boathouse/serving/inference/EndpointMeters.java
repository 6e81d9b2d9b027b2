package io.boathouse.serving.inference;

import io.boathouse.platform.error.ErrorCode;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.distribution.HistogramSnapshot;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * What one endpoint was asked and how long it took: {@code boathouse.serving.phase.duration},
 * {@code boathouse.serving.request.duration} and {@code boathouse.serving.requests}, tagged with
 * the endpoint. Thread-safe and lock-free.
 */
public final class EndpointMeters {
  private static final String PREFIX = "boathouse.serving.";

  private final Map<ServingMeters.Phase, Timer> phases = new EnumMap<>(ServingMeters.Phase.class);
  private final Timer requests;
  private final Timer coldStarts;
  private final Counter answered;
  private final Counter clientErrors;
  private final Counter serverErrors;

  EndpointMeters(MeterRegistry registry, String endpoint) {
    for (ServingMeters.Phase phase : ServingMeters.Phase.values()) {
      phases.put(
          phase,
          timer(PREFIX + "phase.duration", "Time of predictions by phase")
              .tag("phase", phase.name().toLowerCase(Locale.ROOT))
              .tag("endpoint", endpoint)
              .register(registry));
    }
    this.requests =
        timer(PREFIX + "request.duration", "Time of requests from arrival to the reply's last word")
            .tag("endpoint", endpoint)
            .register(registry);
    this.coldStarts =
        Timer.builder(PREFIX + "cold.start.duration")
            .description("Time of loading models for requests, warm-up included")
            .serviceLevelObjectives(
                Duration.ofMillis(50),
                Duration.ofMillis(100),
                Duration.ofMillis(250),
                Duration.ofMillis(500),
                Duration.ofSeconds(1),
                Duration.ofSeconds(5),
                Duration.ofSeconds(15),
                Duration.ofMinutes(1))
            .tag("endpoint", endpoint)
            .register(registry);
    this.answered = counter(registry, endpoint, "answered");
    this.clientErrors = counter(registry, endpoint, "client_error");
    this.serverErrors = counter(registry, endpoint, "server_error");
  }

  private static Timer.Builder timer(String name, String description) {
    return Timer.builder(name)
        .description(description)
        .serviceLevelObjectives(
            Duration.ofNanos(50_000),
            Duration.ofNanos(100_000),
            Duration.ofNanos(250_000),
            Duration.ofNanos(500_000),
            Duration.ofMillis(1),
            Duration.ofMillis(5),
            Duration.ofMillis(25),
            Duration.ofMillis(100),
            Duration.ofSeconds(1));
  }

  private static Counter counter(MeterRegistry registry, String endpoint, String outcome) {
    return Counter.builder(PREFIX + "requests")
        .description("Requests of endpoints by what became of them")
        .tag("endpoint", endpoint)
        .tag("outcome", outcome)
        .register(registry);
  }

  /** Notes how long a phase took. */
  public void took(ServingMeters.Phase phase, long nanos) {
    Timer timer = phases.get(phase);
    if (timer != null) {
      timer.record(nanos, TimeUnit.NANOSECONDS);
    }
  }

  /** Notes how long a model took to be loaded for a request. */
  public void coldStart(Duration took) {
    coldStarts.record(took);
  }

  /** How long models took to be loaded for requests. */
  public HistogramSnapshot coldStarts() {
    return coldStarts.takeSnapshot();
  }

  /** Notes a prediction. @param nanos since the request's arrival */
  public void answered(long nanos) {
    answered.increment();
    requests.record(nanos, TimeUnit.NANOSECONDS);
  }

  /** Notes a request that got no prediction. @param nanos since the request's arrival */
  public void failed(ErrorCode code, long nanos) {
    (isServers(code) ? serverErrors : clientErrors).increment();
    requests.record(nanos, TimeUnit.NANOSECONDS);
  }

  private static boolean isServers(ErrorCode code) {
    return switch (code) {
      case INTERNAL, UNAVAILABLE, UNSUPPORTED, DEADLINE_EXCEEDED, OUTCOME_UNKNOWN -> true;
      case INVALID_ARGUMENT,
          UNAUTHENTICATED,
          PERMISSION_DENIED,
          NOT_FOUND,
          ALREADY_EXISTS,
          CONFLICT,
          FAILED_PRECONDITION,
          RATE_LIMITED,
          TOO_LARGE,
          UNSUPPORTED_MEDIA_TYPE ->
          false;
    };
  }

  /** Predictions made. */
  public long answered() {
    return (long) answered.count();
  }

  /** Requests that were refused for what they asked, or for who asked. */
  public long clientErrors() {
    return (long) clientErrors.count();
  }

  /** Requests that the server could not answer. */
  public long serverErrors() {
    return (long) serverErrors.count();
  }

  /** How long requests took. */
  public HistogramSnapshot requests() {
    return requests.takeSnapshot();
  }

  /** How long a phase took. */
  public HistogramSnapshot phase(ServingMeters.Phase phase) {
    Timer timer = phases.get(phase);
    return timer == null ? HistogramSnapshot.empty(0, 0, 0) : timer.takeSnapshot();
  }

  void removeFrom(MeterRegistry registry) {
    List<Meter> all = new ArrayList<>(phases.values());
    all.addAll(List.of(requests, coldStarts, answered, clientErrors, serverErrors));
    for (Meter meter : all) {
      Meter unused = registry.remove(meter);
    }
  }
}

package io.boathouse.serving.inference;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** Seconds that predictions take, by phase, as {@code boathouse.serving.phase.duration}. */
public final class ServingMeters {
  private static final String NAME = "boathouse.serving.phase.duration";

  private final Map<Phase, Timer> timers = new EnumMap<>(Phase.class);

  /** What a prediction's time goes to. */
  public enum Phase {
    /** From the request's arrival to the decision that it may be answered. */
    AUTH,
    /** Reading the body, looking features up and putting the model's inputs together. */
    LOOKUP,
    /** The model itself. */
    SCORE,
    /** Wording the reply and handing the row to the inference log. */
    LOG
  }

  public ServingMeters(MeterRegistry registry) {
    for (Phase phase : Phase.values()) {
      timers.put(
          phase,
          Timer.builder(NAME)
              .description("Time of predictions by phase")
              .tag("phase", phase.name().toLowerCase(Locale.ROOT))
              .serviceLevelObjectives(
                  Duration.ofNanos(50_000),
                  Duration.ofNanos(100_000),
                  Duration.ofNanos(250_000),
                  Duration.ofNanos(500_000),
                  Duration.ofMillis(1),
                  Duration.ofMillis(5),
                  Duration.ofMillis(25),
                  Duration.ofMillis(100),
                  Duration.ofSeconds(1))
              .register(registry));
    }
  }

  /** Notes how long a phase took. */
  public void took(Phase phase, long nanos) {
    Timer timer = timers.get(phase);
    if (timer != null) {
      timer.record(nanos, TimeUnit.NANOSECONDS);
    }
  }
}

package io.boathouse.serving.scale;

import io.boathouse.catalog.securable.Securable;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/**
 * The memory that models may take together. What is reserved here is an estimate made before a
 * model is loaded; two that ask at once never get the same bytes. Thread-safe; never waits.
 */
public final class MemoryBudget implements AutoCloseable {
  /** The reason of a refusal for want of memory. */
  public static final String EXCEEDED = "MODEL_MEMORY_EXCEEDED";

  private static final String PREFIX = "boathouse.serving.model.memory";

  private final long bytes;
  private final MeterRegistry meters;
  private final List<Meter> totals;
  private final Set<Reservation> held =
      new LinkedHashSet<>(); // guarded by this, as is what follows
  private long used;

  /**
   * Who takes how much.
   *
   * @param configVersion of the endpoint's configuration; two of them are in memory in a rollout
   * @param entity the served entity's name
   * @param model name and version, for messages
   */
  public record Use(
      Securable endpoint, int configVersion, String entity, String model, long bytes) {}

  /** All that is taken at one time. */
  public record Usage(long budget, long used, List<Use> uses) {}

  /** Bytes that are taken until it is closed; closing it twice changes nothing. */
  public final class Reservation implements AutoCloseable {
    private final Use use;
    private final Meter gauge;

    private Reservation(Use use) {
      this.use = use;
      this.gauge =
          Gauge.builder(PREFIX, use, Use::bytes)
              .description("Bytes that a loaded model is counted with")
              .baseUnit("bytes")
              .strongReference(true)
              .tag("endpoint", use.endpoint().name().name())
              .tag("config", Integer.toString(use.configVersion()))
              .tag("served_entity", use.entity())
              .tag("model", use.model())
              .register(meters);
    }

    public long bytes() {
      return use.bytes();
    }

    @Override
    public void close() {
      synchronized (MemoryBudget.this) {
        if (held.remove(this)) {
          used -= use.bytes();
          Meter unused = meters.remove(gauge);
        }
      }
    }
  }

  /**
   * @param bytes that all models may take together
   */
  public MemoryBudget(long bytes, MeterRegistry meters) {
    this.bytes = bytes;
    this.meters = meters;
    this.totals =
        List.of(
            Gauge.builder(PREFIX + ".budget", () -> bytes)
                .description("Bytes that all models may take together")
                .baseUnit("bytes")
                .register(meters),
            Gauge.builder(PREFIX + ".used", () -> usage().used())
                .description("Bytes that the loaded models are counted with")
                .baseUnit("bytes")
                .register(meters));
  }

  /** Takes bytes. @return empty if there are not as many */
  public synchronized Optional<Reservation> reserve(Use use) {
    if (use.bytes() > bytes - used) {
      return Optional.empty();
    }
    Reservation reservation = new Reservation(use);
    boolean unusedNew = held.add(reservation);
    used += use.bytes();
    return Optional.of(reservation);
  }

  public synchronized Usage usage() {
    return new Usage(bytes, used, held.stream().map(reservation -> reservation.use).toList());
  }

  /** What an endpoint's models take, those of a configuration on its way included. */
  public List<Use> usesOf(UUID endpoint) {
    return usage().uses().stream().filter(use -> use.endpoint().id().equals(endpoint)).toList();
  }

  /** Takes its meters back. */
  @Override
  public void close() {
    for (Meter total : totals) {
      Meter unused = meters.remove(total);
    }
  }
}

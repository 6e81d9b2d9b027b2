package io.boathouse.serving.inference;

import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;

/** The gates of all endpoints, which outlive their configurations. Thread-safe. */
public final class RateGates {
  private final LongSupplier nanos;
  private final Map<UUID, RateGate> gates = new ConcurrentHashMap<>();

  public RateGates() {
    this(System::nanoTime);
  }

  RateGates(LongSupplier nanos) {
    this.nanos = nanos;
  }

  /** The gate of an endpoint. */
  public RateGate of(UUID endpoint, String name) {
    return gates.computeIfAbsent(endpoint, id -> new RateGate(name, nanos));
  }

  /** The gate of an endpoint that was loaded here. */
  public Optional<RateGate> find(UUID endpoint) {
    return Optional.ofNullable(gates.get(endpoint));
  }

  /** Forgets the gate of an endpoint that is no more. */
  public void forget(UUID endpoint) {
    gates.remove(endpoint);
  }
}

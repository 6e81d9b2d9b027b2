package io.boathouse.serving.inference;

import io.boathouse.serving.capture.InferenceTable;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** One version of an endpoint's configuration with its models loaded. Thread-safe. */
public final class LiveEndpoint {
  private static final int HUNDRED = 100;
  // Prime to 100, so that a hundred requests in a row meet each place once, and mixed.
  private static final int STRIDE = 37;

  private final UUID id;
  private final String name;
  private final int configVersion;
  private final Traffic traffic;
  private final LiveEntity[] places = new LiveEntity[HUNDRED];
  private final Handling handling;
  private final Semaphore slots;
  private final AtomicInteger turn = new AtomicInteger();
  private final AtomicInteger canaryTurn = new AtomicInteger();
  private volatile @Nullable LiveCanary canary;

  /**
   * What answers, and how much of the traffic.
   *
   * @param percentages in the order of the entities; together 100
   * @param shadow is asked beside them
   */
  public record Traffic(
      List<LiveEntity> entities, List<Integer> percentages, Optional<ShadowTraffic> shadow) {
    public Traffic {
      entities = List.copyOf(entities);
      percentages = List.copyOf(percentages);
      if (percentages.stream().mapToInt(Integer::intValue).sum() != HUNDRED) {
        throw new IllegalArgumentException("percentages: " + percentages + " (expected: sum 100)");
      }
    }
  }

  /**
   * What is done with requests besides answering them.
   *
   * @param capture keeps the predictions
   * @param meters count them
   * @param gate holds back those that are too many
   * @param slots how many are taken at once
   */
  public record Handling(
      Optional<InferenceTable> capture, EndpointMeters meters, RateGate gate, int slots) {}

  public LiveEndpoint(UUID id, String name, int configVersion, Traffic traffic, Handling handling) {
    this.id = id;
    this.name = name;
    this.configVersion = configVersion;
    this.traffic = traffic;
    int place = 0;
    for (int i = 0; i < traffic.entities().size(); i++) {
      for (int n = 0; n < traffic.percentages().get(i); n++) {
        this.places[place++] = traffic.entities().get(i);
      }
    }
    this.handling = handling;
    this.slots = new Semaphore(handling.slots());
  }

  public UUID id() {
    return id;
  }

  public String name() {
    return name;
  }

  public int configVersion() {
    return configVersion;
  }

  public List<LiveEntity> entities() {
    return traffic.entities();
  }

  public Optional<InferenceTable> capture() {
    return handling.capture();
  }

  public EndpointMeters meters() {
    return handling.meters();
  }

  public Optional<ShadowTraffic> shadow() {
    return traffic.shadow();
  }

  /** What answers a part of this one's requests. */
  public Optional<LiveCanary> canary() {
    return Optional.ofNullable(canary);
  }

  /** Gives a part of the requests to another configuration, or takes it back. */
  public void canary(Optional<LiveCanary> next) {
    canary = next.orElse(null);
  }

  /**
   * Which configuration answers, and where what becomes of it is noted.
   *
   * @param outcomes empty where nothing is compared
   */
  record Choice(LiveEndpoint endpoint, Optional<Outcomes> outcomes) {}

  /** The configuration that answers: of any hundred in a row, a canary its exact share. */
  Choice choose(Asked asked) {
    LiveCanary present = canary;
    if (present == null) {
      return new Choice(this, Optional.empty());
    }
    int place =
        asked
            .from()
            .routingKey()
            .map(key -> place(key, 'c'))
            .orElseGet(() -> Math.floorMod(canaryTurn.getAndIncrement() * STRIDE, HUNDRED));
    return place < present.percent()
        ? new Choice(present.candidate(), Optional.of(present.outcomes()))
        : new Choice(this, Optional.of(present.baseline()));
  }

  /**
   * Who answers: one of the same routing key's requests, and of any hundred others in a row each
   * its exact share.
   */
  LiveEntity next(Asked asked) {
    return places[
        asked
            .from()
            .routingKey()
            .map(key -> place(key, 'e'))
            .orElseGet(() -> Math.floorMod(turn.getAndIncrement() * STRIDE, HUNDRED))];
  }

  /** Spread evenly whatever the keys are, and differently by purpose. */
  private static int place(String key, char purpose) {
    long hash = purpose;
    for (int i = 0; i < key.length(); i++) {
      hash = hash * 0x100000001b3L + key.charAt(i);
    }
    hash = (hash ^ (hash >>> 33)) * 0xff51afd7ed558ccdL;
    hash = (hash ^ (hash >>> 33)) * 0xc4ceb9fe1a85ec53L;
    return (int) Long.remainderUnsigned(hash ^ (hash >>> 33), HUNDRED);
  }

  /** The entity of that name. @throws io.boathouse.platform.error.LakeException NOT_FOUND */
  public LiveEntity entity(String entityName) {
    for (LiveEntity entity : entities()) {
      if (entity.name().equals(entityName)) {
        return entity;
      }
    }
    throw InferenceErrors.noSuchEntity(
        name, entityName, entities().stream().map(LiveEntity::name).toList());
  }

  /**
   * Takes a slot. @throws io.boathouse.platform.error.LakeException RATE_LIMITED if none is free,
   * or the principal asked too often
   */
  public void enter(String principal) {
    handling.gate().admit(principal);
    if (!slots.tryAcquire()) {
      throw InferenceErrors.tooBusy(name, handling.slots());
    }
  }

  /** Gives the slot back. */
  public void leave() {
    slots.release();
  }
}

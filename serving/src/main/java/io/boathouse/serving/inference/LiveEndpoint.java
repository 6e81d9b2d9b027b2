package io.boathouse.serving.inference;

import io.boathouse.serving.capture.InferenceTable;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;

/** One version of an endpoint's configuration with its models loaded. Thread-safe. */
public final class LiveEndpoint {
  private static final int HUNDRED = 100;
  // Prime to 100, so that a hundred requests in a row meet each place once, and mixed.
  private static final int STRIDE = 37;

  private final UUID id;
  private final String name;
  private final int configVersion;
  private final List<LiveEntity> entities;
  private final LiveEntity[] traffic;
  private final Optional<InferenceTable> capture;
  private final EndpointMeters meters;
  private final int slotCount;
  private final Semaphore slots;
  private final AtomicInteger turn = new AtomicInteger();

  /**
   * What answers, and how much of the traffic.
   *
   * @param percentages in the order of the entities; together 100
   */
  public record Traffic(List<LiveEntity> entities, List<Integer> percentages) {
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
   * @param slots how many are taken at once
   */
  public record Handling(Optional<InferenceTable> capture, EndpointMeters meters, int slots) {}

  public LiveEndpoint(UUID id, String name, int configVersion, Traffic traffic, Handling handling) {
    this.id = id;
    this.name = name;
    this.configVersion = configVersion;
    this.entities = traffic.entities();
    this.traffic = new LiveEntity[HUNDRED];
    int place = 0;
    for (int i = 0; i < entities.size(); i++) {
      for (int n = 0; n < traffic.percentages().get(i); n++) {
        this.traffic[place++] = entities.get(i);
      }
    }
    this.capture = handling.capture();
    this.meters = handling.meters();
    this.slotCount = handling.slots();
    this.slots = new Semaphore(slotCount);
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
    return entities;
  }

  public Optional<InferenceTable> capture() {
    return capture;
  }

  public EndpointMeters meters() {
    return meters;
  }

  /** Who answers the next request: of any hundred in a row, each its exact share. */
  public LiveEntity next() {
    return traffic[Math.floorMod(turn.getAndIncrement() * STRIDE, HUNDRED)];
  }

  /** The entity of that name. @throws io.boathouse.platform.error.LakeException NOT_FOUND */
  public LiveEntity entity(String entityName) {
    for (LiveEntity entity : entities) {
      if (entity.name().equals(entityName)) {
        return entity;
      }
    }
    throw InferenceErrors.noSuchEntity(
        name, entityName, entities.stream().map(LiveEntity::name).toList());
  }

  /**
   * Takes a slot. @throws io.boathouse.platform.error.LakeException RATE_LIMITED if none is free
   */
  public void enter() {
    if (!slots.tryAcquire()) {
      throw InferenceErrors.tooBusy(name, slotCount);
    }
  }

  /** Gives the slot back. */
  public void leave() {
    slots.release();
  }
}

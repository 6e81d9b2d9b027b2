package io.boathouse.serving.scale;

import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;

/** All models that are or may be in memory, and who of them has to go. Thread-safe. */
public final class Residency {
  /** A model that was asked more recently is not unloaded for another, lest they take turns. */
  private static final Duration SHORTEST_IDLE = Duration.ofSeconds(1);

  private final MemoryBudget budget;
  private final ScaleToZero settings;
  private final Set<ScaledModel> models = ConcurrentHashMap.newKeySet();

  public Residency(MemoryBudget budget, ScaleToZero settings) {
    this.budget = budget;
    this.settings = settings;
  }

  public MemoryBudget budget() {
    return budget;
  }

  public ScaleToZero settings() {
    return settings;
  }

  void add(ScaledModel model) {
    boolean unusedNew = models.add(model);
  }

  void remove(ScaledModel model) {
    boolean unusedThere = models.remove(model);
  }

  /** Unloads what has not been asked for long enough; waits for scores that are under way. */
  public void rest() {
    for (ScaledModel model : models) {
      boolean unusedSlept = model.sleep(settings.idle());
    }
  }

  /** Where the bytes of a model come from. */
  public enum Room {
    /** Only what nobody has. */
    FREE,
    /** Also models that may be unloaded and are idle. */
    IDLE,
    /** Also models that may be unloaded, idle or not. */
    ANY
  }

  private Duration shortestIdle() {
    return settings.idle().compareTo(SHORTEST_IDLE) < 0 ? settings.idle() : SHORTEST_IDLE;
  }

  /**
   * Takes bytes of the budget.
   *
   * @param room who is unloaded for it, the longest idle first, where that makes enough room
   * @throws io.boathouse.platform.error.LakeException UNAVAILABLE with the figures
   */
  MemoryBudget.Reservation reserve(
      MemoryBudget.Use use, Predicate<MemoryBudget.Use> visible, Room room) {
    Optional<MemoryBudget.Reservation> reserved = budget.reserve(use);
    if (reserved.isEmpty() && room != Room.FREE) {
      Duration idle = room == Room.ANY ? Duration.ZERO : shortestIdle();
      List<ScaledModel> candidates =
          models.stream()
              .filter(model -> model.idle().compareTo(idle) >= 0 && model.bytes() > 0)
              .filter(ScaledModel::sleeps)
              .sorted(Comparator.comparing(ScaledModel::idle).reversed())
              .toList();
      MemoryBudget.Usage usage = budget.usage();
      long most = candidates.stream().mapToLong(ScaledModel::bytes).sum();
      if (usage.used() - most + use.bytes() <= usage.budget()) {
        for (ScaledModel candidate : candidates) {
          boolean unusedSlept = reserved.isEmpty() && candidate.sleep(idle);
          reserved = reserved.isPresent() ? reserved : budget.reserve(use);
        }
      }
    }
    return reserved.orElseThrow(() -> ScaleErrors.noMemory(use, budget.usage(), visible));
  }
}

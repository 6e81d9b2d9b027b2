package io.boathouse.serving.scale;

import io.boathouse.platform.db.Database;
import io.boathouse.platform.storage.FileStore;
import io.boathouse.registry.signature.MlModel;
import io.boathouse.serving.runtime.ModelLoader;
import io.boathouse.serving.runtime.ModelRuntime;
import java.util.OptionalLong;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Loads models within the budget: its bytes are reserved before a model's file is read, and given
 * back if loading fails. Where the runtime keeps a model outside the Java heap, what the process
 * grew by beside that heap is recorded, and the next load of that version is counted with it: at
 * least its file and what any model takes, at most twice the estimate, as other work of the process
 * grows it too. Thread-safe; blocks.
 */
public final class BudgetedLoader {
  private static final Logger log = LoggerFactory.getLogger(BudgetedLoader.class);

  private final Database database;
  private final Residency residency;
  private final ModelMemoryRepository repository = new ModelMemoryRepository();
  private final AtomicInteger loading = new AtomicInteger();
  private final AtomicLong begun = new AtomicLong();

  public BudgetedLoader(Database database, Residency residency) {
    this.database = database;
    this.residency = residency;
  }

  /**
   * A model version to be loaded.
   *
   * @param label for messages
   */
  public record Version(
      UUID model, int number, String label, MlModel description, FileStore files) {}

  /**
   * For whom it is loaded.
   *
   * @param use without its bytes
   * @param visible which other uses may be named if there is no room
   * @param room who is unloaded for it
   */
  public record For(
      MemoryBudget.Use use, Predicate<MemoryBudget.Use> visible, Residency.Room room) {}

  /**
   * @throws io.boathouse.platform.error.LakeException UNAVAILABLE with the figures if it does not
   *     fit; what {@link ModelLoader#load} throws
   */
  public ScaledModel.Resident load(Version version, For purpose) {
    ModelLoader.Need need =
        ModelLoader.need(version.label(), version.description(), version.files());
    MemoryBudget.Use plain = purpose.use();
    var use =
        new MemoryBudget.Use(
            plain.endpoint(),
            plain.configVersion(),
            plain.entity(),
            plain.model(),
            corrected(version, need));
    MemoryBudget.Reservation memory = residency.reserve(use, purpose.visible(), purpose.room());
    try {
      return new ScaledModel.Resident(measured(version, need), memory);
    } catch (Throwable e) {
      memory.close();
      throw e;
    }
  }

  private long corrected(Version version, ModelLoader.Need need) {
    OptionalLong earlier =
        need.outsideHeap()
            ? database.read(handle -> repository.find(handle, version.model(), version.number()))
            : OptionalLong.empty();
    return earlier.isEmpty()
        ? need.bytes()
        : Math.clamp(earlier.getAsLong(), need.least(), 2 * need.bytes());
  }

  private ModelRuntime measured(Version version, ModelLoader.Need need) {
    long turn = begun.incrementAndGet();
    boolean alone = loading.incrementAndGet() == 1;
    try {
      OptionalLong before = ProcessMemory.bytes();
      long heapBefore = heapUsed();
      ModelRuntime runtime =
          ModelLoader.load(version.label(), version.description(), version.files());
      OptionalLong after = ProcessMemory.bytes();
      if (need.outsideHeap()
          && alone
          && begun.get() == turn // nobody else began to load meanwhile
          && before.isPresent()
          && after.isPresent()) {
        long onHeap = heapUsed() - heapBefore; // what the file was read into, for one
        if (onHeap >= 0) { // nothing was collected meanwhile
          record(version, Math.max(0, after.getAsLong() - before.getAsLong() - onHeap));
        }
      }
      return runtime;
    } finally {
      int unused = loading.decrementAndGet();
    }
  }

  private static long heapUsed() {
    Runtime java = Runtime.getRuntime();
    return java.totalMemory() - java.freeMemory();
  }

  private void record(Version version, long bytes) {
    try {
      database.useTransaction(
          handle -> repository.put(handle, version.model(), version.number(), bytes));
    } catch (RuntimeException e) {
      log.warn("What {} takes cannot be recorded", version.label(), e);
    }
  }
}

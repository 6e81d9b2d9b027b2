package io.boathouse.catalog.securable;

import io.boathouse.platform.auth.Caller;
import io.boathouse.platform.db.Database;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

/**
 * Tells the modules that keep something outside the metadata database what was deleted, and when
 * its data may go: at once, or, where a keeper kept it, when it can no longer be had back.
 */
public final class Deletions {
  private final Database database;
  private final Map<SecurableType, List<Consumer<Securable>>> listeners = new ConcurrentHashMap<>();
  private final Map<SecurableType, List<Consumer<Securable>>> purgers = new ConcurrentHashMap<>();
  private final Map<SecurableType, Keeper> keepers = new ConcurrentHashMap<>();

  /** Keeps what is deleted, so that it can be had back. */
  @FunctionalInterface
  public interface Keeper {
    /** Called before the rows go, in the transaction in which they do. */
    void keep(Caller caller, Securable securable, Instant at);
  }

  /** Creates it without listeners. */
  public Deletions(Database database) {
    this.database = database;
  }

  /**
   * Registers work for each deleted securable of a type, those deleted with their container
   * included. It runs after the commit, on the deleting thread; a crash can lose it, so it may only
   * clean up what something else finds later too.
   */
  public void onDelete(SecurableType type, Consumer<Securable> afterCommit) {
    add(listeners, type, afterCommit);
  }

  /**
   * Registers what removes the data of deleted securables of a type, when nobody can have them back
   * any more. It may be called again for the same one.
   */
  public void onPurge(SecurableType type, Consumer<Securable> afterCommit) {
    add(purgers, type, afterCommit);
  }

  /** Has securables of a type kept when they are deleted themselves, not with a container. */
  public void keepWith(SecurableType type, Keeper keeper) {
    keepers.put(type, keeper);
  }

  /** The data of one that was kept may go. */
  public void purge(Securable securable) {
    purgers.getOrDefault(securable.type(), List.of()).forEach(purger -> purger.accept(securable));
  }

  /**
   * @return false if nobody keeps it
   */
  boolean keep(Caller caller, Securable securable, Instant at) {
    Keeper keeper = keepers.get(securable.type());
    if (keeper != null) {
      keeper.keep(caller, securable, at);
    }
    return keeper != null;
  }

  void deleted(Securable securable, boolean kept) {
    for (Consumer<Securable> listener : listeners.getOrDefault(securable.type(), List.of())) {
      database.afterCommit(() -> listener.accept(securable));
    }
    if (!kept) {
      database.afterCommit(() -> purge(securable));
    }
  }

  private static void add(
      Map<SecurableType, List<Consumer<Securable>>> to,
      SecurableType type,
      Consumer<Securable> work) {
    to.computeIfAbsent(type, key -> new CopyOnWriteArrayList<>()).add(work);
  }
}

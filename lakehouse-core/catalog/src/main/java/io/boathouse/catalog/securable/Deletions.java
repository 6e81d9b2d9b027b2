package io.boathouse.catalog.securable;

import io.boathouse.platform.db.Database;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

/** Tells the modules that keep something outside the metadata database what was deleted. */
public final class Deletions {
  private final Database database;
  private final Map<SecurableType, List<Consumer<Securable>>> listeners = new ConcurrentHashMap<>();

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
    listeners.computeIfAbsent(type, key -> new CopyOnWriteArrayList<>()).add(afterCommit);
  }

  void deleted(Securable securable) {
    for (Consumer<Securable> listener : listeners.getOrDefault(securable.type(), List.of())) {
      database.afterCommit(() -> listener.accept(securable));
    }
  }
}

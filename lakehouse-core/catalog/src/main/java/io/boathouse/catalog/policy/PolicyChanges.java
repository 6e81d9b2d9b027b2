package io.boathouse.catalog.policy;

import io.boathouse.catalog.grant.AccessStamp;
import io.boathouse.platform.db.Database;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

/** Tells the doors that keep what they once were given of a table that it has a policy now. */
public final class PolicyChanges {
  private final Database database;
  private final AccessStamp stamp;
  private final PolicyRepository repository;
  private final List<Consumer<UUID>> listeners = new CopyOnWriteArrayList<>();

  /** Creates it without listeners. */
  public PolicyChanges(Database database, AccessStamp stamp) {
    this.database = database;
    this.stamp = stamp;
    this.repository = new PolicyRepository(database);
    stamp.onChangeElsewhere(this::tellOfAll);
  }

  /**
   * Registers work for the id of each such table: after the commit and on the thread that sets the
   * policy, and on the other servers within two seconds, there perhaps more than once.
   */
  public void onSet(Consumer<UUID> afterCommit) {
    listeners.add(afterCommit);
  }

  void set(UUID table) {
    stamp.changed();
    for (Consumer<UUID> listener : listeners) {
      database.afterCommit(() -> listener.accept(table));
    }
  }

  /** Which table it was is not told from one server to another. */
  private void tellOfAll() {
    if (!listeners.isEmpty()) {
      for (UUID table : repository.tables()) {
        listeners.forEach(listener -> listener.accept(table));
      }
    }
  }
}

package io.boathouse.catalog.policy;

import io.boathouse.catalog.securable.Securable;
import io.boathouse.platform.db.Database;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

/** Tells the doors that keep what they once were given of a table that it has a policy now. */
public final class PolicyChanges {
  private final Database database;
  private final List<Consumer<Securable>> listeners = new CopyOnWriteArrayList<>();

  /** Creates it without listeners. */
  public PolicyChanges(Database database) {
    this.database = database;
  }

  /**
   * Registers work for each such table, after the commit and on the thread that sets the policy.
   */
  public void onSet(Consumer<Securable> afterCommit) {
    listeners.add(afterCommit);
  }

  void set(Securable table) {
    for (Consumer<Securable> listener : listeners) {
      database.afterCommit(() -> listener.accept(table));
    }
  }
}

package io.boathouse.catalog.policy;

import io.boathouse.catalog.grant.AccessStamp;
import io.boathouse.catalog.grant.Memberships;
import io.boathouse.catalog.securable.CatalogStamp;
import io.boathouse.catalog.securable.SecurableTree;
import io.boathouse.platform.db.Database;
import java.util.Collection;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** Tells the doors that keep what they once were given of a table that it has a policy now. */
public final class PolicyChanges {
  private final Database database;
  private final AccessStamp stamp;
  private final SecurableTree tree;
  private final PolicyRepository repository;
  private final AttributePolicies attributes;
  private final List<Door> doors = new CopyOnWriteArrayList<>();

  /** Creates it without doors. */
  public PolicyChanges(
      Database database, AccessStamp stamp, SecurableTree tree, Memberships memberships) {
    this.database = database;
    this.stamp = stamp;
    this.tree = tree;
    this.repository = new PolicyRepository(database);
    this.attributes = new AttributePolicies(database, memberships);
    stamp.onChangeElsewhere(this::tellOfAll);
  }

  private record Door(Supplier<? extends Collection<UUID>> held, Consumer<UUID> forget) {}

  /**
   * Registers a door: what it keeps of a table that gets a policy is forgotten after the commit, on
   * the thread that sets it, and on the other servers within two seconds, there perhaps more than
   * once.
   *
   * @param held the ids of the tables of which the door keeps something
   */
  public void onSet(Supplier<? extends Collection<UUID>> held, Consumer<UUID> forget) {
    doors.add(new Door(held, forget));
  }

  /** What is kept of tables' policies ends with this. */
  CatalogStamp stamp() {
    return stamp;
  }

  void set(UUID table) {
    stamp.changed();
    for (Door door : doors) {
      database.afterCommit(() -> door.forget().accept(table));
    }
  }

  /** Tags or attribute policies have changed, by which any table may have got a policy. */
  public void reviewed() {
    stamp.changed();
    if (!doors.isEmpty()) {
      database.afterCommit(this::review);
    }
  }

  private void review() {
    for (Door door : doors) {
      for (UUID table : door.held().get()) {
        if (tree.find(table).filter(attributes::reach).isPresent()) {
          door.forget().accept(table);
        }
      }
    }
  }

  /** Which table it was is not told from one server to another. */
  private void tellOfAll() {
    if (!doors.isEmpty()) {
      for (UUID table : repository.tables()) {
        doors.forEach(door -> door.forget().accept(table));
      }
      review();
    }
  }
}

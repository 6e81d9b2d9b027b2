package io.boathouse.catalog.relation;

import io.boathouse.catalog.grant.Authorizer;
import io.boathouse.catalog.grant.Privilege;
import io.boathouse.catalog.securable.Deletions;
import io.boathouse.catalog.securable.FullName;
import io.boathouse.catalog.securable.Securable;
import io.boathouse.catalog.securable.SecurableService;
import io.boathouse.catalog.securable.SecurableType;
import io.boathouse.platform.auth.Caller;
import io.boathouse.platform.db.Database;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;

/**
 * Tables that were dropped: had back with their data, grants, policies and tags for seven days, and
 * then removed. Those that went with their schema are not kept. Thread-safe; every method blocks on
 * the metadata database.
 */
public final class DroppedTables {
  /** How long a table can be had back. */
  public static final Duration RETENTION = Duration.ofDays(7);

  private static final int MOST_LISTED = 1_000;
  private static final int AT_ONCE = 100;

  private final Database database;
  private final SecurableService securables;
  private final Authorizer authorizer;
  private final Deletions deletions;
  private final DroppedTableRepository repository;

  DroppedTables(
      Database database, SecurableService securables, Authorizer authorizer, Deletions deletions) {
    this.database = database;
    this.securables = securables;
    this.authorizer = authorizer;
    this.deletions = deletions;
    this.repository = new DroppedTableRepository(database);
    deletions.keepWith(
        SecurableType.TABLE, (caller, table, at) -> repository.keep(table, at, caller.principal()));
  }

  /**
   * Those of a schema that the caller owned, or all of them with MANAGE on the schema; the last
   * dropped first, at most 1,000.
   *
   * @throws io.boathouse.platform.error.LakeException NOT_FOUND if the schema is absent or hidden
   */
  public List<DroppedTable> list(Caller caller, FullName schema) {
    Securable place = securables.get(caller, SecurableType.SCHEMA, schema);
    boolean all = authorizer.allows(caller, Privilege.MANAGE, place);
    return repository.list(schema, MOST_LISTED).stream()
        .filter(table -> all || table.owner().equals(caller.principal()))
        .toList();
  }

  /** The table that was dropped last under a name; see {@link #restore(Caller, DroppedTable)}. */
  Securable restore(Caller caller, FullName name) {
    return restore(
        caller,
        repository.find(name).orElseThrow(() -> RelationErrors.notDropped(name.toString())));
  }

  Securable restore(Caller caller, UUID id) {
    return restore(
        caller, repository.find(id).orElseThrow(() -> RelationErrors.notDropped(id.toString())));
  }

  private Securable restore(Caller caller, DroppedTable table) {
    return securables.restore(
        caller,
        SecurableType.TABLE,
        table.name(),
        at -> repository.restore(table, caller.principalId(), at, caller.principal()));
  }

  /**
   * Removes for good what was dropped too long ago, or from a schema that is gone.
   *
   * @param now tables dropped {@link #RETENTION} before it go
   * @return how many went
   */
  public int purge(Instant now) {
    int purged = 0;
    List<Securable> over;
    do {
      over = repository.over(now.minus(RETENTION), AT_ONCE);
      for (Securable table : over) {
        boolean forgotten =
            database.inTransaction(
                () -> {
                  boolean mine = repository.forget(table.id());
                  if (mine) {
                    deletions.purge(table);
                  }
                  return mine;
                });
        purged += forgotten ? 1 : 0;
      }
    } while (over.size() == AT_ONCE);
    return purged;
  }
}

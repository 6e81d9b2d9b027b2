package io.boathouse.catalog.commit;

import io.boathouse.catalog.audit.AuditLog;
import io.boathouse.catalog.grant.Authorizer;
import io.boathouse.catalog.grant.Privilege;
import io.boathouse.catalog.relation.RelationService;
import io.boathouse.catalog.securable.FullName;
import io.boathouse.catalog.securable.Securable;
import io.boathouse.catalog.securable.SecurableErrors;
import io.boathouse.catalog.securable.SecurableType;
import io.boathouse.platform.auth.Caller;
import io.boathouse.platform.db.Database;
import io.boathouse.platform.error.LakeException;
import io.boathouse.platform.storage.FileStore;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Gives tables to be a place. Thread-safe; every method blocks on the metadata database. */
public final class StagingService {
  /** What was not made into a table for so long goes, with its files. */
  private static final Duration KEPT = Duration.ofDays(7);

  private static final int SWEPT_AT_ONCE = 20;
  private static final Logger LOG = LoggerFactory.getLogger(StagingService.class);

  private final Database database;
  private final Governance governance;
  private final FileStore storage;
  private final InstantSource clock;
  private final StagingTableRepository repository;

  /** What decides and records. */
  public record Governance(RelationService relations, Authorizer authorizer, AuditLog audit) {}

  /**
   * @param storage where the data of managed tables is
   */
  public StagingService(
      Database database, Governance governance, FileStore storage, InstantSource clock) {
    this.database = database;
    this.governance = governance;
    this.storage = storage;
    this.clock = clock;
    this.repository = new StagingTableRepository(database);
  }

  /** A place for a table; needs CREATE_TABLE on the schema. */
  public StagingTable create(Caller caller, FullName name) {
    Instant now = clock.instant().truncatedTo(ChronoUnit.MICROS);
    sweep(now.minus(KEPT));
    return database.inTransaction(
        () -> {
          Securable schema =
              governance
                  .authorizer()
                  .require(caller, Privilege.CREATE_TABLE, SecurableType.SCHEMA, name.parent());
          if (governance.relations().find(caller, name).isPresent()) {
            throw SecurableErrors.alreadyExists(SecurableType.TABLE, name);
          }
          StagingTable table =
              new StagingTable(UUID.randomUUID(), schema.id(), name.name(), caller.principalId());
          repository.insert(table, now);
          governance
              .audit()
              .changed(
                  caller,
                  "CREATE_STAGING_TABLE",
                  schema,
                  Map.of("name", name.toString(), "table_id", table.id().toString()));
          return table;
        });
  }

  /**
   * Takes away what nobody can use any more: its files first, so that whoever comes after a crash
   * finds it again.
   */
  private void sweep(Instant before) {
    for (StagingTable table : repository.madeBefore(before, SWEPT_AT_ONCE)) {
      try {
        storage.deleteFolder(RelationService.managedPath(table.id()));
        boolean unused = repository.delete(table.id());
      } catch (LakeException e) {
        LOG.warn(
            "The files of the staging table {} stay until the next one is made", table.id(), e);
      }
    }
  }

  /**
   * The caller's own staging table.
   *
   * @throws LakeException NOT_FOUND if it is none, or another's, or too old
   */
  public StagingTable get(Caller caller, UUID id) {
    return repository
        .find(id, clock.instant().minus(KEPT))
        .filter(table -> table.principalId().equals(caller.principalId()))
        .orElseThrow(() -> CommitErrors.noStagingTable(id.toString()));
  }

  /**
   * The caller's own staging table that was made for a name and has this location, whose last part
   * is its id.
   *
   * @throws io.boathouse.platform.error.LakeException NOT_FOUND if it is none, or another's
   */
  StagingTable at(Caller caller, FullName name, String location) {
    String place = location.replaceFirst("/+$", "");
    UUID id;
    try {
      id = UUID.fromString(place.substring(place.lastIndexOf('/') + 1));
    } catch (IllegalArgumentException e) {
      throw CommitErrors.noStagingTable(place);
    }
    StagingTable staging = get(caller, id);
    if (!RelationService.isSameLocation(place, location(staging))
        || !staging.name().equals(name.name())) {
      throw CommitErrors.noStagingTable(place);
    }
    return staging;
  }

  /** Where its files are, as other engines name it. */
  String location(StagingTable table) {
    return RelationService.location(storage, table.id());
  }

  /** Ends the staging of a table that has its name now; joins the thread's transaction. */
  void end(StagingTable table) {
    if (!repository.delete(table.id())) {
      throw CommitErrors.noStagingTable(table.id().toString());
    }
  }
}

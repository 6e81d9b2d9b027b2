package io.boathouse.catalog.commit;

import io.boathouse.catalog.audit.AuditLog;
import io.boathouse.catalog.grant.Privilege;
import io.boathouse.catalog.policy.PolicyService;
import io.boathouse.catalog.relation.NewRelation;
import io.boathouse.catalog.relation.Relation;
import io.boathouse.catalog.relation.RelationService;
import io.boathouse.catalog.securable.FullName;
import io.boathouse.catalog.securable.Securable;
import io.boathouse.catalog.securable.SecurableChange;
import io.boathouse.catalog.securable.SecurableService;
import io.boathouse.catalog.securable.SecurableType;
import io.boathouse.platform.auth.Caller;
import io.boathouse.platform.db.Database;
import io.boathouse.platform.storage.FileStore;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;

/**
 * Delta tables as engines of others create, read and change them through the catalog. Thread-safe;
 * every method blocks.
 */
public final class DeltaTableService {
  private final Database database;
  private final Governance governance;
  private final FileStore storage;
  private final RatifiedCommits commits;

  /** What decides, names and records. */
  public record Governance(
      RelationService relations,
      SecurableService securables,
      StagingService staging,
      PolicyService policies,
      AuditLog audit) {}

  /**
   * @param storage where the data of managed tables is
   */
  public DeltaTableService(
      Database database, Governance governance, FileStore storage, RatifiedCommits commits) {
    this.database = database;
    this.governance = governance;
    this.storage = storage;
    this.commits = commits;
  }

  /**
   * A Delta table with what is not published of it.
   *
   * @param unpublished newest first; empty for a table that is not catalog-managed
   */
  public record Loaded(Relation relation, DeltaTable table, List<StagedCommit> unpublished) {
    public Loaded {
      unpublished = List.copyOf(unpublished);
    }

    /** Changes with everything that this record tells. */
    public String etag() {
      return Long.toHexString(table.revision())
          + "-"
          + Long.toHexString(relation.securable().updatedAt().toEpochMilli());
    }
  }

  /**
   * A table whose first version its maker has written.
   *
   * @param location of the staging table, or of an external one
   */
  public record Creation(
      FullName name,
      Relation.Kind kind,
      String location,
      Optional<String> comment,
      DeltaDescription description,
      long at) {}

  /**
   * Gives a staged or external table its name; needs CREATE_TABLE on the schema.
   *
   * @throws io.boathouse.platform.error.LakeException NOT_FOUND if the location is no staging table
   *     of the caller for this name; INVALID_ARGUMENT naming what a catalog-managed table must have
   */
  public Loaded create(Caller caller, Creation wanted) {
    return wanted.kind() == Relation.Kind.MANAGED
        ? createManaged(caller, wanted)
        : createExternal(caller, wanted);
  }

  private Loaded createManaged(Caller caller, Creation wanted) {
    StagingTable staging = governance.staging().at(caller, wanted.name(), wanted.location());
    ManagedContract.require(wanted.description(), staging.id());
    long at = folder(staging.id()).firstVersionAt().orElseThrow(CommitErrors::noFirstVersion);
    DeltaTable table = DeltaTable.created(staging.id(), true, wanted.description(), at);
    database.useTransaction(
        () -> {
          Relation made = register(caller, wanted, table, Optional.empty());
          if (!made.securable().parentId().equals(Optional.of(staging.schemaId()))) {
            throw CommitErrors.noStagingTable(staging.id().toString());
          }
          governance.staging().end(staging);
        });
    return load(caller, wanted.name());
  }

  private Loaded createExternal(Caller caller, Creation wanted) {
    if (wanted.description().protocol().isCatalogManaged()) {
      throw CommitErrors.invalid("table-type", "EXTERNAL", "MANAGED for a catalog-managed table");
    }
    UUID id = UUID.randomUUID();
    DeltaTable table = DeltaTable.created(id, false, wanted.description(), wanted.at());
    database.useTransaction(
        () -> {
          Relation unused = register(caller, wanted, table, Optional.of(wanted.location()));
        });
    return load(caller, wanted.name());
  }

  private Relation register(
      Caller caller, Creation wanted, DeltaTable table, Optional<String> location) {
    DeltaDescription description = wanted.description();
    Relation made =
        governance
            .relations()
            .create(
                caller,
                new NewRelation(
                    table.id(),
                    wanted.name(),
                    wanted.kind(),
                    "DELTA",
                    DeltaColumns.relation(description.columns(), description.partitionColumns()),
                    location,
                    Optional.empty(),
                    wanted.comment(),
                    description.properties()));
    commits.register(table);
    return made;
  }

  /**
   * @throws io.boathouse.platform.error.LakeException NOT_FOUND if absent or hidden;
   *     INVALID_ARGUMENT with the reason UNSUPPORTED_TABLE_FORMAT if it is no Delta table;
   *     PERMISSION_DENIED if it has a policy
   */
  public Loaded load(Caller caller, FullName name) {
    return open(caller, governance.relations().get(caller, name));
  }

  /** Like {@link #load} by the table's id. */
  public Loaded load(Caller caller, UUID id) {
    return open(caller, governance.relations().byId(caller, id));
  }

  /** Like {@link #load}, with a privilege on the table demanded in the same step. */
  public Loaded require(Caller caller, Privilege privilege, FullName name) {
    return open(caller, governance.relations().require(caller, privilege, name));
  }

  /** An engine that is told a table's versions reads and writes its files as they are. */
  private Loaded open(Caller caller, Relation relation) {
    governance.policies().requireNone(caller, relation.securable(), "the Delta API");
    return loaded(delta(relation));
  }

  /**
   * Ratifies a commit, notes what is published, changes the description: all of it or nothing. A
   * request whose commit was ratified before changes nothing. Needs MODIFY on the table.
   *
   * @throws io.boathouse.platform.error.LakeException CONFLICT with the reason
   *     COMMIT_VERSION_CONFLICT if the version is another's, UPDATE_REQUIREMENT_CONFLICT if the
   *     table is not the one required; RATE_LIMITED if too many commits are unpublished
   */
  public Loaded update(Caller caller, FullName name, TableUpdate update) {
    Loaded known = require(caller, Privilege.MODIFY, name);
    if (!known.table().id().equals(update.id())) {
      throw CommitErrors.requirement(
          "table-uuid", update.id().toString(), known.table().id().toString());
    }
    if (update.commit().filter(commit -> commits.isRatified(known.table(), commit)).isPresent()) {
      return load(caller, name);
    }
    if (known.table().catalogManaged()) {
      commit(caller, known, update);
    } else {
      describe(caller, known, update);
    }
    return load(caller, name);
  }

  private void commit(Caller caller, Loaded known, TableUpdate update) {
    requireComplete(update);
    LogFolder folder = folder(update.id());
    update
        .commit()
        .filter(commit -> commit.version() == known.table().latestVersion() + 1)
        .ifPresent(folder::requireStaged);
    Optional<Long> published = update.published().map(version -> reached(folder, known, version));
    List<StagedCommit> forgotten = new ArrayList<>();
    database.useTransaction(
        () -> {
          requireEtag(known, commits.hold(update.id()), update);
          published.ifPresent(version -> forgotten.addAll(commits.published(update.id(), version)));
          update.commit().ifPresent(commit -> ratify(caller, known.relation(), commit, update));
          update.comment().ifPresent(comment -> comment(caller, known.relation(), comment));
          governance
              .audit()
              .changed(caller, "COMMIT_TABLE", known.relation().securable(), about(update));
        });
    forgotten.forEach(commit -> storageOf(update.id()).delete(LogFolder.staged(commit.fileName())));
  }

  private void ratify(Caller caller, Relation relation, StagedCommit commit, TableUpdate update) {
    boolean unused =
        commits.ratify(
            update.id(),
            commit,
            before -> {
              DeltaDescription after = update.change().applied(before);
              refreshColumns(caller, relation, before, after);
              return after;
            });
  }

  private void refreshColumns(
      Caller caller, Relation relation, DeltaDescription before, DeltaDescription after) {
    boolean same =
        before.columns().equals(after.columns())
            && before.partitionColumns().equals(after.partitionColumns());
    if (!same) {
      Relation unused =
          governance
              .relations()
              .updateColumns(
                  caller,
                  relation.securable().name(),
                  DeltaColumns.relation(after.columns(), after.partitionColumns()));
    }
  }

  /** Metadata of a catalog-managed table is what its commits say, so it comes with one. */
  private static void requireComplete(TableUpdate update) {
    if (update.observed().isPresent()) {
      throw CommitErrors.comesWithItsCommit("update-metadata-snapshot-version");
    }
    if (update.commit().isEmpty() && !update.change().isEmpty()) {
      throw CommitErrors.comesWithItsCommit("set");
    }
  }

  /** What is said to be published is looked at: staged files are all there is of the rest. */
  private static long reached(LogFolder folder, Loaded known, long claimed) {
    if (claimed > known.table().latestVersion()) {
      throw CommitErrors.invalid(
          "latest-published-version",
          Long.toString(claimed),
          "at most the latest version, " + known.table().latestVersion());
    }
    return folder.publishedUpTo(
        known.table().publishedVersion(), claimed, known.unpublished().reversed());
  }

  private void describe(Caller caller, Loaded known, TableUpdate update) {
    if (update.commit().isPresent() || update.published().isPresent()) {
      throw CommitErrors.notCatalogManaged(update.id());
    }
    database.useTransaction(
        () -> {
          Optional<DeltaTable> held = commits.findForUpdate(update.id());
          DeltaTable table = held.orElse(known.table());
          requireEtag(known, table, update);
          DeltaDescription after = update.change().applied(table.description());
          if (after.protocol().isCatalogManaged()) {
            throw CommitErrors.invalid(
                "protocol", DeltaProtocol.CATALOG_MANAGED, "another feature");
          }
          refreshColumns(caller, known.relation(), table.description(), after);
          DeltaTable changed =
              update
                  .observed()
                  .map(observed -> table.described(after, observed.version(), observed.at()))
                  .orElse(table.described(after, table.describedVersion(), table.describedAt()));
          commits.keep(changed, held.isEmpty());
          update.comment().ifPresent(comment -> comment(caller, known.relation(), comment));
          governance
              .audit()
              .changed(caller, "UPDATE_TABLE", known.relation().securable(), about(update));
        });
  }

  private static void requireEtag(Loaded known, DeltaTable held, TableUpdate update) {
    String found = new Loaded(known.relation(), held, List.of()).etag();
    update
        .etag()
        .filter(required -> !required.equals(found))
        .ifPresent(
            required -> {
              throw CommitErrors.requirement("etag", required, found);
            });
  }

  private void comment(Caller caller, Relation relation, String comment) {
    Securable unused =
        governance
            .securables()
            .update(
                caller,
                SecurableType.TABLE,
                relation.securable().name(),
                SecurableChange.comment(comment));
  }

  /** Gives the table another name in its schema; needs MANAGE. */
  public void rename(Caller caller, FullName name, String newName) {
    Relation unused = delta(governance.relations().get(caller, name));
    Securable unusedSecurable =
        governance
            .securables()
            .update(caller, SecurableType.TABLE, name, SecurableChange.rename(newName));
  }

  /** Forgets the table, and a managed one's data; needs MANAGE. */
  public void delete(Caller caller, FullName name) {
    Relation unused = delta(governance.relations().get(caller, name));
    governance.relations().delete(caller, name);
  }

  /**
   * Notes what an engine tells of its commit.
   *
   * @param id that the table must have
   */
  public void report(Caller caller, FullName name, UUID id, Map<String, String> metrics) {
    Loaded known = require(caller, Privilege.MODIFY, name);
    if (!known.table().id().equals(id)) {
      throw CommitErrors.invalid("table-id", id.toString(), known.table().id().toString());
    }
    governance.audit().changed(caller, "REPORT_COMMIT", known.relation().securable(), metrics);
  }

  private static Map<String, String> about(TableUpdate update) {
    Map<String, String> about = new TreeMap<>();
    update.commit().ifPresent(commit -> about.put("version", Long.toString(commit.version())));
    update.commit().ifPresent(commit -> about.put("file", commit.fileName()));
    update.published().ifPresent(version -> about.put("published", Long.toString(version)));
    if (!update.change().isEmpty()) {
      about.put("description", "changed");
    }
    return about;
  }

  private Loaded loaded(Relation relation) {
    UUID id = relation.securable().id();
    return commits
        .load(id)
        .map(known -> new Loaded(relation, known.table(), known.unpublished()))
        .orElseGet(() -> new Loaded(relation, undescribed(relation), List.of()));
  }

  /** A table that nobody described through this door, as the catalog knows it. */
  private static DeltaTable undescribed(Relation relation) {
    DeltaDescription description =
        new DeltaDescription(
            DeltaColumns.delta(relation.columns()),
            DeltaColumns.partitions(relation.columns()),
            relation.securable().properties(),
            new DeltaProtocol(1, 2, List.of(), List.of()),
            Map.of());
    return new DeltaTable(relation.securable().id(), false, description, 0, 0, 0, 0, 0, 0);
  }

  private static Relation delta(Relation relation) {
    FullName name = relation.securable().name();
    if (relation.kind() == Relation.Kind.VIEW) {
      throw CommitErrors.notDelta(name, "a view");
    }
    if (!relation.format().equalsIgnoreCase("DELTA")) {
      throw CommitErrors.notDelta(name, "a table of " + relation.format() + " files");
    }
    return relation;
  }

  private LogFolder folder(UUID id) {
    return new LogFolder(storageOf(id));
  }

  private FileStore storageOf(UUID id) {
    return storage.scoped(RelationService.managedPath(id));
  }
}

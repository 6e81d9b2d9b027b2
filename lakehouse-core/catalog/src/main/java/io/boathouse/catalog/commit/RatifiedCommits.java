package io.boathouse.catalog.commit;

import io.boathouse.platform.db.Database;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;

/**
 * Decides which versions a catalog-managed table has: of all who want to be the next one exactly
 * one is ratified, and it is the next one from then on. It asks for no right; what uses it does.
 * Joins the thread's transaction. Thread-safe; every method blocks on the metadata database.
 */
public final class RatifiedCommits {
  /** So many versions may lie nowhere but in their staged files. */
  public static final int MOST_UNPUBLISHED = 10;

  /** A published commit is remembered so long, for writers whose answer was lost. */
  private static final Duration REMEMBERED = Duration.ofHours(24);

  /** So many published commits are remembered at least. */
  private static final int REMEMBERED_VERSIONS = 20;

  private final Database database;
  private final InstantSource clock;
  private final DeltaTableRepository tables;
  private final CommitRepository commits;

  public RatifiedCommits(Database database, InstantSource clock) {
    this.database = database;
    this.clock = clock;
    this.tables = new DeltaTableRepository(database);
    this.commits = new CommitRepository(database);
  }

  /**
   * A table as the catalog knows it at one moment.
   *
   * @param unpublished every version after the published ones, newest first
   */
  public record Loaded(DeltaTable table, List<StagedCommit> unpublished) {
    public Loaded {
      unpublished = List.copyOf(unpublished);
    }
  }

  /** Does the naming of a table and keeps what is known of it, both or neither. */
  public void register(Runnable naming, DeltaTable table) {
    database.useTransaction(
        () -> {
          naming.run();
          register(table);
        });
  }

  /** Keeps what is known of a table that was just registered. */
  public void register(DeltaTable table) {
    tables.insert(table);
  }

  /**
   * Empty if nothing is kept for the table here. What is unpublished is read after the table and
   * stays where it is, so the two belong together.
   */
  public Optional<Loaded> load(UUID tableId) {
    return tables
        .find(tableId)
        .map(
            table ->
                new Loaded(
                    table, unpublished(tableId, table.publishedVersion(), table.latestVersion())));
  }

  /**
   * Which versions a table has.
   *
   * @param unpublished every version after the published ones, newest first
   */
  public record Window(long latest, long published, List<StagedCommit> unpublished) {
    public Window {
      unpublished = List.copyOf(unpublished);
    }
  }

  /** Empty if the table is not catalog-managed. */
  public Optional<Window> window(UUID tableId) {
    return tables
        .versions(tableId)
        .map(
            versions ->
                new Window(
                    versions[0], versions[1], unpublished(tableId, versions[1], versions[0])));
  }

  /**
   * The names of all staged files that ratified versions have or had; empty if the table is not
   * catalog-managed.
   */
  public Optional<Set<String>> stagedFiles(UUID tableId) {
    return tables
        .versions(tableId)
        .map(
            versions ->
                commits.between(tableId, -1, Long.MAX_VALUE).stream()
                    .map(StagedCommit::fileName)
                    .collect(Collectors.toUnmodifiableSet()));
  }

  private List<StagedCommit> unpublished(UUID tableId, long published, long latest) {
    return published == latest ? List.of() : commits.between(tableId, published, latest);
  }

  /**
   * Makes a staged commit the table's next version. A commit that was ratified before changes
   * nothing.
   *
   * @param description the table's from this version on
   * @return whether it was ratified now, and not before
   * @throws io.boathouse.platform.error.LakeException CONFLICT if the version is another's;
   *     INVALID_ARGUMENT if versions or time would be left out or go back; RATE_LIMITED if too many
   *     are unpublished
   */
  public boolean ratify(
      UUID tableId, StagedCommit commit, UnaryOperator<DeltaDescription> description) {
    return database.inTransaction(
        () -> {
          DeltaTable table = hold(tableId);
          if (isRatified(table, commit)) {
            return false;
          }
          requireNext(table, commit);
          commits.insert(tableId, commit, now());
          DeltaTable after = table.after(commit);
          DeltaDescription changed = description.apply(table.description());
          ManagedContract.require(changed, tableId);
          tables.update(
              changed.equals(table.description())
                  ? after
                  : after.described(changed, commit.version(), commit.at()));
          return true;
        });
  }

  /** Whether the very commit, by version and file, was ratified, as far back as is remembered. */
  public boolean isRatified(DeltaTable table, StagedCommit commit) {
    return commit.version() <= table.latestVersion()
        && commits
            .find(table.id(), commit.version())
            .filter(known -> known.fileName().equals(commit.fileName()))
            .isPresent();
  }

  /**
   * Notes that all versions up to one lie in the log under their own names.
   *
   * @return commits whose staged files nobody needs any more
   */
  public List<StagedCommit> published(UUID tableId, long version) {
    return database.inTransaction(
        () -> {
          DeltaTable table = hold(tableId);
          long upTo = Math.min(version, table.latestVersion());
          if (upTo > table.publishedVersion()) {
            tables.update(table.published(upTo));
          }
          long published = Math.max(upTo, table.publishedVersion());
          return commits.forget(tableId, published - REMEMBERED_VERSIONS, now().minus(REMEMBERED));
        });
  }

  /** What is kept of a table, from others until the transaction ends. */
  Optional<DeltaTable> findForUpdate(UUID tableId) {
    return tables.findForUpdate(tableId);
  }

  /** Keeps what became of a table that is not catalog-managed. */
  void keep(DeltaTable table, boolean isNew) {
    if (isNew) {
      tables.insert(table);
    } else {
      tables.update(table);
    }
  }

  /** The catalog-managed table, kept from others until the transaction ends. */
  DeltaTable hold(UUID tableId) {
    return tables
        .findForUpdate(tableId)
        .filter(DeltaTable::catalogManaged)
        .orElseThrow(() -> CommitErrors.notCatalogManaged(tableId));
  }

  private void requireNext(DeltaTable table, StagedCommit commit) {
    if (commit.version() <= table.latestVersion()) {
      throw CommitErrors.versionTaken(commit.version(), table.latestVersion());
    }
    if (commit.version() > table.latestVersion() + 1) {
      throw CommitErrors.gap(commit.version(), table.latestVersion());
    }
    if (table.latestVersion() - table.publishedVersion() >= MOST_UNPUBLISHED) {
      throw CommitErrors.tooManyUnpublished(MOST_UNPUBLISHED);
    }
    if (commit.at() <= table.latestAt()) {
      throw CommitErrors.invalid(
          "timestamp", Long.toString(commit.at()), "a time after " + table.latestAt());
    }
  }

  private Instant now() {
    return clock.instant().truncatedTo(ChronoUnit.MICROS);
  }
}

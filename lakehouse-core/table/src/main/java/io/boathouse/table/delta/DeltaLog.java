package io.boathouse.table.delta;

import io.boathouse.catalog.commit.DeltaDescription;
import io.boathouse.catalog.commit.LogFolder;
import io.boathouse.catalog.commit.LoggedDescription;
import io.boathouse.platform.error.ErrorCode;
import io.boathouse.platform.error.LakeException;
import io.boathouse.platform.storage.FileStore;
import io.boathouse.platform.storage.StoragePath;
import io.boathouse.table.type.Column;
import io.boathouse.table.type.Filling;
import io.delta.kernel.engine.Engine;
import java.io.IOException;
import java.io.InputStream;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/**
 * The Delta log of one table, in the table's folder of a store. It knows nothing of names and
 * rights: governance stands in front of it. Thread-safe.
 */
public final class DeltaLog {
  static final String ENGINE = "Boathouse";

  private final FileStore folder;
  private final Engine engine;
  private final InstantSource clock;
  private final Versions versions;
  private final CommitHook hook;
  private final Upkeep upkeep;
  private volatile long checkpointed;

  /** Opens the log in a folder, which need not hold one yet. */
  public DeltaLog(FileStore folder, InstantSource clock) {
    this(folder, clock, CommitHook.NONE, Upkeep.AT_ONCE);
  }

  /**
   * @param hook is told how far each commit has come
   * @param upkeep is told of every commit
   */
  public DeltaLog(FileStore folder, InstantSource clock, CommitHook hook, Upkeep upkeep) {
    this.upkeep = upkeep;
    this.folder = folder;
    this.clock = clock;
    this.hook = hook;
    KernelSnapshots kernels = new KernelSnapshots(folder);
    this.engine = kernels.engine();
    this.versions = new Versions(folder, clock, kernels);
  }

  /** The newest version. @throws LakeException NOT_FOUND if there is no table in the folder */
  public DeltaSnapshot latest() {
    return versions.latest();
  }

  /** A version by number. @throws LakeException NOT_FOUND if there is none, or not any more */
  public DeltaSnapshot at(long version) {
    return versions.at(version);
  }

  /** The version that was the latest at an instant. @throws LakeException NOT_FOUND before all */
  public DeltaSnapshot at(Instant instant) {
    return versions.at(instant);
  }

  /** Lets go of the version that is kept; the next reader reads it again. */
  void forget() {
    versions.forget();
  }

  /** How many files the kept version holds in memory. */
  int filesHeld() {
    return versions.filesHeld();
  }

  /** Makes version 0, with the given files in it. */
  public Commit create(NewDeltaTable table, List<NewFile> files, CommitNote note) {
    boolean filled =
        table.schema().columns().stream().anyMatch(column -> column.filling().isPresent());
    if (!filled) {
      return told(newDeltaWriter().create(table, files, note));
    }
    if (!files.isEmpty()) {
      throw new IllegalArgumentException("rows of a table whose columns are filled come later");
    }
    return told(translating(() -> newLogWriter().create(table, note)));
  }

  /**
   * Makes version 0 what another table is at a version, whose files are in the folder already.
   *
   * @throws LakeException UNSUPPORTED naming a feature of it that would be lost
   */
  public Commit cloneOf(DeltaSnapshot source, CommitNote note) {
    WritableFeatures.require(source);
    return told(translating(() -> new ClonedVersion(source, clock.millis()).put(folder, note)));
  }

  /**
   * Adds files to the table, whatever others appended since the base. A transaction that was
   * applied before is not applied again.
   *
   * @param base the version whose schema the files have
   * @throws LakeException CONFLICT if the schema was changed since
   */
  public Commit append(DeltaSnapshot base, List<NewFile> files, CommitNote note) {
    return applied(note)
        .orElseGet(
            () ->
                refusedByKernel(base)
                    ? change(base, FileChange.append(files), note, Reads.NOTHING)
                    : appendByKernel(base, files, note));
  }

  private Commit appendByKernel(DeltaSnapshot base, List<NewFile> files, CommitNote note) {
    hook.at(CommitHook.Phase.BEFORE_CHECK);
    try {
      return told(newDeltaWriter().append(base, files, note));
    } catch (LakeException e) {
      if (e.code() == ErrorCode.CONFLICT) {
        new Conflicts(folder)
            .require(base.version(), latest(), FileChange.append(files), Reads.NOTHING);
      }
      throw e;
    }
  }

  /**
   * Changes rows: files go, come, or stay with fewer rows.
   *
   * @param base the version that the change was computed on
   * @param reads what it read there
   * @throws LakeException CONFLICT naming the commit since the base that is in the way
   */
  public Commit change(DeltaSnapshot base, FileChange change, CommitNote note, Reads reads) {
    return told(translating(() -> newLogWriter().change(base, change, note, reads)));
  }

  /**
   * Changes the table's metadata.
   *
   * @throws LakeException CONFLICT if it was changed since the base, or rows were that were read
   */
  public Commit alter(DeltaSnapshot base, Alteration alteration, CommitNote note, Reads reads) {
    return told(translating(() -> newLogWriter().alter(base, alteration, note, reads)));
  }

  /** Changes by which columns rows are kept together from now on; by none if there are none. */
  public Commit cluster(DeltaSnapshot base, List<String> columns, CommitNote note) {
    return told(translating(() -> newLogWriter().cluster(base, columns, note)));
  }

  /** Replaces all files of the latest version, otherwise like {@link #append}. */
  public Commit overwrite(DeltaSnapshot base, List<NewFile> files, CommitNote note) {
    return applied(note)
        .orElseGet(
            () ->
                refusedByKernel(base) || base.hasChangeFeed()
                    ? replaceAll(base, files, note)
                    : told(newDeltaWriter().overwrite(base, files, note)));
  }

  /**
   * Adds files whose rows were computed from the base's own rows.
   *
   * @throws LakeException CONFLICT naming the commit since the base that changed what was read
   */
  public Commit appendRead(DeltaSnapshot base, List<NewFile> files, CommitNote note) {
    return change(base, FileChange.append(files), note, Reads.EVERYTHING);
  }

  /** Replaces all files of the base by what was computed from them. Errors as above. */
  public Commit overwriteRead(DeltaSnapshot base, List<NewFile> files, CommitNote note) {
    List<StoragePath> removed = base.files().stream().map(DataFile::path).toList();
    return change(base, FileChange.replace(removed, files), note, Reads.EVERYTHING);
  }

  private Commit replaceAll(DeltaSnapshot base, List<NewFile> files, CommitNote note) {
    DeltaSnapshot newest = latest();
    if (newest.version() != base.version() && !newest.isLike(base)) {
      throw DeltaErrors.schemaChanged();
    }
    DeltaSnapshot now = base.isAltered() ? base : newest;
    List<StoragePath> removed = now.files().stream().map(DataFile::path).toList();
    return change(now, FileChange.replace(removed, files), note, Reads.EVERYTHING);
  }

  /**
   * Kernel writes no table that has constraints, or maps or computes its columns, and takes rows
   * that only move for new ones.
   */
  static boolean refusedByKernel(DeltaSnapshot base) {
    return !base.constraints().isEmpty()
        || base.mapping() != DeltaSnapshot.Mapping.NONE
        || base.isAltered()
        || base.numbersRows()
        || base.schema().columns().stream().anyMatch(DeltaLog::isComputed);
  }

  private static boolean isComputed(Column column) {
    return column
        .filling()
        .map(
            filling ->
                switch (filling) {
                  case Filling.Generated generated -> true;
                  case Filling.Identity identity -> true;
                  case Filling.Default plain -> false;
                })
        .orElse(false);
  }

  /** There is nothing to keep in order at version 0, of which the catalog may not know yet. */
  private Commit told(Commit commit) {
    if (!commit.alreadyApplied() && commit.version() > 0) {
      upkeep.committed(this);
    }
    return commit;
  }

  /**
   * Writes a checkpoint of the newest version if as many came since the last one as the table's
   * {@code delta.checkpointInterval} says, and cleans what of the log is older than its {@code
   * delta.logRetentionDuration}.
   *
   * @return whether there was anything to do
   */
  public boolean checkpointIfDue() {
    DeltaSnapshot now = latest();
    long last = Math.max(checkpointed, now.checkpointVersion());
    if (now.version() - last < now.checkpointInterval() || !now.isPublished()) {
      return false;
    }
    now.writeCheckpoint();
    checkpointed = now.version();
    return true;
  }

  /** Puts files of the log together if the table asks for it; whether there was anything to do. */
  public boolean compactLogIfDue() {
    return LogCompaction.runIfDue(this, clock.instant());
  }

  /** Tells a test's hook that a change begins. */
  public void begin() {
    hook.at(CommitHook.Phase.AFTER_BASE);
  }

  /**
   * Puts the same rows into other files. What is appended meanwhile stays beside them.
   *
   * @param base the version that the files were read at
   * @param tags what the log shall tell of the new files besides
   * @throws LakeException CONFLICT if one of the files was removed or changed since
   */
  public Commit rearrange(
      DeltaSnapshot base,
      Collection<StoragePath> old,
      List<NewFile> files,
      Map<String, String> tags,
      CommitNote note) {
    Set<StoragePath> gone = Set.copyOf(old);
    List<LoggedFile> removed =
        base.logged().list().stream().filter(file -> gone.contains(file.storagePath())).toList();
    if (refusedByKernel(base)) {
      FileExchange exchange = FileExchange.moved(removed, files, tags, base);
      return told(translating(() -> newLogWriter().exchange(base, exchange, note, Reads.NOTHING)));
    }
    hook.at(CommitHook.Phase.BEFORE_CHECK);
    try {
      return told(newDeltaWriter().rearrange(base, removed, files, tags, note));
    } catch (LakeException e) {
      if (e.code() == ErrorCode.CONFLICT) {
        FileChange change = FileChange.replace(List.copyOf(gone), files);
        new Conflicts(folder).require(base.version(), latest(), change, Reads.NOTHING);
      }
      throw e;
    }
  }

  /**
   * Makes a new version of the files of an old one.
   *
   * @throws LakeException CONFLICT if others wrote meanwhile; FAILED_PRECONDITION naming a file
   *     that is not there any more
   */
  public Commit restore(DeltaSnapshot target, CommitNote note) {
    return told(
        translating(
            () ->
                new Restoration(folder, latest(), target)
                    .commit(newDeltaWriter(), newLogWriter(), note)));
  }

  /** Everything in the table's folder that a version since the instant may need. */
  public NamedFiles namedSince(Instant since) {
    return translating(() -> NamedFiles.since(folder, latest(), since));
  }

  /** Adds to these files what a reader needs. @throws LakeException if the log does not tell it */
  public void addTo(NamedFiles files, ReadLeases.Hold hold) {
    translating(
        () -> {
          files.add(this, hold);
          return files;
        });
  }

  /** The commit of the note's transaction, if an earlier try made it. */
  public Optional<Commit> applied(CommitNote note) {
    if (note.transaction().isEmpty()) {
      return Optional.empty();
    }
    TransactionId transaction = note.transaction().get();
    DeltaSnapshot snapshot = latest();
    return snapshot
        .lastTransaction(transaction.appId())
        .filter(last -> last >= transaction.version())
        .map(last -> new History(folder).ofTransaction(snapshot, transaction).asAlreadyApplied());
  }

  /** The newest commits first; those whose log entries were cleaned away are missing. */
  public List<Commit> history(int limit) {
    History history = new History(folder);
    List<Commit> commits = new ArrayList<>();
    for (long version = latest().version(); version >= 0 && commits.size() < limit; version--) {
      Optional<Commit> commit = history.of(version);
      if (commit.isEmpty()) {
        break;
      }
      commits.add(commit.get());
    }
    return commits;
  }

  /** The staged files that ratified versions have or had; empty if no catalog ratifies versions. */
  public Optional<Set<StoragePath>> stagedFiles() {
    return folder instanceof RatifiedFolder ratified
        ? Optional.of(ratified.stagedFiles())
        : Optional.empty();
  }

  /** The folder of the table. */
  public FileStore folder() {
    return folder;
  }

  Engine engine() {
    return engine;
  }

  static StoragePath versionFile(long version) {
    return new StoragePath(String.format(Locale.ROOT, "_delta_log/%020d.json", version));
  }

  static <T> T translating(Supplier<T> work) {
    try {
      return work.get();
    } catch (LakeException e) {
      throw e;
    } catch (RuntimeException e) {
      throw DeltaErrors.of(e);
    }
  }

  private LogWriter newLogWriter() {
    return new LogWriter(folder, this::latest, clock, hook);
  }

  private DeltaWriter newDeltaWriter() {
    return new DeltaWriter(folder, engine, this::latest);
  }

  /** What the first version says of the table, for the catalog that is to manage it. */
  public FirstVersion firstVersion() {
    try (InputStream content = folder.open(versionFile(0))) {
      LoggedDescription read = LoggedDescription.of(content.readAllBytes());
      return new FirstVersion(
          read.first(), read.at().orElseThrow(() -> DeltaErrors.noTimeInCommit(0)));
    } catch (IOException e) {
      throw DeltaErrors.internal("A file of the table's log could not be read", e);
    }
  }

  /** Others who stage commits on a local disk expect the folder to be there. */
  public void makeFolderForStaging() {
    boolean unused = folder.putIfAbsent(LogFolder.staged(".folder"), new byte[0]);
  }

  /**
   * A description and its time.
   *
   * @param at in milliseconds since the epoch
   */
  public record FirstVersion(DeltaDescription description, long at) {}
}

package io.boathouse.table.delta;

import io.boathouse.platform.error.LakeException;
import io.boathouse.platform.storage.FileInfo;
import io.boathouse.platform.storage.StoragePath;
import io.boathouse.table.type.Column;
import io.boathouse.table.type.DeltaTypes;
import io.boathouse.table.type.TableSchema;
import io.delta.kernel.Snapshot;
import io.delta.kernel.commit.Committer;
import io.delta.kernel.exceptions.CheckpointAlreadyExistsException;
import io.delta.kernel.internal.SnapshotImpl;
import io.delta.kernel.internal.TableConfig;
import io.delta.kernel.internal.actions.AddFile;
import io.delta.kernel.internal.rowtracking.RowTrackingMetadataDomain;
import io.delta.kernel.internal.tablefeatures.TableFeatures;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * One version of a table: its schema, its properties, its files. Thread-safe; files are read once,
 * and the version after a read one takes over what did not change.
 */
public final class DeltaSnapshot {
  static final String CONSTRAINT = "delta.constraints.";
  private static final int TRANSACTIONS_KEPT = 10_000;

  private final KernelSnapshots kernels;
  private final KernelVersion version;
  private final Columns columns;
  private final Instant at;
  private final Map<String, Optional<Long>> transactions;
  private final int steps;
  private volatile @Nullable Long highestRowId;
  private @Nullable DeltaSnapshot before;
  private @Nullable FileSet logged;
  private @Nullable List<DataFile> files;

  /** A version that Kernel read. */
  DeltaSnapshot(KernelSnapshots kernels, SnapshotImpl snapshot) {
    this(kernels, snapshot, Columns.of(snapshot), new ConcurrentHashMap<>(), 0);
  }

  /** The columns, as the schema and as the files have them. */
  private record Columns(TableSchema schema, StoredColumns stored) {
    static Columns of(SnapshotImpl snapshot) {
      return new Columns(
          DeltaTypes.of(snapshot.getSchema()),
          StoredColumns.of(snapshot.getSchema(), snapshot.getTableProperties()));
    }
  }

  private DeltaSnapshot(
      KernelSnapshots kernels,
      SnapshotImpl snapshot,
      Columns columns,
      Map<String, Optional<Long>> transactions,
      int steps) {
    this.steps = steps;
    this.kernels = kernels;
    this.version = new KernelVersion(kernels, snapshot);
    this.columns = columns;
    this.transactions = transactions;
    this.at = Instant.ofEpochMilli(snapshot.getTimestamp(kernels.engine()));
  }

  /**
   * The version after this one, which costs what the commit changed.
   *
   * @return empty if Kernel has to read it: the commit lacks what this table's commits need
   */
  Optional<DeltaSnapshot> next(FileInfo versionFile, CommitActions commit) {
    boolean timed = keepsTimesInCommits();
    if (timed && commit.inCommitTimestamp().isEmpty()) {
      return Optional.empty();
    }
    Map<String, Optional<Long>> known =
        transactions.size() > TRANSACTIONS_KEPT
            ? new ConcurrentHashMap<>()
            : new ConcurrentHashMap<>(transactions);
    commit.transactions().forEach((app, version) -> known.put(app, Optional.of(version)));
    DeltaSnapshot next =
        new DeltaSnapshot(
            kernels,
            kernels.next(
                version.get(), versionFile, timed ? commit.inCommitTimestamp() : Optional.empty()),
            columns,
            known,
            steps + 1);
    FileSet before = loggedIfRead();
    next.logged = before == null ? null : before.after(commit);
    next.files = filesAfter(commit);
    next.highestRowId = commit.highestRowId().orElse(highestRowId);
    return Optional.of(next);
  }

  /** The files of the next version, if those of this one were asked for. */
  private synchronized @Nullable List<DataFile> filesAfter(CommitActions commit) {
    if (files == null || logged == null) {
      return null;
    }
    List<DataFile> after = new ArrayList<>(files.size() + commit.added().size());
    if (commit.removed().isEmpty() && commit.added().stream().noneMatch(logged::contains)) {
      after.addAll(files);
    } else {
      Set<StoragePath> touched = new HashSet<>();
      commit.removed().forEach(key -> touched.add(LoggedPath.of(LoggedFile.pathOfKey(key))));
      commit.added().forEach(file -> touched.add(LoggedPath.of(file.path())));
      files.stream().filter(file -> !touched.contains(file.path())).forEach(after::add);
    }
    FileFacts facts = fileFacts();
    commit.added().forEach(file -> after.add(facts.of(file)));
    return Collections.unmodifiableList(after);
  }

  /** This version, read by Kernel anew, with what is known of it already. */
  DeltaSnapshot renewedBy(DeltaSnapshot read) {
    DeltaSnapshot renewed =
        new DeltaSnapshot(kernels, read.version.get(), columns, transactions, 0);
    renewed.logged = loggedIfRead();
    renewed.files = filesIfRead();
    renewed.highestRowId = highestRowId;
    return renewed;
  }

  /** How many versions lie between this one and the one that Kernel read. */
  int stepsSinceRead() {
    return steps;
  }

  /** How many files are held in memory for this version. */
  int filesHeld() {
    FileSet held = loggedIfRead();
    return held == null ? 0 : held.size();
  }

  private synchronized @Nullable List<DataFile> filesIfRead() {
    return files;
  }

  private synchronized @Nullable FileSet loggedIfRead() {
    return logged;
  }

  private boolean keepsTimesInCommits() {
    return TableConfig.IN_COMMIT_TIMESTAMPS_ENABLED.fromMetadata(kernel().getMetadata());
  }

  public long version() {
    return kernel().getVersion();
  }

  /** When the version was committed. */
  public Instant at() {
    return at;
  }

  public TableSchema schema() {
    return columns.schema();
  }

  /** How the columns are named and numbered in the files. */
  public StoredColumns stored() {
    return columns.stored();
  }

  /**
   * This version as it would be with other metadata: what is computed on it and committed on it
   * brings the alteration with it.
   */
  public DeltaSnapshot altered(Alteration alteration) {
    SnapshotImpl changed =
        DeltaLog.translating(
            () ->
                kernels.altered(
                    kernel(),
                    alteration,
                    keepsTimesInCommits() ? Optional.of(at.toEpochMilli()) : Optional.empty()));
    DeltaSnapshot altered =
        new DeltaSnapshot(kernels, changed, Columns.of(changed), transactions, steps);
    altered.before = before == null ? this : before;
    altered.logged = logged();
    altered.highestRowId = highestRowId;
    return altered;
  }

  /** What a commit has to say for this version's metadata to be the table's. */
  List<String> alterations() {
    List<String> actions = new ArrayList<>();
    if (before != null) {
      if (!kernel().getProtocol().equals(before.kernel().getProtocol())) {
        actions.add(Actions.protocol(kernel().getProtocol()));
      }
      if (!kernel().getMetadata().equals(before.kernel().getMetadata())) {
        actions.add(Actions.metadata(kernel().getMetadata()));
      }
    }
    return actions;
  }

  /** Whether schema, properties and constraints are those of another version. */
  boolean isLike(DeltaSnapshot other) {
    return kernel().getMetadata().equals(other.kernel().getMetadata());
  }

  /** Whether the table is not like this yet. */
  boolean isAltered() {
    return before != null;
  }

  public List<String> partitionColumns() {
    return kernel().getPartitionColumnNames();
  }

  /** Delta's own properties and the user's. */
  public Map<String, String> properties() {
    return kernel().getTableProperties();
  }

  /** How new data files are compressed; a value of another writer that we lack is the usual one. */
  public ParquetCodec codec() {
    try {
      return ParquetCodec.of(properties());
    } catch (LakeException e) {
      return ParquetCodec.ZSTD;
    }
  }

  /** The expressions that every row must meet, by the names of the constraints. */
  public Map<String, String> constraints() {
    Map<String, String> found = new TreeMap<>();
    properties()
        .forEach(
            (key, expression) -> {
              if (key.startsWith(CONSTRAINT)) {
                found.put(key.substring(CONSTRAINT.length()), expression);
              }
            });
    return found;
  }

  /** Whether changed rows are kept for readers of the change feed. */
  public boolean hasChangeFeed() {
    return "true".equals(properties().get("delta.enableChangeDataFeed"));
  }

  /** Where files keep the numbers of rows; empty if rows need not have any. */
  public Optional<RowTracking> rowTracking() {
    return RowTracking.of(kernel().getMetadata());
  }

  /** Whether every commit has to give its rows numbers. */
  boolean numbersRows() {
    return TableFeatures.isRowTrackingSupported(kernel().getProtocol())
        && !"true".equals(properties().get("delta.rowTrackingSuspended"));
  }

  /** The last number that a row got; -1 if none did. */
  long highestRowId() {
    Long known = highestRowId;
    if (known == null) {
      known =
          DeltaLog.translating(
              () ->
                  version
                      .read(RowTrackingMetadataDomain::fromSnapshot)
                      .map(RowTrackingMetadataDomain::getRowIdHighWaterMark)
                      .orElse(-1L));
      highestRowId = known;
    }
    return known;
  }

  /** How columns are found in the files. */
  public enum Mapping {
    /** By the name of the schema. */
    NONE,
    /** By a name of the files' own. */
    NAME,
    /** By the number of the Parquet field. */
    ID
  }

  public Mapping mapping() {
    return stored().mapping();
  }

  /** The name of a top-level column in the data files and the statistics. */
  public String physicalName(String column) {
    return stored().field(column).name();
  }

  /** The number of a top-level column in the data files. */
  public int fieldId(String column) {
    return stored().field(column).number();
  }

  /** The last version that an application wrote, by its own count. */
  public Optional<Long> lastTransaction(String appId) {
    return transactions.computeIfAbsent(
        appId,
        app ->
            DeltaLog.translating(
                () ->
                    version.read(kept -> kept.getLatestTransactionVersion(kernels.engine(), app))));
  }

  /** What else is known of the table at this version. */
  public TableFacts facts() {
    return DeltaLog.translating(() -> version.read(TableFacts::of));
  }

  /** The files that make this version, in no order that means anything. */
  public synchronized List<DataFile> files() {
    List<DataFile> known = files;
    if (known == null) {
      known = DeltaLog.translating(this::dataFiles);
      files = known;
    }
    return known;
  }

  /** The version of the checkpoint that was found when Kernel read the log; 0 if none was. */
  long checkpointVersion() {
    return kernel().getLogSegment().getCheckpointVersionOpt().orElse(0L);
  }

  /** After how many versions another one is due. */
  int checkpointInterval() {
    return TableConfig.CHECKPOINT_INTERVAL.fromMetadata(kernel().getMetadata());
  }

  /** Whether readers that do not ask the catalog can see this version. */
  boolean isPublished() {
    return kernels.isPublished(version());
  }

  /** Writes what later readers can begin at; that it exists already is no failure. */
  void writeCheckpoint() {
    try {
      version.read(this::checkpointed);
    } catch (RuntimeException e) {
      throw DeltaErrors.of(e);
    }
  }

  private SnapshotImpl checkpointed(SnapshotImpl kept) {
    try {
      kernels.forCheckpoint(kept).writeCheckpoint(kernels.engine());
    } catch (CheckpointAlreadyExistsException e) {
      return kept;
    } catch (IOException e) {
      throw DeltaErrors.internal("A checkpoint could not be written", e);
    }
    return kept;
  }

  SnapshotImpl kernel() {
    return version.get();
  }

  /** This version for a transaction that the committer commits. */
  Snapshot kernel(Committer committer) {
    return kernels.with(
        kernel(),
        committer,
        keepsTimesInCommits() ? Optional.of(at.toEpochMilli()) : Optional.empty());
  }

  /** Everything that a reader of this version opens besides the log: data, and what is deleted. */
  public Set<StoragePath> paths() {
    Set<StoragePath> paths = new HashSet<>();
    for (LoggedFile file : logged().list()) {
      paths.add(file.storagePath());
      file.vectorPath().ifPresent(paths::add);
    }
    return paths;
  }

  /** The log's own rows of the files, for removing them. */
  List<AddFile> addFiles() {
    return DeltaLog.translating(this::logged).list().stream().map(LoggedFile::kernel).toList();
  }

  /** The files as the log has them. */
  synchronized FileSet logged() {
    FileSet known = logged;
    if (known == null) {
      known = version.read(kept -> LogScan.files(kernels.folder(), kernels.engine(), kept));
      logged = known;
    }
    return known;
  }

  /**
   * The values of a tag, by the files that have it.
   *
   * @param others tags with the values that they must have besides
   */
  public Map<StoragePath, String> tagged(String tag, Map<String, String> others) {
    Map<StoragePath, String> found = new HashMap<>();
    for (LoggedFile file : DeltaLog.translating(this::logged).list()) {
      String value = file.tags().get(tag);
      if (value != null && file.tags().entrySet().containsAll(others.entrySet())) {
        found.put(file.storagePath(), value);
      }
    }
    return found;
  }

  private List<DataFile> dataFiles() {
    FileFacts facts = fileFacts();
    List<LoggedFile> logged = logged().list();
    List<DataFile> found = new ArrayList<>(logged.size());
    for (LoggedFile file : logged) {
      found.add(facts.of(file));
    }
    return Collections.unmodifiableList(found);
  }

  /** A file of any version, described by this one's columns. */
  DataFile dataFile(LoggedFile file) {
    return fileFacts().of(file);
  }

  private FileFacts fileFacts() {
    Map<String, String> physical = new HashMap<>();
    for (Column column : schema().columns()) {
      physical.put(column.name(), physicalName(column.name()));
    }
    return new FileFacts(kernels.engine(), schema(), partitionColumns(), physical);
  }
}

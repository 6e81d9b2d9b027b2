package io.boathouse.table.read;

import io.boathouse.catalog.grant.Privilege;
import io.boathouse.catalog.policy.PolicyService;
import io.boathouse.catalog.policy.TablePolicies;
import io.boathouse.catalog.relation.Relation;
import io.boathouse.catalog.relation.RelationService;
import io.boathouse.catalog.securable.FullName;
import io.boathouse.platform.auth.Caller;
import io.boathouse.platform.duckdb.DuckSession;
import io.boathouse.platform.error.LakeException;
import io.boathouse.table.compute.DamagedFiles;
import io.boathouse.table.compute.FeedView;
import io.boathouse.table.compute.FileView;
import io.boathouse.table.compute.MetadataField;
import io.boathouse.table.delta.Commit;
import io.boathouse.table.delta.DataFile;
import io.boathouse.table.delta.DeltaLog;
import io.boathouse.table.delta.DeltaLogs;
import io.boathouse.table.delta.DeltaSnapshot;
import io.boathouse.table.type.Column;
import io.boathouse.table.type.TableSchema;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.UUID;

/**
 * Reads governed tables: any version that is still there, as files or as a view in a DuckDB
 * session. Everything about a table's data needs SELECT on it. Thread-safe; every method blocks.
 */
public final class TableReader {
  private final RelationService relations;
  private final PolicyService policies;
  private final DeltaLogs logs;

  public TableReader(RelationService relations, PolicyService policies, DeltaLogs logs) {
    this.relations = relations;
    this.policies = policies;
    this.logs = logs;
  }

  /**
   * A version of a table, for readers that show its files as they are.
   *
   * @throws LakeException NOT_FOUND if the table is absent or hidden or has no such version;
   *     PERMISSION_DENIED without SELECT, or if the table has a policy; UNSUPPORTED naming what the
   *     table uses and we cannot read
   */
  public Snapshot snapshot(Caller caller, FullName name, At at) {
    Relation relation = relations.require(caller, Privilege.SELECT, name);
    policies.requireNone(caller, relation.securable(), "a reader of its files");
    return snapshot(relation, at);
  }

  /**
   * A version of a table with the policies of now, for readers that apply all of them.
   *
   * @throws LakeException as {@link #snapshot}, except for policies; FAILED_PRECONDITION if columns
   *     of the version are not those that the policies speak of
   */
  public Governed<Snapshot> governed(Caller caller, FullName name, At at) {
    Relation relation = relations.require(caller, Privilege.SELECT, name);
    Snapshot snapshot = snapshot(relation, at);
    TablePolicies found = policies.of(caller, relation.securable());
    requireKnown(found, relation, snapshot.delta(), at instanceof At.Latest);
    return new Governed<>(snapshot, found);
  }

  /**
   * As {@link #governed}, for readers that can also read views.
   *
   * @throws LakeException as {@link #governed}
   */
  public Found find(Reading who, FullName name, At at) {
    Relation relation = relations.require(who.rights(), Privilege.SELECT, name);
    if (relation.kind() == Relation.Kind.VIEW) {
      return new Found.OfView(relation);
    }
    Snapshot snapshot = snapshot(relation, at);
    TablePolicies found = policies.of(who.reader(), relation.securable());
    requireKnown(found, relation, snapshot.delta(), at instanceof At.Latest);
    return new Found.OfTable(new Governed<>(snapshot, found));
  }

  /**
   * Who reads.
   *
   * @param rights whose SELECT is asked for, such as a view's owner
   * @param reader who sees the rows, of whom policies decide
   */
  public record Reading(Caller rights, Caller reader) {}

  /** What a name stands for. */
  public sealed interface Found {
    /** Files with policies. */
    record OfTable(Governed<Snapshot> table) implements Found {}

    /** A query that is not looked into here. */
    record OfView(Relation view) implements Found {}
  }

  /**
   * What a table holds, and what of it the caller may be shown.
   *
   * @param policies none for most tables
   */
  public record Governed<T>(T data, TablePolicies policies) {}

  /**
   * Policies name columns of now. A column that had another name or was dropped since would be
   * shown as it is.
   */
  private void requireKnown(
      TablePolicies found, Relation relation, DeltaSnapshot read, boolean isNewest) {
    if (found.isEmpty()) {
      return;
    }
    for (String column : found.columns()) {
      if (read.schema().column(column).isEmpty()) {
        throw TableReadErrors.policyColumnMissing(relation.securable().name(), column);
      }
    }
    DeltaSnapshot now = isNewest ? read : log(relation).latest();
    for (Column column : read.schema().columns()) {
      boolean same =
          now.schema()
              .column(column.name())
              .map(known -> now.physicalName(known.name()))
              .filter(read.physicalName(column.name())::equals)
              .isPresent();
      if (!same) {
        throw TableReadErrors.columnUnknownToPolicy(
            relation.securable().name(), column.name(), read.version());
      }
    }
  }

  private Snapshot snapshot(Relation relation, At at) {
    DeltaLog log = log(relation);
    DeltaSnapshot delta =
        switch (at) {
          case At.Latest latest -> log.latest();
          case At.Version version -> log.at(version.number());
          case At.Timestamp timestamp -> log.at(timestamp.instant());
        };
    UUID id = relation.securable().id();
    logs.leases().hold(id, delta.version());
    return new Snapshot(id, relation.securable().name(), delta, log.folder());
  }

  /** The files of the version of which some row may meet the condition. */
  public List<DataFile> files(Snapshot snapshot, Predicate condition) {
    return Pruning.files(snapshot.delta(), condition);
  }

  /**
   * Makes a TEMP view over exactly the files of the version.
   *
   * @param session must have been opened with {@link #directories} of the snapshot readable
   */
  public void bind(DuckSession session, String viewName, Snapshot snapshot) {
    bind(session, viewName, snapshot, snapshot.files());
  }

  /** Makes a TEMP view over some files of the version, whose directories must be readable. */
  public void bind(DuckSession session, String viewName, Snapshot snapshot, List<DataFile> files) {
    FileView.create(session, viewName, snapshot.delta(), snapshot.folder(), files);
  }

  /** Some files of a version, with what is asked of their rows besides the table's columns. */
  public record Asked(Snapshot snapshot, List<DataFile> files, Set<MetadataField> metadata) {}

  /** Makes a TEMP view as above whose rows have what is asked for besides. */
  public void bind(DuckSession session, String viewName, Asked asked) {
    Snapshot snapshot = asked.snapshot();
    FileView.create(
        session,
        viewName,
        new FileView.Asked(snapshot.delta(), asked.files(), asked.metadata()),
        snapshot.folder());
  }

  /**
   * The failure of a query over files of the version, naming the data file that caused it if one
   * did.
   */
  public LakeException named(
      LakeException failure, DuckSession session, Snapshot snapshot, List<DataFile> files) {
    return DamagedFiles.named(failure, session, snapshot.folder(), files);
  }

  /** The folders on local disk that hold the files of the version. */
  public List<Path> directories(Snapshot snapshot) {
    return directories(snapshot, snapshot.files());
  }

  /** The folders on local disk that hold some files of the version, brought there if need be. */
  public List<Path> directories(Snapshot snapshot, List<DataFile> files) {
    return files.stream()
        .map(file -> DamagedFiles.localCopy(snapshot.folder(), file).getParent())
        .distinct()
        .toList();
  }

  /**
   * The rows that the versions of a range changed, the first and the last included.
   *
   * @param from a timestamp stands for the first version at it or after it
   * @param to a version that is not there yet stands for the newest
   * @throws io.boathouse.platform.error.LakeException as {@link #snapshot}; INVALID_ARGUMENT for a
   *     range that is none; FAILED_PRECONDITION naming the version in which changes were not
   *     recorded; UNSUPPORTED naming the column that changed
   */
  public ChangeFeed changes(Caller caller, FullName name, At from, At to) {
    Relation relation = relations.require(caller, Privilege.SELECT, name);
    policies.requireNone(caller, relation.securable(), "a reader of its changes");
    return changes(relation, from, to);
  }

  /** As {@link #changes}, with the policies of now, for readers that apply all of them. */
  public Governed<ChangeFeed> governedChanges(Reading who, FullName name, At from, At to) {
    Relation relation = relations.require(who.rights(), Privilege.SELECT, name);
    ChangeFeed feed = changes(relation, from, to);
    TablePolicies found = policies.of(who.reader(), relation.securable());
    requireKnown(found, relation, feed.end(), false);
    return new Governed<>(feed, found);
  }

  private ChangeFeed changes(Relation relation, At from, At to) {
    UUID id = relation.securable().id();
    ChangeFeed feed =
        new ChangeRange(log(relation), from, to).open(id, relation.securable().name());
    logs.leases().holdChanges(id, feed.from());
    return feed;
  }

  /**
   * Makes a TEMP view of the changed rows.
   *
   * @param session must have been opened with {@link #directories} of the feed readable
   */
  public void bind(DuckSession session, String viewName, ChangeFeed feed) {
    FeedView.create(session, viewName, feed.end(), feed.folder(), feed.sources());
  }

  /** The failure of a query over the feed, with the name of the damaged file that caused it. */
  public LakeException named(LakeException failure, DuckSession session, ChangeFeed feed) {
    List<DataFile> files = feed.sources().stream().map(source -> source.rows().file()).toList();
    return DamagedFiles.named(failure, session, feed.folder(), files);
  }

  /** The folders on local disk that hold the files of the feed. */
  public List<Path> directories(ChangeFeed feed) {
    return feed.sources().stream()
        .map(source -> feed.folder().localCopy(source.rows().file().path()).getParent())
        .distinct()
        .toList();
  }

  /** The newest commits first, at most as many as asked for. */
  public List<Commit> history(Caller caller, FullName name, int limit) {
    return log(counted(caller, name, "its history")).history(limit);
  }

  /** For what tells of rows and values before the policies. */
  private Relation counted(Caller caller, FullName name, String door) {
    Relation relation = relations.require(caller, Privilege.SELECT, name);
    policies.requireNoneOrManage(caller, relation.securable(), door);
    return relation;
  }

  /** The table as it is now. Errors as {@link #snapshot}. */
  public TableDetail detail(Caller caller, FullName name) {
    Relation relation = counted(caller, name, "its detail");
    DeltaSnapshot now = log(relation).latest();
    List<DataFile> files = now.files();
    return new TableDetail(
        relation.securable().name(),
        relation.securable().comment(),
        now.facts(),
        now.version(),
        now.at(),
        now.partitionColumns(),
        files.size(),
        files.stream().mapToLong(DataFile::size).sum(),
        now.properties());
  }

  /** What the log says about the newest version's data. */
  public TableStatistics statistics(Caller caller, FullName name) {
    return statistics(caller, name, At.latest()).statistics();
  }

  /**
   * What the log says about a version's data; of the columns of a table with policies nothing, for
   * their least and greatest values are values. Errors as {@link #snapshot}.
   */
  public Described statistics(Caller caller, FullName name, At at) {
    Relation relation = counted(caller, name, "its statistics");
    Snapshot snapshot = snapshot(relation, at);
    TableStatistics all = Aggregation.of(snapshot);
    boolean open = policies.of(caller, relation.securable()).isEmpty();
    return new Described(snapshot.schema(), open ? all : all.withoutColumns());
  }

  /** Statistics with the columns that they are of, in the table's order. */
  public record Described(TableSchema schema, TableStatistics statistics) {}

  /** A table that the caller may read. */
  record Opened(UUID id, DeltaLog log) {}

  /** Keeps what a batch of a stream needs from being vacuumed. */
  void hold(StreamBatch batch) {
    StreamOffset from = batch.from();
    if (from.initialSnapshot()) {
      logs.leases().hold(from.tableId(), from.version());
    } else if (!batch.isEmpty()) {
      logs.leases().holdChanges(from.tableId(), from.version());
    }
  }

  Opened open(Caller caller, FullName name) {
    Relation relation = relations.require(caller, Privilege.SELECT, name);
    policies.requireNone(caller, relation.securable(), "a stream of its rows");
    return new Opened(relation.securable().id(), log(relation));
  }

  private DeltaLog log(Relation relation) {
    return switch (relation.kind()) {
      case MANAGED, EXTERNAL -> logs.of(relation);
      case VIEW -> throw TableReadErrors.isView(relation.securable().name());
    };
  }
}

package io.boathouse.table.write;

import io.boathouse.catalog.audit.AuditLog;
import io.boathouse.catalog.commit.RatifiedCommits;
import io.boathouse.catalog.grant.Authorizer;
import io.boathouse.catalog.grant.Privilege;
import io.boathouse.catalog.location.ExternalFolders;
import io.boathouse.catalog.policy.PolicyService;
import io.boathouse.catalog.policy.TablePolicies;
import io.boathouse.catalog.relation.Relation;
import io.boathouse.catalog.relation.RelationColumn;
import io.boathouse.catalog.relation.RelationService;
import io.boathouse.catalog.securable.FullName;
import io.boathouse.catalog.securable.SecurableErrors;
import io.boathouse.catalog.securable.SecurableType;
import io.boathouse.platform.auth.Caller;
import io.boathouse.platform.duckdb.DuckAccess;
import io.boathouse.platform.duckdb.DuckDb;
import io.boathouse.platform.duckdb.DuckSession;
import io.boathouse.platform.error.ErrorCode;
import io.boathouse.platform.error.LakeException;
import io.boathouse.table.compute.Fillings;
import io.boathouse.table.compute.TableShape;
import io.boathouse.table.delta.Commit;
import io.boathouse.table.delta.DeltaLog;
import io.boathouse.table.delta.DeltaLogs;
import io.boathouse.table.delta.DeltaSnapshot;
import io.boathouse.table.delta.NewDeltaTable;
import io.boathouse.table.read.At;
import io.boathouse.table.type.TableSchema;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/**
 * Creates, fills and drops tables. What a write brings is checked against the table's schema,
 * written, and becomes visible in one commit or not at all. Thread-safe; every method blocks.
 */
public final class TableService {
  private final RelationService relations;
  private final PolicyService policies;
  private final ExternalFolders places;
  private final Authorizer authorizer;
  private final AuditLog audit;
  private final DeltaLogs logs;
  private final DuckDb duckDb;
  private final ManagedCreation creation;
  private final ExternalCreation external;

  /** What decides, names and records. */
  public record Governance(
      RelationService relations,
      PolicyService policies,
      RatifiedCommits commits,
      ExternalFolders places,
      Authorizer authorizer,
      AuditLog audit) {}

  /**
   * @param duckDb evaluates rows that come as values
   */
  public TableService(Governance governance, DeltaLogs logs, DuckDb duckDb) {
    this.relations = governance.relations();
    this.policies = governance.policies();
    this.places = governance.places();
    this.authorizer = governance.authorizer();
    this.audit = governance.audit();
    this.logs = logs;
    this.duckDb = duckDb;
    this.creation = new ManagedCreation(relations, governance.commits(), logs);
    this.external = new ExternalCreation(relations, places, logs);
  }

  /**
   * Creates an empty table owned by the caller, or registers the one that lies at its location.
   *
   * @throws LakeException PERMISSION_DENIED without CREATE_TABLE on the schema, ALREADY_EXISTS,
   *     INVALID_ARGUMENT naming the column or property that cannot be
   */
  public Table create(Caller caller, NewTable table) {
    UUID id = begin(caller, table.name());
    if (table.schema().columns().isEmpty() && table.location().isEmpty()) {
      throw TableErrors.noColumns(table.name());
    }
    requireFillings(table);
    NewTable complete = ManagedCreation.complete(id, table);
    if (table.location().isPresent()) {
      NewTable made =
          external.create(caller, id, complete, log -> start(log, complete, "CREATE TABLE"));
      return new Table(id, made.name(), made.schema(), made.partitionColumns());
    }
    Commit unused = create(caller, id, complete, log -> start(log, complete, "CREATE TABLE"));
    return new Table(id, table.name(), table.schema(), table.partitionColumns());
  }

  /** Creates a table of what the rows are; the history calls it CREATE TABLE AS SELECT. */
  public Commit createAs(Caller caller, NewTable table, Rows rows) {
    return createAs(caller, table, rows, WriteOptions.of("CREATE TABLE AS SELECT"));
  }

  /**
   * Creates a table owned by the caller and fills it; nobody sees it before it is filled.
   *
   * @param table if it has no columns, those of the rows are taken
   * @throws LakeException as {@link #create} and {@link #append}
   */
  public Commit createAs(Caller caller, NewTable table, Rows rows, WriteOptions options) {
    UUID id = begin(caller, table.name());
    try (StagedRows staged = StagedRows.of(rows, duckDb)) {
      TableSchema schema = table.schema().columns().isEmpty() ? staged.schema() : table.schema();
      NewTable complete = ManagedCreation.complete(id, table.withSchema(schema));
      if (options.transaction().isPresent() && ManagedCreation.isCatalogManaged(complete)) {
        throw TableErrors.createFirst(table.name());
      }
      return complete.location().isPresent()
          ? external.createAs(caller, id, complete, log -> fill(log, complete, staged, options))
          : create(caller, id, complete, log -> fill(log, complete, staged, options));
    }
  }

  /**
   * Creates a managed table owned by the caller that is what another one is at a version, with a
   * history of its own. Grants, tags and policies do not go with it.
   *
   * @throws LakeException PERMISSION_DENIED without CREATE_TABLE on the schema or SELECT on the
   *     source, or if that has a policy, since a clone shares its files; NOT_FOUND without such a
   *     version; UNSUPPORTED naming a feature that would be lost
   */
  public Commit clone(Caller caller, FullName name, Clone wanted) {
    UUID id = begin(caller, name);
    Relation source = relations.require(caller, Privilege.SELECT, wanted.source());
    if (source.kind() == Relation.Kind.VIEW) {
      throw TableErrors.notCloned(wanted.source());
    }
    policies.requireNone(caller, source.securable(), "a clone of its files");
    Cloning cloning = new Cloning(logs, source, wanted.at());
    return create(
        caller, id, cloning.table(name), log -> cloning.commit(id, log, wanted.shallow()));
  }

  /** A table to be cloned. */
  public record Clone(FullName source, At at, boolean shallow) {}

  /**
   * Adds rows.
   *
   * @throws LakeException PERMISSION_DENIED without MODIFY on the table; INVALID_ARGUMENT naming
   *     the column that does not fit, the type expected and the one found; CONFLICT if the schema
   *     was changed meanwhile
   */
  public Commit append(Caller caller, FullName name, Rows rows, WriteOptions options) {
    boolean own = rows instanceof Rows.OfTarget;
    return write(caller, name, rows, options, own ? DeltaLog::appendRead : DeltaLog::append);
  }

  /** Replaces all rows; readers see the old ones or the new ones. Errors as {@link #append}. */
  public Commit overwrite(Caller caller, FullName name, Rows rows, WriteOptions options) {
    boolean own = rows instanceof Rows.OfTarget;
    return write(caller, name, rows, options, own ? DeltaLog::overwriteRead : DeltaLog::overwrite);
  }

  /**
   * Changes rows: those that are not touched stay where they are. A change that finds nothing to do
   * leaves no version.
   *
   * @param sessions computes the change, again from the start when others were in the way
   * @throws LakeException PERMISSION_DENIED without MODIFY on the table, or if it has a policy that
   *     the sessions do not apply; INVALID_ARGUMENT for values that do not fit; CONFLICT naming the
   *     version that was in the way once too often
   */
  public Commit change(
      Caller caller, FullName name, RowChange change, Sessions sessions, WriteOptions options) {
    Relation relation = writable(caller, name);
    requireShown(caller, relation, change, sessions);
    TableChanges changes = new TableChanges(logs.of(relation));
    Commit commit = changes.apply(change, sessions, options.note());
    if (change instanceof RowChange.Merge merge && !merge.added().isEmpty()) {
      followSchema(caller, relation, logs.of(relation));
    }
    audit.changed(caller, "WRITE_TABLE", relation.securable(), about(commit));
    return commit;
  }

  /** A change sees a table with policies through all of them, or not at all. */
  private void requireShown(Caller caller, Relation relation, RowChange change, Sessions sessions) {
    TablePolicies found = policies.of(caller, relation.securable());
    boolean applied =
        !(change instanceof RowChange.DeleteAll)
            && sessions
                .shown()
                .filter(shown -> shown.policyVersion().equals(found.version()))
                .isPresent();
    if (!applied) {
      policies.requireNone(caller, relation.securable(), "a change of rows that are there");
    }
    boolean keeps = change instanceof RowChange.Delete || change instanceof RowChange.Replace;
    if (!keeps && comparesMasked(relation, found)) {
      policies.requireNone(
          caller, relation.securable(), "a change that a constraint on a masked column judges");
    }
  }

  /** A constraint that fails or holds would tell what is stored in a masked column. */
  private boolean comparesMasked(Relation relation, TablePolicies found) {
    if (found.masks().isEmpty()) {
      return false;
    }
    String constraints =
        String.join(" ", logs.of(relation.securable().id()).latest().constraints().values())
            .toLowerCase(Locale.ROOT);
    return found.masks().keySet().stream()
        .anyMatch(column -> constraints.contains(column.toLowerCase(Locale.ROOT)));
  }

  /**
   * Changes what a table is: its columns, constraints and properties.
   *
   * @throws LakeException PERMISSION_DENIED without MODIFY, and for anything but new columns
   *     without MANAGE on the table; INVALID_ARGUMENT naming the column or property that cannot be;
   *     FAILED_PRECONDITION if rows do not meet a new constraint
   */
  public void alter(Caller caller, FullName name, TableAlteration alteration) {
    boolean adds = alteration instanceof TableAlteration.AddColumns;
    Relation relation = writable(caller, name);
    if (!adds) {
      Relation unused = relations.require(caller, Privilege.MANAGE, name);
    }
    DeltaLog log = logs.of(relation);
    Optional<Commit> commit = new TableAlterations(log, duckDb).apply(alteration);
    followSchema(caller, relation, log);
    commit.ifPresent(
        done -> audit.changed(caller, "ALTER_TABLE", relation.securable(), about(done)));
  }

  /** The catalog's columns are the log's. */
  private void followSchema(Caller caller, Relation relation, DeltaLog log) {
    DeltaSnapshot now = log.latest();
    List<RelationColumn> columns = RelationColumns.of(now.schema(), now.partitionColumns());
    if (!columns.equals(relation.columns())) {
      Relation unused = relations.updateColumns(caller, relation.securable().name(), columns);
    }
  }

  /**
   * Drops a table, which can be had back for a while.
   *
   * @throws LakeException PERMISSION_DENIED without MANAGE on the table
   */
  public void drop(Caller caller, FullName name) {
    relations.delete(caller, name);
  }

  /**
   * Drops a table for good, such as one that could not be made whole.
   *
   * @throws LakeException PERMISSION_DENIED without MANAGE on the table
   */
  public void purge(Caller caller, FullName name) {
    relations.purge(caller, name);
  }

  /**
   * The columns that a table has now, with what fills them.
   *
   * @throws LakeException PERMISSION_DENIED without MODIFY on the table
   */
  public TableSchema schema(Caller caller, FullName name) {
    return logs.of(writable(caller, name)).latest().schema();
  }

  /**
   * The last batch that an application has written, by its own count.
   *
   * @throws LakeException PERMISSION_DENIED without MODIFY on the table
   */
  public Optional<Long> lastTransaction(Caller caller, FullName name, String application) {
    return logs.of(writable(caller, name)).latest().lastTransaction(application);
  }

  private void requireFillings(NewTable table) {
    if (table.schema().columns().stream().anyMatch(column -> column.filling().isPresent())) {
      try (DuckSession session = duckDb.open(DuckAccess.scratchOnly().withThreads(1))) {
        Fillings.require(session, table.schema(), table.partitionColumns());
      }
    }
  }

  /** How a new log gets its first versions. */
  @FunctionalInterface
  private interface First {
    Commit commit(DeltaLog log);
  }

  private Commit write(
      Caller caller, FullName name, Rows rows, WriteOptions options, TableChanges.Files change) {
    Relation relation = writable(caller, name);
    TableChanges changes = new TableChanges(logs.of(relation));
    Commit commit = changes.write(rows, duckDb, options, change);
    if (options.mergeSchema()) {
      followSchema(caller, relation, logs.of(relation));
    }
    if (!commit.alreadyApplied() && options.audited()) {
      audit.changed(caller, "WRITE_TABLE", relation.securable(), about(commit));
    }
    return commit;
  }

  private Relation writable(Caller caller, FullName name) {
    Relation relation = relations.require(caller, Privilege.MODIFY, name);
    switch (relation.kind()) {
      case MANAGED -> {}
      case EXTERNAL -> places.requireWritable(relation);
      case VIEW -> throw TableErrors.notWritable(name);
    }
    return relation;
  }

  /** Fails before any work if the table cannot be created. */
  private UUID begin(Caller caller, FullName name) {
    var unused =
        authorizer.require(caller, Privilege.CREATE_TABLE, SecurableType.SCHEMA, name.parent());
    if (relations.find(caller, name).isPresent()) {
      throw SecurableErrors.alreadyExists(SecurableType.TABLE, name);
    }
    return UUID.randomUUID();
  }

  /** The table's files come first and its name last; without the name the files go again. */
  private Commit create(Caller caller, UUID id, NewTable table, First first) {
    try {
      Commit commit = first.commit(logs.of(id));
      creation.register(caller, id, table);
      return commit;
    } catch (RuntimeException e) {
      discard(caller, id, e);
      throw e;
    }
  }

  /** Keeps the files if the registration took place although its answer was lost. */
  private void discard(Caller caller, UUID id, RuntimeException failure) {
    try {
      Relation unused = relations.byId(caller, id);
    } catch (LakeException e) {
      discardIfGone(id, e, failure);
    } catch (RuntimeException e) {
      failure.addSuppressed(e);
    }
  }

  private void discardIfGone(UUID id, LakeException answer, RuntimeException failure) {
    try {
      if (answer.code() == ErrorCode.NOT_FOUND) {
        logs.delete(id);
      }
    } catch (LakeException e) {
      failure.addSuppressed(e);
    }
  }

  private static Commit start(DeltaLog log, NewTable table, String operation) {
    return log.create(
        new NewDeltaTable(table.schema(), table.partitionColumns(), table.properties()),
        List.of(),
        WriteOptions.of(operation).note());
  }

  /**
   * A transaction cannot be part of version 0, and columns that are mapped have their names in
   * files only then, so such rows come in version 1.
   */
  private static Commit fill(
      DeltaLog log, NewTable table, StagedRows staged, WriteOptions options) {
    if (options.transaction().isPresent() || table.comesBeforeRows()) {
      Commit unused = start(log, table, "CREATE TABLE");
      DeltaSnapshot base = log.latest();
      return staged.into(
          log.folder(), TableShape.of(base), files -> log.append(base, files, options.note()));
    }
    NewDeltaTable first =
        new NewDeltaTable(table.schema(), table.partitionColumns(), table.properties());
    return staged.into(
        log.folder(),
        TableShape.of(table.schema(), table.partitionColumns()),
        files -> log.create(first, files, options.note()));
  }

  private static Map<String, String> about(Commit commit) {
    return Map.of(
        "operation", commit.operation(),
        "version", Long.toString(commit.version()),
        "rows", Long.toString(commit.rows()),
        "already_applied", Boolean.toString(commit.alreadyApplied()));
  }
}

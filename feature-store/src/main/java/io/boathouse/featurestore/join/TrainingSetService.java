package io.boathouse.featurestore.join;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.boathouse.catalog.audit.AuditLog;
import io.boathouse.catalog.grant.Authorizer;
import io.boathouse.catalog.lineage.LineageNode;
import io.boathouse.catalog.lineage.LineageService;
import io.boathouse.catalog.policy.PolicyService;
import io.boathouse.catalog.securable.FullName;
import io.boathouse.catalog.securable.SecurableType;
import io.boathouse.featurestore.join.TrainingSet.Shown;
import io.boathouse.featurestore.join.TrainingSetBuild.Built;
import io.boathouse.featurestore.join.TrainingSetRequest.Join;
import io.boathouse.featurestore.spec.FeatureLookup;
import io.boathouse.featurestore.spec.FeatureSpec;
import io.boathouse.featurestore.spec.FeatureSpecService;
import io.boathouse.featurestore.spec.OutputColumn;
import io.boathouse.featurestore.table.FeatureTable;
import io.boathouse.featurestore.table.FeatureTableService;
import io.boathouse.featurestore.table.GovernedReads;
import io.boathouse.featurestore.table.GovernedReads.Versioned;
import io.boathouse.platform.auth.Caller;
import io.boathouse.platform.db.Database;
import io.boathouse.platform.duckdb.DuckDb;
import io.boathouse.platform.storage.FileStore;
import io.boathouse.sql.engine.QueryEngine.OpenQuery;
import io.boathouse.sql.govern.TableViews.Input;
import java.io.InputStream;
import java.nio.file.Path;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Makes training sets and hands them on. A training set is seen by who made it and by
 * administrators. Thread-safe; every method blocks on the metadata database, the query engine or
 * the file store.
 */
public final class TrainingSetService {
  private final Authorizer authorizer;
  private final Database database;
  private final FeatureSpecService specs;
  private final FeatureTableService tables;
  private final GovernedReads reads;
  private final FileStore storage;
  private final LineageService lineage;
  private final AuditLog audit;
  private final InstantSource clock;
  private final TrainingSetPolicies policies;
  private final MatrixExporter exporter;
  private final TrainingSetRows rows;
  private final TrainingSetRepository repository = new TrainingSetRepository();

  /**
   * What the service works with.
   *
   * @param storage the main file store
   */
  public record Parts(
      Authorizer authorizer,
      PolicyService policies,
      Database database,
      FeatureSpecService specs,
      FeatureTableService tables,
      GovernedReads reads,
      FileStore storage,
      DuckDb duckDb,
      LineageService lineage,
      AuditLog audit,
      InstantSource clock) {}

  public TrainingSetService(Parts parts) {
    this.authorizer = parts.authorizer();
    this.database = parts.database();
    this.specs = parts.specs();
    this.tables = parts.tables();
    this.reads = parts.reads();
    this.storage = parts.storage();
    this.lineage = parts.lineage();
    this.audit = parts.audit();
    this.clock = parts.clock();
    this.policies = new TrainingSetPolicies(parts.authorizer(), parts.policies());
    this.exporter = new MatrixExporter(parts.duckDb());
    this.rows = new TrainingSetRows(parts.duckDb());
  }

  /**
   * Joins labels with the features that were known at their times; needs SELECT on all tables.
   *
   * @throws io.boathouse.platform.error.LakeException INVALID_ARGUMENT naming the column of the
   *     labels that is missing or does not fit
   */
  public TrainingSet create(Caller caller, TrainingSetRequest request) {
    FeatureSpec spec = specs.get(caller, request.spec(), request.specVersion());
    List<FeatureTable> sources = sources(caller, spec);
    List<Versioned> beside = sources.stream().map(table -> table.source(Optional.empty())).toList();
    Set<FullName> labelTables = reads.names(caller, request.labels());
    Set<FullName> all = new LinkedHashSet<>(labelTables);
    sources.forEach(table -> all.add(table.name()));
    Shown shown = policies.shown(caller, all);
    return reads.query(
        caller,
        request.labels(),
        Map.of(),
        beside,
        open -> {
          Built built = new TrainingSetBuild(request, spec, sources).run(open);
          Sources made = new Sources(spec, sources, labelTables, shown);
          return keep(caller, new Kept(newId(), request, built), made, open);
        });
  }

  /**
   * The twin of a training set, of the same versions and labels, that counts rows before they were
   * known: what a model learned on it claims is more than what it will give. Is made once.
   */
  public TrainingSet naive(Caller caller, String id) {
    TrainingSet set = readable(caller, id);
    if (set.request().join() == Join.NAIVE) {
      throw TrainingSetErrors.invalid("id", id, "a training set that respects known times");
    }
    String twin = UUID.nameUUIDFromBytes(("naive " + id).getBytes(UTF_8)).toString();
    String twinId = twin.replace("-", "");
    Optional<TrainingSet> present = database.read(handle -> repository.find(handle, twinId));
    if (present.isPresent()) {
      return present.get();
    }
    TrainingSetRequest request = set.request().naive();
    FeatureSpec spec = specs.get(caller, request.spec(), request.specVersion());
    List<FeatureTable> sources = sources(caller, spec);
    return again(
        caller,
        set,
        sources,
        open -> {
          Built built = new TrainingSetBuild(request, spec, sources).run(open);
          Set<FullName> labels = labelVersions(set).keySet();
          Sources made = new Sources(spec, sources, labels, set.shown());
          return keep(caller, new Kept(twinId, request, built), made, open);
        });
  }

  /**
   * Makes a training set again from the versions that it was made of, and compares.
   *
   * @throws io.boathouse.platform.error.LakeException FAILED_PRECONDITION if a value differs
   */
  public TrainingSet recreate(Caller caller, String id) {
    TrainingSet set = get(caller, id);
    TrainingSetRequest request = set.request();
    FeatureSpec spec = specs.get(caller, request.spec(), request.specVersion());
    List<FeatureTable> sources = sources(caller, spec);
    String sha256 =
        again(
            caller,
            set,
            sources,
            open -> new TrainingSetBuild(request, spec, sources).run(open).sha256());
    if (!sha256.equals(set.sha256())) {
      throw TrainingSetErrors.different(id, set.sha256(), sha256);
    }
    return set;
  }

  /** Reads what a training set was made of, at the versions that it was made of. */
  private <T> T again(
      Caller caller, TrainingSet set, List<FeatureTable> sources, Function<OpenQuery, T> work) {
    List<Versioned> beside =
        sources.stream()
            .map(
                table ->
                    table.source(
                        Optional.ofNullable(set.featureVersions().get(table.name().toString()))))
            .toList();
    return reads.query(caller, set.request().labels(), labelVersions(set), beside, work);
  }

  private static Map<FullName, Long> labelVersions(TrainingSet set) {
    return set.labelVersions().entrySet().stream()
        .collect(
            Collectors.toMap(
                entry -> FullName.parse(SecurableType.TABLE, entry.getKey()), Map.Entry::getValue));
  }

  private static String newId() {
    return UUID.randomUUID().toString().replace("-", "");
  }

  /**
   * @throws io.boathouse.platform.error.LakeException NOT_FOUND if absent or somebody else's
   */
  public TrainingSet get(Caller caller, String id) {
    return database
        .read(handle -> repository.find(handle, id))
        .filter(
            set ->
                set.createdBy().equals(caller.principalId()) || authorizer.isAdministrator(caller))
        .orElseThrow(() -> TrainingSetErrors.notFound(id));
  }

  /** The caller's training sets, newest first; an administrator sees everybody's. */
  public List<TrainingSet> list(Caller caller, int limit) {
    Optional<UUID> by =
        authorizer.isAdministrator(caller) ? Optional.empty() : Optional.of(caller.principalId());
    return database.read(handle -> repository.list(handle, by, limit));
  }

  /** Single rows; needs SELECT on all tables that the training set was made of. */
  TrainingSetRows.Found rows(Caller caller, String id, TrainingSetRows.Selection selection) {
    TrainingSet set = readable(caller, id);
    return rows.read(set, storage.localCopy(set.data()), selection);
  }

  /** The rows as a Parquet file; needs SELECT on all tables that the training set was made of. */
  InputStream data(Caller caller, String id) {
    return storage.open(readable(caller, id).data());
  }

  /**
   * A training set holds its tables' values, and so is read with the rights that they need now, and
   * under the policies that it was made under.
   */
  TrainingSet readable(Caller caller, String id) {
    TrainingSet set = get(caller, id);
    List<Versioned> tables = new ArrayList<>();
    Stream.of(set.labelVersions(), set.featureVersions())
        .flatMap(versions -> versions.entrySet().stream())
        .forEach(
            table ->
                tables.add(
                    new Versioned(
                        FullName.parse(SecurableType.TABLE, table.getKey()),
                        Optional.of(table.getValue()))));
    policies.require(caller, set, tables.stream().map(Versioned::name).distinct().toList());
    reads.require(caller, tables);
    return set;
  }

  /**
   * The columns that a matrix of this training set would have; needs the same rights.
   *
   * @throws io.boathouse.platform.error.LakeException INVALID_ARGUMENT naming a column that is not
   *     there or is no number
   */
  public List<MatrixColumn> matrixColumns(Caller caller, String id, MatrixExport export) {
    return MatrixExporter.checked(readable(caller, id), export);
  }

  /**
   * Writes columns of a training set as a matrix that a trainer reads; needs SELECT on all tables
   * that the training set was made of.
   *
   * @param file is created, or replaced, whole
   * @return its rows
   */
  public long exportMatrix(Caller caller, String id, Path file, MatrixExport export) {
    TrainingSet set = readable(caller, id);
    return exporter.export(set, storage.localCopy(set.data()), file, export);
  }

  private List<FeatureTable> sources(Caller caller, FeatureSpec spec) {
    Set<FullName> names = new LinkedHashSet<>();
    for (FeatureLookup lookup : spec.definition().lookups()) {
      names.add(lookup.table());
    }
    return names.stream().map(name -> tables.get(caller, name)).toList();
  }

  /** What a training set is made of, beside its labels' query. */
  private record Sources(
      FeatureSpec spec, List<FeatureTable> tables, Set<FullName> labelTables, Shown shown) {
    SortedMap<String, Long> featureVersions(List<Input> inputs) {
      Set<FullName> names =
          tables.stream().map(FeatureTable::name).collect(Collectors.toUnmodifiableSet());
      return versions(inputs.reversed(), names);
    }

    /** A label table that is read at two versions is kept at the first. */
    SortedMap<String, Long> labelVersions(List<Input> inputs) {
      return versions(inputs, labelTables);
    }

    private static SortedMap<String, Long> versions(List<Input> inputs, Set<FullName> names) {
      SortedMap<String, Long> versions = new TreeMap<>();
      for (Input input : inputs) {
        if (names.contains(input.name()) && input.version().isPresent()) {
          versions.putIfAbsent(input.name().toString(), input.version().getAsLong());
        }
      }
      return versions;
    }
  }

  /** What is kept under a name. */
  private record Kept(String id, TrainingSetRequest request, Built built) {}

  private TrainingSet keep(Caller caller, Kept kept, Sources sources, OpenQuery open) {
    TrainingSetRequest request = kept.request();
    Built built = kept.built();
    TrainingSet set =
        new TrainingSet(
            kept.id(),
            request,
            built.columns(),
            sources.spec().outputs().stream().map(OutputColumn::name).toList(),
            sources.labelVersions(open.inputs()),
            sources.featureVersions(open.inputs()),
            sources.shown(),
            built.rows(),
            built.notFound(),
            built.notKnown(),
            built.sha256(),
            clock.instant().truncatedTo(ChronoUnit.MICROS),
            caller.principalId(),
            caller.principal());
    var unused = storage.putFile(set.data(), built.file());
    try {
      database.useTransaction(
          handle -> {
            repository.insert(handle, set);
            audit.recorded(
                caller,
                "CREATE_TRAINING_SET",
                Map.of("id", set.id(), "spec", request.spec().toString()));
            recordLineage(caller, set);
          });
    } catch (RuntimeException e) {
      storage.delete(set.data());
      throw e;
    }
    return set;
  }

  private void recordLineage(Caller caller, TrainingSet set) {
    LineageNode made = new LineageNode("TRAINING_SET", set.id(), Optional.empty());
    set.labelVersions()
        .forEach(
            (name, version) ->
                lineage.record(
                    caller,
                    new LineageNode("TABLE", name, Optional.of(version)),
                    made,
                    "LABELS",
                    Map.of()));
    set.featureVersions()
        .forEach(
            (name, version) ->
                lineage.record(
                    caller,
                    new LineageNode("FEATURE_TABLE", name, Optional.of(version)),
                    made,
                    "FEATURES",
                    Map.of()));
    lineage.record(
        caller,
        new LineageNode(
            "FEATURE_SPEC",
            set.request().spec().toString(),
            Optional.of((long) set.request().specVersion())),
        made,
        "SPEC",
        Map.of("rows", Long.toString(set.rows()), "sha256", set.sha256()));
  }
}

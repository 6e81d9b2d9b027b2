package io.boathouse.featurestore.table;

import io.boathouse.catalog.audit.AuditLog;
import io.boathouse.catalog.grant.Authorizer;
import io.boathouse.catalog.grant.Privilege;
import io.boathouse.catalog.lineage.LineageNode;
import io.boathouse.catalog.lineage.LineageService;
import io.boathouse.catalog.securable.FullName;
import io.boathouse.catalog.securable.Securable;
import io.boathouse.catalog.securable.SecurableService;
import io.boathouse.catalog.securable.SecurableType;
import io.boathouse.featurestore.table.FeatureTable.Shape;
import io.boathouse.featurestore.table.FeatureTableRepository.Listed;
import io.boathouse.featurestore.table.FeatureTableRepository.Row;
import io.boathouse.featurestore.table.GovernedReads.Versioned;
import io.boathouse.platform.auth.Caller;
import io.boathouse.platform.db.Database;
import io.boathouse.platform.http.Page;
import io.boathouse.platform.http.PageRequest;
import io.boathouse.platform.http.PageToken;
import io.boathouse.sql.engine.QueryEngine.OpenQuery;
import io.boathouse.sql.govern.TableViews.Input;
import io.boathouse.table.write.TableService;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.BiFunction;

/**
 * Declares, computes, shows and drops feature tables. Thread-safe; every method blocks on the
 * metadata database, and those that compute on the query engine.
 */
public final class FeatureTableService {
  private final Authorizer authorizer;
  private final SecurableService securables;
  private final Database database;
  private final TableService tables;
  private final GovernedReads reads;
  private final LineageService lineage;
  private final AuditLog audit;
  private final InstantSource clock;
  private final FeatureTableRepository repository = new FeatureTableRepository();

  /** What the service works with. */
  public record Parts(
      Authorizer authorizer,
      SecurableService securables,
      Database database,
      TableService tables,
      GovernedReads reads,
      LineageService lineage,
      AuditLog audit,
      InstantSource clock) {}

  public FeatureTableService(Parts parts) {
    this.authorizer = parts.authorizer();
    this.securables = parts.securables();
    this.database = parts.database();
    this.tables = parts.tables();
    this.reads = parts.reads();
    this.lineage = parts.lineage();
    this.audit = parts.audit();
    this.clock = parts.clock();
  }

  /**
   * Declares an existing table a feature table, or declares it anew; needs MODIFY and SELECT on it.
   *
   * @throws io.boathouse.platform.error.LakeException INVALID_ARGUMENT naming a column that is not
   *     there or has a type that is not served
   */
  public FeatureTable register(Caller caller, NewFeatureTable table) {
    Securable securable =
        authorizer.require(caller, Privilege.MODIFY, SecurableType.TABLE, table.name());
    return reads.tables(
        caller,
        List.of(Versioned.latest(table.name())),
        open -> {
          Shape shape =
              FeatureTableData.declared(
                  table, FeatureTableData.columns(open.session(), open.select()));
          Row row = new Row(shape, Optional.empty(), version(open.inputs()), now());
          FeatureTable declared = row.of(securable);
          var unused = declared.knownExpression();
          if (shape.knownAt() instanceof KnownAt.CommitTime) {
            reads.require(caller, List.of(declared.source(Optional.empty())));
          }
          return save(caller, securable, row, "DECLARE_FEATURE_TABLE");
        });
  }

  /**
   * Creates a table whose rows are computed from a query; needs CREATE_TABLE on the schema, and
   * SELECT on what the query reads.
   *
   * @throws io.boathouse.platform.error.LakeException ALREADY_EXISTS if the name is taken
   */
  public FeatureTable create(
      Caller caller, FullName name, WindowedDefinition definition, Optional<String> comment) {
    return compute(
        caller,
        definition,
        (open, rows) -> {
          long version = DeltaWrites.create(tables, caller, name, comment, rows);
          try {
            Securable securable = securables.get(caller, SecurableType.TABLE, name);
            Shape shape =
                FeatureTableData.computed(
                    definition, FeatureTableData.columns(rows.session(), rows.select()));
            Row row = new Row(shape, Optional.of(definition), version, now());
            FeatureTable created = save(caller, securable, row, "CREATE_FEATURE_TABLE");
            recordLineage(caller, open, created);
            return created;
          } catch (RuntimeException e) {
            tables.purge(caller, name);
            throw e;
          }
        });
  }

  /**
   * Computes the rows of a windowed feature table again from what its query gives now.
   *
   * @throws io.boathouse.platform.error.LakeException FAILED_PRECONDITION if others write the table
   */
  public FeatureTable refresh(Caller caller, FullName name) {
    FeatureTable table = get(caller, name);
    authorizer.require(caller, Privilege.MODIFY, table.securable());
    WindowedDefinition definition =
        table.windowed().orElseThrow(() -> FeatureTableErrors.notComputed(name));
    return compute(
        caller,
        definition,
        (open, rows) -> {
          Shape shape =
              FeatureTableData.computed(
                  definition, FeatureTableData.columns(rows.session(), rows.select()));
          if (!shape.equals(table.shape())) {
            throw FeatureTableErrors.shapeChanged(name, described(table.shape()), described(shape));
          }
          long version = DeltaWrites.overwrite(tables, caller, name, rows);
          Row row = new Row(shape, table.windowed(), version, now());
          FeatureTable refreshed = save(caller, table.securable(), row, "REFRESH_FEATURE_TABLE");
          recordLineage(caller, open, refreshed);
          return refreshed;
        });
  }

  /**
   * @throws io.boathouse.platform.error.LakeException NOT_FOUND if absent, hidden or no such
   */
  public FeatureTable get(Caller caller, FullName name) {
    return find(caller, name).orElseThrow(() -> FeatureTableErrors.notFound(name));
  }

  /** Empty if the table is absent, hidden, or no feature table. */
  public Optional<FeatureTable> find(Caller caller, FullName name) {
    return securables
        .find(caller, SecurableType.TABLE, name)
        .flatMap(
            securable ->
                database
                    .read(handle -> repository.find(handle, securable.id()))
                    .map(row -> row.of(securable)));
  }

  /** The feature tables that the caller may know of, by name. */
  public Page<FeatureTable> list(Caller caller, Search search, PageRequest page) {
    List<Listed> rows =
        database.read(
            handle ->
                repository.list(
                    handle,
                    new FeatureTableRepository.Listing(
                        authorizer.visible(caller, SecurableType.TABLE),
                        search.within().map(name -> name + "."),
                        search.contains().map(text -> text.toLowerCase(Locale.ROOT)),
                        page.after(1).map(PageToken::keys).map(List::getFirst),
                        page.maxResults() + 1)));
    Page<Listed> cut = Page.cut(rows, page.maxResults(), row -> List.of(row.fullName()));
    List<FeatureTable> items =
        cut.items().stream()
            .flatMap(row -> find(caller, FullName.parse(row.fullName())).stream())
            .toList();
    return new Page<>(items, cut.nextPageToken());
  }

  /**
   * Which feature tables are wanted.
   *
   * @param within a catalog or schema
   * @param contains text in the name, comment, or a feature's name or description
   */
  public record Search(Optional<FullName> within, Optional<String> contains) {
    /** All of them. */
    public static Search all() {
      return new Search(Optional.empty(), Optional.empty());
    }
  }

  /** What the newest version's values look like; needs SELECT. */
  public FeatureStatistics statistics(Caller caller, FullName name) {
    FeatureTable table = get(caller, name);
    return reads.tables(
        caller,
        List.of(Versioned.latest(name)),
        open -> StatisticsSql.compute(table, open, version(open.inputs())));
  }

  /**
   * Drops a computed table with its rows; a declared one only stops to be a feature table. Needs
   * MANAGE.
   */
  public void drop(Caller caller, FullName name) {
    FeatureTable table = get(caller, name);
    authorizer.require(caller, Privilege.MANAGE, table.securable());
    if (table.windowed().isPresent()) {
      tables.drop(caller, name);
      return;
    }
    database.useTransaction(
        handle -> {
          if (repository.delete(handle, table.id())) {
            audit.changed(caller, "FORGET_FEATURE_TABLE", table.securable(), Map.of());
          }
        });
  }

  private FeatureTable compute(
      Caller caller,
      WindowedDefinition definition,
      BiFunction<OpenQuery, DeltaWrites.Source, FeatureTable> write) {
    return reads.query(
        caller,
        definition.select(),
        Map.of(),
        List.of(),
        open -> {
          WindowSql windows = FeatureTableData.windows(definition, open);
          return write.apply(open, new DeltaWrites.Source(open.session(), windows.prepare()));
        });
  }

  private FeatureTable save(Caller caller, Securable securable, Row row, String action) {
    return database.inTransaction(
        handle -> {
          repository.upsert(handle, securable.id(), row, caller.principal());
          audit.changed(caller, action, securable, Map.of("version", Long.toString(row.version())));
          return row.of(securable);
        });
  }

  private void recordLineage(Caller caller, OpenQuery open, FeatureTable table) {
    for (Input input : open.inputs()) {
      lineage.record(
          caller,
          new LineageNode("TABLE", input.name().toString(), boxed(input.version())),
          new LineageNode("FEATURE_TABLE", table.name().toString(), Optional.of(table.version())),
          "COMPUTED",
          Map.of(LineageService.REPLACES, "true"));
    }
  }

  private static Optional<Long> boxed(OptionalLong version) {
    return version.isPresent() ? Optional.of(version.getAsLong()) : Optional.empty();
  }

  private static long version(List<Input> inputs) {
    return inputs.getFirst().version().orElse(0);
  }

  private static List<String> described(Shape shape) {
    return shape.features().stream().map(f -> f.name() + " " + f.sqlType()).toList();
  }

  private Instant now() {
    return clock.instant().truncatedTo(ChronoUnit.MICROS);
  }
}

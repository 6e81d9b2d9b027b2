package io.boathouse.sql.govern;

import io.boathouse.catalog.information.InformationService;
import io.boathouse.catalog.relation.Relation;
import io.boathouse.platform.auth.Caller;
import io.boathouse.platform.error.ErrorCode;
import io.boathouse.platform.error.LakeException;
import io.boathouse.sql.govern.CheckedQuery.ViewedTable;
import io.boathouse.sql.govern.ReadTables.Opened;
import io.boathouse.sql.govern.TableUse.AsOf;
import io.boathouse.table.delta.DataFile;
import io.boathouse.table.read.At;
import io.boathouse.table.read.ChangeFeed;
import io.boathouse.table.read.ConditionTree;
import io.boathouse.table.read.Predicate;
import io.boathouse.table.read.Snapshot;
import io.boathouse.table.read.TableReader;
import io.boathouse.table.read.TableReader.Found;
import io.boathouse.table.read.TableReader.Governed;
import io.boathouse.table.read.TableReader.Reading;
import io.boathouse.table.type.TableSchema;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/**
 * Views over exactly the Parquet files of one version, or of the changes, of each Delta table,
 * without those that hold no row which the query is after. A table with policies gets two: one with
 * everything, which no query can name, and one out of it with what the caller may see. What a view
 * of the catalog reads is opened in the same way, with its owner's rights.
 */
public final class DeltaTableViews implements TableViews {
  private final TableReader reader;
  private final Optional<Catalog> catalog;

  /**
   * What is known of tables besides their files.
   *
   * @param policies write the views of tables that have some
   * @param views write what stands for views
   * @param information tells what information_schema shows
   */
  public record Catalog(PolicyViews policies, ViewBodies views, InformationService information) {}

  /** Refuses views, and tables that have policies. */
  public DeltaTableViews(TableReader reader) {
    this.reader = reader;
    this.catalog = Optional.empty();
  }

  /** Knows views and policies. */
  public DeltaTableViews(TableReader reader, Catalog catalog) {
    this.reader = reader;
    this.catalog = Optional.of(catalog);
  }

  /**
   * Where in views of views a table is.
   *
   * @param owner of the view that reads it
   * @param views those around it
   * @param inBody whether the body of a function reads it
   */
  private record Level(Caller reader, Optional<Caller> owner, List<UUID> views, boolean inBody) {
    Level inside(ViewBodies.Body body) {
      List<UUID> all = new ArrayList<>(views);
      all.add(body.view().securable().id());
      return new Level(reader, Optional.of(body.owner()), all, inBody);
    }

    Level of(ViewedTable table) {
      return new Level(reader, owner, views, inBody || table.rights().isPresent());
    }
  }

  @Override
  public Resolved resolve(Caller caller, List<ViewedTable> tables) {
    ReadTables read = new ReadTables(reader, caller);
    open(read, new Level(caller, Optional.empty(), List.of(), false), tables);
    return read;
  }

  /** Opens the tables of one query. */
  private void open(ReadTables read, Level level, List<ViewedTable> tables) {
    Map<String, Opened> opened = new LinkedHashMap<>();
    for (ViewedTable table : tables) {
      ViewedTable owned = level.owner().map(table::with).orElse(table);
      open(read, level.of(table), owned).ifPresent(one -> opened.put(table.view(), one));
    }
    for (Opened one : opened.values()) {
      if (one.policies().isEmpty()) {
        read.add(one, one.table().view(), files(one, one.schema(), opened));
      } else {
        policied(level.reader(), read, one, opened);
      }
    }
  }

  /** The table; empty for a view or a relation of information_schema, which are added. */
  private Optional<Opened> open(ReadTables read, Level level, ViewedTable table) {
    if (catalog.isPresent() && InformationService.isInformation(table.name())) {
      information(read, level, table);
      return Optional.empty();
    }
    Reading who = new Reading(table.rights().orElse(level.reader()), level.reader());
    Opened opened;
    if (table.asOf() instanceof AsOf.Changes(AsOf from, AsOf to)) {
      Governed<ChangeFeed> feed = reader.governedChanges(who, table.name(), at(from), at(to));
      opened = new Opened(table, Optional.empty(), Optional.of(feed.data()), feed.policies());
    } else {
      switch (reader.find(who, table.name(), at(table.asOf()))) {
        case Found.OfView(Relation view) -> {
          view(read, level, table, view);
          return Optional.empty();
        }
        case Found.OfTable(Governed<Snapshot> found) ->
            opened =
                new Opened(table, Optional.of(found.data()), Optional.empty(), found.policies());
      }
    }
    if (level.inBody() && !opened.policies().isEmpty()) {
      throw GovernErrors.policyOnMapping(table.name().toString());
    }
    return Optional.of(opened);
  }

  /** What the reader may know of, whoever owns a view around it. */
  private void information(ReadTables read, Level level, ViewedTable use) {
    if (!(use.asOf() instanceof AsOf.Latest) || !use.metadata().isEmpty()) {
      throw GovernErrors.versionOfView(use.name().toString());
    }
    InformationService service = catalog.orElseThrow().information();
    read.add(new InformationTable(use.view(), service.rows(level.reader(), use.name())));
  }

  private void view(ReadTables read, Level level, ViewedTable use, Relation view) {
    String name = use.name().toString();
    if (level.views().contains(view.securable().id())) {
      throw GovernErrors.viewRecursive(name);
    }
    if (level.views().size() >= ViewBodies.MAX_DEPTH) {
      throw GovernErrors.tooComplex("views that read each other", ViewBodies.MAX_DEPTH);
    }
    ViewBodies.Body body =
        catalog
            .orElseThrow(() -> GovernErrors.viewsNotRead(name))
            .views()
            .of(level.reader(), use, view);
    try {
      open(read, level.inside(body), body.tables());
    } catch (LakeException e) {
      throw e.code() == ErrorCode.NOT_FOUND || e.code() == ErrorCode.PERMISSION_DENIED
          ? GovernErrors.viewCannotRead(name, body.owner().principal(), e)
          : e;
    }
    read.add(use, body);
  }

  private void policied(Caller caller, ReadTables read, Opened one, Map<String, Opened> opened) {
    if (!one.table().metadata().isEmpty()) {
      throw GovernErrors.metadataOfPolicied(one.table().name().toString());
    }
    PolicyView view =
        catalog
            .orElseThrow(() -> GovernErrors.policiesNotApplied(one.table().name().toString()))
            .policies()
            .of(
                caller,
                one.table(),
                one.policies(),
                one.schema(),
                open -> condition(one, open, opened));
    TableSchema known = view.quiet() ? open(one) : new TableSchema(List.of());
    read.add(one, view.raw(), files(one, known, opened));
    Level inside = new Level(caller, Optional.empty(), List.of(), true);
    for (ViewedTable mapping : view.mappings()) {
      Opened table =
          open(read, inside, mapping)
              .orElseThrow(() -> GovernErrors.viewInPolicy(mapping.name().toString()));
      read.add(table, mapping.view(), table.snapshot().orElseThrow().files());
    }
    read.add(one.table(), view);
  }

  /** Without masked columns, of which the caller's conditions do not mean what is in the files. */
  private static TableSchema open(Opened one) {
    return new TableSchema(
        one.schema().columns().stream()
            .filter(
                column ->
                    one.policies().masks().keySet().stream()
                        .noneMatch(column.name()::equalsIgnoreCase))
            .toList());
  }

  /** The files that can hold a row which makes a difference to the query. */
  private List<DataFile> files(Opened one, TableSchema known, Map<String, Opened> opened) {
    return one.snapshot()
        .map(
            snapshot ->
                condition(one, known, opened)
                    .map(condition -> reader.files(snapshot, condition))
                    .orElseGet(snapshot::files))
        .orElse(List.of());
  }

  /** What every row meets that makes a difference; empty if all rows may. */
  private static Optional<Predicate> condition(
      Opened one, TableSchema known, Map<String, Opened> opened) {
    if (one.table().filters().isEmpty() || one.snapshot().isEmpty()) {
      return Optional.empty();
    }
    List<Predicate> any = new ArrayList<>();
    for (RowFilter filter : one.table().filters()) {
      any.add(
          ConditionTree.of(
              filter.condition(),
              names ->
                  filter.column(
                      names,
                      known,
                      view -> Optional.ofNullable(opened.get(view)).map(Opened::schema))));
    }
    return Optional.of(new Predicate.Or(any));
  }

  private static At at(AsOf asOf) {
    return switch (asOf) {
      case AsOf.Latest latest -> At.latest();
      case AsOf.Version version -> At.version(version.number());
      case AsOf.Timestamp timestamp -> At.timestamp(timestamp.time());
      case AsOf.Changes changes -> throw new IllegalArgumentException(changes.toString());
    };
  }
}

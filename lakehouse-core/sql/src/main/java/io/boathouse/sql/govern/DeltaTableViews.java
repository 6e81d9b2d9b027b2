package io.boathouse.sql.govern;

import io.boathouse.catalog.policy.TablePolicies;
import io.boathouse.catalog.securable.FullName;
import io.boathouse.platform.auth.Caller;
import io.boathouse.platform.duckdb.DuckSession;
import io.boathouse.platform.duckdb.SqlText;
import io.boathouse.platform.error.LakeException;
import io.boathouse.sql.govern.CheckedQuery.ViewedTable;
import io.boathouse.sql.govern.TableUse.AsOf;
import io.boathouse.table.delta.DataFile;
import io.boathouse.table.read.At;
import io.boathouse.table.read.ChangeFeed;
import io.boathouse.table.read.ConditionTree;
import io.boathouse.table.read.Predicate;
import io.boathouse.table.read.Snapshot;
import io.boathouse.table.read.TableReader;
import io.boathouse.table.read.TableReader.Governed;
import io.boathouse.table.type.TableSchema;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Views over exactly the Parquet files of one version, or of the changes, of each Delta table,
 * without those that hold no row which the query is after. A table with policies gets two: one with
 * everything, which no query can name, and one out of it with what the caller may see.
 */
public final class DeltaTableViews implements TableViews {
  /** The reason of failures whose messages hold values. */
  private static final String VALUE = "SQL_VALUE";

  private final TableReader reader;
  private final Optional<PolicyViews> policies;

  /** Refuses tables that have policies. */
  public DeltaTableViews(TableReader reader) {
    this.reader = reader;
    this.policies = Optional.empty();
  }

  /**
   * @param policies write the views of tables that have some
   */
  public DeltaTableViews(TableReader reader, PolicyViews policies) {
    this.reader = reader;
    this.policies = Optional.of(policies);
  }

  /** A table of the query: a version of it or its changes. */
  private record Opened(
      ViewedTable table,
      Optional<Snapshot> snapshot,
      Optional<ChangeFeed> feed,
      TablePolicies policies) {
    TableSchema schema() {
      return snapshot.map(Snapshot::schema).orElseGet(() -> feed.orElseThrow().schema());
    }
  }

  @Override
  public Resolved resolve(Caller caller, List<ViewedTable> tables) {
    Map<String, Opened> opened = new LinkedHashMap<>();
    for (ViewedTable table : tables) {
      opened.put(table.view(), open(caller, table));
    }
    Read read = new Read(reader, new LinkedHashMap<>(), new LinkedHashMap<>(), new ArrayList<>());
    for (Opened one : opened.values()) {
      if (one.policies().isEmpty()) {
        show(read, one, one.table().view(), files(one, one.schema(), opened));
      } else {
        policied(caller, read, one, opened);
      }
    }
    return read;
  }

  private Opened open(Caller caller, ViewedTable table) {
    Caller rights = table.rights().orElse(caller);
    Opened opened;
    if (table.asOf() instanceof AsOf.Changes(AsOf from, AsOf to)) {
      Governed<ChangeFeed> feed = reader.governedChanges(rights, table.name(), at(from), at(to));
      opened = new Opened(table, Optional.empty(), Optional.of(feed.data()), feed.policies());
    } else {
      Governed<Snapshot> snapshot = reader.governed(rights, table.name(), at(table.asOf()));
      opened =
          new Opened(table, Optional.of(snapshot.data()), Optional.empty(), snapshot.policies());
    }
    if (table.rights().isPresent() && !opened.policies().isEmpty()) {
      throw GovernErrors.policyOnMapping(table.name().toString());
    }
    return opened;
  }

  private void policied(Caller caller, Read read, Opened one, Map<String, Opened> opened) {
    if (!one.table().metadata().isEmpty()) {
      throw GovernErrors.metadataOfPolicied(one.table().name().toString());
    }
    PolicyView view =
        policies
            .orElseThrow(() -> GovernErrors.policiesNotApplied(one.table().name().toString()))
            .of(
                caller,
                one.table(),
                one.policies(),
                one.schema(),
                open -> condition(one, open, opened));
    TableSchema known = view.quiet() ? open(one) : new TableSchema(List.of());
    show(read, one, view.raw(), files(one, known, opened));
    for (ViewedTable mapping : view.mappings()) {
      Opened inside = open(caller, mapping);
      show(read, inside, mapping.view(), inside.snapshot().orElseThrow().files());
    }
    read.policied().add(new Policied(one.table(), view));
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

  private static void show(Read read, Opened one, String view, List<DataFile> files) {
    one.snapshot().ifPresent(snapshot -> read.views().put(view, new Shown(one, snapshot, files)));
    one.feed().ifPresent(feed -> read.feeds().put(view, feed));
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

  /** A version, those of its files that are read, and what is asked of their rows besides. */
  private record Shown(Opened of, Snapshot snapshot, List<DataFile> files) {
    /** How many files hold none of the rows would tell of rows that a policy hides. */
    Optional<Scan> scan() {
      long bytes = bytes(files);
      return of.policies().isEmpty() && of.table().rights().isEmpty()
          ? Optional.of(
              new Scan(
                  snapshot.name(),
                  files.size(),
                  bytes,
                  snapshot.files().size() - files.size(),
                  bytes(snapshot.files()) - bytes))
          : Optional.empty();
    }

    TableReader.Asked asked() {
      return new TableReader.Asked(snapshot, files, of.table().metadata());
    }

    private static long bytes(List<DataFile> files) {
      return files.stream().mapToLong(DataFile::size).sum();
    }
  }

  private record Policied(ViewedTable table, PolicyView view) {}

  private record Read(
      TableReader reader,
      Map<String, Shown> views,
      Map<String, ChangeFeed> feeds,
      List<Policied> policied)
      implements Resolved {
    @Override
    public List<Path> readable() {
      Set<Path> paths = new LinkedHashSet<>();
      views.values().forEach(one -> paths.addAll(reader.directories(one.snapshot(), one.files())));
      feeds.values().forEach(feed -> paths.addAll(reader.directories(feed)));
      return List.copyOf(paths);
    }

    @Override
    public void bind(DuckSession session) {
      views.forEach((view, one) -> reader.bind(session, view, one.asked()));
      feeds.forEach((view, feed) -> reader.bind(session, view, feed));
      for (Policied one : policied) {
        session.execute(
            "CREATE OR REPLACE TEMP VIEW %s AS %s"
                .formatted(SqlText.identifier(one.table().view()), one.view().select()));
      }
    }

    @Override
    public List<Scan> scans() {
      return views.values().stream().flatMap(one -> one.scan().stream()).toList();
    }

    @Override
    public LakeException named(LakeException failure, DuckSession session) {
      if (failure.reason().equals(VALUE)) {
        for (Policied one : policied) {
          if (!one.view().quiet()) {
            return GovernErrors.policyFailed(one.table().name().toString(), failure);
          }
        }
      }
      LakeException named = failure;
      for (Shown one : views.values()) {
        named = reader.named(named, session, one.snapshot(), one.files());
      }
      for (ChangeFeed feed : feeds.values()) {
        named = reader.named(named, session, feed);
      }
      return named;
    }

    @Override
    public List<Input> inputs() {
      return Stream.concat(
              views.values().stream()
                  .filter(one -> one.of().table().rights().isEmpty())
                  .map(Shown::snapshot)
                  .map(one -> input(one.name(), one.version())),
              feeds.values().stream().map(one -> input(one.name(), one.to())))
          .distinct()
          .toList();
    }

    private static Input input(FullName name, long version) {
      return new Input(name, OptionalLong.of(version));
    }
  }
}

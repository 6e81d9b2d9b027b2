package io.boathouse.sql.govern;

import io.boathouse.catalog.policy.TablePolicies;
import io.boathouse.catalog.relation.RelationColumn;
import io.boathouse.catalog.securable.FullName;
import io.boathouse.platform.auth.Caller;
import io.boathouse.platform.duckdb.DuckSession;
import io.boathouse.platform.duckdb.SqlText;
import io.boathouse.platform.error.ErrorCode;
import io.boathouse.platform.error.LakeException;
import io.boathouse.sql.govern.CheckedQuery.ViewedTable;
import io.boathouse.sql.govern.TableUse.AsOf;
import io.boathouse.sql.govern.TableViews.Input;
import io.boathouse.sql.govern.TableViews.Scan;
import io.boathouse.table.delta.DataFile;
import io.boathouse.table.read.ChangeFeed;
import io.boathouse.table.read.Snapshot;
import io.boathouse.table.read.TableReader;
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

/** Everything that one session reads: files, changes, and what is written over them. */
final class ReadTables implements TableViews.Resolved {
  /** The reason of failures whose messages hold values. */
  static final String VALUE = "SQL_VALUE";

  private static final int MOST_COUNTED = 64;

  private final TableReader reader;
  private final Caller caller;
  private final Map<String, Shown> files = new LinkedHashMap<>();
  private final Map<String, ChangeFeed> feeds = new LinkedHashMap<>();
  private final List<InformationTable> information = new ArrayList<>();
  private final List<Written> written = new ArrayList<>();

  ReadTables(TableReader reader, Caller caller) {
    this.reader = reader;
    this.caller = caller;
  }

  /** A table of the query: a version of it or its changes. */
  record Opened(
      ViewedTable table,
      Optional<Snapshot> snapshot,
      Optional<ChangeFeed> feed,
      TablePolicies policies) {
    TableSchema schema() {
      return snapshot.map(Snapshot::schema).orElseGet(() -> feed.orElseThrow().schema());
    }
  }

  /** A version, those of its files that are read, and what is asked of their rows besides. */
  private record Shown(Opened of, Snapshot snapshot, List<DataFile> files) {
    /** How many files hold none of the rows would tell of rows that a policy or view hides. */
    Optional<Scan> scan() {
      long bytes = bytes(files);
      return of.policies().isEmpty() && of.table().rights().isEmpty()
          ? Optional.of(
              new Scan(
                  snapshot.name(),
                  files.size(),
                  bytes,
                  snapshot.files().size() - files.size(),
                  bytes(snapshot.files()) - bytes,
                  rows()))
          : Optional.empty();
    }

    /** Looking into the statistics of many files would take longer than most queries do. */
    private long rows() {
      return files.size() > MOST_COUNTED || files.stream().anyMatch(file -> file.rows().isEmpty())
          ? -1
          : files.stream().mapToLong(file -> file.rows().orElse(0L)).sum();
    }

    /** The same for the same rows; what is read of a version follows from the query. */
    String identity() {
      return "%s %d %s %s".formatted(snapshot.tableId(), snapshot.version(), snapshot.at(), files);
    }

    TableReader.Asked asked() {
      return new TableReader.Asked(snapshot, files, of.table().metadata());
    }

    private static long bytes(List<DataFile> files) {
      return files.stream().mapToLong(DataFile::size).sum();
    }
  }

  /** A view over others that come before it. */
  private sealed interface Written {
    FullName name();

    /** The view of the session. */
    String view();

    String select();

    /** Whether it shows the same whenever it reads the same. */
    boolean steady();

    /** What a table with policies shows. */
    record OfPolicies(FullName name, String view, String select, boolean quiet, boolean steady)
        implements Written {}

    /** What a view of the catalog shows. */
    record OfView(
        ViewedTable use, String select, Caller owner, List<String> columns, boolean steady)
        implements Written {
      @Override
      public FullName name() {
        return use.name();
      }

      @Override
      public String view() {
        return use.view();
      }
    }
  }

  void add(Opened one, String view, List<DataFile> read) {
    one.snapshot().ifPresent(snapshot -> files.put(view, new Shown(one, snapshot, read)));
    one.feed().ifPresent(feed -> feeds.put(view, feed));
  }

  void add(InformationTable table) {
    information.add(table);
  }

  void add(ViewedTable table, PolicyView view) {
    written.add(
        new Written.OfPolicies(
            table.name(), table.view(), view.select(), view.quiet(), view.steady()));
  }

  void add(ViewedTable use, ViewBodies.Body body) {
    List<String> columns = body.view().columns().stream().map(RelationColumn::name).toList();
    written.add(new Written.OfView(use, body.select(), body.owner(), columns, body.steady()));
  }

  @Override
  public List<Path> readable() {
    Set<Path> paths = new LinkedHashSet<>();
    files.values().forEach(one -> paths.addAll(reader.directories(one.snapshot(), one.files())));
    feeds.values().forEach(feed -> paths.addAll(reader.directories(feed)));
    return List.copyOf(paths);
  }

  @Override
  public void bind(DuckSession session) {
    files.forEach((view, one) -> reader.bind(session, view, one.asked()));
    feeds.forEach((view, feed) -> reader.bind(session, view, feed));
    information.forEach(table -> table.create(session));
    for (Written one : written) {
      String create =
          "CREATE OR REPLACE TEMP VIEW %s AS %s"
              .formatted(SqlText.identifier(one.view()), one.select());
      try {
        session.execute(create);
      } catch (LakeException e) {
        throw one instanceof Written.OfView view && e.code() == ErrorCode.INVALID_ARGUMENT
            ? broken(view, e)
            : e;
      }
    }
  }

  /** What the engine says of it names columns that only the owner may know of. */
  private LakeException broken(Written.OfView view, LakeException failure) {
    return GovernErrors.viewBroken(
        view.name().toString(),
        isOwn(view) ? failure.message() : "a column is gone or is another.",
        failure);
  }

  private boolean isOwn(Written.OfView view) {
    return view.owner().principalId().equals(caller.principalId());
  }

  @Override
  public boolean isLimited() {
    return !written.isEmpty()
        || files.values().stream().anyMatch(one -> one.of().table().rights().isPresent());
  }

  /** Of the newest versions alone: the files of others may have been deleted. */
  @Override
  public Optional<String> steady() {
    boolean changing =
        !information.isEmpty()
            || !feeds.isEmpty()
            || written.stream().anyMatch(one -> !one.steady())
            || files.values().stream()
                .anyMatch(one -> !(one.of().table().asOf() instanceof AsOf.Latest));
    if (changing) {
      return Optional.empty();
    }
    StringBuilder all = new StringBuilder();
    files.forEach((view, one) -> all.append(view).append(' ').append(one.identity()).append('\n'));
    written.forEach(one -> all.append(one.view()).append(' ').append(one.select()).append('\n'));
    return Optional.of(all.toString());
  }

  @Override
  public List<Scan> scans() {
    return files.values().stream().flatMap(one -> one.scan().stream()).toList();
  }

  @Override
  public LakeException named(LakeException failure, DuckSession session) {
    if (failure.reason().equals(VALUE)) {
      for (Written one : written) {
        switch (one) {
          case Written.OfPolicies table when !table.quiet() -> {
            return GovernErrors.policyFailed(table.name().toString(), failure);
          }
          case Written.OfView view when !isOwn(view) -> {
            return GovernErrors.viewFailed(view.name().toString(), failure);
          }
          default -> {}
        }
      }
    }
    LakeException named = failure;
    for (Shown one : files.values()) {
      named = reader.named(named, session, one.snapshot(), one.files());
    }
    for (ChangeFeed feed : feeds.values()) {
      named = reader.named(named, session, feed);
    }
    return named;
  }

  /** Views have no versions; what they read is told where they were made. */
  @Override
  public List<Input> inputs() {
    Map<Input, Map<String, List<String>>> inputs = new LinkedHashMap<>();
    files.values().stream()
        .filter(one -> one.of().table().rights().isEmpty())
        .forEach(
            one -> {
              Snapshot read = one.snapshot();
              shows(inputs, new Input(read.name(), OptionalLong.of(read.version())))
                  .put(one.of().table().view(), read.schema().names());
            });
    feeds.forEach(
        (view, feed) ->
            shows(inputs, new Input(feed.name(), OptionalLong.of(feed.to())))
                .put(view, feed.schema().names()));
    for (Written one : written) {
      if (one instanceof Written.OfView view && view.use().rights().isEmpty()) {
        shows(inputs, new Input(one.name(), OptionalLong.empty())).put(one.view(), view.columns());
      }
    }
    return inputs.entrySet().stream()
        .map(one -> new Input(one.getKey().name(), one.getKey().version(), one.getValue()))
        .toList();
  }

  private static Map<String, List<String>> shows(
      Map<Input, Map<String, List<String>>> inputs, Input input) {
    return inputs.computeIfAbsent(input, key -> new LinkedHashMap<>());
  }
}

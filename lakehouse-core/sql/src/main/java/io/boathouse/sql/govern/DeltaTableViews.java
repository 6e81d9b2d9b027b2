package io.boathouse.sql.govern;

import io.boathouse.catalog.securable.FullName;
import io.boathouse.platform.auth.Caller;
import io.boathouse.platform.duckdb.DuckSession;
import io.boathouse.platform.error.LakeException;
import io.boathouse.sql.govern.CheckedQuery.ViewedTable;
import io.boathouse.sql.govern.TableUse.AsOf;
import io.boathouse.table.compute.MetadataField;
import io.boathouse.table.delta.DataFile;
import io.boathouse.table.read.At;
import io.boathouse.table.read.ChangeFeed;
import io.boathouse.table.read.ConditionTree;
import io.boathouse.table.read.Predicate;
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
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * Views over exactly the Parquet files of one version, or of the changes, of each Delta table,
 * without those that hold no row which the query is after.
 */
public final class DeltaTableViews implements TableViews {
  private final TableReader reader;

  public DeltaTableViews(TableReader reader) {
    this.reader = reader;
  }

  @Override
  public Resolved resolve(Caller caller, List<ViewedTable> tables) {
    Map<String, Snapshot> snapshots = new LinkedHashMap<>();
    Map<String, ChangeFeed> feeds = new LinkedHashMap<>();
    for (ViewedTable table : tables) {
      if (table.asOf() instanceof AsOf.Changes(AsOf from, AsOf to)) {
        feeds.put(table.view(), reader.changes(caller, table.name(), at(from), at(to)));
      } else {
        snapshots.put(table.view(), reader.snapshot(caller, table.name(), at(table.asOf())));
      }
    }
    Map<String, Shown> shown = new LinkedHashMap<>();
    for (ViewedTable table : tables) {
      Snapshot snapshot = snapshots.get(table.view());
      if (snapshot != null) {
        List<DataFile> files = files(table, snapshot, view -> schema(view, snapshots, feeds));
        shown.put(table.view(), new Shown(snapshot, files, table.metadata()));
      }
    }
    return new Read(reader, shown, feeds);
  }

  private static Optional<TableSchema> schema(
      String view, Map<String, Snapshot> snapshots, Map<String, ChangeFeed> feeds) {
    return Optional.ofNullable(snapshots.get(view))
        .map(Snapshot::schema)
        .or(() -> Optional.ofNullable(feeds.get(view)).map(ChangeFeed::schema));
  }

  /** The files that can hold a row which makes a difference to the query. */
  private List<DataFile> files(
      ViewedTable table, Snapshot snapshot, Function<String, Optional<TableSchema>> schemas) {
    if (table.filters().isEmpty()) {
      return snapshot.files();
    }
    List<Predicate> any = new ArrayList<>();
    for (RowFilter filter : table.filters()) {
      any.add(
          ConditionTree.of(
              filter.condition(), names -> filter.column(names, snapshot.schema(), schemas)));
    }
    return reader.files(snapshot, new Predicate.Or(any));
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
  private record Shown(Snapshot snapshot, List<DataFile> files, Set<MetadataField> metadata) {
    Scan scan() {
      long bytes = bytes(files);
      return new Scan(
          snapshot.name(),
          files.size(),
          bytes,
          snapshot.files().size() - files.size(),
          bytes(snapshot.files()) - bytes);
    }

    TableReader.Asked asked() {
      return new TableReader.Asked(snapshot, files, metadata);
    }

    private static long bytes(List<DataFile> files) {
      return files.stream().mapToLong(DataFile::size).sum();
    }
  }

  private record Read(TableReader reader, Map<String, Shown> views, Map<String, ChangeFeed> feeds)
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
    }

    @Override
    public List<Scan> scans() {
      return views.values().stream().map(Shown::scan).toList();
    }

    @Override
    public LakeException named(LakeException failure, DuckSession session) {
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
